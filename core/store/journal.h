/* The journal of what people change: each user action is one row of `activity`, and each thing that it changed one row of
 * `activity_change` with the thing before and after, as JSON, in the same transaction. A secret is never in it.
 * Private to core/store. */
#ifndef NS_STORE_JOURNAL_H
#define NS_STORE_JOURNAL_H

#include <stdbool.h>

#include "store/store.h"

/* One action, begun with all zero but the verb; the activity is written with its first change. */
typedef struct ns_journal {
    const char *verb; /* "add", "edit", "remove", "move", "set", "password", "trust", "registry", "import", "undo", "start", "cancel", "queue" */
    int64_t activity_id;
    int64_t ordinal;
} ns_journal;

/* The thing as JSON, or NULL when it is not there; the caller frees. `kind` is "machine", "group", "connection" or "flow". */
NS_MUST_USE ns_status ns_thing_read(ns_store *store, const char *kind, int64_t id, char **json, ns_error *error);
/* A number for a new thing that none of its kind ever had, as far as the journal knows: what is undone later must not meet another. */
NS_MUST_USE ns_status ns_thing_next_id(ns_store *store, const char *kind, int64_t *id, ns_error *error);
/* That there is no such thing any more: NS_STATUS_NOT_FOUND. */
ns_status ns_thing_missing(const char *kind, ns_error *error);
/* Makes the thing what the JSON says, as it was read: adds, changes or, with NULL, removes it. `now` is what is
 * there, and `after` what the change that is taken back had made of it. */
NS_MUST_USE ns_status ns_thing_write(ns_store *store, const char *kind, int64_t id, const char *now, const char *json, const char *after,
                                     ns_error *error);
/* Whether two such texts mean the same, leaving out what changes without anybody's doing (a certificate that was learned). */
bool ns_thing_is_same(const char *a, const char *b);
/* Such a field. */
bool ns_thing_field_passes(const char *field);
/* A change of a machine's certificate, after which another one was learned in the same place: it cannot be taken back, since the machine that shows
 * the new one would then be refused, or the new one would stay unsaid. */
bool ns_thing_certificate_is_newer(const char *before, const char *after, const char *now);

/* Within a transaction: writes that the thing went from `before` to `after` (either may be NULL), if that is a change. */
NS_MUST_USE ns_status ns_journal_note(ns_store *store, ns_journal *journal, const char *kind, int64_t id, const char *before, const char *after,
                                      ns_error *error);
/* The same with what the thing is now for `after`. Takes `before`. */
NS_MUST_USE ns_status ns_journal_note_now(ns_store *store, ns_journal *journal, const char *kind, int64_t id, char *before, ns_error *error);

/* things_remove.c: all of them or none, as one user action. `used` counts what still needs one, by its id; `remove` deletes it. */
NS_MUST_USE ns_status ns_things_remove(ns_store *store, const char *kind, const char *used, const char *remove, const int64_t *ids, size_t count,
                                       ns_error *error);

#endif
