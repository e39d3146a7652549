/* The kinds of flows that people have: how each is started, and how its outcome is known. Each is a row of one table (kind.c): another kind is
 * another row. Sources: reference of each maker, named in the files. Pure but for `place`; any thread. */
#ifndef NS_FLOW_KIND_H
#define NS_FLOW_KIND_H

#include "flow/launch.h"
#include "model/flow.h"

typedef struct ns_flow_kind {
    const char *name;
    const char *program; /* what the flow's program is, */
    const char *scope;   /* and what its scope is; NULL: it has none */
    bool windows_only;
    bool shows_inputs; /* inputs are put on the command line by themselves, so none may be a secret */
    ns_status (*launch)(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
    /* What its end means; see ns_flow_judge. */
    const char *(*judge)(int64_t code, const char *output, const char *success_codes, char *detail, size_t size);
} ns_flow_kind;

/* NULL past the end, or where there is none of that name. */
const ns_flow_kind *ns_flow_kind_at(size_t index);
const ns_flow_kind *ns_flow_kind_find(const char *name);

/* What goes together in a flow: a kind that there is, a scope where it has one, inputs, an encoding that is known. NS_STATUS_INVALID (InvalidFlow,
 * InvalidInputs, SecretInArguments). */
NS_MUST_USE ns_status ns_flow_kind_check(const ns_flow *flow, ns_error *error);
/* The same for what a run is given beside it. */
NS_MUST_USE ns_status ns_flow_start_check(const ns_flow *flow, const ns_flow_inputs *inputs, ns_error *error);
/* How it is started in that place. NS_STATUS_NOT_FOUND or NS_STATUS_INVALID with FlowNotStarted: what is missing there. Cleared on failure. */
NS_MUST_USE ns_status ns_flow_launch(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
/* The result code of a flow of that kind which ended with exit code `code` and put out `output`, and more about it (a phrase, or ""). Never Succeeded
 * where the outcome is not known: OutcomeUnknown. */
const char *ns_flow_judge(const char *kind, int64_t code, const char *output, const char *success_codes, char *detail, size_t size);

#endif
