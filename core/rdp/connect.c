/* The hooks into FreeRDP's transport: they name the phase that the connection is in, try every address of a host, keep
 * the socket so that a stalled handshake can be broken off, and refuse a second connection with the same password. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rdp/addresses.h"
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

static int connect_to(ns_rdp_session *session, rdpContext *context, rdpSettings *settings, const char *address, int port, DWORD timeout) {
    int fd = session->transport.TCPConnect(context, settings, address, port, timeout);
    session->socket_fd = fd >= 0 && ns_socket_keep_if_connected(fd) ? fd : -1;
    return session->socket_fd;
}

static void tell_address(ns_rdp_session *session, const char *address, int port) {
    char detail[128];
    (void)snprintf(detail, sizeof detail, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, port);
    ns_rdp_enter_phase(session, "connect", detail);
}

/* FreeRDP takes one address and all the time there is: which one answers is asked before, where there are several. */
static int connect_first(ns_rdp_session *session, rdpContext *context, rdpSettings *settings, const char *host, int port, DWORD timeout) {
    const uint64_t deadline = ns_clock_monotonic_ms() + timeout;
    ns_addresses addresses;
    ns_address_answer best = NS_ADDRESS_SILENT;
    size_t at = 0;
    uint64_t now = 0;
    ns_rdp_enter_phase(session, "resolve", host);
    if (!ns_addresses_resolve(host, &addresses))
        return refuse(session, context, "DnsError");
    tell_address(session, addresses.text[0], port);
    if (addresses.count > 1)
        at = ns_addresses_race(&addresses, (uint16_t)port, timeout, &session->stopped, &best);
    if (addresses.count > 1 && best != NS_ADDRESS_ANSWERS)
        return refuse(session, context, best == NS_ADDRESS_REFUSES ? "ConnectionNotEstablished" : "ConnectionTimeout");
    if (at)
        tell_address(session, addresses.text[at], port);
    now = ns_clock_monotonic_ms();
    if (now < deadline && connect_to(session, context, settings, addresses.text[at], port, (DWORD)(deadline - now)) >= 0) {
        (void)snprintf(session->address, sizeof session->address, "%s", addresses.text[at]);
        ns_rdp_enter_phase(session, "negotiate", "");
        return session->socket_fd;
    }
    return refuse(session, context, ns_clock_monotonic_ms() + 250 >= deadline ? "ConnectionTimeout" : "ConnectionNotEstablished");
}

/* While it negotiates, FreeRDP may come back for another connection: some servers answer only a request for less. Once
 * TLS began, the credential may have been submitted: then there is no second connection, and none to where a machine points. */
static int on_tcp_connect(rdpContext *context, rdpSettings *settings, const char *hostname, int port, DWORD timeout) {
    ns_rdp_session *session = ns_rdp_session_of(context);
    session->redirected = session->redirected || freerdp_settings_get_uint32(settings, FreeRDP_RedirectionFlags) != 0;
    if (session->redirected || session->tls_begun || session->stopped || !ns_rdp_decoder_give_size(session))
        return refuse(session, context, NULL);
    if (session->address[0])
        return connect_to(session, context, settings, session->address, port, timeout);
    if (session->connections++ > 0)
        return refuse(session, context, NULL);
    return connect_first(session, context, settings, hostname, port, timeout);
}

static BOOL on_tls_connect(rdpTransport *transport) {
    rdpContext *context = transport_get_context(transport);
    ns_rdp_session *session = ns_rdp_session_of(context);
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
    session->too_late = !session->observer.sign_in(session->observer.context);
    return !session->too_late;
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
