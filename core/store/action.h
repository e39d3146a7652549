/* Several changes as one action of a person: they reach the store together or not at all, and the activity shows them, and takes them
 * back, as one. Within an action the calls of core/store that change something work as always; each of them is whole by itself. */
#ifndef NS_STORE_ACTION_H
#define NS_STORE_ACTION_H

#include <stddef.h>

#include "store/store.h"

/* `verb` as in ns_activity; borrowed until the end. Holds the store's write lock until then: be quick. Not within another. */
NS_MUST_USE ns_status ns_action_begin(ns_store *store, const char *verb, ns_error *error);
/* For an action of very many parts, right after its beginning: none of them can be taken back alone. What fails takes the whole action with
 * it, whatever it is ended with. */
void ns_action_is_whole(ns_store *store);
/* With NS_OK it commits, with anything else nothing was changed. Returns what the caller should return. */
NS_MUST_USE ns_status ns_action_end(ns_store *store, ns_status status, ns_error *error);
/* A part that can be taken back alone, ended likewise. */
NS_MUST_USE ns_status ns_action_step(ns_store *store, ns_error *error);
NS_MUST_USE ns_status ns_action_step_end(ns_store *store, ns_status status, ns_error *error);
/* How many things it has changed so far. */
size_t ns_action_size(const ns_store *store);

#endif
