#include "store/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "model/names.h"
#include "store/journal.h"
#include "store/sql.h"

#define MACHINES                                                                                                                                     \
    "SELECT m.id, m.name, m.host, m.port, m.description, m.group_id, g.name, m.pin, r.id, "                                                          \
    "CASE WHEN r.ended_at > 0 THEN r.ended_at ELSE r.created_at END, r.state, r.code, m.nla_before "                                                 \
    "FROM machine m LEFT JOIN machine_group g ON g.id = m.group_id "                                                                                 \
    "LEFT JOIN run r ON r.id = (SELECT max(id) FROM run WHERE machine_id = m.id) "
#define GROUPS "SELECT g.id, g.name, g.description, (SELECT count(*) FROM machine WHERE group_id = g.id) FROM machine_group g "

static ns_status take_machine(void *context, const ns_db_row *row, ns_error *error) {
    ns_machine *machine = context;
    bool failed = false;
    ns_machine_clear(machine);
    machine->id = ns_db_integer(row, 0);
    machine->name = ns_sql_text(row, 1, &failed);
    machine->host = ns_sql_text(row, 2, &failed);
    machine->port = (uint16_t)ns_db_integer(row, 3);
    machine->description = ns_sql_text(row, 4, &failed);
    machine->group_id = ns_db_integer(row, 5);
    machine->group_name = ns_sql_text(row, 6, &failed);
    machine->pin = ns_sql_text(row, 7, &failed);
    machine->last_run_id = ns_db_integer(row, 8);
    machine->last_run_at = ns_db_integer(row, 9);
    machine->last_run_state = ns_sql_text(row, 10, &failed);
    machine->last_run_code = ns_sql_text(row, 11, &failed);
    machine->nla_before = ns_db_integer(row, 12) != 0;
    return failed ? ns_error_set_memory(error) : NS_OK;
}

static ns_status take_group(void *context, const ns_db_row *row, ns_error *error) {
    ns_group *group = context;
    bool failed = false;
    ns_group_clear(group);
    group->id = ns_db_integer(row, 0);
    group->name = ns_sql_text(row, 1, &failed);
    group->description = ns_sql_text(row, 2, &failed);
    group->machine_count = ns_db_integer(row, 3);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_machine, ns_fleet, ns_machine, machines, machine_count, take_machine)

NS_SQL_APPEND(append_group, ns_fleet, ns_group, groups, group_count, take_group)

/* Columns: name, value. A name that this version does not know is kept in the store and not looked at. */
static ns_status take_value(void *context, const ns_db_row *row, ns_error *error) {
    ns_setting_values *values = context;
    ns_setting_id id = NS_SETTING_COUNT;
    bool failed = false;
    if (ns_setting_find(ns_db_text(row, 0), &id, NULL) == NS_OK)
        ns_setting_values_take(values, id, ns_sql_text(row, 1, &failed));
    return failed ? ns_error_set_memory(error) : NS_OK;
}

/* Whose settings are read, by id, against the rows in that order. */
typedef struct value_owner {
    int64_t id;
    ns_setting_values *values;
} value_owner;

typedef struct owners {
    value_owner *items;
    size_t count;
    size_t at;
} owners;

static int by_id(const void *a, const void *b) {
    const int64_t left = ((const value_owner *)a)->id;
    const int64_t right = ((const value_owner *)b)->id;
    return (left > right) - (left < right);
}

/* Columns: name, value, the owner's id. */
static ns_status take_owners_value(void *context, const ns_db_row *row, ns_error *error) {
    owners *self = context;
    const int64_t id = ns_db_integer(row, 2);
    while (self->at < self->count && self->items[self->at].id < id)
        self->at++;
    return self->at < self->count && self->items[self->at].id == id ? take_value(self->items[self->at].values, row, error) : NS_OK;
}

static ns_status load_values(ns_store *store, ns_fleet *fleet, int64_t limit, ns_error *error) {
    owners all = {.items = calloc(fleet->machine_count + fleet->group_count + 1, sizeof *all.items)};
    ns_status status = NS_OK;
    if (!all.items)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < fleet->machine_count; i++)
        all.items[all.count++] = (value_owner){fleet->machines[i].id, &fleet->machines[i].values};
    qsort(all.items, all.count, sizeof *all.items, by_id);
    if (limit == INT64_MAX)
        status = ns_sql(store, take_owners_value, &all, error, "SELECT name, value, machine_id FROM machine_setting ORDER BY machine_id", "");
    else
        status = ns_sql(store, take_owners_value, &all, error,
                        "SELECT name, value, machine_id FROM machine_setting WHERE machine_id IN (SELECT id FROM machine ORDER BY name_key LIMIT ?) "
                        "ORDER BY machine_id",
                        "i", limit);
    all.count = 0;
    all.at = 0;
    for (size_t i = 0; i < fleet->group_count; i++)
        all.items[all.count++] = (value_owner){fleet->groups[i].id, &fleet->groups[i].values};
    qsort(all.items, all.count, sizeof *all.items, by_id);
    if (status == NS_OK)
        status = ns_sql(store, take_owners_value, &all, error, "SELECT name, value, group_id FROM group_setting ORDER BY group_id", "");
    free(all.items);
    return status;
}

ns_status ns_fleet_load(ns_store *store, ns_fleet *out, ns_error *error) {
    return ns_fleet_load_first(store, INT64_MAX, out, error);
}

ns_status ns_fleet_load_first(ns_store *store, int64_t limit, ns_fleet *out, ns_error *error) {
    ns_status status = ns_store_begin_reading(store, error);
    memset(out, 0, sizeof *out);
    if (status != NS_OK)
        return status;
    status = ns_sql(store, append_machine, out, error, MACHINES "ORDER BY m.name_key LIMIT ?", "i", limit);
    if (status == NS_OK)
        status = ns_sql(store, append_group, out, error, GROUPS "ORDER BY g.name_key", "");
    if (status == NS_OK)
        status = load_values(store, out, limit, error);
    status = ns_store_end_reading(store, status);
    if (status != NS_OK)
        ns_fleet_clear(out);
    return status;
}

void ns_fleet_clear(ns_fleet *fleet) {
    for (size_t i = 0; i < fleet->machine_count; i++)
        ns_machine_clear(&fleet->machines[i]);
    for (size_t i = 0; i < fleet->group_count; i++)
        ns_group_clear(&fleet->groups[i]);
    free(fleet->machines);
    free(fleet->groups);
    memset(fleet, 0, sizeof *fleet);
}

ns_status ns_machine_load_by_id(ns_store *store, int64_t id, ns_machine *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, take_machine, out, error, MACHINES "WHERE m.id = ?", "i", id);
    if (status == NS_OK && out->id == 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "MachineNotFound", "It was removed by somebody else.",
                            "That machine does not exist any more.");
    if (status == NS_OK)
        status = ns_sql(store, take_value, &out->values, error, "SELECT name, value FROM machine_setting WHERE machine_id = ?", "i", id);
    if (status != NS_OK)
        ns_machine_clear(out);
    return status;
}

ns_status ns_group_load_by_id(ns_store *store, int64_t id, ns_group *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, take_group, out, error, GROUPS "WHERE g.id = ?", "i", id);
    if (status == NS_OK && out->id == 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "XrmMachineGroupNotFound", "It was removed by somebody else.",
                            "That group does not exist any more.");
    if (status == NS_OK)
        status = ns_sql(store, take_value, &out->values, error, "SELECT name, value FROM group_setting WHERE group_id = ?", "i", id);
    if (status != NS_OK)
        ns_group_clear(out);
    return status;
}

static ns_status find_id(ns_store *store, const char *sql, const char *name, int64_t *id, ns_error *error) {
    char *key = ns_fold_case(name);
    ns_status status = key ? ns_sql_integer(store, id, 0, error, sql, "s", key) : ns_error_set_memory(error);
    free(key);
    return status;
}

ns_status ns_machine_seek(ns_store *store, const char *name, int64_t *id, ns_error *error) {
    return find_id(store, "SELECT id FROM machine WHERE name_key = ?", name, id, error);
}

ns_status ns_machine_load(ns_store *store, const char *name, ns_machine *out, ns_error *error) {
    int64_t id = 0;
    ns_status status = ns_machine_seek(store, name, &id, error);
    memset(out, 0, sizeof *out);
    if (status == NS_OK && id == 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "MachineNotFound", "See the names with: nightshiftctl machine list",
                            "There is no machine \"%.100s\".", name);
    return status == NS_OK ? ns_machine_load_by_id(store, id, out, error) : status;
}

ns_status ns_group_find(ns_store *store, const char *name, int64_t *id, ns_error *error) {
    const ns_status status = find_id(store, "SELECT id FROM machine_group WHERE name_key = ?", name, id, error);
    if (status == NS_OK && *id == 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "XrmMachineGroupNotFound", "See the names with: nightshiftctl group list",
                            "There is no machine group \"%.100s\".", name);
    return status;
}

ns_status ns_group_load(ns_store *store, const char *name, ns_group *out, ns_error *error) {
    int64_t id = 0;
    const ns_status status = ns_group_find(store, name, &id, error);
    memset(out, 0, sizeof *out);
    return status == NS_OK ? ns_group_load_by_id(store, id, out, error) : status;
}

static ns_status check_group(ns_store *store, int64_t group_id, ns_error *error) {
    int64_t exists = 1;
    ns_status status = NS_OK;
    if (group_id)
        status = ns_sql_integer(store, &exists, 0, error, "SELECT 1 FROM machine_group WHERE id = ?", "i", group_id);
    return status == NS_OK && !exists ? ns_thing_missing("group", error) : status;
}

/* Within a transaction: the rules of leaving and joining for one machine. */
static ns_status change_group(ns_store *store, int64_t machine_id, int64_t group_id, ns_error *error) {
    int64_t old = -1;
    ns_status status = ns_sql_integer(store, &old, -1, error, "SELECT coalesce(group_id, 0) FROM machine WHERE id = ?", "i", machine_id);
    if (status == NS_OK && old < 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "MachineNotFound", "It was removed by somebody else.",
                            "That machine does not exist any more.");
    if (status == NS_OK)
        status = check_group(store, group_id, error);
    if (status != NS_OK || old == group_id)
        return status;
    if (group_id != 0)
        status = ns_sql(store, NULL, NULL, error, "DELETE FROM machine_setting WHERE machine_id = ?", "i", machine_id);
    else
        status = ns_sql(store, NULL, NULL, error,
                        "INSERT INTO machine_setting(machine_id, name, value) SELECT ?, name, value FROM group_setting WHERE group_id = ? "
                        "ON CONFLICT(machine_id, name) DO NOTHING",
                        "ii", machine_id, old);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE machine SET group_id = nullif(?, 0) WHERE id = ?", "ii", group_id, machine_id);
    return status;
}

static ns_status move_one(ns_store *store, ns_journal *journal, int64_t machine_id, int64_t group_id, ns_error *error) {
    char *before = NULL;
    ns_status status = ns_thing_read(store, "machine", machine_id, &before, error);
    if (status == NS_OK)
        status = change_group(store, machine_id, group_id, error);
    if (status == NS_OK)
        return ns_journal_note_now(store, journal, "machine", machine_id, before, error);
    free(before);
    return status;
}

ns_status ns_machines_move(ns_store *store, const int64_t *machine_ids, size_t count, int64_t group_id, ns_error *error) {
    ns_journal journal = {.verb = "move"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = move_one(store, &journal, machine_ids[i], group_id, error);
    return ns_sql_end(store, status, error);
}

static ns_status check_machine(const ns_machine *machine, ns_error *error) {
    ns_status status = ns_name_check("machine name", machine->name, error);
    if (status == NS_OK)
        status = ns_host_check(machine->host, error);
    if (status == NS_OK)
        status = ns_port_check(machine->port, error);
    if (status == NS_OK)
        status = ns_description_check(machine->description ? machine->description : "", error);
    return status;
}

/* Within a transaction: the machine's own row. */
static ns_status write_machine(ns_store *store, const ns_machine *machine, const char *key, int64_t *id, ns_error *error) {
    const char *description = machine->description ? machine->description : "";
    ns_status status = NS_OK;
    if (*id)
        return ns_sql(store, NULL, NULL, error, "UPDATE machine SET name = ?, name_key = ?, host = ?, port = ?, description = ? WHERE id = ?",
                      "sssisi", machine->name, key, machine->host, (int64_t)machine->port, description, *id);
    status = check_group(store, machine->group_id, error);
    if (status == NS_OK)
        status = ns_thing_next_id(store, "machine", id, error);
    if (status == NS_OK) /* a new one has no settings that another group gave it */
        status = ns_sql(store, NULL, NULL, error,
                        "INSERT INTO machine(id, name, name_key, host, port, description, group_id) VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0))",
                        "isssisi", *id, machine->name, key, machine->host, (int64_t)machine->port, description, machine->group_id);
    return status;
}

ns_status ns_machine_save(ns_store *store, ns_machine *machine, ns_error *error) {
    ns_journal journal = {.verb = machine->id ? "edit" : "add"};
    char *before = NULL;
    char *key = NULL;
    int64_t id = machine->id;
    ns_status status = check_machine(machine, error);
    if (status != NS_OK)
        return status;
    key = ns_fold_case(machine->name);
    status = key ? ns_sql_begin(store, error) : ns_error_set_memory(error);
    if (status == NS_OK && id)
        status = ns_thing_read(store, "machine", id, &before, error);
    if (status == NS_OK)
        status = write_machine(store, machine, key, &id, error);
    if (status == NS_OK && machine->id)
        status = change_group(store, id, machine->group_id, error);
    if (status == NS_OK)
        status = ns_journal_note_now(store, &journal, "machine", id, before, error);
    else
        free(before);
    status = ns_sql_name_taken(ns_sql_end(store, status, error), "machine", machine->name, error);
    if (status == NS_OK)
        machine->id = id;
    free(key);
    return status;
}

static ns_status remove_machine(ns_store *store, ns_journal *journal, int64_t id, ns_error *error) {
    char *before = NULL;
    int64_t open = 0;
    ns_status status = ns_thing_read(store, "machine", id, &before, error);
    if (status == NS_OK)
        status = ns_sql_integer(store, &open, 0, error, "SELECT count(*) FROM run WHERE machine_id = ? AND state IN ('Queued', 'Running')", "i", id);
    if (status == NS_OK && open > 0)
        status = ns_error_set(error, NS_STATUS_REFUSED, "UIFlowAlreadyRunning", "Wait for the run or cancel it first.",
                              "A run on this machine is not finished; it was not removed.");
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "DELETE FROM machine WHERE id = ?", "i", id);
    if (status == NS_OK && before)
        status = ns_journal_note(store, journal, "machine", id, before, NULL, error);
    free(before);
    return status;
}

ns_status ns_machines_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error) {
    ns_journal journal = {.verb = "remove"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = remove_machine(store, &journal, ids[i], error);
    return ns_sql_end(store, status, error);
}

ns_status ns_machine_remove(ns_store *store, int64_t id, ns_error *error) {
    return ns_machines_remove(store, &id, 1, error);
}

static ns_status insert_group(ns_store *store, const char *name, const char *key, const char *description, int64_t *id, ns_error *error) {
    ns_status status = ns_thing_next_id(store, "group", id, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "INSERT INTO machine_group(id, name, name_key, description) VALUES (?, ?, ?, ?)", "isss", *id, name,
                        key, description);
    return status;
}

ns_status ns_group_save(ns_store *store, ns_group *group, ns_error *error) {
    ns_journal journal = {.verb = group->id ? "edit" : "add"};
    const char *description = group->description ? group->description : "";
    int64_t id = group->id;
    char *before = NULL;
    char *key = NULL;
    ns_status status = ns_name_check("group name", group->name, error);
    if (status == NS_OK)
        status = ns_description_check(description, error);
    if (status != NS_OK)
        return status;
    key = ns_fold_case(group->name);
    status = key ? ns_sql_begin(store, error) : ns_error_set_memory(error);
    if (status == NS_OK && id)
        status = ns_thing_read(store, "group", id, &before, error);
    if (status == NS_OK && id)
        status = ns_sql(store, NULL, NULL, error, "UPDATE machine_group SET name = ?, name_key = ?, description = ? WHERE id = ?", "sssi",
                        group->name, key, description, id);
    else if (status == NS_OK)
        status = insert_group(store, group->name, key, description, &id, error);
    if (status == NS_OK)
        status = ns_journal_note_now(store, &journal, "group", id, before, error);
    else
        free(before);
    status = ns_sql_name_taken(ns_sql_end(store, status, error), "machine group", group->name, error);
    if (status == NS_OK)
        group->id = id;
    free(key);
    return status;
}

typedef struct id_list {
    int64_t *ids;
    size_t count;
} id_list;

static ns_status append_id(void *context, const ns_db_row *row, ns_error *error) {
    id_list *list = context;
    void *items = list->ids;
    int64_t *id = ns_sql_grow(&items, &list->count, sizeof *id);
    list->ids = items;
    if (!id)
        return ns_error_set_memory(error);
    *id = ns_db_integer(row, 0);
    return NS_OK;
}

/* Within a transaction. */
static ns_status remove_group(ns_store *store, ns_journal *journal, int64_t id, ns_error *error) {
    id_list members = {0};
    char *before = NULL;
    int64_t waiting = 0;
    ns_status status = ns_thing_read(store, "group", id, &before, error);
    if (status == NS_OK)
        status = ns_sql_integer(store, &waiting, 0, error,
                                "SELECT 1 FROM run WHERE state = 'Queued' AND queue <> 0 AND queue = ? UNION ALL "
                                "SELECT 1 FROM run WHERE state = 'Queued' AND queue = 0 AND group_id = ? LIMIT 1",
                                "ii", -id, id);
    if (status == NS_OK && waiting)
        status = ns_error_set(error, NS_STATUS_REFUSED, "UIFlowAlreadyRunning", "Wait for the run or cancel it first.",
                              "A run waits for a machine of this group; it was not removed.");
    if (status == NS_OK)
        status = ns_sql(store, append_id, &members, error, "SELECT id FROM machine WHERE group_id = ?", "i", id);
    for (size_t i = 0; i < members.count && status == NS_OK; i++)
        status = move_one(store, journal, members.ids[i], 0, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "DELETE FROM machine_group WHERE id = ?", "i", id);
    if (status == NS_OK && before)
        status = ns_journal_note(store, journal, "group", id, before, NULL, error);
    free(before);
    free(members.ids);
    return status;
}

ns_status ns_groups_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error) {
    ns_journal journal = {.verb = "remove"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = remove_group(store, &journal, ids[i], error);
    return ns_sql_end(store, status, error);
}

ns_status ns_group_remove(ns_store *store, int64_t id, ns_error *error) {
    return ns_groups_remove(store, &id, 1, error);
}

static ns_status set_value(ns_store *store, bool group, int64_t owner, const ns_setting_change *change, ns_error *error) {
    const char *key = ns_setting_get(change->id)->key;
    char *value = NULL;
    ns_status status = NS_OK;
    if (!change->text)
        return ns_sql(store, NULL, NULL, error,
                      group ? "DELETE FROM group_setting WHERE group_id = ? AND name = ?"
                            : "DELETE FROM machine_setting WHERE machine_id = ? AND name = ?",
                      "is", owner, key);
    status = ns_setting_parse(change->id, change->text, &value, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error,
                        group ? "INSERT INTO group_setting(group_id, name, value) VALUES (?, ?, ?) "
                                "ON CONFLICT(group_id, name) DO UPDATE SET value = excluded.value"
                              : "INSERT INTO machine_setting(machine_id, name, value) VALUES (?, ?, ?) "
                                "ON CONFLICT(machine_id, name) DO UPDATE SET value = excluded.value",
                        "iss", owner, key, value);
    free(value);
    return status;
}

/* Within a transaction. */
static ns_status set_values(ns_store *store, ns_journal *journal, bool group, int64_t owner, const ns_setting_change *changes, size_t count,
                            ns_error *error) {
    const char *kind = group ? "group" : "machine";
    char *before = NULL;
    ns_status status = ns_thing_read(store, kind, owner, &before, error);
    if (status == NS_OK && !before)
        return ns_thing_missing(kind, error);
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = set_value(store, group, owner, &changes[i], error);
    if (status == NS_OK)
        return ns_journal_note_now(store, journal, kind, owner, before, error);
    free(before);
    return status;
}

ns_status ns_machines_set(ns_store *store, const int64_t *machine_ids, size_t machine_count, const ns_setting_change *changes, size_t count,
                          ns_error *error) {
    ns_journal journal = {.verb = "set"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < machine_count && status == NS_OK; i++)
        status = set_values(store, &journal, false, machine_ids[i], changes, count, error);
    return ns_sql_end(store, status, error);
}

ns_status ns_machine_set(ns_store *store, int64_t machine_id, const ns_setting_change *changes, size_t count, ns_error *error) {
    return ns_machines_set(store, &machine_id, 1, changes, count, error);
}

ns_status ns_group_set(ns_store *store, int64_t group_id, const ns_setting_change *changes, size_t count, ns_error *error) {
    ns_journal journal = {.verb = "set"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    return ns_sql_end(store, set_values(store, &journal, true, group_id, changes, count, error), error);
}
