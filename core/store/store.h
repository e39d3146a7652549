/* The store: one SQLite file that several programs may have open at once. Opening it checks it and brings an older
 * one up to this version, keeping a copy; a damaged, foreign or newer file is refused and left as it is.
 * Every change is one transaction: after NS_OK it survives a crash (WAL, synchronous=FULL), after anything else nothing
 * changed. An ns_store belongs to one thread at a time; each thread opens its own. */
#ifndef NS_STORE_STORE_H
#define NS_STORE_STORE_H

#include <stdint.h>

#include "base/status.h"

typedef struct ns_store ns_store;

/* `locator` says to the engine where the store is: a file, which is made with its folder when it is not there. NULL: the default place.
 * NS_STATUS_STORE with code StoreDamaged, StoreMissing, StoreOnShare, StoreNotAStore, StoreForeign, StoreTooNew, StoreReadOnly, StoreDiskFull,
 * StoreBusy. */
NS_MUST_USE ns_status ns_store_open(const char *locator, ns_store **out, ns_error *error);
void ns_store_close(ns_store *store);
/* Reads all of it: StoreDamaged. Opening does so once after each start of the computer, and once a day. */
NS_MUST_USE ns_status ns_store_check(ns_store *store, ns_error *error);
const char *ns_store_locator(const ns_store *store); /* what opens another connection to it; borrowed */
/* %LOCALAPPDATA%\Nightshift\nightshift.db, $XDG_DATA_HOME/nightshift/nightshift.db; the caller frees, NULL when unknown. */
char *ns_store_default_path(void);
/* Several reads of one state of the store, between which nothing changes; the end gives `status` back. Nothing is written between, and it does not
 * last: what others write meanwhile stays in the log. Within each other, and within an action, they are of the outer one's state. */
NS_MUST_USE ns_status ns_store_begin_reading(ns_store *store, ns_error *error);
NS_MUST_USE ns_status ns_store_end_reading(ns_store *store, ns_status status);
/* How long a call waits while another program keeps the store locked, in place of ten seconds. */
void ns_store_wait_at_most(ns_store *store, int ms);
/* A number that is another one after any program changed the store. Cheap enough to ask several times a second. */
int64_t ns_store_change_mark(ns_store *store);

#endif
