/* Flows: what runs. Names are found ignoring case. */
#ifndef NS_STORE_FLOWS_H
#define NS_STORE_FLOWS_H

#include "base/text.h"
#include "model/flow.h"
#include "store/store.h"

typedef struct ns_flow_list {
    ns_flow *items; /* by name */
    size_t count;
} ns_flow_list;

NS_MUST_USE ns_status ns_flows_load(ns_store *store, ns_flow_list *out, ns_error *error);
/* Appends the kinds that flows are of, each once, with "|" between. */
NS_MUST_USE ns_status ns_flow_kinds_used(ns_store *store, ns_text *out, ns_error *error);
void ns_flow_list_clear(ns_flow_list *list);
/* NS_STATUS_NOT_FOUND (FlowNotFound). */
NS_MUST_USE ns_status ns_flow_load(ns_store *store, const char *name, ns_flow *out, ns_error *error);
NS_MUST_USE ns_status ns_flow_load_by_id(ns_store *store, int64_t id, ns_flow *out, ns_error *error);
/* Adds when the id is 0 and sets it; else writes all of it. A text that is NULL is its default. NS_STATUS_INVALID as ns_flow_check and
 * ns_flow_kind_check say. */
NS_MUST_USE ns_status ns_flow_save(ns_store *store, ns_flow *flow, ns_error *error);
/* Refused while a run of it is queued or running. */
NS_MUST_USE ns_status ns_flow_remove(ns_store *store, int64_t id, ns_error *error);
NS_MUST_USE ns_status ns_flows_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error); /* all or none */

#endif
