/* What the store held at one moment, immutable. Made by the worker, handed to the UI thread, and given back to the
 * worker to be freed. Portable. */
#ifndef NS_CONSOLE_SNAPSHOT_H
#define NS_CONSOLE_SNAPSHOT_H

#include "console/ui/index.h"
#include "store/activity.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/preflights.h"
#include "store/runs.h"
#include "store/sessions.h"

enum { SNAPSHOT_RUNS = 500, SNAPSHOT_QUEUE = 500, SNAPSHOT_ACTIVITY = 500, SNAPSHOT_FIRST = 1000 };

typedef struct snapshot_place {
    int64_t id;
    size_t index;
} snapshot_place;

typedef struct snapshot {
    struct snapshot *next; /* among those that wait to be freed */
    bool partial;          /* only the first machines: the rest is on its way */
    int64_t seen;          /* the newest activity before it was read: its version (store/changed.h) */
    ns_fleet fleet;
    snapshot_place *places; /* of the machines, by id */
    ns_run_list runs;       /* the newest */
    ns_run_list queue;      /* what waits, in its order */
    ns_session_list sessions;
    ns_connection_list connections;
    ns_flow_list flows;
    ns_preflight_list preflights; /* the newest of each machine */
    ns_activity_list activity;    /* the newest */
    list_index *index;            /* of the machines; NULL in a partial one */
    unsigned char *states;        /* likewise: IDS_STATE_… of each minus IDS_STATE_READY */
} snapshot;

/* With the first `limit` machines at most; the index is made when that is all of them. */
NS_MUST_USE ns_status snapshot_load(ns_store *store, int64_t limit, snapshot **out, ns_error *error);
void snapshot_destroy(snapshot *self); /* may be NULL */
/* NULL when there is none. Borrowed. */
const ns_group *snapshot_group(const snapshot *self, int64_t id);
const ns_machine *snapshot_machine(const snapshot *self, int64_t id);
const ns_run *snapshot_run(const snapshot *self, int64_t id);
const ns_connection *snapshot_connection(const snapshot *self, int64_t id);
const ns_flow *snapshot_flow(const snapshot *self, int64_t id);
const ns_activity *snapshot_activity(const snapshot *self, int64_t id);
/* A cell of a machine's row (thing_text.h). */
void snapshot_machine_cell(const snapshot *self, size_t index, size_t column, char out[CELL_SIZE]);

#endif
