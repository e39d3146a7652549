/* From what FreeRDP and the machine say at the end of a session to one of our result codes, by the table of
 * model/native_code.c. */
#include <freerdp/error.h>
#include <stdio.h>
#include <string.h>

#include "rdp/internal.h"

enum { WHY_TIMEOUT_MS = 2000, DYING_MS = 400, HYBRID_REQUIRED = 0x1E /* which 3.15 has no name for */ };

/* What was found out on the way by ourselves. NULL when nothing was. */
static const char *code_of_ours(const ns_rdp_session *session) {
    if (session->too_late)
        return "RunLost";
    if (session->untrusted)
        return session->untrusted;
    if (session->connect_code)
        return session->connect_code;
    return session->not_authorized ? "RdpPermissionNotGranted" : NULL;
}

/* The machine agreed on no protocol; FreeRDP after 3.15 hands on with which words. */
static bool has_no_protocol(const ns_rdp_session *session, uint32_t native) {
    return native == FREERDP_ERROR_SECURITY_NEGO_CONNECT_FAILED || (native & 0xFFFF) == HYBRID_REQUIRED ||
           (native == FREERDP_ERROR_TLS_CONNECT_FAILED && strcmp(session->phase, "negotiate") == 0);
}

static const char *code_before_session(ns_rdp_session *session, uint32_t native) {
    const bool no_protocol = has_no_protocol(session, native);
    const ns_native_code *status = ns_native_code_find(NS_NATIVE_NTSTATUS, session->nla_status);
    const ns_native_code *row = ns_native_code_find(NS_NATIVE_CONNECT, native & 0xFFFF);
    const char *ours = code_of_ours(session);
    if (ours)
        return ours;
    if (strcmp(session->phase, "negotiate") == 0 && !no_protocol)
        return "NotRdp";
    if (status)
        return status->code;
    if (no_protocol && ns_rdp_offers_entra(session))
        return "EntraTokenNotAvailable";
    if (no_protocol && ns_trust_refuses_protocol(&session->options->trust, false))
        return ns_trust_refuses_protocol(&session->options->trust, false);
    if (no_protocol)
        return "SecurityNegotiationFailed";
    /* A second connection that was refused by ourselves says nothing of why the first one broke. */
    if (row && native != FREERDP_ERROR_CONNECT_CANCELLED)
        return row->code;
    if (strcmp(session->phase, "certificate") == 0)
        return "TlsFailed";
    /* Before CredSSP 3 a machine had no way to name a reason, and some servers name none to this day. */
    if (session->nla_submitted && !session->nla_passed)
        return "SessionCreationInvalidCredentials";
    /* The machine closed the connection in the middle of the sign-in and named no reason. */
    return "SessionCreationError";
}

static ns_address_answer try_again(ns_rdp_session *session) {
    ns_address_answer answer = NS_ADDRESS_SILENT;
    const intptr_t fd = ns_dialer_again(session->options->dialer, session->address, WHY_TIMEOUT_MS, &answer);
    if (fd >= 0)
        ns_socket_close(fd);
    return answer;
}

const char *ns_rdp_ask_why_closed(ns_rdp_session *session) {
    ns_address_answer answer = try_again(session);
    if (answer == NS_ADDRESS_ANSWERS) {
        Sleep(DYING_MS); /* of a service that ends, the connection may go before the port does */
        answer = try_again(session);
    }
    switch (answer) {
    case NS_ADDRESS_ANSWERS:
        return "RdpConnectionClosed";
    case NS_ADDRESS_REFUSES:
        return "RdpServiceStopped";
    default:
        return "NetworkLost";
    }
}

/* A name or an address where it gave one; a broker may give nothing but a token for its own routing. */
static const char *redirected_to(const ns_rdp_session *session) {
    const rdpSettings *settings = session->instance->context->settings;
    const char *name = freerdp_settings_get_string(settings, FreeRDP_RedirectionTargetFQDN);
    const char *address = freerdp_settings_get_string(settings, FreeRDP_TargetNetAddress);
    return name && name[0] ? name : address ? address : "";
}

static void describe(const ns_rdp_session *session, ns_rdp_end *end) {
    const uint32_t info = freerdp_error_info(session->instance);
    const ns_native_code *row = info ? ns_native_code_find(NS_NATIVE_ERROR_INFO, info) : NULL;
    end->detail[0] = 0;
    if (session->redirected)
        (void)snprintf(end->detail, sizeof end->detail, "%s", redirected_to(session));
    else if (session->nla_status)
        (void)snprintf(end->detail, sizeof end->detail, "NTSTATUS 0x%08X", (unsigned)session->nla_status);
    else if (info)
        (void)snprintf(end->detail, sizeof end->detail, "ERRINFO 0x%X %s", (unsigned)info, row ? row->name : "");
    else if (end->native && end->native != FREERDP_ERROR_CONNECT_CANCELLED) /* which only says that we broke it off */
        (void)snprintf(end->detail, sizeof end->detail, "%s", freerdp_get_last_error_name(end->native));
}

void ns_rdp_classify(ns_rdp_session *session, ns_rdp_end *end) {
    rdpContext *context = session->instance->context;
    uint32_t info = freerdp_error_info(session->instance);
    const char *code = NULL;
    memset(end, 0, sizeof *end);
    end->connected = session->connected;
    end->native = freerdp_get_last_error(context);
    describe(session, end);
    end->signed_out = info == 0x02 || info == 0x0C;
    end->ultimatum = freerdp_get_disconnect_ultimatum(context) == Disconnect_Ultimatum_user_requested;
    if (session->stopped)
        return;
    if (session->redirected)
        code = "RdpRedirected";
    else if (session->protocol_broken)
        code = "AgentProtocolError";
    else if (info)
        code = ns_error_info_code(info);
    else if (session->logon_error)
        code = ns_logon_error_code(session->logon_error, session->logon_error_data);
    if (!code && (!session->connected || session->refused_on_return))
        code = code_before_session(session, end->native);
    if (!code)
        code = end->ultimatum ? "RdpConnectionClosed" : ns_rdp_ask_why_closed(session);
    (void)snprintf(end->code, sizeof end->code, "%s", code);
}
