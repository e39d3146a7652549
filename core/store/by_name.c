#include "store/by_name.h"

#include <stdlib.h>

#include "base/text.h"
#include "store/action.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/sql.h"

/* Each kind has the same functions under its own name, and a struct with a name in it. */
#define NAMED(kind, ...)                                                                                                                             \
    static ns_status find_##kind(ns_store *store, const char *name, int64_t *id, ns_error *error) {                                                  \
        ns_##kind found = {0};                                                                                                                       \
        const ns_status status = ns_##kind##_load(store, name, &found, error);                                                                       \
        *id = found.id;                                                                                                                              \
        ns_##kind##_clear(&found);                                                                                                                   \
        return status;                                                                                                                               \
    }                                                                                                                                                \
    static ns_status rename_##kind(ns_store *store, int64_t id, const char *name, ns_error *error) {                                                 \
        ns_##kind found = {0};                                                                                                                       \
        ns_status status = ns_##kind##_load_by_id(store, id, &found, error);                                                                         \
        if (status == NS_OK) {                                                                                                                       \
            free(found.name);                                                                                                                        \
            found.name = ns_string_copy(name);                                                                                                       \
            status = found.name ? ns_##kind##_save(store, &found, __VA_ARGS__) : ns_error_set_memory(error);                                         \
        }                                                                                                                                            \
        ns_##kind##_clear(&found);                                                                                                                   \
        return status;                                                                                                                               \
    }

NAMED(machine, error)
NAMED(group, error)
NAMED(connection, NULL, error)
NAMED(flow, error)

static const struct {
    ns_status (*find)(ns_store *store, const char *name, int64_t *id, ns_error *error);
    ns_status (*rename)(ns_store *store, int64_t id, const char *name, ns_error *error);
    ns_status (*remove)(ns_store *store, int64_t id, ns_error *error);
} kinds[NS_NAMED_COUNT] = {{find_machine, rename_machine, ns_machine_remove},
                           {find_group, rename_group, ns_group_remove},
                           {find_connection, rename_connection, ns_connection_remove},
                           {find_flow, rename_flow, ns_flow_remove}};

const char *ns_named_word(ns_named kind) {
    static const char *const words[NS_NAMED_COUNT] = {"machine", "group", "connection", "flow"};
    return words[kind];
}

ns_status ns_named_find(ns_store *store, ns_named kind, const char *name, int64_t *id, ns_error *error) {
    return kinds[kind].find(store, name, id, error);
}

ns_status ns_named_rename(ns_store *store, ns_named kind, int64_t id, const char *name, ns_error *error) {
    return kinds[kind].rename(store, id, name, error);
}

ns_status ns_named_remove(ns_store *store, ns_named kind, int64_t id, ns_error *error) {
    return kinds[kind].remove(store, id, error);
}

/* What is not touched is what it is at that moment: it is read and written in one transaction, which may be part of an action. */
static ns_status begin_edit(ns_store *store, ns_error *error) {
    return store->depth ? ns_action_step(store, error) : ns_action_begin(store, "edit", error);
}

static ns_status end_edit(ns_store *store, ns_status status, ns_error *error) {
    return store->depth > 1 ? ns_action_step_end(store, status, error) : ns_action_end(store, status, error);
}

ns_status ns_group_edit(ns_store *store, int64_t id, const char *name, const char *description, ns_error *error) {
    ns_group group = {0};
    ns_status status = begin_edit(store, error);
    if (status != NS_OK)
        return status;
    status = ns_group_load_by_id(store, id, &group, error);
    ns_group changed = {.id = id,
                        .name = (char *)(uintptr_t)(name ? name : group.name),
                        .description = (char *)(uintptr_t)(description ? description : group.description)};
    if (status == NS_OK)
        status = ns_group_save(store, &changed, error);
    ns_group_clear(&group);
    return end_edit(store, status, error);
}

ns_status ns_machine_edit(ns_store *store, int64_t id, const char *name, const char *host, uint16_t port, const char *description, ns_error *error) {
    ns_machine machine = {0};
    ns_status status = begin_edit(store, error);
    if (status != NS_OK)
        return status;
    status = ns_machine_load_by_id(store, id, &machine, error);
    ns_machine changed = {.id = id,
                          .name = (char *)(uintptr_t)(name ? name : machine.name),
                          .host = (char *)(uintptr_t)(host ? host : machine.host),
                          .port = port ? port : machine.port,
                          .description = (char *)(uintptr_t)(description ? description : machine.description),
                          .group_id = machine.group_id};
    if (status == NS_OK)
        status = ns_machine_save(store, &changed, error);
    ns_machine_clear(&machine);
    return end_edit(store, status, error);
}
