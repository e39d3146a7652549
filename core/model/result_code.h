/* Every way a run can end: its code, what happened, the likely cause and what to do. Microsoft's own strings wherever
 * one exists (reference: Power Automate's error codes), because those are what people search for. docs/result-codes.md
 * is made from this table. Pure; any thread. */
#ifndef NS_MODEL_RESULT_CODE_H
#define NS_MODEL_RESULT_CODE_H

#include <stddef.h>

#include "model/things.h"

typedef struct ns_result_code {
    const char *code;
    ns_run_state state;
    const char *message; /* one sentence */
    const char *cause;
    const char *remedy;
    bool refuses_secret; /* the machine judged the account or its password: nothing may try it again soon */
} ns_result_code;

/* Never NULL: an unknown code gives the row of "UnknownError". */
const ns_result_code *ns_result_code_find(const char *code);
const ns_result_code *ns_result_code_at(size_t index); /* NULL past the end */
/* Something refused before it began, in that row's words: gives NS_STATUS_REFUSED. */
ns_status ns_result_code_refuse(const char *code, ns_error *error);

#endif
