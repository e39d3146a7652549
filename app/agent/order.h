/* What a message of type "run" orders, read from it: the program, how it is started, and how long it may run. */
#ifndef NS_AGENT_ORDER_H
#define NS_AGENT_ORDER_H

#include "agent/protocol.h"

typedef struct run_order {
    char nonce[NS_AGENT_NONCE_SIZE];
    const char *arguments; /* as given; borrowed from the message, as is */
    const char *directory;
    char **words;       /* the program, and its arguments word by word; owned, as is */
    char **environment; /* "name=value" */
    int64_t timeout_ms;
    bool keep_children; /* what the flow leaves lives on */
} run_order;

/* Whatever it returns, `out` is to be cleared. NS_STATUS_PROTOCOL when it carries no nonce, NS_STATUS_INVALID when it names no program; the error's
 * code is one that an agent may give. */
NS_MUST_USE ns_status order_read(const cJSON *message, run_order *out, ns_error *error);
void order_clear(run_order *self);

#endif
