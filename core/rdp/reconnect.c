/* Coming back to a session whose connection broke without a reason: by the cookie that the machine gave for it, which
 * FreeRDP puts into the next connection by itself ([MS-RDPBCGR] 1.3.1.5 and 5.5). Without a cookie nothing is tried: a
 * connection that somebody else took over looks the same there, and would be taken back from them. */
#include <freerdp/session.h>

#include "base/clock.h"
#include "rdp/internal.h"

enum { STEP_MS = 100 };

static const uint32_t pauses_ms[] = {1000, 3000, 10000};

static bool may_come_back(const ns_rdp_session *session) {
    rdpContext *context = session->instance->context;
    return session->cookie && session->connected && !session->no_return && !session->redirected && !session->stopped && !session->protocol_broken &&
           freerdp_error_info(session->instance) == 0 && freerdp_get_disconnect_ultimatum(context) == 0 && !session->logon_error;
}

static bool pause_unless_stopped(const ns_rdp_session *session, uint32_t ms) {
    const uint64_t until = ns_clock_monotonic_ms() + ms;
    while (!session->stopped && ns_clock_monotonic_ms() < until)
        Sleep(STEP_MS);
    return !session->stopped;
}

/* The second connection of a session goes the way of the first, to the same address. */
static void prepare(ns_rdp_session *session) {
    session->tls_begun = false;
    session->nla_submitted = false;
    session->nla_passed = false;
    session->channel = NULL;
    session->connect_code = NULL;
    session->nla_status = 0;
    session->not_authorized = false;
    ns_message_reader_clear(&session->reader);
}

bool ns_rdp_reconnect(ns_rdp_session *session) {
    if (!may_come_back(session))
        return false;
    for (uint32_t i = 0; i < NS_COUNT_OF(pauses_ms); i++) {
        session->observer.reconnect(session->observer.context, i + 1, false);
        if (!pause_unless_stopped(session, pauses_ms[i]))
            return false;
        prepare(session);
        if (freerdp_reconnect(session->instance)) {
            (void)freerdp_settings_set_string(session->instance->context->settings, FreeRDP_Password, NULL);
            session->observer.reconnect(session->observer.context, i + 1, true);
            return true;
        }
        /* Refused once is refused: the password may have been changed meanwhile. */
        session->refused_on_return = session->untrusted || session->not_authorized || session->nla_status || session->logon_error ||
                                     (session->nla_submitted && !session->nla_passed);
        if (session->stopped || session->refused_on_return)
            return false;
    }
    return false;
}
