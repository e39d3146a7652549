/* What the store held at one moment, immutable, shared by counting. Made by the worker, read by the UI thread. */
#ifndef NS_CONSOLE_SNAPSHOT_H
#define NS_CONSOLE_SNAPSHOT_H

#include "console/present/index.h"
#include "store/activity.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/preflights.h"
#include "store/runs.h"
#include "store/sessions.h"

enum { SNAPSHOT_RUNS = 500, SNAPSHOT_ACTIVITY = 500, SNAPSHOT_FIRST = 1000 };

typedef struct snapshot_place {
    int64_t id;
    size_t index;
} snapshot_place;

typedef struct snapshot {
    volatile LONG references;
    bool partial; /* only the first machines: the rest is on its way */
    ns_fleet fleet;
    snapshot_place *places; /* of the machines, by id */
    ns_run_list runs;       /* the newest */
    ns_session_list sessions;
    ns_connection_list connections;
    ns_flow_list flows;
    ns_preflight_list preflights;  /* the newest of each machine */
    ns_activity_list activity;     /* the newest */
    present_index *volatile index; /* of the machines; NULL until it was made */
} snapshot;

/* With the first `limit` machines at most. */
NS_MUST_USE ns_status snapshot_load(ns_store *store, int64_t limit, snapshot **out, ns_error *error);
/* Makes the index, after which the snapshot changes no more. Worker. */
void snapshot_make_index(snapshot *self);
const present_index *snapshot_index(const snapshot *self); /* NULL until it was made */
snapshot *snapshot_acquire(snapshot *self);
void snapshot_release(snapshot *self); /* may be NULL */
/* NULL when there is none. Borrowed. */
const ns_group *snapshot_group(const snapshot *self, int64_t id);
const ns_machine *snapshot_machine(const snapshot *self, int64_t id);

#endif
