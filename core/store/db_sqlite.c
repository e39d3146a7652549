/* The store in an SQLite file. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/db.h"

/* Statements are found by their text. A store has about two hundred; what comes after the last place is prepared each time. */
enum { BUSY_TIMEOUT_MS = 10000, STEPS = 200 /* of SQLite between two questions */, PLACES = 1024, KEPT_MAXIMUM = 512, HASHED = 32, LINE_SIZE = 200 };

struct ns_db {
    sqlite3 *handle;
    char *path;
    bool keeps; /* statements, at their text's hash or the next place that is free */
    size_t kept;
    sqlite3_stmt *places[PLACES];
};

static ns_status failed(const ns_db *db, int code, ns_error *error) {
    const char *path = db->path;
    ns_status status = NS_STATUS_STORE;
    /* Where there is no room for the file that its programs share, SQLite says that it could not make it longer. */
    const int kind = code == SQLITE_IOERR_SHMSIZE ? SQLITE_FULL : code & 0xFF;
    switch (kind) {
    case SQLITE_NOMEM:
        return ns_error_set_memory(error);
    case SQLITE_FULL:
        (void)ns_error_set(error, status, "StoreDiskFull", "Make room on the disk and try again; what was saved before is not lost.",
                           "There is no room left for the store %s; nothing was changed.", path);
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        (void)ns_error_set(error, status, "StoreReadOnly", "Check the rights of the file and its folder, or name another store with --store.",
                           "The store %s may not be written here; nothing was changed.", path);
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        status = NS_STATUS_AGAIN;
        (void)ns_error_set(error, status, "StoreBusy", "Try again.", "Another program kept the store %s locked for too long; nothing was changed.",
                           path);
        break;
    case SQLITE_NOTADB:
        (void)ns_error_set(error, status, "StoreNotAStore", "Name another store with --store, or move the file away; it was not changed.",
                           "The file %s is not a Nightshift store.", path);
        break;
    case SQLITE_CORRUPT:
        (void)ns_error_set(
            error, status, "StoreDamaged",
            "The file was left as it is. Put the newest copy in its place: nightshiftctl store restore; or start with a new store by --store.",
            "The store %s is damaged.", path);
        break;
    default:
        (void)ns_error_set(error, status, "StoreFailed", "Try again; if it happens again, report it.", "The store %s refused: %s.", path,
                           sqlite3_errmsg(db->handle));
        break;
    }
    if (error)
        error->native = (uint32_t)code;
    return status;
}

static ns_status open_file(const char *path, int flags, ns_db **out, ns_error *error) {
    ns_db *db = calloc(1, sizeof *db);
    int code = SQLITE_OK;
    *out = NULL;
    if (db)
        db->path = ns_string_copy(path);
    if (!db || !db->path) {
        free(db);
        return ns_error_set_memory(error);
    }
    code = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        const ns_status status = failed(db, code, error);
        ns_db_close(db);
        return status;
    }
    (void)sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    *out = db;
    return NS_OK;
}

ns_status ns_db_open(const char *locator, ns_db **out, ns_error *error) {
    return open_file(locator, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, out, error);
}

ns_status ns_db_open_copy(const char *path, ns_db **out, ns_error *error) {
    return open_file(path, SQLITE_OPEN_READONLY, out, error);
}

void ns_db_close(ns_db *db) {
    if (!db)
        return;
    for (size_t i = 0; i < PLACES; i++)
        (void)sqlite3_finalize(db->places[i]);
    (void)sqlite3_close_v2(db->handle);
    free(db->path);
    free(db);
}

/* By its length and its end (FNV-1a), where statements differ most. */
static size_t place_of(const char *sql) {
    const size_t size = strlen(sql);
    uint32_t hash = 2166136261U ^ (uint32_t)size;
    for (size_t i = size > HASHED ? size - HASHED : 0; i < size; i++)
        hash = (hash ^ (unsigned char)sql[i]) * 16777619U;
    return hash % PLACES;
}

/* *kept: the statement is the connection's own, and is given back by give_back; else the caller's. */
static int prepare(ns_db *db, const char *sql, sqlite3_stmt **out, bool *kept) {
    size_t at = db->keeps ? place_of(sql) : 0;
    int code = SQLITE_OK;
    *kept = false;
    while (db->keeps && db->places[at] && strcmp(sqlite3_sql(db->places[at]), sql) != 0)
        at = (at + 1) % PLACES;
    if (db->keeps && db->places[at] && !sqlite3_stmt_busy(db->places[at])) {
        *out = db->places[at];
        *kept = true;
        return SQLITE_OK;
    }
    /* One that is busy reads rows further up the stack. */
    *kept = db->keeps && !db->places[at] && db->kept < KEPT_MAXIMUM;
    code = sqlite3_prepare_v3(db->handle, sql, -1, *kept ? SQLITE_PREPARE_PERSISTENT : 0, out, NULL);
    *kept = *kept && code == SQLITE_OK && *out;
    if (*kept) {
        db->places[at] = *out;
        db->kept++;
    }
    return code;
}

static void give_back(sqlite3_stmt *statement, bool kept) {
    if (kept) {
        (void)sqlite3_reset(statement);
        (void)sqlite3_clear_bindings(statement);
    } else {
        (void)sqlite3_finalize(statement);
    }
}

/* The values are the caller's until the statement is given back. */
static int bind_values(sqlite3_stmt *statement, const char *types, va_list values) {
    int code = SQLITE_OK;
    for (int i = 1; *types && code == SQLITE_OK; types++, i++) {
        if (*types == 'i') {
            code = sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
        } else if (*types == 's') {
            code = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_STATIC);
        } else {
            const void *bytes = va_arg(values, const void *);
            size_t size = va_arg(values, size_t);
            code = sqlite3_bind_blob64(statement, i, bytes, size, SQLITE_STATIC);
        }
    }
    return code;
}

ns_status ns_db_damaged(ns_db *db, ns_error *error) {
    return failed(db, SQLITE_CORRUPT, error);
}

ns_status ns_db_run(ns_db *db, ns_db_take take, void *context, ns_error *error, const char *sql, const char *types, va_list values) {
    sqlite3_stmt *statement = NULL;
    ns_status status = NS_OK;
    bool kept = false;
    int code = prepare(db, sql, &statement, &kept);
    if (code != SQLITE_OK)
        return failed(db, code, error);
    code = bind_values(statement, types, values);
    if (code != SQLITE_OK)
        status = failed(db, code, error);
    while (status == NS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        if (take)
            status = take(context, (const ns_db_row *)statement, error);
    if (status == NS_OK && code != SQLITE_DONE) {
        code = sqlite3_extended_errcode(db->handle);
        if (code == SQLITE_CONSTRAINT_UNIQUE)
            status = ns_error_set(error, NS_STATUS_EXISTS, "NameTaken", "Choose another name; upper and lower case make no difference.",
                                  "That name is already taken.");
        else
            status = failed(db, code, error);
    }
    give_back(statement, kept);
    return status;
}

NS_MUST_USE static ns_status run(ns_db *db, ns_db_take take, void *context, ns_error *error, const char *sql, const char *types, ...) {
    va_list values;
    ns_status status = NS_OK;
    va_start(values, types);
    status = ns_db_run(db, take, context, error, sql, types, values);
    va_end(values);
    return status;
}

static ns_status take_integer(void *context, const ns_db_row *row, ns_error *error) {
    (void)error;
    *(int64_t *)context = ns_db_integer(row, 0);
    return NS_OK;
}

ns_status ns_db_read_header(ns_db *db, ns_db_header *out, ns_error *error) {
    /* One moment of the file: another program may be making it. */
    const bool alone = sqlite3_get_autocommit(db->handle) != 0;
    ns_status status = alone ? ns_db_begin(db, NS_DB_READ, error) : NS_OK;
    *out = (ns_db_header){0};
    if (status != NS_OK)
        return status;
    status = run(db, take_integer, &out->application, error, "PRAGMA application_id", "");
    if (status == NS_OK)
        status = run(db, take_integer, &out->version, error, "PRAGMA user_version", "");
    if (status == NS_OK)
        status = run(db, take_integer, &out->tables, error, "SELECT count(*) FROM sqlite_schema", "");
    if (alone)
        ns_db_rollback(db);
    return status;
}

ns_status ns_db_write_header(ns_db *db, const ns_db_header *header, ns_error *error) {
    char pragmas[160];
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA user_version = %lld; PRAGMA application_id = %lld", (long long)header->version,
                   (long long)header->application);
    return ns_db_script(db, pragmas, error);
}

static ns_status take_first_line(void *context, const ns_db_row *row, ns_error *error) {
    char *out = context;
    (void)error;
    if (!out[0])
        (void)snprintf(out, LINE_SIZE, "%s", ns_db_text(row, 0));
    return NS_OK;
}

/* Where the journal of several programs cannot be shared, SQLite goes on without it, and they would spoil each other's file. */
static ns_status share(ns_db *db, ns_error *error) {
    char mode[LINE_SIZE] = {0};
    const ns_status status = run(db, take_first_line, mode, error, "PRAGMA journal_mode = WAL", "");
    if (status == NS_OK && strcmp(mode, "wal") != 0)
        return ns_error_set(error, NS_STATUS_STORE, "StoreOnShare", "Put it on a disk of this computer, or name another store with --store.",
                            "Several programs cannot use the store %s where it lies.", db->path);
    return status;
}

ns_status ns_db_configure(ns_db *db, ns_error *error) {
    /* A plan holds for all values: else a statement is prepared anew with each value that an index's condition could be about. */
    const int code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, (int *)NULL);
    ns_status status = code == SQLITE_OK ? share(db, error) : failed(db, code, error);
    if (status == NS_OK)
        status = ns_db_script(db,
                              "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                              "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536",
                              error);
    db->keeps = status == NS_OK;
    return status;
}

void ns_db_wait_at_most(ns_db *db, int ms) {
    (void)sqlite3_busy_timeout(db->handle, ms);
}

ns_status ns_db_begin(ns_db *db, ns_db_mode mode, ns_error *error) {
    return run(db, NULL, NULL, error, mode == NS_DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", "");
}

ns_status ns_db_commit(ns_db *db, ns_error *error) {
    return run(db, NULL, NULL, error, "COMMIT", "");
}

void ns_db_rollback(ns_db *db) {
    if (!sqlite3_get_autocommit(db->handle))
        (void)!run(db, NULL, NULL, &(ns_error){0}, "ROLLBACK", "");
}

ns_status ns_db_savepoint(ns_db *db, ns_error *error) {
    return run(db, NULL, NULL, error, "SAVEPOINT step", "");
}

ns_status ns_db_savepoint_end(ns_db *db, bool keep, ns_error *error) {
    const ns_status status = keep ? NS_OK : run(db, NULL, NULL, error, "ROLLBACK TO step", "");
    const ns_status released = run(db, NULL, NULL, keep ? error : &(ns_error){0}, "RELEASE step", "");
    return keep ? released : status;
}

ns_status ns_db_script(ns_db *db, const char *sql, ns_error *error) {
    const int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? NS_OK : failed(db, code, error);
}

int64_t ns_db_affected(const ns_db *db) {
    return sqlite3_changes64(db->handle);
}

int64_t ns_db_change_mark(ns_db *db) {
    int64_t others = 0;
    if (run(db, take_integer, &others, &(ns_error){0}, "PRAGMA data_version", "") != NS_OK)
        return -1;
    return others << 32 | (int64_t)(uint32_t)sqlite3_total_changes64(db->handle);
}

static sqlite3_stmt *statement_of(const ns_db_row *row) {
    return (sqlite3_stmt *)(uintptr_t)row;
}

int64_t ns_db_integer(const ns_db_row *row, int column) {
    return sqlite3_column_int64(statement_of(row), column);
}

const char *ns_db_text(const ns_db_row *row, int column) {
    return (const char *)sqlite3_column_text(statement_of(row), column);
}

const void *ns_db_bytes(const ns_db_row *row, int column, size_t *size) {
    const void *bytes = sqlite3_column_blob(statement_of(row), column);
    *size = (size_t)sqlite3_column_bytes(statement_of(row), column);
    return bytes;
}

bool ns_db_is_null(const ns_db_row *row, int column) {
    return sqlite3_column_type(statement_of(row), column) == SQLITE_NULL;
}

ns_status ns_db_size(ns_db *db, int64_t *bytes, ns_error *error) {
    int64_t pages = 0;
    int64_t page_size = 0;
    ns_status status = run(db, take_integer, &pages, error, "PRAGMA page_count", "");
    if (status == NS_OK)
        status = run(db, take_integer, &page_size, error, "PRAGMA page_size", "");
    *bytes = pages * page_size;
    return status;
}

ns_status ns_db_check(ns_db *db, ns_error *error) {
    char answer[LINE_SIZE] = {0};
    const ns_status status = run(db, take_first_line, answer, error, "PRAGMA integrity_check(1)", "");
    return status == NS_OK && strcmp(answer, "ok") != 0 ? failed(db, SQLITE_CORRUPT, error) : status;
}

typedef struct copying {
    bool (*go_on)(void *context);
    void *context;
} copying;

static int is_to_end(void *context) {
    const copying *self = context;
    return !self->go_on(self->context);
}

ns_status ns_db_copy(ns_db *db, const char *path, bool (*go_on)(void *context), void *context, ns_error *error) {
    copying self = {go_on, context};
    ns_status status = NS_OK;
    if (go_on)
        sqlite3_progress_handler(db->handle, STEPS, is_to_end, &self);
    status = run(db, NULL, NULL, error, "VACUUM INTO ?", "s", path);
    sqlite3_progress_handler(db->handle, 0, NULL, NULL);
    return status;
}
