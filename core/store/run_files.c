#include "store/run_files.h"

#include <stdlib.h>
#include <string.h>

#include "store/run_write.h"
#include "store/sql.h"

ns_status ns_artifact_begin(ns_store *store, const ns_hold *hold, const ns_artifact *file, const char *sha256, int64_t *id, ns_error *error) {
    ns_status status = ns_run_begin_held(store, hold, error);
    *id = 0;
    if (status != NS_OK)
        return status;
    status = ns_sql(store, NULL, NULL, error, "INSERT INTO run_artifact(run_id, name, size, changed_at, sha256) VALUES (?, ?, ?, ?, ?)", "isiis",
                    hold->run_id, file->name, file->size, file->changed_at, sha256);
    if (status == NS_OK)
        status = ns_sql_integer(store, id, 0, error, "SELECT id FROM run_artifact WHERE run_id = ? AND name = ?", "is", hold->run_id, file->name);
    return ns_sql_end(store, status, error);
}

ns_status ns_artifact_add(ns_store *store, const ns_hold *hold, int64_t id, int64_t from, const void *bytes, size_t size, ns_error *error) {
    ns_status status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status = ns_sql(store, NULL, NULL, error, "INSERT INTO run_artifact_part(artifact_id, from_byte, bytes) VALUES (?, ?, ?)", "iib", id, from, bytes,
                    size);
    return ns_sql_end(store, status, error);
}

ns_status ns_artifact_end(ns_store *store, const ns_hold *hold, int64_t id, ns_error *error) {
    ns_status status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    return ns_sql_end(store, ns_sql(store, NULL, NULL, error, "UPDATE run_artifact SET whole = 1 WHERE id = ?", "i", id), error);
}

static ns_status take_artifact(void *context, const ns_db_row *row, ns_error *error) {
    ns_kept_artifact *file = context;
    bool failed = false;
    file->id = ns_db_integer(row, 0);
    file->name = ns_sql_text(row, 1, &failed);
    file->size = ns_db_integer(row, 2);
    file->changed_at = ns_db_integer(row, 3);
    file->sha256 = ns_sql_text(row, 4, &failed);
    file->whole = ns_db_integer(row, 5) != 0;
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_artifact, ns_kept_artifacts, ns_kept_artifact, items, count, take_artifact)

void ns_kept_artifacts_clear(ns_kept_artifacts *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].sha256);
    }
    free(list->items);
    *list = (ns_kept_artifacts){0};
}

ns_status ns_artifacts_load(ns_store *store, int64_t run, ns_kept_artifacts *out, ns_error *error) {
    ns_status status = NS_OK;
    *out = (ns_kept_artifacts){0};
    status = ns_sql(store, append_artifact, out, error,
                    "SELECT id, name, size, changed_at, sha256, whole FROM run_artifact WHERE run_id = ? ORDER BY name", "i", run);
    if (status != NS_OK)
        ns_kept_artifacts_clear(out);
    return status;
}

typedef struct reader {
    ns_status (*take)(void *context, const void *bytes, size_t size, ns_error *error);
    void *context;
} reader;

static ns_status give_part(void *context, const ns_db_row *row, ns_error *error) {
    const reader *self = context;
    size_t size = 0;
    const void *bytes = ns_db_bytes(row, 0, &size);
    return self->take(self->context, bytes, size, error);
}

ns_status ns_artifact_read(ns_store *store, int64_t id, ns_status (*take)(void *context, const void *bytes, size_t size, ns_error *error),
                           void *context, ns_error *error) {
    reader self = {take, context};
    return ns_sql(store, give_part, &self, error, "SELECT bytes FROM run_artifact_part WHERE artifact_id = ? ORDER BY from_byte", "i", id);
}

ns_status ns_film_add(ns_store *store, const ns_hold *hold, int64_t at, const void *png, size_t size, ns_error *error) {
    ns_status status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status = ns_sql(store, NULL, NULL, error, "INSERT INTO run_film(run_id, at, png) VALUES (?, ?, ?) ON CONFLICT(run_id, at) DO NOTHING", "iib",
                    hold->run_id, at, png, size);
    return ns_sql_end(store, status, error);
}

typedef struct times {
    int64_t *items;
    size_t count;
} times;

static ns_status take_time(void *context, const ns_db_row *row, ns_error *error) {
    (void)error;
    *(int64_t *)context = ns_db_integer(row, 0);
    return NS_OK;
}

NS_SQL_APPEND(append_time, times, int64_t, items, count, take_time)

ns_status ns_film_times(ns_store *store, int64_t run, int64_t **out, size_t *count, ns_error *error) {
    times found = {0};
    const ns_status status = ns_sql(store, append_time, &found, error, "SELECT at FROM run_film WHERE run_id = ? ORDER BY at", "i", run);
    *out = found.items;
    *count = found.count;
    if (status != NS_OK) {
        free(found.items);
        *out = NULL;
        *count = 0;
    }
    return status;
}

ns_status ns_film_picture(ns_store *store, int64_t run, int64_t at, uint8_t **png, size_t *size, ns_error *error) {
    ns_sql_bytes found = {0};
    ns_status status = ns_sql(store, ns_sql_take_bytes, &found, error, "SELECT png FROM run_film WHERE run_id = ? AND at = ?", "ii", run, at);
    if (status == NS_OK && !found.bytes)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NoPicture", "See which there are with: nightshiftctl run pictures ID",
                              "Run %lld has no picture of that time.", (long long)run);
    *png = found.bytes;
    *size = found.size;
    return status;
}
