/* Power Automate's own unattended resolution on a machine: read in both registry views, changed in one, and undone.
 * Microsoft: Run unattended desktop flows, "Set screen resolution on unattended mode". */
#ifndef NS_RUN_SCREEN_H
#define NS_RUN_SCREEN_H

#include "base/json.h"
#include "model/things.h"
#include "store/store.h"

enum { NS_SCREEN_VALUES = 4 };

/* One registry view: ScreenResolutionEnabled, Width, Height, Scale; -1 where a value is not there. */
typedef struct ns_screen_view {
    int64_t value[NS_SCREEN_VALUES];
} ns_screen_view;

typedef struct ns_screen {
    ns_screen_view wide;   /* the 64-bit view, which counts where it has values */
    ns_screen_view narrow; /* the 32-bit view */
} ns_screen;

/* NS_STATUS_NOT_FOUND (FactsNotAvailable). May block as long as RPC does. */
NS_MUST_USE ns_status ns_screen_read(const ns_machine *machine, ns_screen *out, ns_error *error);
/* Writes the numbers into the 32-bit view, where Power Automate keeps them, and removes those of the 64-bit view, which would
 * count instead. What was there is kept in the store before anything is changed. NS_STATUS_INVALID for numbers that are out
 * of range. */
NS_MUST_USE ns_status ns_screen_write(ns_store *store, const ns_machine *machine, long long width, long long height, long long scale,
                                      ns_error *error);
/* Puts back what the last change found. NS_STATUS_NOT_FOUND (NothingToUndo). */
NS_MUST_USE ns_status ns_screen_undo(ns_store *store, const ns_machine *machine, ns_error *error);
/* {"64": {"ScreenResolutionEnabled", "Width", …}, "32": {…}}; null where a value is not there. The caller deletes. */
cJSON *ns_screen_describe(const ns_screen *screen);

#endif
