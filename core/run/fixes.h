/* Doing a check's fix on a machine where that is one registry number, and putting back what was there. The store knows what
 * was there before the machine is touched. May block as long as RPC does. */
#ifndef NS_RUN_FIXES_H
#define NS_RUN_FIXES_H

#include "facts/change.h"
#include "model/things.h"
#include "preflight/check.h"
#include "store/store.h"

/* Whether that check's fix can be done from here. */
bool ns_fix_is_possible(const ns_check *check);
/* The value as it is now. NS_STATUS_NOT_FOUND (FactsNotAvailable, NoSuchFix). */
NS_MUST_USE ns_status ns_fix_look(const ns_machine *machine, const ns_check *check, ns_registry_number *out, ns_error *error);
NS_MUST_USE ns_status ns_fix_apply(ns_store *store, const ns_machine *machine, const ns_check *check, ns_error *error);
/* NS_STATUS_NOT_FOUND (NothingToUndo). */
NS_MUST_USE ns_status ns_fix_undo(ns_store *store, const ns_machine *machine, const ns_check *check, ns_error *error);
/* "" for the names by which a machine is this computer, else its host. Borrowed. */
const char *ns_fix_host(const ns_machine *machine);

#endif
