/* Whether a machine that has no security protocol in common with us offers sign-in by Microsoft Entra (RDS AAD
 * authentication): one X.224 connection request that asks for nothing else. */
#include <string.h>

#include "rdp/addresses.h"
#include "rdp/internal.h"

enum { ASK_TIMEOUT_MS = 3000, CONFIRM_SIZE = 19, PROTOCOL_RDSAAD_BIT = 0x10, NEGOTIATION_RESPONSE = 2 };

/* TPKT (RFC 1006), X.224 connection request, RDP_NEG_REQ: [MS-RDPBCGR] 2.2.1.1. */
static const uint8_t request[] = {0x03, 0x00, 0x00, 0x13, 0x0E, 0xE0, 0, 0, 0, 0, 0, 0x01, 0x00, 0x08, 0x00, PROTOCOL_RDSAAD_BIT, 0, 0, 0};

bool ns_rdp_offers_entra(ns_rdp_session *session) {
    const UINT16 port = (UINT16)freerdp_settings_get_uint32(session->instance->context->settings, FreeRDP_ServerPort);
    uint8_t answer[64] = {0};
    const size_t got = ns_address_ask(session->address, port, ASK_TIMEOUT_MS, request, sizeof request, answer, sizeof answer);
    /* [MS-RDPBCGR] 2.2.1.2: anything but a confirm with RDP_NEG_RSP that chose it is a no. */
    return got == CONFIRM_SIZE && answer[0] == 0x03 && answer[5] == 0xD0 && answer[11] == NEGOTIATION_RESPONSE && answer[15] == PROTOCOL_RDSAAD_BIT;
}
