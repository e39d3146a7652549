#include "store/sql.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

ns_status ns_sql_error(ns_store *store, int code, ns_error *error) {
    const char *path = store->path;
    ns_status status = NS_STATUS_STORE;
    switch (code & 0xFF) {
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
                           sqlite3_errmsg(store->handle));
        break;
    }
    if (error)
        error->native = (uint32_t)code;
    return status;
}

/* Found by their text. A store has about two hundred; what comes after the last place is prepared each time. */
enum { PLACES = 1024, KEPT_MAXIMUM = 512, HASHED = 32 };

struct ns_statements {
    sqlite3_stmt *places[PLACES]; /* at the text's hash, or the next that is free */
    size_t count;
};

ns_status ns_sql_keep_statements(ns_store *store, ns_error *error) {
    store->statements = calloc(1, sizeof *store->statements);
    return store->statements ? NS_OK : ns_error_set_memory(error);
}

void ns_sql_close(ns_store *store) {
    for (size_t i = 0; store->statements && i < PLACES; i++)
        (void)sqlite3_finalize(store->statements->places[i]);
    free(store->statements);
    store->statements = NULL;
    (void)sqlite3_close_v2(store->handle);
    store->handle = NULL;
}

/* By its length and its end (FNV-1a), where statements differ most. */
static size_t place_of(const char *sql) {
    const size_t size = strlen(sql);
    uint32_t hash = 2166136261U ^ (uint32_t)size;
    for (size_t i = size > HASHED ? size - HASHED : 0; i < size; i++)
        hash = (hash ^ (unsigned char)sql[i]) * 16777619U;
    return hash % PLACES;
}

/* *kept: the statement is the store's own, and is given back by give_back; else the caller's. */
static int prepare(ns_store *store, const char *sql, sqlite3_stmt **out, bool *kept) {
    struct ns_statements *all = store->statements;
    size_t at = all ? place_of(sql) : 0;
    int code = SQLITE_OK;
    *kept = false;
    while (all && all->places[at] && strcmp(sqlite3_sql(all->places[at]), sql) != 0)
        at = (at + 1) % PLACES;
    if (all && all->places[at] && !sqlite3_stmt_busy(all->places[at])) {
        *out = all->places[at];
        *kept = true;
        return SQLITE_OK;
    }
    /* One that is busy reads rows further up the stack. */
    *kept = all && !all->places[at] && all->count < KEPT_MAXIMUM;
    code = sqlite3_prepare_v3(store->handle, sql, -1, *kept ? SQLITE_PREPARE_PERSISTENT : 0, out, NULL);
    *kept = *kept && code == SQLITE_OK && *out;
    if (*kept) {
        all->places[at] = *out;
        all->count++;
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
static ns_status bind_values(ns_store *store, sqlite3_stmt *statement, const char *types, va_list arguments, ns_error *error) {
    for (int i = 1; *types; types++, i++) {
        int code = SQLITE_OK;
        if (*types == 'i') {
            code = sqlite3_bind_int64(statement, i, va_arg(arguments, int64_t));
        } else if (*types == 's') {
            code = sqlite3_bind_text(statement, i, va_arg(arguments, const char *), -1, SQLITE_STATIC);
        } else {
            const void *bytes = va_arg(arguments, const void *);
            size_t size = va_arg(arguments, size_t);
            code = sqlite3_bind_blob64(statement, i, bytes, size, SQLITE_STATIC);
        }
        if (code != SQLITE_OK)
            return ns_sql_error(store, code, error);
    }
    return NS_OK;
}

static ns_status run(ns_store *store, ns_sql_row row, void *context, ns_error *error, const char *sql, const char *types, va_list arguments) {
    sqlite3_stmt *statement = NULL;
    ns_status status = NS_OK;
    bool kept = false;
    int code = prepare(store, sql, &statement, &kept);
    if (code != SQLITE_OK)
        return ns_sql_error(store, code, error);
    status = bind_values(store, statement, types, arguments, error);
    while (status == NS_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        if (row)
            status = row(context, statement, error);
    if (status == NS_OK && code != SQLITE_DONE) {
        code = sqlite3_extended_errcode(store->handle);
        if (code == SQLITE_CONSTRAINT_UNIQUE)
            status = ns_error_set(error, NS_STATUS_EXISTS, "NameTaken", "Choose another name; upper and lower case make no difference.",
                                  "That name is already taken.");
        else
            status = ns_sql_error(store, code, error);
    }
    give_back(statement, kept);
    return status;
}

ns_status ns_sql(ns_store *store, ns_sql_row row, void *context, ns_error *error, const char *sql, const char *types, ...) {
    va_list arguments;
    ns_status status = NS_OK;
    va_start(arguments, types);
    status = run(store, row, context, error, sql, types, arguments);
    va_end(arguments);
    return status;
}

static ns_status take_integer(void *context, sqlite3_stmt *row, ns_error *error) {
    (void)error;
    *(int64_t *)context = sqlite3_column_int64(row, 0);
    return NS_OK;
}

ns_status ns_sql_integer(ns_store *store, int64_t *out, int64_t otherwise, ns_error *error, const char *sql, const char *types, ...) {
    va_list arguments;
    ns_status status = NS_OK;
    *out = otherwise;
    va_start(arguments, types);
    status = run(store, take_integer, out, error, sql, types, arguments);
    va_end(arguments);
    return status;
}

char *ns_sql_text(sqlite3_stmt *row, int column, bool *failed) {
    char *copy = ns_string_copy((const char *)sqlite3_column_text(row, column));
    if (!copy)
        *failed = true;
    return copy;
}

ns_status ns_sql_begin(ns_store *store, ns_error *error) {
    ns_status status = NS_OK;
    if (!store->depth)
        return ns_sql(store, NULL, NULL, error, "BEGIN IMMEDIATE", "");
    if (store->depth >= NS_SQL_DEPTH)
        return ns_sql_error(store, SQLITE_MISUSE, error);
    if (store->whole) {
        store->depth++;
        return NS_OK;
    }
    status = ns_sql(store, NULL, NULL, error, "SAVEPOINT step", "");
    if (status == NS_OK)
        store->marks[store->depth++] = store->action;
    return status;
}

/* What the journal had written in the part is gone with it. */
static ns_status end_part(ns_store *store, ns_status status, ns_error *error) {
    ns_error ignored;
    store->depth--;
    if (store->whole) {
        store->broken = store->broken || status != NS_OK;
        return status;
    }
    if (status != NS_OK) {
        store->action = store->marks[store->depth];
        const ns_status back = ns_sql(store, NULL, NULL, &ignored, "ROLLBACK TO step", "");
        (void)!ns_sql(store, NULL, NULL, &ignored, "RELEASE step", "");
        if (back != NS_OK && error)
            *error = ignored; /* the part is still there: the whole must not be kept */
        return back == NS_OK ? status : back;
    }
    return ns_sql(store, NULL, NULL, error, "RELEASE step", "");
}

ns_status ns_sql_end(ns_store *store, ns_status status, ns_error *error) {
    ns_error ignored;
    if (store->depth > 1)
        return end_part(store, status, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "COMMIT", "");
    if (status != NS_OK && !sqlite3_get_autocommit(store->handle))
        (void)!ns_sql(store, NULL, NULL, &ignored, "ROLLBACK", "");
    return status;
}

ns_status ns_sql_name_taken(ns_status status, const char *what, const char *name, ns_error *error) {
    if (status == NS_STATUS_EXISTS)
        return ns_error_set(error, status, "NameTaken", "Choose another name; upper and lower case make no difference.",
                            "There is already a %s named \"%.100s\".", what, name);
    return status;
}

void *ns_sql_grow(void **items, size_t *count, size_t item_size) {
    /* Doubles when the count reaches a power of two, so that no capacity has to be kept. */
    if ((*count & (*count - 1)) == 0) {
        void *grown = realloc(*items, (*count ? *count * 2 : 1) * item_size);
        if (!grown)
            return NULL;
        *items = grown;
    }
    memset((char *)*items + *count * item_size, 0, item_size);
    return (char *)*items + (*count)++ * item_size;
}
