#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "base/text.h"
#include "store/place.h"
#include "store/rekey.h"
#include "store/schema.h"
#include "store/sql.h"

enum { CHECK_MS = 24 * 3600 * 1000, BOOT_SLACK_MS = 60 * 1000, HEADER_BYTES = 512 };

const char *ns_store_locator(const ns_store *store) {
    return store->path;
}

/* A folder that a person chose has other things in it: only the default one is ours. */
static ns_status make_parent_folder(const char *path, bool is_ours, ns_error *error) {
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
        if (status == NS_OK && is_ours)
            ns_system_keep_from_low(folder);
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

/* The store as the older version knew it. One that is there already is of the first attempt. */
static ns_status keep_copy(ns_store *store, int64_t version, ns_error *error) {
    char suffix[48];
    char *path = NULL;
    char *fresh = ns_place_of(store->path, ".bak-new", 0);
    ns_status status = NS_OK;
    (void)snprintf(suffix, sizeof suffix, ".v%lld.bak", (long long)version);
    path = ns_place_of(store->path, suffix, 0);
    if (!path || !fresh) {
        status = ns_error_set_memory(error);
    } else if (ns_system_file_size(path) <= 0) {
        ns_system_remove_file(fresh);
        make_private_file(fresh);
        status = ns_db_copy(store->db, fresh, NULL, NULL, error);
        if (status == NS_OK)
            status = ns_system_replace_file(fresh, path, error);
        if (status != NS_OK)
            ns_system_remove_file(fresh);
    }
    free(path);
    free(fresh);
    return status;
}

/* When the computer was started, as far as its clock says. */
static int64_t boot_time(void) {
    return ns_clock_utc_ms() - (int64_t)ns_clock_monotonic_ms();
}

/* Within a transaction. */
static ns_status write_checked(ns_store *store, ns_error *error) {
    static const char sql[] = "INSERT INTO store_state(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value";
    ns_status status = ns_sql(store, NULL, NULL, error, sql, "si", "checked-at", ns_clock_utc_ms());
    return status == NS_OK ? ns_sql(store, NULL, NULL, error, sql, "si", "checked-boot", boot_time()) : status;
}

/* A program that is killed leaves a whole file; a computer that went down may not, nor a disk in time. So it is enough to look once after each start
 * of the computer, and once a day. */
static bool is_checked(ns_store *store) {
    int64_t at = 0;
    int64_t boot = 0;
    int64_t age = 0;
    static const char sql[] = "SELECT value FROM store_state WHERE name = ?";
    if (ns_sql_integer(store, &at, 0, NULL, sql, "s", "checked-at") != NS_OK ||
        ns_sql_integer(store, &boot, 0, NULL, sql, "s", "checked-boot") != NS_OK)
        return false;
    age = ns_clock_utc_ms() - at;
    return age >= 0 && age < CHECK_MS && llabs(boot_time() - boot) < BOOT_SLACK_MS;
}

ns_status ns_store_check(ns_store *store, ns_error *error) {
    ns_status status = ns_db_check(store->db, error);
    if (status == NS_OK && ns_sql_begin(store, NULL) == NS_OK) /* where it may not be written, it is looked at again next time */
        (void)!ns_sql_end(store, write_checked(store, NULL), NULL);
    return status;
}

static ns_status migrate(ns_store *store, ns_error *error) {
    ns_db_header header = {0};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    /* Asked again inside the transaction: another program may have migrated in between. */
    status = ns_db_read_header(store->db, &header, error);
    for (; status == NS_OK && header.version < ns_schema_version(); header.version++) {
        status = ns_db_script(store->db, ns_schema_step((int)header.version), error);
        if (status == NS_OK && header.version == NS_SCHEMA_REKEY)
            status = ns_store_rekey(store, error);
    }
    header.application = NS_STORE_APPLICATION_ID;
    if (status == NS_OK)
        status = ns_db_write_header(store->db, &header, error);
    if (status == NS_OK)
        status = write_checked(store, error);
    return ns_sql_end(store, status, error);
}

static ns_status check_older(ns_store *store, const ns_db_header *header, ns_error *error) {
    ns_status status = ns_db_check(store->db, error);
    if (status == NS_OK && header->tables > 0)
        status = keep_copy(store, header->version, error);
    return status == NS_OK ? migrate(store, error) : status;
}

/* Nothing is written to what is not ours. */
static ns_status check_and_migrate(ns_store *store, ns_error *error) {
    ns_db_header header;
    ns_status status = ns_db_read_header(store->db, &header, error);
    if (status != NS_OK)
        return status;
    if (header.tables > 0 && header.application != NS_STORE_APPLICATION_ID)
        return ns_error_set(error, NS_STATUS_STORE, "StoreForeign", "Name another store with --store; the file was not changed.",
                            "The file %s is a database of another program.", store->path);
    if (header.version > ns_schema_version())
        return ns_error_set(error, NS_STATUS_STORE, "StoreTooNew",
                            "Install that version, or name another store with --store; the file was not changed.",
                            "The store %s was written by a newer version of Nightshift (schema %lld, this one knows %d).", store->path,
                            (long long)header.version, ns_schema_version());
    if (header.version < ns_schema_version())
        return check_older(store, &header, error);
    return is_checked(store) ? NS_OK : ns_store_check(store, error);
}

/* A store that had copies and is gone, or empty as after a crash of the machine, or has not even its header (SQLite would take that for empty), is
 * not begun anew in silence: in a week its copies would be gone too. The file is not opened for that: closing it would drop the locks that this
 * process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2). */
static ns_status refuse_if_lost(const char *path, ns_error *error) {
    if (ns_system_file_size(path) >= HEADER_BYTES || !ns_place_backup_time(path))
        return NS_OK;
    return ns_error_set(error, NS_STATUS_STORE, "StoreMissing",
                        "Put the newest copy in its place: nightshiftctl store restore; or move its copies away to start with a new one.",
                        "The store %s is gone or empty, and there are copies of it.", path);
}

static ns_status open_file(ns_store *store, bool is_default, ns_error *error) {
    ns_status status = make_parent_folder(store->path, is_default, error);
    if (status == NS_OK && ns_system_is_on_share(store->path))
        status = ns_error_set(error, NS_STATUS_STORE, "StoreOnShare", "Put it on a disk of this computer, or name another store with --store.",
                              "The store %s lies on a network share, where several programs cannot use it safely.", store->path);
    if (status == NS_OK)
        status = refuse_if_lost(store->path, error);
    if (status != NS_OK)
        return status;
    make_private_file(store->path);
    return ns_db_open(store->path, &store->db, error);
}

ns_status ns_store_open(const char *locator, ns_store **out, ns_error *error) {
    ns_store *store = calloc(1, sizeof *store);
    ns_status status = NS_OK;
    *out = NULL;
    /* SQLite would take these for a store that is gone when it is closed. */
    if (locator && (!locator[0] || locator[0] == ':')) {
        free(store);
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Give --store a file.", "\"%.60s\" is not the name of a store.", locator);
    }
    if (!store)
        return ns_error_set_memory(error);
    store->changed = -1;
    store->path = locator ? ns_string_copy(locator) : ns_store_default_path();
    if (!store->path) {
        free(store);
        return ns_error_set(error, NS_STATUS_STORE, "StoreFailed", "Name a store with --store.", "There is no default place for the store.");
    }
    status = open_file(store, !locator, error);
    if (status == NS_OK)
        status = check_and_migrate(store, error);
    if (status == NS_OK)
        status = ns_db_configure(store->db, error);
    store->ready = status == NS_OK;
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
    ns_db_close(store->db);
    free(store->path);
    free(store);
}

void ns_store_wait_at_most(ns_store *store, int ms) {
    ns_db_wait_at_most(store->db, ms);
}

int64_t ns_store_change_mark(ns_store *store) {
    return ns_db_change_mark(store->db);
}
