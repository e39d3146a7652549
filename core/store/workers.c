#include "store/workers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "base/text.h"
#include "store/lease_clock.h"
#include "store/run_write.h"
#include "store/sql.h"

ns_status ns_worker_add(ns_store *store, ns_worker_record *worker, const int64_t *group_ids, size_t group_count, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK) /* those that nobody heard of for an hour */
        status = ns_sql(store, NULL, NULL, error, "DELETE FROM worker WHERE lease_until < ?", "i", now - (int64_t)3600000);
    if (status == NS_OK)
        status =
            ns_sql_integer(store, &worker->id, 0, error,
                           "INSERT INTO worker(name, owner, version, capacity, serves_all, started_at, lease_until) VALUES (?, ?, ?, ?, ?, ?, ?) "
                           "RETURNING id",
                           "sssiiii", worker->name, worker->owner, worker->version, worker->capacity, (int64_t)(group_count == 0), ns_clock_utc_ms(),
                           now + NS_LEASE_MS);
    for (size_t i = 0; status == NS_OK && i < group_count; i++)
        status = ns_sql(store, NULL, NULL, error, "INSERT INTO worker_group(worker_id, group_id) VALUES (?, ?)", "ii", worker->id, group_ids[i]);
    return ns_sql_end(store, status, error);
}

ns_status ns_worker_renew(ns_store *store, int64_t id, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE worker SET lease_until = ? WHERE id = ? AND lease_until >= ?", "iii", now + NS_LEASE_MS, id,
                        now);
    if (status == NS_OK && ns_db_affected(store->db) == 0)
        status = ns_error_set(error, NS_STATUS_LOST, "WorkerLost", "Start it again.",
                              "This worker was taken for dead: it was not heard of for more than a minute.");
    return ns_sql_end(store, status, error);
}

ns_status ns_worker_stop(ns_store *store, int64_t id, ns_error *error) {
    return ns_sql(store, NULL, NULL, error, "UPDATE worker SET stopping = 1 WHERE id = ?", "i", id);
}

ns_status ns_worker_remove(ns_store *store, int64_t id, ns_error *error) {
    return ns_sql(store, NULL, NULL, error, "DELETE FROM worker WHERE id = ?", "i", id);
}

static ns_status take_worker(void *context, const ns_db_row *row, ns_error *error) {
    ns_worker_record *worker = context;
    bool failed = false;
    worker->id = ns_db_integer(row, 0);
    worker->name = ns_sql_text(row, 1, &failed);
    worker->owner = ns_sql_text(row, 2, &failed);
    worker->version = ns_sql_text(row, 3, &failed);
    worker->capacity = ns_db_integer(row, 4);
    worker->running = ns_db_integer(row, 5);
    worker->started_at = ns_db_integer(row, 6);
    worker->stopping = ns_db_integer(row, 7) != 0;
    worker->groups = ns_string_copy("");
    return failed || !worker->groups ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_worker, ns_worker_list, ns_worker_record, items, count, take_worker)

static ns_status take_group(void *context, const ns_db_row *row, ns_error *error) {
    ns_text *names = context;
    (void)error;
    (void)ns_text_appendf(names, "%s%s", names->size ? ", " : "", ns_db_text(row, 0));
    return NS_OK;
}

static ns_status load_groups(ns_store *store, ns_worker_record *worker, ns_error *error) {
    ns_text names;
    ns_status status = NS_OK;
    ns_text_init(&names, 64 * 1024);
    status = ns_sql(store, take_group, &names, error,
                    "SELECT g.name FROM worker_group w JOIN machine_group g ON g.id = w.group_id WHERE w.worker_id = ? ORDER BY g.name_key", "i",
                    worker->id);
    free(worker->groups);
    worker->groups = ns_text_take(&names);
    return status == NS_OK && !worker->groups ? ns_error_set_memory(error) : status;
}

ns_status ns_workers_load(ns_store *store, ns_worker_list *out, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_store_time(store, &now, error);
    memset(out, 0, sizeof *out);
    if (status == NS_OK)
        status = ns_sql(store, append_worker, out, error,
                        "SELECT id, name, owner, version, capacity, (SELECT count(*) FROM run WHERE state = 'Running' AND worker_id = worker.id), "
                        "started_at, stopping FROM worker WHERE lease_until > ? ORDER BY id",
                        "i", now);
    for (size_t i = 0; i < out->count && status == NS_OK; i++)
        status = load_groups(store, &out->items[i], error);
    if (status != NS_OK)
        ns_worker_list_clear(out);
    return status;
}

void ns_worker_list_clear(ns_worker_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].owner);
        free(list->items[i].version);
        free(list->items[i].groups);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

ns_status ns_workers_forget_dead(ns_store *store, ns_error *error) {
    ns_worker_list workers;
    ns_status status = ns_workers_load(store, &workers, error);
    for (size_t i = 0; status == NS_OK && i < workers.count; i++)
        if (ns_system_process_is_alive(workers.items[i].owner) == 0)
            status = ns_worker_remove(store, workers.items[i].id, error);
    ns_worker_list_clear(&workers);
    return status;
}

ns_status ns_workers_count(ns_store *store, int64_t machine_id, int64_t group_id, int64_t *count, ns_error *error) {
    int64_t now = 0;
    const ns_status status = ns_store_time(store, &now, error);
    *count = 0;
    return status == NS_OK
               ? ns_sql_integer(store, count, 0, error,
                                "SELECT count(*) FROM worker w WHERE w.lease_until > ? AND w.stopping = 0 AND (w.serves_all = 1 OR EXISTS "
                                "(SELECT 1 FROM worker_group g WHERE g.worker_id = w.id AND (g.group_id = ? OR g.group_id = (SELECT "
                                "m.group_id FROM machine m WHERE m.id = ?))))",
                                "iii", now, group_id, machine_id)
               : status;
}
