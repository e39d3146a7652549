/* Whether flows could be started in a session, found out without starting one: each kind looks for what it needs. Any thread. */
#ifndef NS_FLOW_TRY_H
#define NS_FLOW_TRY_H

#include "base/json.h"
#include "flow/flow_place.h"
#include "model/flow.h"

enum { NS_FLOWS_TRIED = 100 };

/* What is asked: of each flow its name, kind, program and scope, of the first hundred; added to `message` as "flows". False when memory ran out. */
bool ns_flow_ask(cJSON *message, const ns_flow *flows, size_t count);
/* The answer: of each flow its name and "path", what it would be started with, or "problem", in English. The caller deletes; NULL when memory ran
 * out. */
cJSON *ns_flow_try(const cJSON *message, const ns_flow_place *place);

#endif
