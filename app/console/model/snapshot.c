#include "console/model/snapshot.h"

#include <stdlib.h>

#include "../../../resources/resource.h"
#include "console/model/thing_text.h"
#include "console/ui/source.h"
#include "store/changed.h"

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

void snapshot_machine_cell(const snapshot *self, size_t index, size_t column, char out[CELL_SIZE]) {
    const ns_machine *machine = &self->fleet.machines[index];
    machine_cell(machine, snapshot_group(self, machine->group_id), (int)column, out);
}

static size_t machine_count(const void *data) {
    return ((const snapshot *)data)->fleet.machine_count;
}

static void indexed_cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    snapshot_machine_cell(data, index, column, out);
}

static bool indexed_number(const void *data, size_t index, size_t column, int64_t *out) {
    *out = ((const snapshot *)data)->fleet.machines[index].last_run_at;
    return column == MACHINE_LAST_RUN;
}

/* What the list of machines looks at; without it, for want of memory, the list is as the store has it. */
static void make_index(snapshot *self) {
    static const list_source machines = {.column_count = MACHINE_COLUMNS, .count = machine_count, .cell = indexed_cell, .number = indexed_number};
    self->states = calloc(self->fleet.machine_count ? self->fleet.machine_count : 1, 1);
    for (size_t i = 0; self->states && i < self->fleet.machine_count; i++) {
        const ns_machine *machine = &self->fleet.machines[i];
        self->states[i] = (unsigned char)(machine_state(machine, snapshot_group(self, machine->group_id)) - IDS_STATE_READY);
    }
    self->index = index_build(&machines, self);
}

ns_status snapshot_load(ns_store *store, int64_t limit, snapshot **out, ns_error *error) {
    snapshot *self = calloc(1, sizeof *self);
    ns_status status = NS_OK;
    *out = NULL;
    if (!self)
        return ns_error_set_memory(error);
    status = ns_activity_newest(store, &self->seen, error);
    if (status == NS_OK)
        status = ns_fleet_load_first(store, limit, &self->fleet, error);
    self->partial = (int64_t)self->fleet.machine_count >= limit;
    if (status == NS_OK)
        status = ns_runs_load(store, 0, SNAPSHOT_RUNS, &self->runs, error);
    if (status == NS_OK)
        status = ns_runs_load_queued(store, SNAPSHOT_QUEUE, &self->queue, error);
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
    if (!self->partial)
        make_index(self);
    *out = self;
    return NS_OK;
}

void snapshot_destroy(snapshot *self) {
    if (!self)
        return;
    ns_fleet_clear(&self->fleet);
    ns_run_list_clear(&self->runs);
    ns_run_list_clear(&self->queue);
    ns_session_list_clear(&self->sessions);
    ns_connection_list_clear(&self->connections);
    ns_flow_list_clear(&self->flows);
    ns_preflight_list_clear(&self->preflights);
    ns_activity_list_clear(&self->activity);
    index_destroy(self->index);
    free(self->states);
    free(self->places);
    free(self);
}

#define FIND(thing, name, list, number)                                                                                                              \
    const thing *name(const snapshot *self, int64_t id) {                                                                                            \
        for (size_t i = 0; self && id && i < self->number; i++)                                                                                      \
            if (self->list[i].id == id)                                                                                                              \
                return &self->list[i];                                                                                                               \
        return NULL;                                                                                                                                 \
    }
FIND(ns_group, snapshot_group, fleet.groups, fleet.group_count)
FIND(ns_connection, snapshot_connection, connections.items, connections.count)
FIND(ns_flow, snapshot_flow, flows.items, flows.count)
FIND(ns_activity, snapshot_activity, activity.items, activity.count)

static const ns_run *find_run(const ns_run_list *list, int64_t id) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id == id)
            return &list->items[i];
    return NULL;
}

const ns_run *snapshot_run(const snapshot *self, int64_t id) {
    const ns_run *found = self && id ? find_run(&self->runs, id) : NULL;
    return found || !self || !id ? found : find_run(&self->queue, id);
}

const ns_machine *snapshot_machine(const snapshot *self, int64_t id) {
    const snapshot_place wanted = {id, 0};
    const snapshot_place *found = self && id ? bsearch(&wanted, self->places, self->fleet.machine_count, sizeof *self->places, by_id) : NULL;
    return found ? &self->fleet.machines[found->index] : NULL;
}
