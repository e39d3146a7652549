#include "push.h"

ns_status push_agent(const push_order *order, ns_text *said, ns_error *error) {
    (void)said;
    return ns_error_set(error, NS_STATUS_REFUSED, "AgentNotPushed", "Run Nightshift on Windows for this, or install the agent by hand.",
                        "Only Windows can install the agent on %.100s from elsewhere.", order->host);
}
