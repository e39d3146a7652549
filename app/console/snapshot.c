#include "console/snapshot.h"

#include <stdlib.h>

ns_status snapshot_load(ns_store *store, snapshot **out, ns_error *error) {
    snapshot *self = calloc(1, sizeof *self);
    ns_status status = NS_OK;
    *out = NULL;
    if (!self)
        return ns_error_set_memory(error);
    self->references = 1;
    status = ns_fleet_load(store, &self->fleet, error);
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
    if (status != NS_OK) {
        snapshot_release(self);
        return status;
    }
    *out = self;
    return NS_OK;
}

snapshot *snapshot_acquire(snapshot *self) {
    (void)InterlockedIncrement(&self->references);
    return self;
}

void snapshot_release(snapshot *self) {
    if (!self || InterlockedDecrement(&self->references) > 0)
        return;
    ns_fleet_clear(&self->fleet);
    ns_run_list_clear(&self->runs);
    ns_session_list_clear(&self->sessions);
    ns_connection_list_clear(&self->connections);
    ns_flow_list_clear(&self->flows);
    ns_preflight_list_clear(&self->preflights);
    free(self);
}

const ns_group *snapshot_group(const snapshot *self, int64_t id) {
    for (size_t i = 0; self && id && i < self->fleet.group_count; i++)
        if (self->fleet.groups[i].id == id)
            return &self->fleet.groups[i];
    return NULL;
}

const ns_machine *snapshot_machine(const snapshot *self, int64_t id) {
    for (size_t i = 0; self && id && i < self->fleet.machine_count; i++)
        if (self->fleet.machines[i].id == id)
            return &self->fleet.machines[i];
    return NULL;
}
