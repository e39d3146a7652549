/* What a code means that somebody pasted: a result code's name, or a number as FreeRDP, RDP, Windows or Microsoft Entra give it, in
 * decimal or hexadecimal. From the same tables that runs and checks use. Pure; any thread. */
#ifndef NS_MODEL_EXPLAIN_H
#define NS_MODEL_EXPLAIN_H

#include <stddef.h>

#include "model/native_code.h"
#include "model/result_code.h"

enum { NS_EXPLANATIONS = 12 };

typedef struct ns_explanation {
    const ns_native_code *native; /* NULL where the name of a result code was given */
    const ns_result_code *result;
} ns_explanation;

/* What it can mean, the likeliest first; how many. 0 when it is in no table. Blanks around it do not matter, nor upper case of names. */
size_t ns_explain(const char *code, ns_explanation out[NS_EXPLANATIONS]);

#endif
