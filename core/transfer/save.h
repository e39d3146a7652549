/* What a run brought back, written below a folder. Any thread with a store of its own. */
#ifndef NS_TRANSFER_SAVE_H
#define NS_TRANSFER_SAVE_H

#include "store/run_files.h"

/* Each under its own name, in the place of one that was there; one that did not come whole as NAME.incomplete. One that cannot be
 * written keeps no other from it, and the first of those is the error: NS_STATUS_SYSTEM (FileNotWritten). NS_STATUS_STORE (StoreDamaged) where one is
 * not what came. */
NS_MUST_USE ns_status ns_save_artifacts(ns_store *store, const ns_kept_artifacts *files, const char *folder, ns_error *error);
/* The pictures of those times as PNG, named so that they sort by them. */
NS_MUST_USE ns_status ns_save_film(ns_store *store, int64_t run, const int64_t *times, size_t count, const char *folder, ns_error *error);

#endif
