/* The hooks into FreeRDP's transport: they name the phase that the connection is in, try every address of a host, keep
 * the socket so that a stalled handshake can be broken off, and refuse a second connection with the same password. */
#include <stdio.h>
#include <string.h>

#include "rdp/credssp.h"
#include "rdp/internal.h"

enum { PROTOCOL_HYBRID_BIT = 2, PROTOCOL_HYBRID_EX_BIT = 8 }; /* [MS-RDPBCGR] 2.2.1.2.1 */

bool ns_rdp_uses_credssp(const ns_rdp_session *session) {
    const uint32_t protocol = freerdp_settings_get_uint32(session->instance->context->settings, FreeRDP_SelectedProtocol);
    return (protocol & (PROTOCOL_HYBRID_BIT | PROTOCOL_HYBRID_EX_BIT)) != 0;
}

static int refuse(ns_rdp_session *session, rdpContext *context, const char *code) {
    if (!session->connect_code)
        session->connect_code = code;
    freerdp_set_last_error_if_not(context, FREERDP_ERROR_CONNECT_CANCELLED);
    return -1;
}

/* FreeRDP takes a socket that is connected already for the port of the host "|". */
static int hand_over(ns_rdp_session *session, rdpContext *context, rdpSettings *settings, intptr_t fd) {
    int given = -1;
    if (fd < 0)
        return -1;
    ns_socket_hurry(fd);
    given = session->transport.TCPConnect(context, settings, "|", (int)fd, 0);
    if (given < 0)
        ns_socket_close(fd);
    session->socket_fd = given;
    return given;
}

static void tell_address(ns_rdp_session *session, const char *address, int port) {
    char detail[128];
    (void)snprintf(detail, sizeof detail, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, port);
    ns_rdp_enter_phase(session, "connect", detail);
}

static int connect_first(ns_rdp_session *session, rdpContext *context, rdpSettings *settings, DWORD timeout) {
    ns_dialer *dialer = session->options->dialer;
    const ns_dial_target *target = ns_dialer_target(dialer);
    ns_address_answer best = NS_ADDRESS_SILENT;
    intptr_t fd = -1;
    tell_address(session, target->addresses.text[0], target->port);
    fd = ns_dialer_first(dialer, timeout, &session->stopped, &session->address, &best);
    if (fd < 0)
        return refuse(session, context, best == NS_ADDRESS_REFUSES ? "ConnectionNotEstablished" : "ConnectionTimeout");
    session->reached = true;
    if (session->address)
        tell_address(session, target->addresses.text[session->address], target->port);
    ns_rdp_enter_phase(session, "negotiate", "");
    return hand_over(session, context, settings, fd);
}

/* While it negotiates, FreeRDP may come back for another connection: some servers answer only a request for less. Once
 * TLS began, the credential may have been submitted: then there is no second connection, and none to where a machine points. */
static int on_tcp_connect(rdpContext *context, rdpSettings *settings, const char *hostname, int port, DWORD timeout) {
    ns_rdp_session *session = ns_rdp_session_of(context);
    ns_address_answer answer = NS_ADDRESS_SILENT;
    session->redirected = session->redirected || freerdp_settings_get_uint32(settings, FreeRDP_RedirectionFlags) != 0;
    if (session->redirected || session->tls_begun || session->stopped || !ns_rdp_decoder_give_size(session))
        return refuse(session, context, NULL);
    (void)hostname;
    (void)port;
    if (session->reached)
        return hand_over(session, context, settings, ns_dialer_again(session->options->dialer, session->address, timeout, &answer));
    if (session->connections++ > 0)
        return refuse(session, context, NULL);
    return connect_first(session, context, settings, timeout);
}

static BOOL on_tls_connect(rdpTransport *transport) {
    rdpContext *context = transport_get_context(transport);
    ns_rdp_session *session = ns_rdp_session_of(context);
    ns_secret password = {0};
    BOOL done = FALSE;
    session->tls_begun = true;
    session->untrusted = ns_trust_refuses_protocol(&session->options->trust, ns_rdp_uses_credssp(session));
    if (session->untrusted)
        return FALSE;
    ns_rdp_enter_phase(session, "certificate", "");
    done = session->transport.TLSConnect(transport);
    if (!done)
        return FALSE;
    ns_rdp_enter_phase(session, "sign-in", "");
    session->too_late = !session->observer.sign_in(session->observer.context, &password);
    done = !session->too_late && freerdp_settings_set_string(context->settings, FreeRDP_Password, password.bytes);
    ns_secret_clear(&password);
    return done;
}

/* The machine has judged the credential, or will not without a session: what would begin one is not sent. */
static int stop_before_session(ns_rdp_session *session, rdpContext *context) {
    const uint32_t protocol = freerdp_settings_get_uint32(context->settings, FreeRDP_SelectedProtocol);
    return refuse(session, context,
                  !session->nla_passed                  ? "SignInNotProven"
                  : (protocol & PROTOCOL_HYBRID_EX_BIT) ? "SignInAllowed"
                                                        : "SignInProven");
}

/* FreeRDP shows its state only while it lasts: the first token goes out before the state NLA, what is written in it
 * carries the credential ([MS-CSSP] 3.1.5), and a later state says that the machine took it. */
static int on_write_pdu(rdpTransport *transport, wStream *data) {
    rdpContext *context = transport_get_context(transport);
    ns_rdp_session *session = ns_rdp_session_of(context);
    const CONNECTION_STATE state = freerdp_get_state(context);
    if (state == CONNECTION_STATE_NLA) {
        session->nla_submitted = true;
    } else if (state > CONNECTION_STATE_NLA && session->nla_submitted && !session->nla_passed) {
        session->nla_passed = true;
        session->observer.accepted(session->observer.context);
    }
    if (session->options->sign_in_only && state > CONNECTION_STATE_NLA)
        return stop_before_session(session, context);
    return session->transport.WritePdu(transport, data);
}

/* CredSSP says more than FreeRDP hands on: the NTSTATUS, and early user authorization's answer. */
static int on_read_pdu(rdpTransport *transport, wStream *data) {
    rdpContext *context = transport_get_context(transport);
    ns_rdp_session *session = ns_rdp_session_of(context);
    const bool in_nla = freerdp_get_state(context) == CONNECTION_STATE_NLA;
    const int result = session->transport.ReadPdu(transport, data);
    if (in_nla && result > 0) {
        const uint8_t *bytes = Stream_Buffer(data);
        const size_t size = (size_t)result;
        if (size == 4)
            session->not_authorized = (bytes[0] | bytes[1] | bytes[2] | bytes[3]) != 0;
        else if (!session->nla_status)
            session->nla_status = ns_rdp_credssp_status(bytes, size);
    }
    return result;
}

void ns_rdp_connect_install(ns_rdp_session *session) {
    rdpContext *context = session->instance->context;
    rdpTransportIo hooked = *freerdp_get_io_callbacks(context);
    session->transport = hooked;
    hooked.TCPConnect = on_tcp_connect;
    hooked.TLSConnect = on_tls_connect;
    hooked.WritePdu = on_write_pdu;
    hooked.ReadPdu = on_read_pdu;
    (void)freerdp_set_io_callbacks(context, &hooked);
}
