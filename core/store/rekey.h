/* The keys by which names are the same, made anew after the rule for them has changed. Private to core/store. */
#ifndef NS_STORE_REKEY_H
#define NS_STORE_REKEY_H

#include "store/store.h"

/* Within a write transaction. */
NS_MUST_USE ns_status ns_store_rekey(ns_store *store, ns_error *error);

#endif
