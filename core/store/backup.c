#include "store/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "base/text.h"
#include "store/place.h"
#include "store/schema.h"
#include "store/sql.h"

static const int64_t due_ms = 20 * 3600 * 1000;
static const int64_t stale_ms = 10 * 60 * 1000;
static const int64_t large_bytes = 200 * 1000 * 1000;

/* Of a numbered copy; 0 for none. */
static int64_t time_of(const char *store, int number) {
    char *path = ns_place_of(store, "backup", number);
    const int64_t at = path ? ns_system_file_time(path) : 0;
    free(path);
    return at;
}

/* The newest copy is of the same day as the one before it: another one takes its place, so that copies on demand push out none of the daily ones. */
static bool is_extra(const char *store) {
    const int64_t newest = time_of(store, 1);
    const int64_t before = time_of(store, 2);
    return newest && before && newest - before < due_ms;
}

/* Moves each copy to the next number, the last one out, and the new one to the front. */
static ns_status rotate(const char *store, const char *fresh, int keep, ns_error *error) {
    const int last = is_extra(store) ? 0 : keep - 1; /* of those that go to the next number */
    ns_status status = NS_OK;
    for (int number = NS_BACKUPS; number > (last ? last : keep); number--) {
        char *old = ns_place_of(store, "backup", number);
        if (old)
            ns_system_remove_file(old);
        free(old);
    }
    for (int number = last; number >= 0 && status == NS_OK; number--) {
        char *from = number ? ns_place_of(store, "backup", number) : ns_string_copy(fresh);
        char *to = ns_place_of(store, "backup", number + 1);
        if (!from || !to)
            status = ns_error_set_memory(error);
        else if (ns_system_file_exists(from))
            status = ns_system_replace_file(from, to, error);
        free(from);
        free(to);
    }
    return status;
}

/* SQLite would give it the usual rights; an empty file it takes as it is, and another one it refuses. */
static ns_status copy_into(ns_db *from, const char *path, ns_backup_go_on go_on, void *context, ns_error *error) {
    FILE *file = ns_system_open_file(path, "ab");
    if (!file || fclose(file) != 0)
        return ns_error_set(error, NS_STATUS_SYSTEM, "FileNotWritten", "Name another place, or make room there.", "%.200s could not be written.",
                            path);
    return ns_db_copy(from, path, go_on, context, error);
}

static ns_status copy_and_rotate(ns_store *store, const char *fresh, ns_backup_go_on go_on, void *context, ns_error *error) {
    int64_t bytes = 0;
    ns_status status = ns_db_size(store->db, &bytes, error);
    if (status == NS_OK)
        status = copy_into(store->db, fresh, go_on, context, error);
    if (status == NS_OK)
        status = rotate(store->path, fresh, bytes > large_bytes ? NS_BACKUPS_LARGE : NS_BACKUPS, error);
    if (status != NS_OK)
        ns_system_remove_file(fresh);
    return status;
}

/* One that was left by a program which was killed is taken over; a young one is another program's at work. */
static ns_status backup(ns_store *store, ns_backup_go_on go_on, void *context, ns_error *error) {
    char *fresh = ns_place_of(store->path, ".backup-new", 0);
    const int64_t age = fresh && ns_system_file_exists(fresh) ? ns_clock_utc_ms() - ns_system_file_time(fresh) : stale_ms;
    ns_status status = NS_OK;
    if (!fresh)
        return ns_error_set_memory(error);
    if (age >= 0 && age < stale_ms) {
        free(fresh);
        return ns_error_set(error, NS_STATUS_REFUSED, "StoreBusy", "Try again in ten minutes.", "The store %.200s is being copied already.",
                            store->path);
    }
    ns_system_remove_file(fresh);
    status = copy_and_rotate(store, fresh, go_on, context, error);
    free(fresh);
    return status;
}

ns_status ns_store_backup(ns_store *store, ns_error *error) {
    return backup(store, NULL, NULL, error);
}

int64_t ns_store_backup_time(const char *path) {
    return ns_place_backup_time(path);
}

ns_status ns_store_backup_if_due(ns_store *store, ns_backup_go_on go_on, void *context, ns_error *error) {
    const int64_t age = ns_clock_utc_ms() - ns_store_backup_time(store->path);
    return age < due_ms && age > -due_ms ? NS_OK : backup(store, go_on, context, error);
}

/* Whole, of this program, and of no later version of it. */
static bool is_good(ns_db *db) {
    ns_db_header header;
    ns_error ignored;
    return ns_db_read_header(db, &header, &ignored) == NS_OK && header.application == NS_STORE_APPLICATION_ID &&
           header.version <= ns_schema_version() && ns_db_check(db, &ignored) == NS_OK;
}

/* A second copy of the first good one, ready to take the store's place. */
static ns_status copy_newest_whole(const char *store, const char *fresh, int64_t *taken_at, ns_error *error) {
    ns_error ignored;
    ns_system_remove_file(fresh); /* which an earlier attempt may have left */
    for (int number = 1; number <= NS_BACKUPS; number++) {
        char *path = ns_place_of(store, "backup", number);
        ns_db *copy = NULL;
        bool copied = false;
        if (!path)
            return ns_error_set_memory(error);
        *taken_at = ns_system_file_time(path);
        if (*taken_at && ns_db_open_copy(path, &copy, &ignored) == NS_OK)
            copied = is_good(copy) && copy_into(copy, fresh, NULL, NULL, &ignored) == NS_OK;
        ns_db_close(copy);
        free(path);
        if (copied)
            return NS_OK;
        ns_system_remove_file(fresh);
    }
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "NoBackup",
                        "Restore the file from a backup of the computer, or start with a new store by --store.",
                        "There is no whole copy of the store %.200s.", store);
}

static const char *const parts[] = {"-wal", "-shm", ""};

static ns_status move_part(const char *from, const char *to, size_t part, ns_error *error) {
    char *source = ns_place_of(from, parts[part], 0);
    char *target = ns_place_of(to, parts[part], 0);
    ns_status status = NS_OK;
    if (!source || !target)
        status = ns_error_set_memory(error);
    else if (ns_system_file_exists(source))
        status = ns_system_replace_file(source, target, error);
    free(source);
    free(target);
    return status;
}

/* The damaged store goes away and the fresh one comes, or all is as it was. The write-ahead log goes first: beside another file it would be
 * written into that. */
static ns_status exchange(const char *store, const char *damaged, const char *fresh, ns_error *error) {
    ns_status status = NS_OK;
    size_t moved = 0;
    while (moved < NS_COUNT_OF(parts) && status == NS_OK)
        status = move_part(store, damaged, moved++, error);
    if (status == NS_OK)
        status = ns_system_replace_file(fresh, store, error);
    while (status != NS_OK && moved > 0)
        (void)!move_part(damaged, store, --moved, NULL);
    return status;
}

static ns_status put_back(const char *store, int64_t *taken_at, ns_error *error) {
    char stamp[64];
    char *fresh = ns_place_of(store, ".restored", 0);
    char *damaged = NULL;
    ns_status status = NS_OK;
    (void)snprintf(stamp, sizeof stamp, ".damaged-%lld", (long long)(ns_clock_utc_ms() / 1000));
    damaged = ns_place_of(store, stamp, 0);
    status = fresh && damaged ? copy_newest_whole(store, fresh, taken_at, error) : ns_error_set_memory(error);
    if (status == NS_OK)
        status = exchange(store, damaged, fresh, error);
    if (status != NS_OK && fresh)
        ns_system_remove_file(fresh);
    free(fresh);
    free(damaged);
    return status;
}

bool ns_store_can_be_restored(const ns_error *error) {
    return strcmp(error->code, "StoreDamaged") == 0 || strcmp(error->code, "StoreNotAStore") == 0 || strcmp(error->code, "StoreMissing") == 0;
}

ns_status ns_store_restore(const char *path, int64_t *taken_at, ns_error *error) {
    ns_store *opened = NULL;
    char *place = path ? ns_string_copy(path) : ns_store_default_path();
    ns_error found = {0};
    ns_status status = ns_store_open(path, &opened, &found);
    if (status == NS_OK)
        status = ns_db_check(opened->db, &found); /* which is not done at every open */
    const bool damaged = ns_store_can_be_restored(&found);
    ns_store_close(opened);
    *taken_at = 0;
    if (!place)
        status = ns_error_set_memory(error);
    else if (status == NS_OK || !damaged)
        status = ns_error_set(error, NS_STATUS_REFUSED, "StoreNotDamaged", "Copies are for a store that is damaged.",
                              "The store %.200s can be read.%s%.200s", place, status == NS_OK ? "" : " ", found.message);
    else
        status = put_back(place, taken_at, error);
    free(place);
    return status;
}
