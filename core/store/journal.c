#include "store/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/json.h"
#include "base/system.h"
#include "store/flow_sql.h"
#include "store/sql.h"

/* How a kind of thing lies in its table: the columns, and for whom its settings are. */
typedef struct thing_kind {
    const char *name;
    const char *select;
    const char *insert; /* values: name, name_key, then the others in the order of `fields`, then the id */
    const char *update; /* likewise */
    const char *remove;
    const char *fields[20]; /* after the name; an i before the name is for an integer */
    const char *settings;   /* how its settings are read, or NULL */
    const char *clear_settings;
    const char *add_setting;
} thing_kind;

#define FIELD_TEXT(member, field, ...) field,
#define FIELD_NUMBER(member, field, ...) "i" field,

static const thing_kind kinds[] = {
    {"machine",
     "SELECT name, host, port, description, group_id, pin, nla_before, (SELECT g.name FROM machine_group g WHERE g.id = group_id) FROM machine WHERE "
     "id = ?",
     "INSERT INTO machine(name, name_key, host, port, description, group_id, pin, nla_before, id) VALUES (?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)",
     "UPDATE machine SET name = ?, name_key = ?, host = ?, port = ?, description = ?, group_id = nullif(?, 0), pin = ?, nla_before = ? WHERE id = ?",
     "DELETE FROM machine WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run WHERE machine_id = machine.id AND state IN ('Queued', 'Running'))",
     {"host", "iport", "description", "igroup-id", "certificate", "inla-before", "group"},
     "SELECT name, value FROM machine_setting WHERE machine_id = ? ORDER BY name",
     "DELETE FROM machine_setting WHERE machine_id = ?",
     "INSERT INTO machine_setting(machine_id, name, value) VALUES (?, ?, ?)"},
    {"group",
     "SELECT name, description FROM machine_group WHERE id = ?",
     "INSERT INTO machine_group(name, name_key, description, id) VALUES (?, ?, ?, ?)",
     "UPDATE machine_group SET name = ?, name_key = ?, description = ? WHERE id = ?",
     "DELETE FROM machine_group WHERE id = ? AND NOT EXISTS (SELECT 1 FROM machine WHERE group_id = machine_group.id)",
     {"description"},
     "SELECT name, value FROM group_setting WHERE group_id = ? ORDER BY name",
     "DELETE FROM group_setting WHERE group_id = ?",
     "INSERT INTO group_setting(group_id, name, value) VALUES (?, ?, ?)"},
    {"connection",
     "SELECT name, user_name, domain, kind, account FROM connection WHERE id = ?",
     "INSERT INTO connection(name, name_key, user_name, domain, kind, account, id) VALUES (?, ?, ?, ?, ?, ?, ?)",
     "UPDATE connection SET name = ?, name_key = ?, user_name = ?, domain = ?, kind = ?, account = ? WHERE id = ?",
     "DELETE FROM connection WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run WHERE connection_id = connection.id AND state IN ('Queued', 'Running'))",
     {"user", "domain", "kind", "account"},
     NULL,
     NULL,
     NULL},
    {"flow",
     "SELECT name" NS_FLOW_SQL_COLUMNS " FROM flow WHERE id = ?",
     NS_FLOW_SQL_INSERT,
     NS_FLOW_SQL_UPDATE,
     "DELETE FROM flow WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run WHERE flow_id = flow.id AND state IN ('Queued', 'Running'))",
     {NS_FLOW_FIELDS(FIELD_TEXT, FIELD_NUMBER)},
     NULL,
     NULL,
     NULL},
};

static const thing_kind *kind_of(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static bool is_integer(const char *field) {
    return field[0] == 'i';
}

typedef struct reading {
    const thing_kind *kind;
    cJSON *object;
} reading;

/* For an object that is only printed: cJSON would print it as a floating-point number, and read it again to see whether that is exact. */
static bool add_integer(cJSON *object, const char *field, int64_t value) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    return cJSON_AddRawToObject(object, field, text) != NULL;
}

static ns_status take_thing(void *context, const ns_db_row *row, ns_error *error) {
    reading *self = context;
    bool kept = true;
    self->object = cJSON_CreateObject();
    kept = self->object && ns_json_add_string(self->object, "name", ns_db_text(row, 0));
    for (int i = 0; kept && i < (int)NS_COUNT_OF(self->kind->fields) && self->kind->fields[i]; i++) {
        const char *field = self->kind->fields[i];
        kept = is_integer(field) ? add_integer(self->object, field + 1, ns_db_integer(row, i + 1))
                                 : ns_json_add_string(self->object, field, ns_db_text(row, i + 1));
    }
    return kept ? NS_OK : ns_error_set_memory(error);
}

static ns_status take_setting(void *context, const ns_db_row *row, ns_error *error) {
    return ns_json_add_string(context, ns_db_text(row, 0), ns_db_text(row, 1)) ? NS_OK : ns_error_set_memory(error);
}

/* *name may be NULL; the caller frees both. */
static ns_status read_thing(ns_store *store, const char *kind, int64_t id, char **json, char **name, ns_error *error) {
    reading self = {.kind = kind_of(kind)};
    ns_status status = NS_OK;
    *json = NULL;
    status = ns_sql(store, take_thing, &self, error, self.kind->select, "i", id);
    if (status == NS_OK && self.object && self.kind->settings) {
        cJSON *settings = cJSON_AddObjectToObject(self.object, "settings");
        status = settings ? ns_sql(store, take_setting, settings, error, self.kind->settings, "i", id) : ns_error_set_memory(error);
    }
    if (status == NS_OK && self.object && !(*json = ns_json_print(self.object)))
        status = ns_error_set_memory(error);
    if (status == NS_OK && name && !(*name = ns_string_copy(ns_json_string(self.object, "name", ""))))
        status = ns_error_set_memory(error);
    cJSON_Delete(self.object);
    return status;
}

ns_status ns_thing_read(ns_store *store, const char *kind, int64_t id, char **json, ns_error *error) {
    return read_thing(store, kind, id, json, NULL, error);
}

#define GIVE_TEXT(member, field, option, json, otherwise, ...) ns_json_string(to, field, otherwise),
#define GIVE_NUMBER(member, field, option, json, otherwise, ...) ns_json_integer(to, field, otherwise),

/* Values in the order of the statement; each kind has its own number of them. What an earlier version noted lacks the later fields: they are at their
 * defaults. */
static ns_status write_row(ns_store *store, const thing_kind *kind, const char *sql, int64_t id, const cJSON *to, ns_error *error) {
    const char *name = ns_json_string(to, "name", "");
    char *key = ns_fold_case(name);
    ns_status status = key ? NS_OK : ns_error_set_memory(error);
    if (status == NS_OK && strcmp(kind->name, "machine") == 0)
        status = ns_sql(store, NULL, NULL, error, sql, "sssisisii", name, key, ns_json_string(to, "host", ""), ns_json_integer(to, "port", 3389),
                        ns_json_string(to, "description", ""), ns_json_integer(to, "group-id", 0), ns_json_string(to, "certificate", ""),
                        ns_json_integer(to, "nla-before", 0), id);
    else if (status == NS_OK && strcmp(kind->name, "group") == 0)
        status = ns_sql(store, NULL, NULL, error, sql, "sssi", name, key, ns_json_string(to, "description", ""), id);
    else if (status == NS_OK && strcmp(kind->name, "connection") == 0)
        status = ns_sql(store, NULL, NULL, error, sql, "ssssssi", name, key, ns_json_string(to, "user", ""), ns_json_string(to, "domain", ""),
                        ns_json_string(to, "kind", "password"), ns_json_string(to, "account", ""), id);
    else if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, sql, NS_FLOW_SQL_TYPES, name, key, NS_FLOW_FIELDS(GIVE_TEXT, GIVE_NUMBER) id);
    free(key);
    return ns_sql_name_taken(status, kind->name, name, error);
}

static ns_status write_settings(ns_store *store, const thing_kind *kind, int64_t id, const cJSON *to, ns_error *error) {
    const cJSON *each = NULL;
    ns_status status = kind->settings ? ns_sql(store, NULL, NULL, error, kind->clear_settings, "i", id) : NS_OK;
    if (!kind->settings || status != NS_OK)
        return status;
    cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(to, "settings")) {
        if (status == NS_OK && cJSON_IsString(each))
            status = ns_sql(store, NULL, NULL, error, kind->add_setting, "iss", id, each->string, each->valuestring);
    }
    return status;
}

static ns_status remove_thing(ns_store *store, const thing_kind *kind, int64_t id, ns_error *error) {
    ns_status status = ns_sql(store, NULL, NULL, error, kind->remove, "i", id);
    if (status == NS_OK && ns_db_affected(store->db) == 0)
        status = ns_error_set(error, NS_STATUS_REFUSED, "StillInUse", "Wait for the run, or move its machines out of the group, and undo again.",
                              "The %s is in use; nothing was undone.", kind->name);
    return status;
}

static bool is_equal(const cJSON *a, const cJSON *b, const char *field) {
    return cJSON_Compare(cJSON_GetObjectItemCaseSensitive(a, field), cJSON_GetObjectItemCaseSensitive(b, field), true);
}

/* What was learned of the machine stays, unless the change itself was about it and nothing was learned since: then the old comes back. What was
 * learned of another host or port never stays. */
static void settle_learned(cJSON *to, const cJSON *now, const cJSON *after) {
    static const char *const learned[] = {"certificate", "nla-before"};
    const bool same_place = is_equal(to, now, "host") && is_equal(to, now, "port");
    for (size_t i = 0; same_place && i < NS_COUNT_OF(learned); i++) {
        if (!is_equal(to, after, learned[i]) && is_equal(now, after, learned[i]))
            continue;
        cJSON_DeleteItemFromObjectCaseSensitive(to, learned[i]);
        (void)cJSON_AddItemToObject(to, learned[i], cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(now, learned[i]), true));
    }
}

/* What must hold beside the thing itself. */
static ns_status write_rest(ns_store *store, const thing_kind *of, int64_t id, const cJSON *now, const cJSON *to, ns_error *error) {
    if (strcmp(of->name, "connection") == 0 && now && !(is_equal(to, now, "user") && is_equal(to, now, "domain") && is_equal(to, now, "kind")))
        /* The password that is kept is another user's: tried with this one it would count against the account. */
        return ns_sql(store, NULL, NULL, error, "UPDATE connection SET secret = NULL, sid = '' WHERE id = ?", "i", id);
    return write_settings(store, of, id, to, error);
}

static ns_status find_group(ns_store *store, const thing_kind *of, const cJSON *to, ns_error *error) {
    int64_t found = 1;
    const int64_t group = strcmp(of->name, "machine") == 0 ? ns_json_integer(to, "group-id", 0) : 0;
    ns_status status = group ? ns_sql_integer(store, &found, 0, error, "SELECT 1 FROM machine_group WHERE id = ?", "i", group) : NS_OK;
    return status == NS_OK && !found ? ns_thing_missing("group", error) : status;
}

ns_status ns_thing_write(ns_store *store, const char *kind, int64_t id, const char *now, const char *json, const char *after, ns_error *error) {
    const thing_kind *of = kind_of(kind);
    cJSON *to = json ? cJSON_Parse(json) : NULL;
    cJSON *from = now ? cJSON_Parse(now) : NULL;
    cJSON *made = after ? cJSON_Parse(after) : NULL;
    ns_status status = NS_OK;
    if (!json) {
        status = remove_thing(store, of, id, error);
    } else if (!to || (now && !from)) {
        status = ns_db_damaged(store->db, error);
    } else {
        if (from && made && strcmp(kind, "machine") == 0)
            settle_learned(to, from, made);
        status = find_group(store, of, to, error);
        if (status == NS_OK)
            status = write_row(store, of, now ? of->update : of->insert, id, to, error);
        if (status == NS_OK)
            status = write_rest(store, of, id, from, to, error);
    }
    cJSON_Delete(to);
    cJSON_Delete(from);
    cJSON_Delete(made);
    return status;
}

ns_status ns_thing_missing(const char *kind, ns_error *error) {
    const char *code = strcmp(kind, "machine") == 0      ? "MachineNotFound"
                       : strcmp(kind, "group") == 0      ? "XrmMachineGroupNotFound"
                       : strcmp(kind, "connection") == 0 ? "ConnectionNotFound"
                                                         : "FlowNotFound";
    return ns_error_set(error, NS_STATUS_NOT_FOUND, code, "It was removed by somebody else.", "That %s does not exist any more.", kind);
}

ns_status ns_thing_next_id(ns_store *store, const char *kind, int64_t *id, ns_error *error) {
    static const char *const newest[] = {"SELECT coalesce(max(id), 0) FROM machine", "SELECT coalesce(max(id), 0) FROM machine_group",
                                         "SELECT coalesce(max(id), 0) FROM flow"};
    const size_t which = strcmp(kind, "machine") == 0 ? 0 : strcmp(kind, "group") == 0 ? 1 : 2;
    int64_t noted = 0;
    ns_status status = NS_OK;
    if (store->depth && store->newest[which]) {
        *id = ++store->newest[which]; /* nobody else writes while an action is open */
        return NS_OK;
    }
    status = ns_sql_integer(store, id, 0, error, newest[which], "");
    if (status == NS_OK)
        status = ns_sql_integer(store, &noted, 0, error, "SELECT coalesce(max(thing_id), 0) FROM activity_change WHERE kind = ?", "s", kind);
    *id = (noted > *id ? noted : *id) + 1;
    store->newest[which] = *id;
    return status;
}

static const char *const passing[] = {"certificate", "nla-before", "group"}; /* the group counts by its number */

bool ns_thing_field_passes(const char *field) {
    for (size_t i = 0; i < NS_COUNT_OF(passing); i++)
        if (strcmp(field, passing[i]) == 0)
            return true;
    return false;
}

bool ns_thing_is_same(const char *a, const char *b) {
    cJSON *left = a ? cJSON_Parse(a) : NULL;
    cJSON *right = b ? cJSON_Parse(b) : NULL;
    bool same = !a && !b;
    if (left && right) {
        for (size_t i = 0; i < NS_COUNT_OF(passing); i++) {
            cJSON_DeleteItemFromObjectCaseSensitive(left, passing[i]);
            cJSON_DeleteItemFromObjectCaseSensitive(right, passing[i]);
        }
        same = cJSON_Compare(left, right, true);
    }
    cJSON_Delete(left);
    cJSON_Delete(right);
    return same;
}

bool ns_thing_certificate_is_newer(const char *before, const char *after, const char *now) {
    cJSON *old = cJSON_Parse(before ? before : "");
    cJSON *made = cJSON_Parse(after ? after : "");
    cJSON *known = cJSON_Parse(now ? now : "");
    const bool newer = old && made && known && is_equal(old, known, "host") && is_equal(old, known, "port") && !is_equal(old, made, "certificate") &&
                       !is_equal(known, made, "certificate");
    cJSON_Delete(old);
    cJSON_Delete(made);
    cJSON_Delete(known);
    return newer;
}

static ns_status begin(ns_store *store, ns_journal *journal, ns_error *error) {
    char *who = ns_system_user();
    ns_status status =
        who ? ns_sql_integer(store, &journal->activity_id, 0, error, "INSERT INTO activity(at, who, verb) VALUES (?, ?, ?) RETURNING id", "iss",
                             ns_clock_utc_ms(), who, journal->verb)
            : ns_error_set_memory(error);
    free(who);
    return status;
}

/* `name` is what a list calls it. */
static ns_status note(ns_store *store, ns_journal *journal, const char *kind, int64_t id, const char *name, const char *before, const char *after,
                      ns_error *error) {
    ns_status status = NS_OK;
    if (!before && !after)
        return ns_thing_missing(kind, error); /* it was gone before anything could be done to it */
    if (before && after && strcmp(before, after) == 0)
        return NS_OK;
    if (store->depth)
        journal = &store->action;
    if (!journal->activity_id)
        status = begin(store, journal, error);
    if (status != NS_OK)
        return status;
    return ns_sql(store, NULL, NULL, error,
                  "INSERT INTO activity_change(activity_id, ordinal, kind, thing_id, name, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)", "iisisss",
                  journal->activity_id, journal->ordinal++, kind, id, name, before, after);
}

ns_status ns_journal_note(ns_store *store, ns_journal *journal, const char *kind, int64_t id, const char *before, const char *after,
                          ns_error *error) {
    cJSON *object = cJSON_Parse(after ? after : before ? before : "{}");
    const ns_status status = note(store, journal, kind, id, ns_json_string(object, "name", ""), before, after, error);
    cJSON_Delete(object);
    return status;
}

ns_status ns_journal_note_now(ns_store *store, ns_journal *journal, const char *kind, int64_t id, char *before, ns_error *error) {
    char *after = NULL;
    char *name = NULL;
    ns_status status = read_thing(store, kind, id, &after, &name, error);
    if (status == NS_OK)
        status = after ? note(store, journal, kind, id, name, before, after, error)
                       : ns_journal_note(store, journal, kind, id, before, NULL, error); /* which was its name until now */
    free(before);
    free(after);
    free(name);
    return status;
}
