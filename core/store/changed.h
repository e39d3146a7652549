/* That somebody changed a thing after it was read by who wants to change it too. */
#ifndef NS_STORE_CHANGED_H
#define NS_STORE_CHANGED_H

#include "store/store.h"

/* Words the error: who it was, and when, by the activity. NS_STATUS_REFUSED (ChangedMeanwhile). */
NS_MUST_USE ns_status ns_changed_meanwhile(ns_store *store, const char *kind, int64_t id, ns_error *error);

#endif
