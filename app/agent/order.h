/* What a message of type "run" orders, read from it: what is started, how, and how long it may run. */
#ifndef NS_AGENT_ORDER_H
#define NS_AGENT_ORDER_H

#include "agent/protocol.h"
#include "flow/kind.h"

typedef struct run_order {
    char nonce[NS_AGENT_NONCE_SIZE];
    ns_flow_start start;   /* borrowed from the message, but for the inputs */
    ns_flow_inputs inputs; /* owned; wiped */
    int64_t timeout_ms;
    bool keep_children;    /* what the flow leaves lives on */
    bool end_outside;      /* what began meanwhile and is none of its own ends */
    bool own_console;      /* a console window of its own, and no pipes */
    const char *artifacts; /* patterns of files that are brought back; borrowed from the message */
    bool make_folder;      /* the working folder is made where it is not there */
} run_order;

/* Whatever it returns, `out` is to be cleared. NS_STATUS_PROTOCOL when it carries no nonce, NS_STATUS_INVALID when it names no program; the error's
 * code is one that an agent may give. */
NS_MUST_USE ns_status order_read(const cJSON *message, run_order *out, ns_error *error);
void order_clear(run_order *self);

#endif
