/* The hooks into the server's transport: refusals and answers that FreeRDP's server does not give by itself. */
#include <freerdp/settings.h>
#include <freerdp/transport_io.h>
#include <string.h>
#include <winpr/ntlm.h>
#include <winpr/stream.h>

#include "peer.h"

enum { CONFIRM_SIZE = 19, NEGOTIATION_FAILURE = 3, PROTOCOL_HYBRID_EX_BIT = 8 };

static peer_context *context_of(rdpTransport *transport) {
    return (peer_context *)transport_get_context(transport);
}

static void put_u32(BYTE *at, UINT32 value) {
    for (int i = 0; i < 4; i++)
        at[i] = (BYTE)(value >> (8 * i));
}

/* RDP_NEG_RSP or RDP_NEG_FAILURE, [MS-RDPBCGR] 2.2.1.2. */
static void alter_confirm(const peer_script *script, BYTE *bytes) {
    if (script->negotiation) {
        bytes[11] = NEGOTIATION_FAILURE;
        put_u32(bytes + 15, script->negotiation);
    } else if (script->early && script->nla) {
        put_u32(bytes + 15, PROTOCOL_HYBRID_EX_BIT);
    }
}

/* The errorCode of a TSRequest, [MS-CSSP] 2.2.1: [4] INTEGER of four bytes, big-endian. */
static void alter_error_code(BYTE *bytes, size_t size) {
    static const BYTE mark[] = {0xA4, 0x06, 0x02, 0x04};
    const uint32_t status = peer_refusal();
    for (size_t i = 0; status && i + 8 <= size; i++)
        if (memcmp(bytes + i, mark, sizeof mark) == 0)
            for (size_t j = 0; j < 4; j++)
                bytes[i + 4 + j] = (BYTE)(status >> (24 - 8 * j));
}

static bool write_pdu(peer_context *context, const uint8_t *bytes, size_t size, void *to) {
    wStream *data = Stream_New(NULL, size);
    bool written = false;
    if (data) {
        Stream_Write(data, bytes, size);
        Stream_SealLength(data);
        written = context->transport.WritePdu(to, data) >= 0;
        Stream_Free(data, TRUE);
    }
    return written;
}

static int on_write_pdu(rdpTransport *transport, wStream *data) {
    peer_context *context = context_of(transport);
    const peer_script *script = context->script;
    BYTE *bytes = Stream_Buffer(data);
    const size_t size = Stream_GetPosition(data) ? Stream_GetPosition(data) : Stream_Length(data);
    if (size == CONFIRM_SIZE && bytes[0] == 0x03 && bytes[5] == 0xD0)
        alter_confirm(script, bytes);
    if (size > 8 && bytes[0] == 0x30 && !context->active) {
        context->credssp_writes++;
        peer_stall_at(script, context->credssp_writes == 1 ? POINT_NLA_TOKEN : POINT_NLA_RESULT);
        alter_error_code(bytes, size);
    }
    if (!context->variation.on)
        return context->transport.WritePdu(transport, data);
    return peer_vary(context, PART_MESSAGE, bytes, size, write_pdu, transport) ? (int)size : -1;
}

static BOOL on_tls_accept(rdpTransport *transport) {
    peer_context *context = context_of(transport);
    peer_say("tls", NULL, NULL);
    peer_stall_at(context->script, POINT_TLS);
    if (peer_vary_handshake(context))
        return FALSE;
    return context->transport.TLSAccept(transport);
}

/* The hash of the password that the script knows; nothing when it is to refuse. */
static SECURITY_STATUS on_hash(void *client, const SEC_WINNT_AUTH_IDENTITY *identity, const SecBuffer *proof, const BYTE *key, const BYTE *mic,
                               const SecBuffer *mic_value, BYTE *hash) {
    freerdp_peer *peer = client;
    const peer_script *script = ((peer_context *)peer->context)->script;
    WCHAR password[128] = {0};
    UINT32 length = 0;
    (void)proof;
    (void)key;
    (void)mic;
    (void)mic_value;
    peer_say("credential", "by", "nla");
    if (peer_refusal())
        return FALSE;
    for (; script->password[length] && length < 127; length++)
        password[length] = (WCHAR)script->password[length];
    return NTOWFv2W(password, length * 2, (LPWSTR)identity->User, (UINT32)identity->UserLength * 2, (LPWSTR)identity->Domain,
                    (UINT32)identity->DomainLength * 2, hash);
}

/* After CredSSP: the early user authorization result, [MS-RDPBCGR] 2.2.10.2. */
static BOOL on_logon(freerdp_peer *peer, const SEC_WINNT_AUTH_IDENTITY *identity, BOOL automatic) {
    peer_context *context = (peer_context *)peer->context;
    BYTE answer[4] = {0};
    (void)identity;
    if (automatic && context->script->early) {
        wStream *data = Stream_New(NULL, sizeof answer);
        peer_stall_at(context->script, POINT_EARLY);
        put_u32(answer, context->script->early == 2 ? 5 : 0);
        Stream_Write(data, answer, sizeof answer);
        Stream_SealLength(data);
        (void)context->transport.WritePdu(freerdp_get_transport(peer->context), data);
        Stream_Free(data, TRUE);
        /* What the client will say was chosen; FreeRDP's server compares. */
        (void)freerdp_settings_set_uint32(peer->context->settings, FreeRDP_SelectedProtocol, PROTOCOL_HYBRID_EX_BIT);
    }
    return TRUE;
}

bool peer_wire_install(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    rdpTransportIo hooked = *freerdp_get_io_callbacks(peer->context);
    context->transport = hooked;
    hooked.WritePdu = on_write_pdu;
    hooked.TLSAccept = on_tls_accept;
    peer->Logon = on_logon;
    peer->SspiNtlmHashCallback = on_hash;
    return freerdp_set_io_callbacks(peer->context, &hooked);
}
