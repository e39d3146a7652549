/* What a flow is given: inputs, declared with the flow and given with a run. One of them may be a secret, which is in no argument of a program, since
 * those are everybody's to read. Pure; any thread. */
#ifndef NS_FLOW_INPUTS_H
#define NS_FLOW_INPUTS_H

#include "base/json.h"

enum { NS_INPUTS_MAXIMUM = 50, NS_INPUT_VALUE_MAXIMUM = 8000 /* bytes */ };

typedef enum ns_input_type { NS_INPUT_TEXT, NS_INPUT_NUMBER, NS_INPUT_BOOLEAN, NS_INPUT_TYPES } ns_input_type;

typedef struct ns_flow_input {
    char *name;
    char *value;        /* NULL while it has none */
    ns_input_type type; /* for flows that are given JSON; everything else gets the text */
    bool secret;
} ns_flow_input;

typedef struct ns_flow_inputs {
    ns_flow_input items[NS_INPUTS_MAXIMUM];
    size_t count;
    bool declared; /* there is a list of those that may be given */
} ns_flow_inputs;

/* What a flow declares: names with blanks between, `month` or `month=11` with a value for when none is given, `*pin` for a secret,
 * `count:number` and `dry:boolean=true` where a flow takes no text for it; quotes as in arguments. NS_STATUS_INVALID (InvalidInputs). */
NS_MUST_USE ns_status ns_flow_inputs_declare(const char *declared, ns_flow_inputs *out, ns_error *error);
/* Gives one a value. One that is not declared is added as long as nothing is declared. NS_STATUS_INVALID (InputUnknown, InvalidInputs). */
NS_MUST_USE ns_status ns_flow_inputs_give(ns_flow_inputs *inputs, const char *name, const char *value, bool secret, ns_error *error);
/* Whether each has a value. NS_STATUS_INVALID (InputMissing). */
NS_MUST_USE ns_status ns_flow_inputs_check(const ns_flow_inputs *inputs, ns_error *error);
/* Each has the type that a flow declares for it, whose inputs may have changed meanwhile: a value that is not of the type stays text. */
void ns_flow_inputs_take_types(ns_flow_inputs *inputs, const char *declared);
const ns_flow_input *ns_flow_inputs_find(const ns_flow_inputs *inputs, const char *name);
/* Wipes the values and frees. */
void ns_flow_inputs_clear(ns_flow_inputs *inputs);

/* Whether `text` has the place {name} of an input that is secret. */
bool ns_flow_inputs_show_secret(const ns_flow_inputs *inputs, const char *text);
/* A copy of `text` with the value of each input in the place of {name}; what names no input stays. The caller frees; NULL when memory ran out. */
char *ns_flow_inputs_fill(const ns_flow_inputs *inputs, const char *text);
/* {"month": "11", "count": 3}, without the secrets; the caller frees. NULL when memory ran out. */
char *ns_flow_inputs_json(const ns_flow_inputs *inputs);
/* "NIGHTSHIFT_INPUT_MONTH=11" for each, secrets too, in a list that ends with NULL; free with ns_flow_environment_free. NULL when memory ran out. */
char **ns_flow_inputs_environment(const ns_flow_inputs *inputs);
void ns_flow_environment_free(char **list); /* wipes */

/* As part of an order, and back. */
bool ns_flow_inputs_write(const ns_flow_inputs *inputs, cJSON *order);
NS_MUST_USE ns_status ns_flow_inputs_read(const cJSON *order, ns_flow_inputs *out, ns_error *error);

#endif
