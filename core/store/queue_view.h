/* What a claim goes by, read in one transaction: who waits first, who runs where, which machines a target has. Private to core/store. */
#ifndef NS_STORE_QUEUE_VIEW_H
#define NS_STORE_QUEUE_VIEW_H

#include "model/assignment.h"
#include "model/things.h"
#include "store/busy.h"
#include "store/store.h"

/* The first run of a lane: of those with one target and one connection. */
typedef struct ns_head {
    ns_queue_order order;
    int64_t epoch;
    int64_t queue; /* a machine's id, or a group's below 0 */
    int64_t lane;  /* the connection's id */
    ns_purpose purpose;
    char *owner; /* "" for nobody */
    char *waits; /* why, as it is written down: English */
} ns_head;

typedef struct ns_member {
    char *name;
    char *computer; /* what the machine calls itself */
    char place[NS_MACHINE_PLACE_SIZE];
    ns_setting_values values;
} ns_member;

typedef struct ns_queue_target {
    int64_t queue;
    int64_t group_id; /* the group that it is or is in; 0 for none */
    ns_setting_values values;
    ns_candidate *candidates;
    ns_member *members; /* of the same indexes */
    size_t count;
    size_t member_count;
    bool blocked; /* its first run waits, and none may overtake it */
} ns_queue_target;

typedef struct ns_live_worker {
    int64_t id;
    int64_t capacity;
    bool serves_all;
    int64_t running;
} ns_live_worker;

typedef struct ns_queue_view {
    ns_store *store;
    int64_t now; /* the store's time */
    ns_head *heads;
    size_t head_count;
    ns_busy_list busy;
    ns_live_worker *workers;
    size_t worker_count;
    ns_queue_target *targets;
    size_t target_count;
    ns_connection *connections;
    size_t connection_count;
} ns_queue_view;

/* Heads in the order in which they are to be looked at. Within a transaction; the clear comes in any case. */
NS_MUST_USE ns_status ns_queue_view_load(ns_queue_view *view, ns_store *store, ns_error *error);
void ns_queue_view_clear(ns_queue_view *view);
/* A check, which stands in no queue and holds itself, as the first head. */
NS_MUST_USE ns_status ns_queue_view_add_check(ns_queue_view *view, int64_t run_id, ns_error *error);
/* Borrowed until another one is asked for. */
NS_MUST_USE ns_status ns_queue_view_target(ns_queue_view *view, int64_t queue, ns_queue_target **out, ns_error *error);
NS_MUST_USE ns_status ns_queue_view_connection(ns_queue_view *view, int64_t id, ns_connection **out, ns_error *error);
/* As if the run were carried out on that machine, for the heads that come after it. */
NS_MUST_USE ns_status ns_queue_view_occupy(ns_queue_view *view, const ns_head *head, const ns_queue_target *target, size_t chosen,
                                           const ns_connection *connection, ns_error *error);
/* Whether a worker serves the target. */
NS_MUST_USE ns_status ns_queue_view_serves(ns_queue_view *view, int64_t worker_id, const ns_queue_target *target, bool *serves, ns_error *error);

#endif
