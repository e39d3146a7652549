/* Copies of the store beside it, "….backup1" (the newest) and up: taken once a day by the programs that change it, so that a file
 * which a disk damaged costs a day at most. A copy is whole, of one moment, and as private as the store; passwords in it are
 * protected as there. Any thread; not within an action. */
#ifndef NS_STORE_BACKUP_H
#define NS_STORE_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

enum {
    NS_BACKUPS = 7,
    NS_BACKUPS_LARGE = 2 /* of a store over 200 MB, whose pictures would fill the disk */
};

/* Asked many times while a copy is made, in the same thread: false ends it, and there is none. */
typedef bool (*ns_backup_go_on)(void *context);

/* Takes one when the newest is older than 20 hours; others may read and write meanwhile. `go_on` may be NULL. */
NS_MUST_USE ns_status ns_store_backup_if_due(ns_store *store, ns_backup_go_on go_on, void *context, ns_error *error);
/* Takes one now. */
NS_MUST_USE ns_status ns_store_backup(ns_store *store, ns_error *error);
/* When the newest copy was taken, ms UTC; 0 when there is none. `path` NULL: of the default store. */
int64_t ns_store_backup_time(const char *path);
/* Whether a copy can help against that error of ns_store_open. */
bool ns_store_can_be_restored(const ns_error *error);
/* Puts the newest copy that is whole in the place of a store that is damaged or gone; the damaged file stays beside it ("….damaged-…").
 * *taken_at is when the copy was taken. NS_STATUS_REFUSED (StoreNotDamaged), NS_STATUS_NOT_FOUND (NoBackup), NS_STATUS_SYSTEM while
 * another program has it open (Windows). `path` NULL: the default store. */
NS_MUST_USE ns_status ns_store_restore(const char *path, int64_t *taken_at, ns_error *error);

#endif
