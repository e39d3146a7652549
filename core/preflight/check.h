/* Checks: the catalogue of what must hold for tonight's run, as data, and one pure function for each that judges facts and
 * settings. A check reads nothing from anywhere else and changes nothing. docs/checks.md is made from the catalogue.
 * Any thread. */
#ifndef NS_PREFLIGHT_CHECK_H
#define NS_PREFLIGHT_CHECK_H

#include "model/fact.h"
#include "model/things.h"

typedef enum ns_verdict_kind { NS_VERDICT_PASS, NS_VERDICT_UNKNOWN, NS_VERDICT_WARN, NS_VERDICT_FAIL } ns_verdict_kind; /* worst last */

/* "pass", "warn", "fail", "unknown". */
const char *ns_verdict_name(ns_verdict_kind kind);

typedef struct ns_verdict {
    ns_verdict_kind kind;
    const char *code;   /* the result code that a run would end with; "" when it would not end for this */
    char message[640];  /* a phrase */
    const char *remedy; /* what to do about a warning or a failure, where a judge gave none of its own the check's; else "" */
} ns_verdict;

/* What is known of the other machines that were looked at, for what only shows side by side. */
typedef struct ns_check_fleet {
    const ns_facts *const *facts; /* one for each machine, this one among them */
    const char *const *groups;    /* the group that each is in, "" for none */
    size_t count;
} ns_check_fleet;

typedef struct ns_check_input {
    const ns_facts *facts;
    const ns_machine *machine;
    const ns_setting_values *group;  /* may be NULL */
    const ns_connection *connection; /* NULL when no connection was named */
    const ns_check_fleet *fleet;     /* may be NULL */
    int64_t now;                     /* ms UTC */
} ns_check_input;

typedef struct ns_check {
    const char *id;
    const char *title;
    const char *facts; /* names of the facts that it reads, separated by spaces */
    const char *why;   /* why it matters */
    const char *remedy;
    const char *fix;    /* a command that can be copied, "" where there is none; %HOST% and %PORT% stand for the machine's */
    const char *undo;   /* of the fix */
    const char *source; /* where the rule comes from */
    void (*judge)(const ns_check_input *in, ns_verdict *out);
} ns_check;

/* In the order of the board; NULL past the end. */
const ns_check *ns_check_at(size_t index);
const ns_check *ns_check_find(const char *id); /* NULL when there is none */
/* Judges: the verdict of the check's own function, with its remedy filled in. */
void ns_check_judge(const ns_check *check, const ns_check_input *in, ns_verdict *out);

#endif
