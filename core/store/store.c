#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "base/text.h"
#include "store/place.h"
#include "store/schema.h"
#include "store/sql.h"

enum { BUSY_TIMEOUT_MS = 10000 };

const char *ns_store_path(const ns_store *store) {
    return store->path;
}

static ns_status make_parent_folder(const char *path, ns_error *error) {
    char *folder = ns_string_copy(path);
    ns_status status = NS_OK;
    size_t end = folder ? strlen(folder) : 0;
    if (!folder)
        return ns_error_set_memory(error);
    while (end && folder[end - 1] != '/' && folder[end - 1] != '\\')
        end--;
    if (end > 1) {
        folder[end - 1] = 0;
        if (!ns_system_file_exists(folder))
            status = ns_system_make_folder(folder, error);
    }
    free(folder);
    return status;
}

/* A new file is made by us first, so that only this user may read it; SQLite would use the usual rights. */
static void make_private_file(const char *path) {
    if (!ns_system_file_exists(path)) {
        FILE *file = ns_system_open_file(path, "ab");
        if (file)
            (void)fclose(file);
    }
}

static ns_status first_line(void *context, sqlite3_stmt *row, ns_error *error) {
    char *out = context;
    (void)error;
    if (!out[0])
        (void)snprintf(out, 200, "%s", (const char *)sqlite3_column_text(row, 0));
    return NS_OK;
}

ns_status ns_store_check(sqlite3 *handle, const char *path, ns_error *error) {
    ns_store wrapped = {.handle = handle, .path = (char *)(uintptr_t)path};
    ns_store *store = &wrapped;
    char answer[200] = {0};
    ns_status status = ns_sql(store, first_line, answer, error, "PRAGMA integrity_check(1)", "");
    if (status != NS_OK)
        return status;
    if (strcmp(answer, "ok") != 0)
        return ns_sql_error(store, SQLITE_CORRUPT, error);
    return NS_OK;
}

static ns_status keep_copy(ns_store *store, int64_t version, ns_error *error) {
    ns_text path;
    ns_status status = NS_OK;
    ns_text_init(&path, 40000);
    (void)ns_text_appendf(&path, "%s.v%lld.bak", store->path, (long long)version);
    if (!ns_system_file_exists(ns_text_string(&path))) {
        make_private_file(ns_text_string(&path));
        status = ns_sql(store, NULL, NULL, error, "VACUUM INTO ?", "s", ns_text_string(&path));
    }
    ns_text_clear(&path);
    return status;
}

static ns_status migrate(ns_store *store, ns_error *error) {
    int64_t version = 0;
    char pragma[64];
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    /* Asked again inside the transaction: another program may have migrated in between. */
    status = ns_sql_integer(store, &version, 0, error, "PRAGMA user_version", "");
    for (; status == NS_OK && version < ns_schema_version(); version++) {
        int code = sqlite3_exec(store->handle, ns_schema_step((int)version), NULL, NULL, NULL);
        if (code != SQLITE_OK)
            status = ns_sql_error(store, code, error);
    }
    if (status == NS_OK) {
        (void)snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", ns_schema_version());
        status = ns_sql(store, NULL, NULL, error, pragma, "");
    }
    if (status == NS_OK) {
        (void)snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", NS_STORE_APPLICATION_ID);
        status = ns_sql(store, NULL, NULL, error, pragma, "");
    }
    return ns_sql_end(store, status, error);
}

static ns_status check_and_migrate(ns_store *store, ns_error *error) {
    int64_t application = 0;
    int64_t version = 0;
    int64_t tables = 0;
    /* One moment of the file: another program may be making it. */
    ns_status status = ns_sql(store, NULL, NULL, error, "BEGIN", "");
    if (status == NS_OK)
        status = ns_sql_integer(store, &application, 0, error, "PRAGMA application_id", "");
    if (status == NS_OK)
        status = ns_sql_integer(store, &version, 0, error, "PRAGMA user_version", "");
    if (status == NS_OK)
        status = ns_sql_integer(store, &tables, 0, error, "SELECT count(*) FROM sqlite_schema", "");
    status = ns_sql_end(store, status, error);
    if (status != NS_OK)
        return status;
    if (tables > 0 && application != NS_STORE_APPLICATION_ID)
        return ns_error_set(error, NS_STATUS_STORE, "StoreForeign", "Name another store with --store; the file was not changed.",
                            "The file %s is a database of another program.", store->path);
    if (version > ns_schema_version())
        return ns_error_set(error, NS_STATUS_STORE, "StoreTooNew",
                            "Install that version, or name another store with --store; the file was not changed.",
                            "The store %s was written by a newer version of Nightshift (schema %lld, this one knows %d).", store->path,
                            (long long)version, ns_schema_version());
    status = ns_store_check(store->handle, store->path, error);
    if (status == NS_OK && version < ns_schema_version() && tables > 0)
        status = keep_copy(store, version, error);
    if (status == NS_OK && version < ns_schema_version())
        status = migrate(store, error);
    return status;
}

/* After the checks: nothing is written to a file that is not ours. */
static ns_status configure(ns_store *store, ns_error *error) {
    static const char *const pragmas[] = {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",   "PRAGMA foreign_keys = ON",
                                          "PRAGMA secure_delete = ON", "PRAGMA cell_size_check = ON", "PRAGMA temp_store = MEMORY",
                                          "PRAGMA cache_size = -65536"};
    ns_status status = NS_OK;
    for (size_t i = 0; i < NS_COUNT_OF(pragmas) && status == NS_OK; i++)
        status = ns_sql(store, NULL, NULL, error, pragmas[i], "");
    return status;
}

/* A store that had copies and is gone, or empty as after a crash of the machine, is not begun anew in silence: in a week its copies would be
 * gone too. The file is not opened for that: closing it would drop the locks that this process holds on it
 * (https://www.sqlite.org/howtocorrupt.html, 2.2). */
static ns_status refuse_if_lost(const char *path, ns_error *error) {
    if (ns_system_file_size(path) > 0 || !ns_place_backup_time(path))
        return NS_OK;
    return ns_error_set(error, NS_STATUS_STORE, "StoreMissing",
                        "Put the newest copy in its place: nightshiftctl store restore; or move its copies away to start with a new one.",
                        "The store %s is gone or empty, and there are copies of it.", path);
}

static ns_status open_file(ns_store *store, ns_error *error) {
    int code = SQLITE_OK;
    ns_status status = make_parent_folder(store->path, error);
    if (status == NS_OK)
        status = refuse_if_lost(store->path, error);
    if (status != NS_OK)
        return status;
    make_private_file(store->path);
    code = sqlite3_open_v2(store->path, &store->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK)
        return ns_sql_error(store, code, error);
    (void)sqlite3_busy_timeout(store->handle, BUSY_TIMEOUT_MS);
    return NS_OK;
}

ns_status ns_store_open(const char *path, ns_store **out, ns_error *error) {
    ns_store *store = calloc(1, sizeof *store);
    ns_status status = NS_OK;
    *out = NULL;
    /* SQLite would take these for a store that is gone when it is closed. */
    if (path && (!path[0] || path[0] == ':')) {
        free(store);
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Give --store a file.", "\"%.60s\" is not the name of a store.", path);
    }
    if (!store)
        return ns_error_set_memory(error);
    store->path = path ? ns_string_copy(path) : ns_store_default_path();
    if (!store->path) {
        free(store);
        return ns_error_set(error, NS_STATUS_STORE, "StoreFailed", "Name a store with --store.", "There is no default place for the store.");
    }
    status = open_file(store, error);
    if (status == NS_OK)
        status = check_and_migrate(store, error);
    if (status == NS_OK)
        status = configure(store, error);
    if (status == NS_OK)
        status = ns_sql_keep_statements(store, error);
    if (status != NS_OK) {
        if (status == NS_STATUS_SYSTEM && error)
            error->status = NS_STATUS_STORE;
        ns_store_close(store);
        return status == NS_STATUS_SYSTEM ? NS_STATUS_STORE : status;
    }
    *out = store;
    return NS_OK;
}

void ns_store_close(ns_store *store) {
    if (!store)
        return;
    ns_sql_close(store);
    free(store->path);
    free(store);
}

int64_t ns_store_change_mark(ns_store *store) {
    int64_t others = 0;
    ns_error error;
    if (ns_sql_integer(store, &others, 0, &error, "PRAGMA data_version", "") != NS_OK)
        return -1;
    return others << 32 | (int64_t)(uint32_t)sqlite3_total_changes64(store->handle);
}
