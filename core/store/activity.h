/* What people changed, newest first: who, when, from what to what; and taking it back. */
#ifndef NS_STORE_ACTIVITY_H
#define NS_STORE_ACTIVITY_H

#include <stdbool.h>

#include "store/store.h"

/* One field of one thing. NULL where there was, or is, no value. */
typedef struct ns_field_change {
    char *thing; /* its name */
    char *kind;  /* "machine", "group", "connection", "flow", "registry", "run" */
    char *field; /* "host", or a setting's key */
    char *before;
    char *after;
} ns_field_change;

typedef struct ns_activity {
    int64_t id;
    int64_t at;        /* ms UTC */
    int64_t undone_at; /* 0 when it was not */
    char *who;         /* "user@computer" */
    char *verb;        /* "add", "edit", "remove", "move", "set", "password", "trust", "registry", "import", "undo",
                        * "redo", "start", "cancel", "queue" */
    char *kind;        /* of the first thing */
    char *subject;     /* its name */
    size_t thing_count;
    ns_field_change *changes; /* of the first things only, at most NS_ACTIVITY_CHANGES */
    size_t change_count;
} ns_activity;

enum { NS_ACTIVITY_CHANGES = 40 };

typedef struct ns_activity_list {
    ns_activity *items;
    size_t count;
} ns_activity_list;

/* The newest `limit`. */
NS_MUST_USE ns_status ns_activity_load(ns_store *store, int64_t limit, ns_activity_list *out, ns_error *error);
void ns_activity_list_clear(ns_activity_list *list);
/* Whether such a change can be taken back at all; a password is not kept, and a registry is changed back where it was changed. */
bool ns_activity_is_undoable(const ns_activity *activity);
/* Makes everything that it changed as it was before, in one step, and writes that down as an activity of its own, which can be
 * undone in turn. `id` 0: the newest that was not undone. NS_STATUS_REFUSED with ChangedSince, NotUndoable or StillInUse;
 * NS_STATUS_NOT_FOUND (ActivityNotFound). */
NS_MUST_USE ns_status ns_activity_undo(ns_store *store, int64_t id, ns_error *error);

#endif
