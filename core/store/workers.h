/* The programs that carry out queued runs. A worker is alive until a time by the store's clock. */
#ifndef NS_STORE_WORKERS_H
#define NS_STORE_WORKERS_H

#include <stdbool.h>

#include "store/store.h"

typedef struct ns_worker_record {
    int64_t id;
    char *name;  /* whose it is and where: "user@computer" */
    char *owner; /* ns_system_process_identity */
    char *version;
    char *groups; /* those that it serves, by name with ", " between; "" for all */
    int64_t capacity;
    int64_t running;
    int64_t started_at; /* ms UTC */
    bool stopping;      /* takes nothing any more */
} ns_worker_record;

typedef struct ns_worker_list {
    ns_worker_record *items;
    size_t count;
} ns_worker_list;

/* Of the record: name, owner, version and capacity. Serves all that waits, or with `group_count` only those groups and their machines. Sets the id.
 */
NS_MUST_USE ns_status ns_worker_add(ns_store *store, ns_worker_record *worker, const int64_t *group_ids, size_t group_count, ns_error *error);
/* Alive for another 75 seconds. NS_STATUS_LOST (WorkerLost) when it was taken for dead: what it carries out may be another's by now. */
NS_MUST_USE ns_status ns_worker_renew(ns_store *store, int64_t id, ns_error *error);
/* Takes nothing any more, and goes on with what it has. */
NS_MUST_USE ns_status ns_worker_stop(ns_store *store, int64_t id, ns_error *error);
NS_MUST_USE ns_status ns_worker_remove(ns_store *store, int64_t id, ns_error *error);
/* One of this computer whose process is gone is not waited for. */
NS_MUST_USE ns_status ns_workers_forget_dead(ns_store *store, ns_error *error);
/* Those that are alive, in the order in which they came. */
NS_MUST_USE ns_status ns_workers_load(ns_store *store, ns_worker_list *out, ns_error *error);
void ns_worker_list_clear(ns_worker_list *list);
/* How many are alive, take runs, and serve that machine, or that group with machine_id 0. */
NS_MUST_USE ns_status ns_workers_count(ns_store *store, int64_t machine_id, int64_t group_id, int64_t *count, ns_error *error);

#endif
