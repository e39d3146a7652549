#include "console/snapshot.h"

#include <stdlib.h>

#include "console/words.h"

static int by_id(const void *a, const void *b) {
    const snapshot_place *left = a;
    const snapshot_place *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

/* Where each machine is, by its id. */
static bool make_places(snapshot *self) {
    const size_t count = self->fleet.machine_count;
    self->places = calloc(count ? count : 1, sizeof *self->places);
    if (!self->places)
        return false;
    for (size_t i = 0; i < count; i++)
        self->places[i] = (snapshot_place){self->fleet.machines[i].id, i};
    qsort(self->places, count, sizeof *self->places, by_id);
    return true;
}

ns_status snapshot_load(ns_store *store, int64_t limit, snapshot **out, ns_error *error) {
    snapshot *self = calloc(1, sizeof *self);
    ns_status status = NS_OK;
    *out = NULL;
    if (!self)
        return ns_error_set_memory(error);
    status = ns_fleet_load_first(store, limit, &self->fleet, error);
    self->partial = (int64_t)self->fleet.machine_count >= limit;
    if (status == NS_OK)
        status = ns_runs_load(store, 0, SNAPSHOT_RUNS, &self->runs, error);
    if (status == NS_OK)
        status = ns_sessions_load(store, 0, &self->sessions, error);
    if (status == NS_OK)
        status = ns_connections_load(store, &self->connections, error);
    if (status == NS_OK)
        status = ns_flows_load(store, &self->flows, error);
    if (status == NS_OK)
        status = ns_preflight_load_newest(store, &self->preflights, error);
    if (status == NS_OK)
        status = ns_activity_load(store, SNAPSHOT_ACTIVITY, &self->activity, error);
    if (status == NS_OK && !make_places(self))
        status = ns_error_set_memory(error);
    if (status != NS_OK) {
        snapshot_destroy(self);
        return status;
    }
    if (!self->partial) /* without one, for want of memory, the list is as the store has it */
        self->index = present_index_build(&self->fleet, words_utf8, words_local_time);
    *out = self;
    return NS_OK;
}

void snapshot_destroy(snapshot *self) {
    if (!self)
        return;
    ns_fleet_clear(&self->fleet);
    ns_run_list_clear(&self->runs);
    ns_session_list_clear(&self->sessions);
    ns_connection_list_clear(&self->connections);
    ns_flow_list_clear(&self->flows);
    ns_preflight_list_clear(&self->preflights);
    ns_activity_list_clear(&self->activity);
    present_index_destroy(self->index);
    free(self->places);
    free(self);
}

const ns_group *snapshot_group(const snapshot *self, int64_t id) {
    for (size_t i = 0; self && id && i < self->fleet.group_count; i++)
        if (self->fleet.groups[i].id == id)
            return &self->fleet.groups[i];
    return NULL;
}

const ns_machine *snapshot_machine(const snapshot *self, int64_t id) {
    const snapshot_place wanted = {id, 0};
    const snapshot_place *found = self && id ? bsearch(&wanted, self->places, self->fleet.machine_count, sizeof *self->places, by_id) : NULL;
    return found ? &self->fleet.machines[found->index] : NULL;
}

const ns_run *snapshot_run(const snapshot *self, int64_t id) {
    for (size_t i = 0; self && id && i < self->runs.count; i++)
        if (self->runs.items[i].id == id)
            return &self->runs.items[i];
    return NULL;
}
