/* What a flow put out: the bytes as they came, the text that they are, and the outputs that it gave by lines of its own:
 *     ::nightshift output NAME=VALUE::
 * One owner at a time. */
#ifndef NS_FLOW_OUTPUT_H
#define NS_FLOW_OUTPUT_H

#include "flow/clean.h"
#include "flow/decode.h"

enum { NS_FLOW_VALUES_MAXIMUM = 100, NS_FLOW_VALUE_MAXIMUM = 4096 /* bytes */ };

typedef struct ns_flow_value {
    char *name;
    char *value;
} ns_flow_value;

typedef struct ns_flow_output {
    ns_text bytes;
    ns_text text; /* decoded, and harmless to show */
    ns_decoder decoder;
    ns_cleaner cleaner;
    size_t looked; /* so much of the text was searched for outputs */
    ns_flow_value values[NS_FLOW_VALUES_MAXIMUM];
    size_t value_count;
} ns_flow_output;

/* `maximum` bytes are kept; see ns_decoder_init for the rest. */
void ns_flow_output_init(ns_flow_output *output, size_t maximum, const char *encoding, unsigned oem, unsigned ansi);
void ns_flow_output_clear(ns_flow_output *output);
/* Takes what came, and gives back what that adds to the text; "" for nothing yet. Borrowed until the next call. `last`: nothing comes after. */
const char *ns_flow_output_add(ns_flow_output *output, const void *bytes, size_t size, bool last);
/* Whether the text is not all that there was to keep. */
bool ns_flow_output_differs(const ns_flow_output *output);

#endif
