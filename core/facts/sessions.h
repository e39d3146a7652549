/* What a Windows machine tells an administrator of the sessions on it, and the one thing that is done about them. Both use
 * the caller's own Windows identity and never prompt; where that is not possible (not on Windows, no rights, no way
 * there) they say so, and nobody takes it for an empty list. sessions_win32.c and sessions_posix.c. Any thread.
 * https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsenumeratesessionsexw */
#ifndef NS_FACTS_SESSIONS_H
#define NS_FACTS_SESSIONS_H

#include "base/status.h"
#include "model/session_rules.h"

typedef struct ns_session_facts_read {
    ns_session_facts facts;
    ns_session_fact *sessions; /* what facts.sessions points to; owned */
} ns_session_facts_read;

/* NS_STATUS_NOT_FOUND (FactsNotAvailable) with the reason, NS_STATUS_TIMEOUT after timeout_ms. */
NS_MUST_USE ns_status ns_facts_sessions_read(const char *host, uint32_t timeout_ms, ns_session_facts_read *out, ns_error *error);
void ns_facts_sessions_clear(ns_session_facts_read *read);
/* Signs that session out from outside, and looks that it is gone. A number is given to another session after a restart: it
 * must still be that user's, and have begun then (ms UTC, 0 unknown); else ours is gone, and nothing is touched.
 * NS_STATUS_NOT_FOUND where that cannot be done from here. */
NS_MUST_USE ns_status ns_facts_sign_out(const char *host, const char *session_id, const char *user, int64_t started_at, uint32_t timeout_ms,
                                        ns_error *error);

#endif
