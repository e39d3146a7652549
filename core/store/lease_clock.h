/* The store's own clock, in ms, which no program's clock can set: leases end by it. On one computer it goes by what has passed since its start, also
 * while no program runs; a program of another computer, or after another start, goes on from what the store says, by its own count. So it never goes
 * faster than time does, and never back. Private to core/store. */
#ifndef NS_STORE_LEASE_CLOCK_H
#define NS_STORE_LEASE_CLOCK_H

#include "store/store.h"

NS_MUST_USE ns_status ns_store_time(ns_store *store, int64_t *now, ns_error *error);
/* The same within a transaction that writes, in which it is kept for others. */
NS_MUST_USE ns_status ns_store_time_keep(ns_store *store, int64_t *now, ns_error *error);

#endif
