/* Whether a run that failed is tried once more by itself. Pure; any thread. */
#ifndef NS_MODEL_RETRY_H
#define NS_MODEL_RETRY_H

#include "model/things.h"

/* `codes` is a list of result codes with commas between, or "" for every failure. NS_STATUS_INVALID (InvalidRetryCodes) for one that is no result
 * code, or after which nothing is ever tried again: a success, a cancel, and whatever refuses a secret, which would lock the account out. */
NS_MUST_USE ns_status ns_retry_codes_check(const char *codes, ns_error *error);
/* Whether the flow is run again after its `attempt` (1 for the first) ended with that code. */
bool ns_retry_is_due(const ns_flow *flow, int64_t attempt, const char *code);

#endif
