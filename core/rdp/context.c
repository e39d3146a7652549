#include "rdp/internal.h"

ns_rdp_session *ns_rdp_session_of(const rdpContext *context) {
    return ((const ns_rdp_context *)context)->session;
}

void ns_rdp_enter_phase(ns_rdp_session *session, const char *name, const char *detail) {
    session->phase = name;
    session->observer.phase(session->observer.context, name, detail);
}
