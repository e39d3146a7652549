#include "store/preflights.h"

#include <stdlib.h>
#include <string.h>

#include "store/sql.h"

#define WHOLE "SELECT id, machine_id, at, connection, verdict, forecast, summary, forecast_said, row, facts FROM preflight "
#define BRIEF "SELECT id, machine_id, at, connection, verdict, forecast, summary, forecast_said FROM preflight "

static ns_status take(void *context, const ns_db_row *row, ns_error *error) {
    ns_preflight_record *record = context;
    bool failed = false;
    ns_preflight_record_clear(record);
    record->id = ns_db_integer(row, 0);
    record->machine_id = ns_db_integer(row, 1);
    record->at = ns_db_integer(row, 2);
    record->connection = ns_sql_text(row, 3, &failed);
    record->verdict = ns_sql_text(row, 4, &failed);
    record->forecast = ns_sql_phrase(row, 5, 7, &failed);
    record->summary = ns_sql_text(row, 6, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

static ns_status take_whole(void *context, const ns_db_row *row, ns_error *error) {
    ns_preflight_record *record = context;
    bool failed = false;
    const ns_status status = take(record, row, error);
    record->row = ns_sql_text(row, 8, &failed);
    record->facts = ns_sql_text(row, 9, &failed);
    return failed ? ns_error_set_memory(error) : status;
}

NS_SQL_APPEND(append, ns_preflight_list, ns_preflight_record, items, count, take)

static ns_status save_one(ns_store *store, const ns_preflight_record *record, ns_error *error) {
    ns_sql_said said = {0};
    ns_status status = ns_sql_said_make(record->forecast, &said, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error,
                        "INSERT INTO preflight(machine_id, at, connection, verdict, forecast, forecast_said, summary, row, facts) "
                        "SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM machine WHERE id = ?", /* one that was removed meanwhile is left out */
                        "isssssssi", record->at, record->connection, record->verdict, said.text, said.said, record->summary, record->row,
                        record->facts, record->machine_id);
    ns_sql_said_clear(&said);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error,
                        "DELETE FROM preflight WHERE machine_id = ? AND id NOT IN (SELECT id FROM preflight WHERE machine_id = ? ORDER BY id DESC "
                        "LIMIT ?) AND id <> coalesce((SELECT max(id) FROM preflight WHERE machine_id = ? AND verdict <> 'fail'), 0)",
                        "iiii", record->machine_id, record->machine_id, (int64_t)NS_PREFLIGHT_KEPT, record->machine_id);
    return status;
}

ns_status ns_preflight_save(ns_store *store, const ns_preflight_record *records, size_t count, ns_error *error) {
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = save_one(store, &records[i], error);
    return ns_sql_end(store, status, error);
}

ns_status ns_preflight_load_newest(ns_store *store, ns_preflight_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, append, out, error, BRIEF "WHERE id IN (SELECT max(id) FROM preflight GROUP BY machine_id)", "");
    if (status != NS_OK)
        ns_preflight_list_clear(out);
    return status;
}

ns_status ns_preflight_load_green(ns_store *store, int64_t machine_id, int64_t before, ns_preflight_record *out, ns_error *error) {
    memset(out, 0, sizeof *out);
    return ns_sql(store, take_whole, out, error, WHOLE "WHERE machine_id = ? AND at < ? AND verdict <> 'fail' ORDER BY id DESC LIMIT 1", "ii",
                  machine_id, before);
}

ns_status ns_preflight_load(ns_store *store, int64_t machine_id, ns_preflight_record *out, ns_error *error) {
    memset(out, 0, sizeof *out);
    return ns_sql(store, take_whole, out, error, WHOLE "WHERE machine_id = ? ORDER BY id DESC LIMIT 1", "i", machine_id);
}

void ns_preflight_record_clear(ns_preflight_record *record) {
    free(record->connection);
    free(record->verdict);
    free(record->forecast);
    free(record->summary);
    free(record->row);
    free(record->facts);
    memset(record, 0, sizeof *record);
}

void ns_preflight_list_clear(ns_preflight_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_preflight_record_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}
