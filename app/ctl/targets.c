#include "targets.h"

#include <stdlib.h>
#include <string.h>

#include "store/fleet.h"

static ns_status add_id(targets *self, int64_t id, ns_error *error) {
    int64_t *grown = NULL;
    for (size_t i = 0; i < self->count; i++)
        if (self->ids[i] == id)
            return NS_OK;
    grown = realloc(self->ids, (self->count + 1) * sizeof *grown);
    if (!grown)
        return ns_error_set_memory(error);
    self->ids = grown;
    self->ids[self->count++] = id;
    return NS_OK;
}

static ns_status add_group(targets *self, ns_store *store, const char *name, ns_error *error) {
    ns_group group = {0};
    ns_fleet fleet = {0};
    const size_t before = self->count;
    ns_status status = ns_group_load(store, name, &group, error);
    if (status == NS_OK)
        status = ns_fleet_load(store, &fleet, error);
    for (size_t i = 0; status == NS_OK && i < fleet.machine_count; i++)
        if (fleet.machines[i].group_id == group.id)
            status = add_id(self, fleet.machines[i].id, error);
    if (status == NS_OK && self->count == before)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "GroupIsEmpty", "Move machines into it.", "The group %.80s has no machine.", name);
    ns_fleet_clear(&fleet);
    ns_group_clear(&group);
    return status;
}

ns_status targets_find(const command *of, targets *out, ns_error *error) {
    ns_status status = NS_OK;
    *out = (targets){0};
    for (size_t i = 0; status == NS_OK && i < of->arguments.count; i++) {
        const char *word = of->arguments.words[i];
        ns_machine machine = {0};
        if (strncmp(word, "group:", 6) == 0) {
            status = add_group(out, of->store, word + 6, error);
            continue;
        }
        status = ns_machine_load(of->store, word, &machine, error);
        if (status == NS_OK)
            status = add_id(out, machine.id, error);
        ns_machine_clear(&machine);
    }
    return status;
}

void targets_clear(targets *self) {
    free(self->ids);
    *self = (targets){0};
}
