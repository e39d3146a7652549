#include "order.h"

#include <string.h>

enum { LONGEST_MS = 86400000 };

ns_status order_read(const cJSON *message, run_order *out, ns_error *error) {
    const char *nonce = ns_json_string(message, "nonce", "");
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    if (strlen(nonce) != NS_AGENT_NONCE_SIZE - 1)
        return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError", NULL, "The order carries no nonce.");
    memcpy(out->nonce, nonce, sizeof out->nonce);
    out->start = (ns_flow_start){.kind = ns_json_string(message, "kind", "program"),
                                 .program = ns_json_string(message, "program", ""),
                                 .arguments = ns_json_string(message, "arguments", ""),
                                 .directory = ns_json_string(message, "directory", ""),
                                 .scope = ns_json_string(message, "scope", ""),
                                 .run = out->nonce,
                                 .inputs = &out->inputs};
    if (out->start.program[0] == 0)
        return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", NULL, "The order names no program.");
    out->timeout_ms = ns_json_integer(message, "timeoutMs", 0);
    if (out->timeout_ms <= 0 || out->timeout_ms > LONGEST_MS)
        out->timeout_ms = LONGEST_MS;
    out->artifacts = ns_json_string(message, "artifacts", "");
    out->keep_children = ns_json_bool(message, "keepChildren", false);
    out->end_outside = ns_json_bool(message, "endOutside", false);
    out->own_console = ns_json_bool(message, "ownConsole", false);
    out->make_folder = ns_json_bool(message, "makeFolder", false);
    status = ns_flow_inputs_read(message, &out->inputs, error);
    if (status == NS_STATUS_INVALID)
        return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError", NULL, "The order has inputs that cannot be read.");
    return status;
}

void order_clear(run_order *self) {
    ns_flow_inputs_clear(&self->inputs);
    memset(self, 0, sizeof *self);
}
