#include "store/changed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "store/sql.h"

/* What became of one field since. */
typedef struct field_change {
    char *first; /* what it was before: JSON; NULL while nobody changed it */
    bool differs;
    int64_t by;
    int64_t at;
    char who[200];
    char name[200]; /* the thing's */
    char from[120];
    char to[120];
} field_change;

typedef struct look {
    const ns_seen_field *fields;
    size_t count;
    field_change *changes;
} look;

/* A setting lies one level deeper than the thing's own fields. Of a group its name is told. */
static const cJSON *value_of(const cJSON *thing, const char *field) {
    const cJSON *own = NULL;
    if (!field[0])
        return thing;
    own = cJSON_GetObjectItemCaseSensitive(thing, field);
    return own ? own : cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(thing, "settings"), field);
}

static void write_value(const cJSON *value, char *out, size_t size) {
    char *text = !value || cJSON_IsObject(value) || cJSON_IsNull(value) ? NULL
                 : cJSON_IsString(value)                                ? ns_string_copy(value->valuestring)
                                                                        : ns_json_print(value);
    (void)snprintf(out, size, "%s", text ? text : "");
    free(text);
}

/* Columns: activity, who, when, the thing's name, before, after. */
static ns_status take_field(const ns_db_row *row, const cJSON *from, const cJSON *to, field_change *change, ns_error *error) {
    cJSON *first = NULL;
    if ((!from && !to) || cJSON_Compare(from, to, true))
        return NS_OK;
    if (!change->first && !(change->first = from ? ns_json_print(from) : ns_string_copy("null")))
        return ns_error_set_memory(error);
    first = cJSON_Parse(change->first);
    change->differs = to ? !cJSON_Compare(first, to, true) : !cJSON_IsNull(first); /* or it is as it was read again */
    change->by = ns_db_integer(row, 0);
    (void)snprintf(change->who, sizeof change->who, "%s", ns_db_text(row, 1));
    change->at = ns_db_integer(row, 2);
    (void)snprintf(change->name, sizeof change->name, "%s", ns_db_text(row, 3));
    write_value(first, change->from, sizeof change->from);
    write_value(to, change->to, sizeof change->to);
    cJSON_Delete(first);
    return NS_OK;
}

static ns_status take(void *context, const ns_db_row *row, ns_error *error) {
    const look *self = context;
    cJSON *before = cJSON_Parse(ns_db_text(row, 4));
    cJSON *after = cJSON_Parse(ns_db_text(row, 5));
    ns_status status = NS_OK;
    for (size_t i = 0; i < self->count && status == NS_OK; i++)
        if (ns_db_integer(row, 0) > self->fields[i].since)
            status = take_field(row, value_of(before, self->fields[i].name), value_of(after, self->fields[i].name), &self->changes[i], error);
    cJSON_Delete(before);
    cJSON_Delete(after);
    return status;
}

static ns_status refuse(const field_change *self, const char *field, ns_error *error) {
    static const char remedy[] = "Do it again to write over that; nightshiftctl activity list tells more.";
    char at[NS_CLOCK_TEXT_SIZE];
    ns_clock_format(self->at, at);
    if (!field[0] || (!self->from[0] && !self->to[0]))
        return ns_error_set(error, NS_STATUS_REFUSED, "ChangedMeanwhile", remedy,
                            "\"%.100s\" was changed by %s at %s, after it was read here; nothing was written over that.", self->name, self->who, at);
    return ns_error_set(error, NS_STATUS_REFUSED, "ChangedMeanwhile", remedy,
                        "%.60s of \"%.100s\" was changed from \"%.100s\" to \"%.100s\" by %s at %s, after it was read here; nothing was written over "
                        "that.",
                        field, self->name, self->from, self->to, self->who, at);
}

ns_status ns_activity_newest(ns_store *store, int64_t *id, ns_error *error) {
    return ns_sql_integer(store, id, 0, error, "SELECT coalesce(max(id), 0) FROM activity", "");
}

ns_status ns_changed_since(ns_store *store, const char *kind, int64_t id, const ns_seen_field *fields, size_t count, int64_t *by, ns_error *error) {
    look self = {.fields = fields, .count = count};
    int64_t since = INT64_MAX;
    ns_status status = NS_OK;
    if (by)
        *by = 0;
    for (size_t i = 0; i < count; i++)
        since = fields[i].since < since ? fields[i].since : since;
    self.changes = calloc(count ? count : 1, sizeof *self.changes);
    if (!self.changes)
        return ns_error_set_memory(error);
    status = ns_sql(store, take, &self, error,
                    "SELECT a.id, a.who, a.at, c.name, coalesce(c.before, 'null'), coalesce(c.after, 'null') FROM activity_change c JOIN activity a "
                    "ON a.id = c.activity_id WHERE c.kind = ? AND c.thing_id = ? AND c.activity_id > ? AND a.verb <> 'password' ORDER BY "
                    "c.activity_id, c.ordinal",
                    "sii", kind, id, since);
    for (size_t i = 0; i < count; i++) {
        if (status == NS_OK && self.changes[i].differs) {
            status = refuse(&self.changes[i], fields[i].name, error);
            if (by)
                *by = self.changes[i].by;
        }
        free(self.changes[i].first);
    }
    free(self.changes);
    return status;
}

static ns_status take_other(void *context, const ns_db_row *row, ns_error *error) {
    field_change *self = context;
    (void)error;
    self->by = ns_db_integer(row, 0);
    (void)snprintf(self->who, sizeof self->who, "%s", ns_db_text(row, 1));
    self->at = ns_db_integer(row, 2);
    (void)snprintf(self->name, sizeof self->name, "%s", ns_db_text(row, 3));
    return NS_OK;
}

ns_status ns_action_changed_since(ns_store *store, int64_t since, ns_error *error) {
    field_change other = {0};
    const ns_status status =
        ns_sql(store, take_other, &other, error,
               "SELECT a.id, a.who, a.at, o.name FROM activity_change c JOIN activity_change o ON o.kind = c.kind AND o.thing_id = c.thing_id AND "
               "o.activity_id > ? AND o.activity_id < c.activity_id JOIN activity a ON a.id = o.activity_id WHERE c.activity_id = ? AND c.before IS "
               "NOT NULL AND a.verb <> 'password' ORDER BY o.activity_id DESC LIMIT 1",
               "ii", since, store->action.activity_id);
    return status == NS_OK && other.by ? refuse(&other, "", error) : status;
}
