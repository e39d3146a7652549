/* How a flow is started: what the order says, and what is made of it in the session. Pure but for the place; any thread. */
#ifndef NS_FLOW_LAUNCH_H
#define NS_FLOW_LAUNCH_H

#include "flow/flow_place.h"
#include "flow/inputs.h"

/* What is to be started, as the order says. Borrowed. */
typedef struct ns_flow_start {
    const char *kind;
    const char *program;
    const char *arguments;
    const char *directory;
    const char *scope;
    const char *run; /* 32 hexadecimal digits of this run alone */
    const ns_flow_inputs *inputs;
} ns_flow_start;

/* How it is started. Owned. */
typedef struct ns_launch {
    char *application;  /* the program's full path; NULL where a document is opened */
    char **words;       /* what it is given: its own name first, NULL at the end */
    char *line;         /* on Windows, what stands behind its name as it is; NULL: made of the words */
    char *document;     /* a file or an address that the shell opens; NULL */
    char *directory;    /* "" for where the agent is */
    char **environment; /* more of it, "NAME=value" up to NULL; may be NULL */
} ns_launch;

void ns_launch_clear(ns_launch *launch);

/* What a launch is built with. Words that are added are copied; false when memory ran out. */
typedef struct ns_word_list {
    char **items;
    size_t count;
    bool failed;
} ns_word_list;
void ns_word_add(ns_word_list *list, const char *word);
/* Variables and inputs put in, and taken apart into words. */
void ns_word_add_line(ns_word_list *list, const ns_flow_start *start, const ns_flow_place *place, const char *line);
/* Moves them into `out`. */
NS_MUST_USE ns_status ns_word_end(ns_word_list *list, ns_launch *out, ns_error *error);
/* NS_STATUS_NOT_FOUND: what the kind needs is not there for this user. `what` names it, `names` are where it was looked for. */
ns_status ns_launch_missing(const char *what, const char *names, ns_error *error);

#endif
