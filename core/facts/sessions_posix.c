#include <stdlib.h>
#include <string.h>

#include "facts/sessions.h"

static ns_status not_here(ns_error *error) {
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "FactsNotAvailable", "Run Nightshift on Windows for this.",
                        "A Windows machine's sessions can be asked for from Windows only.");
}

ns_status ns_facts_sessions_read(const char *host, uint32_t timeout_ms, ns_session_facts_read *out, ns_error *error) {
    (void)host;
    (void)timeout_ms;
    memset(out, 0, sizeof *out);
    return not_here(error);
}

void ns_facts_sessions_clear(ns_session_facts_read *read) {
    free(read->sessions);
    memset(read, 0, sizeof *read);
}

ns_status ns_facts_sign_out(const char *host, const char *session_id, const char *user, int64_t started_at, uint32_t timeout_ms, ns_error *error) {
    (void)host;
    (void)session_id;
    (void)user;
    (void)started_at;
    (void)timeout_ms;
    return not_here(error);
}
