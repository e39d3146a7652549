#include "store/sql.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/schema.h"

ns_status ns_sql(ns_store *store, ns_db_take take, void *context, ns_error *error, const char *sql, const char *types, ...) {
    va_list arguments;
    ns_status status = NS_OK;
    va_start(arguments, types);
    status = ns_db_run(store->db, take, context, error, sql, types, arguments);
    va_end(arguments);
    return status;
}

static ns_status take_integer(void *context, const ns_db_row *row, ns_error *error) {
    (void)error;
    *(int64_t *)context = ns_db_integer(row, 0);
    return NS_OK;
}

ns_status ns_sql_integer(ns_store *store, int64_t *out, int64_t otherwise, ns_error *error, const char *sql, const char *types, ...) {
    va_list arguments;
    ns_status status = NS_OK;
    *out = otherwise;
    va_start(arguments, types);
    status = ns_db_run(store->db, take_integer, out, error, sql, types, arguments);
    va_end(arguments);
    return status;
}

char *ns_sql_text(const ns_db_row *row, int column, bool *failed) {
    char *copy = ns_utf8_copy(ns_db_text(row, column));
    if (!copy)
        *failed = true;
    return copy;
}

/* Another program may have brought the store up to a newer version since it was opened here. */
static ns_status begin_writing(ns_store *store, ns_error *error) {
    ns_db_header header;
    ns_status status = ns_db_begin(store->db, NS_DB_WRITE, error);
    if (status != NS_OK || !store->ready)
        return status;
    status = ns_db_read_header(store->db, &header, error);
    if (status == NS_OK && header.version != ns_schema_version())
        status =
            ns_error_set(error, NS_STATUS_STORE, "StoreTooNew", "Close this program and start the newer version.",
                         "A newer version of Nightshift has changed the store %s since this program opened it; nothing was changed.", store->path);
    if (status != NS_OK)
        ns_db_rollback(store->db);
    return status;
}

ns_status ns_sql_begin(ns_store *store, ns_error *error) {
    ns_status status = NS_OK;
    if (!store->depth)
        return begin_writing(store, error);
    if (store->depth >= NS_SQL_DEPTH)
        return ns_error_set(error, NS_STATUS_STORE, "StoreFailed", "Report it.", "An action of the store lies too deep.");
    if (!store->whole) {
        status = ns_db_savepoint(store->db, error);
        if (status == NS_OK)
            store->marks[store->depth] = store->action;
    }
    if (status == NS_OK)
        store->depth++;
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
    if (status == NS_OK)
        return ns_db_savepoint_end(store->db, true, error);
    store->action = store->marks[store->depth];
    if (ns_db_savepoint_end(store->db, false, &ignored) == NS_OK)
        return status;
    if (error)
        *error = ignored; /* the part is still there: the whole must not be kept */
    return ignored.status;
}

ns_status ns_sql_end(ns_store *store, ns_status status, ns_error *error) {
    if (store->depth > 1)
        return end_part(store, status, error);
    if (status == NS_OK)
        status = ns_db_commit(store->db, error);
    if (status != NS_OK)
        ns_db_rollback(store->db);
    return status;
}

ns_status ns_store_begin_reading(ns_store *store, ns_error *error) {
    const ns_status status = store->depth || store->reading ? NS_OK : ns_db_begin(store->db, NS_DB_READ, error);
    store->reading += status == NS_OK;
    return status;
}

ns_status ns_store_end_reading(ns_store *store, ns_status status) {
    if (--store->reading == 0 && !store->depth)
        ns_db_rollback(store->db);
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

ns_status ns_sql_secret(const ns_db_row *row, int column, const char *bound_to, ns_secret *out, ns_error *error) {
    ns_secret_blob blob = {0};
    blob.bytes = (uint8_t *)(uintptr_t)ns_db_bytes(row, column, &blob.size);
    return blob.bytes ? ns_secret_unprotect(&blob, bound_to, out, error) : NS_OK;
}

ns_status ns_sql_take_bytes(void *bytes, const ns_db_row *row, ns_error *error) {
    ns_sql_bytes *out = bytes;
    const void *found = ns_db_bytes(row, 0, &out->size);
    out->bytes = malloc(out->size + 1);
    if (!out->bytes)
        return ns_error_set_memory(error);
    if (out->size)
        memcpy(out->bytes, found, out->size);
    return NS_OK;
}
