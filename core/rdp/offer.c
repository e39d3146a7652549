/* Whether a machine that has no security protocol in common with us offers sign-in by Microsoft Entra (RDS AAD
 * authentication): one X.224 connection request that asks for nothing else. */
#include "probe/x224.h"
#include "rdp/addresses.h"
#include "rdp/internal.h"

enum { ASK_TIMEOUT_MS = 3000 };

bool ns_rdp_offers_entra(ns_rdp_session *session) {
    const UINT16 port = (UINT16)freerdp_settings_get_uint32(session->instance->context->settings, FreeRDP_ServerPort);
    uint8_t request[NS_X224_REQUEST_SIZE];
    uint8_t bytes[64] = {0};
    ns_x224_answer answer;
    ns_x224_request(NS_X224_RDSAAD, request);
    answer = ns_x224_read(bytes, ns_address_ask(session->address, port, ASK_TIMEOUT_MS, request, sizeof request, bytes, sizeof bytes));
    return answer.kind == NS_X224_SELECTED && answer.value == NS_X224_RDSAAD;
}
