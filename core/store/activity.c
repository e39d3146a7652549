#include "store/activity.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "store/changed.h"
#include "store/journal.h"
#include "store/sql.h"

static void clear(ns_activity *activity) {
    for (size_t i = 0; i < activity->change_count; i++) {
        ns_field_change *change = &activity->changes[i];
        free(change->thing);
        free(change->kind);
        free(change->field);
        free(change->before);
        free(change->after);
    }
    free(activity->changes);
    free(activity->who);
    free(activity->verb);
    free(activity->kind);
    free(activity->subject);
}

void ns_activity_list_clear(ns_activity_list *list) {
    for (size_t i = 0; i < list->count; i++)
        clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

bool ns_activity_is_undoable(const ns_activity *activity) {
    return !activity->undone_at && strcmp(activity->verb, "password") != 0 && strcmp(activity->verb, "registry") != 0 &&
           strcmp(activity->kind, "run") != 0;
}

static ns_status append(void *context, const ns_db_row *row, ns_error *error) {
    ns_activity_list *list = context;
    void *items = list->items;
    ns_activity *item = ns_sql_grow(&items, &list->count, sizeof *item);
    bool failed = false;
    list->items = items;
    if (!item)
        return ns_error_set_memory(error);
    item->id = ns_db_integer(row, 0);
    item->at = ns_db_integer(row, 1);
    item->who = ns_sql_text(row, 2, &failed);
    item->verb = ns_sql_text(row, 3, &failed);
    item->undone_at = ns_db_integer(row, 4);
    item->thing_count = (size_t)ns_db_integer(row, 5);
    item->kind = ns_string_copy("");
    item->subject = ns_string_copy("");
    return failed || !item->kind || !item->subject ? ns_error_set_memory(error) : NS_OK;
}

/* A value of the JSON as text; NULL for none. The caller frees. */
static char *value_text(const cJSON *value) {
    if (cJSON_IsString(value))
        return ns_string_copy(value->valuestring);
    return value ? ns_json_print(value) : NULL;
}

typedef struct filling {
    ns_activity *to;
    const char *thing;
    const char *kind;
} filling;

/* NULL for what is not to be seen: null, and the number of a group, whose name stands beside it. */
static const cJSON *seen(const char *field, const cJSON *value) {
    return cJSON_IsNull(value) || strcmp(field, "group-id") == 0 ? NULL : value;
}

static bool is_change(const cJSON *before, const cJSON *after) {
    return before && after ? !cJSON_Compare(before, after, true) : before || after;
}

static bool add_change(const filling *self, const char *field, const cJSON *before, const cJSON *after) {
    void *items = self->to->changes;
    ns_field_change *change = NULL;
    before = seen(field, before);
    after = seen(field, after);
    if (self->to->change_count >= NS_ACTIVITY_CHANGES || !is_change(before, after))
        return true;
    change = ns_sql_grow(&items, &self->to->change_count, sizeof *change);
    self->to->changes = items;
    if (!change)
        return false;
    *change = (ns_field_change){.thing = ns_string_copy(self->thing),
                                .kind = ns_string_copy(self->kind),
                                .field = ns_string_copy(field),
                                .before = value_text(before),
                                .after = value_text(after)};
    return change->thing && change->kind && change->field && (change->before || !before) && (change->after || !after);
}

/* The fields of either that differ; the settings lie one level deeper. */
static bool add_differences(const filling *self, const cJSON *before, const cJSON *after) {
    const cJSON *each = NULL;
    bool kept = true;
    cJSON_ArrayForEach(each, before) {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(after, each->string);
        if (kept && cJSON_IsObject(each))
            kept = add_differences(self, each, other);
        else if (kept)
            kept = add_change(self, each->string, each, other);
    }
    cJSON_ArrayForEach(each, after) {
        if (!kept || cJSON_GetObjectItemCaseSensitive(before, each->string))
            continue;
        kept = cJSON_IsObject(each) ? add_differences(self, NULL, each) : add_change(self, each->string, NULL, each);
    }
    return kept;
}

static int by_id_descending(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const ns_activity *right = b;
    return (left < right->id) - (left > right->id);
}

/* Columns: activity_id, kind, name, before, after. */
static ns_status take_change(void *context, const ns_db_row *row, ns_error *error) {
    ns_activity_list *list = context;
    const int64_t id = ns_db_integer(row, 0);
    ns_activity *to = list->count ? bsearch(&id, list->items, list->count, sizeof *list->items, by_id_descending) : NULL;
    bool failed = false;
    cJSON *before = NULL;
    cJSON *after = NULL;
    filling self = {.to = to, .kind = ns_db_text(row, 1), .thing = ns_db_text(row, 2)};
    if (!to)
        return NS_OK;
    if (!to->subject[0]) {
        free(to->kind);
        free(to->subject);
        to->kind = ns_sql_text(row, 1, &failed);
        to->subject = ns_sql_text(row, 2, &failed);
    }
    before = ns_db_is_null(row, 3) ? NULL : cJSON_Parse(ns_db_text(row, 3));
    after = ns_db_is_null(row, 4) ? NULL : cJSON_Parse(ns_db_text(row, 4));
    if (!failed && strcmp(to->verb, "password") != 0) /* of which nothing is told */
        failed = !add_differences(&self, before, after);
    cJSON_Delete(before);
    cJSON_Delete(after);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

ns_status ns_activity_load(ns_store *store, int64_t limit, ns_activity_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status =
        ns_sql(store, append, out, error,
               "SELECT id, at, who, verb, undone_at, (SELECT count(DISTINCT c.kind || c.thing_id) FROM activity_change c WHERE c.activity_id = a.id) "
               "FROM activity a ORDER BY id DESC LIMIT ?",
               "i", limit);
    if (status == NS_OK && out->count)
        status = ns_sql(store, take_change, out, error,
                        "SELECT activity_id, kind, name, before, after FROM activity_change WHERE activity_id >= ? AND ordinal < ? "
                        "ORDER BY activity_id, ordinal",
                        "ii", out->items[out->count - 1].id, (int64_t)NS_ACTIVITY_CHANGES);
    if (status != NS_OK)
        ns_activity_list_clear(out);
    return status;
}

typedef struct stored_change {
    char *kind;
    int64_t id;
    char *name;
    char *before; /* NULL: it was not there */
    char *after;
} stored_change;

typedef struct stored_changes {
    stored_change *items;
    size_t count;
} stored_changes;

static ns_status append_stored(void *context, const ns_db_row *row, ns_error *error) {
    stored_changes *list = context;
    void *items = list->items;
    stored_change *item = ns_sql_grow(&items, &list->count, sizeof *item);
    bool failed = false;
    list->items = items;
    if (!item)
        return ns_error_set_memory(error);
    item->kind = ns_sql_text(row, 0, &failed);
    item->id = ns_db_integer(row, 1);
    item->name = ns_sql_text(row, 2, &failed);
    if (!ns_db_is_null(row, 3))
        item->before = ns_sql_text(row, 3, &failed);
    if (!ns_db_is_null(row, 4))
        item->after = ns_sql_text(row, 4, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

static void clear_stored(stored_changes *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].kind);
        free(list->items[i].name);
        free(list->items[i].before);
        free(list->items[i].after);
    }
    free(list->items);
}

/* The thing as it is, with the fields that the change gave another value as they were before it. The caller frees *out. */
static bool take_back(cJSON *now, const cJSON *before, const cJSON *after) {
    const cJSON *each = NULL;
    bool kept = true;
    cJSON_ArrayForEach(each, before) {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(after, each->string);
        cJSON *here = cJSON_GetObjectItemCaseSensitive(now, each->string);
        if (kept && cJSON_IsObject(each) && cJSON_IsObject(here))
            kept = take_back(here, each, other);
        else if (kept && is_change(each, other)) {
            cJSON_DeleteItemFromObjectCaseSensitive(now, each->string);
            kept = cJSON_AddItemToObject(now, each->string, cJSON_Duplicate(each, true));
        }
    }
    cJSON_ArrayForEach(each, after) {
        if (!cJSON_GetObjectItemCaseSensitive(before, each->string))
            cJSON_DeleteItemFromObjectCaseSensitive(now, each->string);
    }
    return kept;
}

/* Whether each field that the change gave another value has that value still. */
static bool is_still(const cJSON *now, const cJSON *before, const cJSON *after) {
    const cJSON *each = NULL;
    bool still = true;
    cJSON_ArrayForEach(each, before) {
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(after, each->string);
        const cJSON *here = cJSON_GetObjectItemCaseSensitive(now, each->string);
        if (still && cJSON_IsObject(each))
            still = is_still(here, each, other);
        else if (still && is_change(each, other) && !ns_thing_field_passes(each->string))
            still = !is_change(here, other);
    }
    cJSON_ArrayForEach(each, after) {
        if (still && !cJSON_GetObjectItemCaseSensitive(before, each->string))
            still = !is_change(each, cJSON_GetObjectItemCaseSensitive(now, each->string));
    }
    return still;
}

/* What others changed of the thing since stays as it is. *to is NULL for a thing that is to go; the caller frees. */
static ns_status find_target(const stored_change *change, const char *now, char **to, bool *still, ns_error *error) {
    cJSON *before = change->before ? cJSON_Parse(change->before) : NULL;
    cJSON *after = change->after ? cJSON_Parse(change->after) : NULL;
    cJSON *here = now ? cJSON_Parse(now) : NULL;
    const bool edited = before && after && here;
    bool failed = false;
    *to = NULL;
    *still = edited ? is_still(here, before, after) : ns_thing_is_same(now, change->after);
    if (edited && *still)
        failed = !take_back(here, before, after) || !(*to = ns_json_print(here));
    else if (change->before && *still)
        failed = !(*to = ns_string_copy(change->before));
    cJSON_Delete(before);
    cJSON_Delete(after);
    cJSON_Delete(here);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

/* Who did it, and when, if the journal has it. */
static ns_status refuse_changed(ns_store *store, const stored_change *change, int64_t id, ns_error *error) {
    const ns_seen_field any = {"", id};
    ns_error found = {0};
    static const char remedy[] = "Undo what was changed later first, or change it by hand.";
    if (ns_changed_since(store, change->kind, change->id, &any, 1, NULL, &found) == NS_STATUS_REFUSED)
        return ns_error_set(error, NS_STATUS_REFUSED, "ChangedSince", remedy, "Nothing was undone: %s", found.message);
    return ns_error_set(error, NS_STATUS_REFUSED, "ChangedSince", remedy, "%s \"%.100s\" was changed again since; nothing was undone.", change->kind,
                        change->name);
}

static ns_status undo_one(ns_store *store, ns_journal *journal, int64_t id, const stored_change *change, ns_error *error) {
    char *now = NULL;
    char *to = NULL;
    bool still = false;
    ns_status status = ns_thing_read(store, change->kind, change->id, &now, error);
    if (status == NS_OK)
        status = find_target(change, now, &to, &still, error);
    if (status == NS_OK && !still)
        status = refuse_changed(store, change, id, error);
    if (status == NS_OK && ns_thing_certificate_is_newer(change->before, change->after, now))
        status = ns_error_set(error, NS_STATUS_REFUSED, "ChangedSince",
                              "Compare it with the machine's own. If it is not the machine's, set maintenance and forget the certificate.",
                              "A run has learned another certificate of %s \"%.100s\" since; nothing was undone.", change->kind, change->name);
    if (status == NS_OK)
        status = ns_thing_write(store, change->kind, change->id, now, to, change->after, error);
    free(to);
    if (status == NS_OK)
        return ns_journal_note_now(store, journal, change->kind, change->id, now, error);
    free(now);
    return status;
}

static ns_status undo_all(ns_store *store, int64_t id, ns_error *error) {
    stored_changes changes = {0};
    ns_journal journal = {.verb = "undo"};
    int64_t was_undo = 0;
    ns_status status = ns_sql_integer(store, &was_undo, 0, error, "SELECT verb = 'undo' FROM activity WHERE id = ?", "i", id);
    if (was_undo)
        journal.verb = "redo"; /* a change like any other: the next undo takes it back */
    if (status == NS_OK)
        status = ns_sql(store, append_stored, &changes, error,
                        "SELECT kind, thing_id, name, before, after FROM activity_change WHERE activity_id = ? ORDER BY ordinal DESC", "i", id);
    for (size_t i = 0; i < changes.count && status == NS_OK; i++)
        status = undo_one(store, &journal, id, &changes.items[i], error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE activity SET undone_at = ? WHERE id = ?", "ii", ns_clock_utc_ms(), id);
    clear_stored(&changes);
    return status;
}

#define NEVER_UNDONE "'password', 'registry', 'start', 'cancel', 'queue'"

/* An undo is undone by name only: the newest change that is not one, so that undoing again goes further back. */
static ns_status find(ns_store *store, int64_t *id, ns_error *error) {
    int64_t undoable = 0;
    ns_status status = NS_OK;
    if (*id == 0)
        status =
            ns_sql_integer(store, id, 0, error, "SELECT max(id) FROM activity WHERE undone_at = 0 AND verb NOT IN ('undo', " NEVER_UNDONE ")", "");
    if (status == NS_OK)
        status =
            ns_sql_integer(store, &undoable, -1, error,
                           "SELECT undone_at = 0 AND verb NOT IN (" NEVER_UNDONE ") AND NOT EXISTS (SELECT 1 FROM activity_change "
                           "WHERE activity_id = activity.id AND kind NOT IN ('machine', 'group', 'connection', 'flow')) FROM activity WHERE id = ?",
                           "i", *id);
    if (status == NS_OK && undoable < 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "ActivityNotFound", "See what was changed with: nightshiftctl activity list",
                            "There is no such change to undo.");
    if (status == NS_OK && undoable == 0)
        return ns_error_set(error, NS_STATUS_REFUSED, "NotUndoable",
                            "A password has to be entered again; a machine's registry is changed back where it was changed; a run is cancelled.",
                            "This change was undone already, or cannot be undone.");
    return status;
}

ns_status ns_activity_undo(ns_store *store, int64_t id, ns_error *error) {
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = find(store, &id, error);
    if (status == NS_OK)
        status = undo_all(store, id, error);
    return ns_sql_end(store, status, error);
}
