/* That somebody changed a thing after it was read by who wants to change it too. The number of the newest activity is the version of everything: what
 * was read with it is as that activity left it. */
#ifndef NS_STORE_CHANGED_H
#define NS_STORE_CHANGED_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* A field, as the activity names it ("host", "screen.width"; "" for any), and the newest activity when it was read. */
typedef struct ns_seen_field {
    const char *name; /* borrowed */
    int64_t since;
} ns_seen_field;

/* Asked for before what it is to be the version of, or in the same transaction. 0 before the first activity. */
NS_MUST_USE ns_status ns_activity_newest(ns_store *store, int64_t *id, ns_error *error);
/* NS_STATUS_REFUSED (ChangedMeanwhile) when another value was given to one of the fields since: who did it, when, and from what to what. *by, which
 * may be NULL, is that activity then, else 0. In the transaction of the change that is asked for. `kind` as in ns_field_change. */
NS_MUST_USE ns_status ns_changed_since(ns_store *store, const char *kind, int64_t id, const ns_seen_field *fields, size_t count, int64_t *by,
                                       ns_error *error);

/* The same of all that the action, which is open, has changed so far. */
NS_MUST_USE ns_status ns_action_changed_since(ns_store *store, int64_t since, ns_error *error);

#endif
