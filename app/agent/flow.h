/* The flow that the agent runs: a child with everything it starts, its output sent as it comes, its end reported.
 * Two threads inside: one reads the output, one waits for the end. */
#ifndef NS_AGENT_FLOW_H
#define NS_AGENT_FLOW_H

#include "artifacts.h"
#include "order.h"

typedef struct flow flow;

/* Starts what the order says; `send` is called from the flow's threads. On failure *out is NULL and `error` holds the result code. */
NS_MUST_USE ns_status flow_start(const run_order *given, agent_send send, void *context, flow **out, ns_error *error);
const char *flow_nonce(const flow *self);
/* Whether "exited" was sent. */
bool flow_has_ended(flow *self);
/* The message that told its end, for a console that was away then; the caller deletes. NULL before the end. */
cJSON *flow_end_message(flow *self);
/* What it made; borrowed. One thread. */
artifacts *flow_artifacts(flow *self);
/* Ends it and all that it started, joins the threads and frees. */
void flow_destroy(flow *self);

#endif
