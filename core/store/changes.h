/* What Nightshift changed on machines, so that it can be undone: the values before and after, as JSON. */
#ifndef NS_STORE_CHANGES_H
#define NS_STORE_CHANGES_H

#include "store/store.h"

typedef struct ns_change {
    int64_t id;
    int64_t machine_id;
    char *machine;
    char *what;   /* "screen" */
    char *before; /* JSON */
    char *after;
    int64_t at; /* ms UTC */
    int64_t undone_at;
} ns_change;

typedef struct ns_change_list {
    ns_change *items; /* newest first */
    size_t count;
} ns_change_list;

NS_MUST_USE ns_status ns_change_add(ns_store *store, const ns_change *change, int64_t *id, ns_error *error);
/* The change itself failed: forgets it. */
NS_MUST_USE ns_status ns_change_forget(ns_store *store, int64_t id, ns_error *error);
NS_MUST_USE ns_status ns_change_mark_undone(ns_store *store, int64_t id, ns_error *error);
/* The newest of that kind that was not undone; id 0 and NS_OK when there is none. */
NS_MUST_USE ns_status ns_change_load_last(ns_store *store, int64_t machine_id, const char *what, ns_change *out, ns_error *error);
NS_MUST_USE ns_status ns_changes_load(ns_store *store, int64_t machine_id, ns_change_list *out, ns_error *error);
void ns_change_clear(ns_change *change);
void ns_change_list_clear(ns_change_list *list);

#endif
