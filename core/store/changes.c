#include "store/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/journal.h"
#include "store/sql.h"

#define COLUMNS "SELECT id, coalesce(machine_id, 0), machine, what, before, after, at, undone_at FROM machine_change "

static ns_status take(void *context, const ns_db_row *row, ns_error *error) {
    ns_change *change = context;
    bool failed = false;
    ns_change_clear(change);
    change->id = ns_db_integer(row, 0);
    change->machine_id = ns_db_integer(row, 1);
    change->machine = ns_sql_text(row, 2, &failed);
    change->what = ns_sql_text(row, 3, &failed);
    change->before = ns_sql_text(row, 4, &failed);
    change->after = ns_sql_text(row, 5, &failed);
    change->at = ns_db_integer(row, 6);
    change->undone_at = ns_db_integer(row, 7);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

static ns_status append(void *context, const ns_db_row *row, ns_error *error) {
    ns_change_list *list = context;
    void *items = list->items;
    ns_change *item = ns_sql_grow(&items, &list->count, sizeof *item);
    list->items = items;
    return item ? take(item, row, error) : ns_error_set_memory(error);
}

/* {"what": value}, so that the journal says which value it was. */
static ns_status note(ns_store *store, ns_journal *journal, int64_t id, const ns_change *change, ns_error *error) {
    ns_text before;
    ns_text after;
    ns_status status = NS_OK;
    ns_text_init(&before, 1 << 16);
    ns_text_init(&after, 1 << 16);
    (void)ns_text_appendf(&before, "{\"%s\":%s}", change->what, change->before);
    (void)ns_text_appendf(&after, "{\"%s\":%s}", change->what, change->after);
    status = before.failed || after.failed ? ns_error_set_memory(error)
                                           : ns_journal_note(store, journal, "registry", id, ns_text_string(&before), ns_text_string(&after), error);
    ns_text_clear(&before);
    ns_text_clear(&after);
    return status;
}

/* In the journal it stands as what was written where, under the change's own number. */
ns_status ns_change_add(ns_store *store, const ns_change *change, int64_t *id, ns_error *error) {
    ns_journal journal = {.verb = "registry"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_integer(store, id, 0, error,
                            "INSERT INTO machine_change(machine_id, machine, what, before, after, at) SELECT id, name, ?, ?, ?, ? FROM machine "
                            "WHERE id = ? RETURNING id",
                            "sssii", change->what, change->before, change->after, ns_clock_utc_ms(), change->machine_id);
    if (status == NS_OK)
        status = note(store, &journal, *id, change, error);
    if (status == NS_OK)
        status = ns_sql(
            store, NULL, NULL, error,
            "UPDATE activity_change SET name = (SELECT machine FROM machine_change WHERE id = thing_id) WHERE kind = 'registry' AND thing_id = ?",
            "i", *id);
    return ns_sql_end(store, status, error);
}

ns_status ns_change_forget(ns_store *store, int64_t id, ns_error *error) {
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_sql(store, NULL, NULL, error, "DELETE FROM machine_change WHERE id = ?", "i", id);
    if (status == NS_OK)
        status =
            ns_sql(store, NULL, NULL, error,
                   "DELETE FROM activity WHERE id IN (SELECT activity_id FROM activity_change WHERE kind = 'registry' AND thing_id = ?)", "i", id);
    return ns_sql_end(store, status, error);
}

ns_status ns_change_mark_undone(ns_store *store, int64_t id, ns_error *error) {
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_sql(store, NULL, NULL, error, "UPDATE machine_change SET undone_at = ? WHERE id = ?", "ii", ns_clock_utc_ms(), id);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error,
                        "UPDATE activity SET undone_at = ? WHERE id IN (SELECT activity_id FROM activity_change WHERE kind = 'registry' AND "
                        "thing_id = ?)",
                        "ii", ns_clock_utc_ms(), id);
    return ns_sql_end(store, status, error);
}

ns_status ns_change_load_last(ns_store *store, int64_t machine_id, const char *what, ns_change *out, ns_error *error) {
    memset(out, 0, sizeof *out);
    return ns_sql(store, take, out, error, COLUMNS "WHERE machine_id = ? AND what = ? AND undone_at = 0 ORDER BY id DESC LIMIT 1", "is", machine_id,
                  what);
}

ns_status ns_changes_load(ns_store *store, int64_t machine_id, ns_change_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, append, out, error, COLUMNS "WHERE machine_id = ? ORDER BY id DESC", "i", machine_id);
    if (status != NS_OK)
        ns_change_list_clear(out);
    return status;
}

void ns_change_clear(ns_change *change) {
    free(change->machine);
    free(change->what);
    free(change->before);
    free(change->after);
    memset(change, 0, sizeof *change);
}

void ns_change_list_clear(ns_change_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_change_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}
