/* What machines, groups, connections and flows have in common: a name by which they are found, and which can be another. */
#ifndef NS_STORE_BY_NAME_H
#define NS_STORE_BY_NAME_H

#include "store/store.h"

typedef enum ns_named { NS_NAMED_MACHINE, NS_NAMED_GROUP, NS_NAMED_CONNECTION, NS_NAMED_FLOW, NS_NAMED_COUNT } ns_named;

/* "machine", "group", "connection", "flow", as the activity calls it. */
const char *ns_named_word(ns_named kind);
/* The thing of that name, or its own error that there is none. */
NS_MUST_USE ns_status ns_named_find(ns_store *store, ns_named kind, const char *name, int64_t *id, ns_error *error);
/* Another name for a thing; the rest of it stays as it is by then in the store. One user action. */
NS_MUST_USE ns_status ns_named_rename(ns_store *store, ns_named kind, int64_t id, const char *name, ns_error *error);
/* One user action; refused as the kind's own remove says. */
NS_MUST_USE ns_status ns_named_remove(ns_store *store, ns_named kind, int64_t id, ns_error *error);

/* Changes what is given, and leaves what is NULL, or 0 for the port, as it is by then in the store. One user action. */
NS_MUST_USE ns_status ns_group_edit(ns_store *store, int64_t id, const char *name, const char *description, ns_error *error);
NS_MUST_USE ns_status ns_machine_edit(ns_store *store, int64_t id, const char *name, const char *host, uint16_t port, const char *description,
                                      ns_error *error);

#endif
