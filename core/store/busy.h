/* Which runs are carried out where: found by machine, however many there are. Private to core/store. */
#ifndef NS_STORE_BUSY_H
#define NS_STORE_BUSY_H

#include "model/things.h"
#include "store/store.h"

/* A run that is carried out, or will be at once. */
typedef struct ns_busy {
    int64_t run_id;
    int64_t machine_id;
    int64_t worker_id;
    char *place;
    ns_connection connection; /* what tells its account */
    bool is_next;             /* another program is about to claim it: it is before others, and has the account's turn */
} ns_busy;

/* One thing by which a run is found: a machine's id (of its own, or of an entry that is reached at the same address), or else a place. */
typedef struct ns_busy_key {
    int64_t machine_id; /* 0: by the place */
    const char *place;  /* of the run; "" with a machine's id */
    size_t index;       /* of the run */
} ns_busy_key;

typedef struct ns_busy_list {
    ns_busy *runs;
    size_t count;
    ns_busy_key *keys; /* in order */
    size_t key_count;
} ns_busy_list;

/* Within a transaction; the clear comes in any case. */
NS_MUST_USE ns_status ns_busy_load(ns_busy_list *list, ns_store *store, ns_error *error);
void ns_busy_clear(ns_busy_list *list);
/* As if a run were carried out there, for what is asked from now on: it is about to be claimed by another program. */
NS_MUST_USE ns_status ns_busy_add(ns_busy_list *list, int64_t run_id, int64_t machine_id, const char *place, int64_t connection_id, ns_store *store,
                                  ns_error *error);
/* The runs on a machine, each once, borrowed: *at begins at 0 and is moved on. NULL after the last. */
const ns_busy *ns_busy_next(const ns_busy_list *list, int64_t machine_id, const char *place, size_t *at);

#endif
