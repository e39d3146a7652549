/* The sessions that runs left on machines: kept for reuse, seen and not seen to be gone, or possible. */
#ifndef NS_STORE_SESSIONS_H
#define NS_STORE_SESSIONS_H

#include "model/session_rules.h"
#include "store/store.h"

typedef struct ns_session_list {
    ns_session *items; /* by machine, newest first */
    size_t count;
} ns_session_list;

/* Of one machine, or of all with machine_id 0. */
NS_MUST_USE ns_status ns_sessions_load(ns_store *store, int64_t machine_id, ns_session_list *out, ns_error *error);
void ns_session_list_clear(ns_session_list *list);
/* NS_STATUS_NOT_FOUND (SessionNotKnown). */
NS_MUST_USE ns_status ns_session_load_by_id(ns_store *store, int64_t id, ns_session *out, ns_error *error);
/* By the machine's own number of the session, or by "#ID" of the record. NS_STATUS_REFUSED (SessionAmbiguous) when two users
 * had that number. */
NS_MUST_USE ns_status ns_session_load(ns_store *store, int64_t machine_id, const char *session_id, ns_session *out, ns_error *error);
/* What is known of a session whose machine, user, address, number and start are given: that very one, else the newest of the user at that address,
 * else at another one. Id 0 and NS_OK when there is none. */
NS_MUST_USE ns_status ns_session_find(ns_store *store, const ns_session *like, ns_session *out, ns_error *error);

/* Writes the session down, in place of what was known of that number of that user at that address. One with a known number takes the
 * place of a possible one. */
NS_MUST_USE ns_status ns_session_remember(ns_store *store, const ns_session *session, ns_error *error);
/* The one of that machine, user, address and number is gone: forgets it, and what was only possible for that user before its `since`. */
NS_MUST_USE ns_status ns_session_forget(ns_store *store, const ns_session *session, ns_error *error);
NS_MUST_USE ns_status ns_session_forget_by_id(ns_store *store, int64_t id, ns_error *error);
/* For a run whose program is dead: if it had got as far as signing in, there may be a session. */
NS_MUST_USE ns_status ns_session_remember_lost(ns_store *store, int64_t run_id, ns_error *error);

#endif
