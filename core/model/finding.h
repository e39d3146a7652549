/* What a run met that did not decide its result, but that its reader should know. Pure; any thread. */
#ifndef NS_MODEL_FINDING_H
#define NS_MODEL_FINDING_H

#include <stddef.h>

typedef struct ns_finding_code {
    const char *code;
    const char *message; /* one sentence; a run adds what it saw */
    const char *remedy;
} ns_finding_code;

/* NULL for a code that is not one of them. */
const ns_finding_code *ns_finding_code_find(const char *code);
const ns_finding_code *ns_finding_code_at(size_t index); /* NULL past the end */

#endif
