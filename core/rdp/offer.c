/* Whether a machine that has no security protocol in common with us offers sign-in by Microsoft Entra (RDS AAD
 * authentication): one X.224 connection request that asks for nothing else. */
#include <winpr/winsock.h>

#include "probe/x224.h"
#include "rdp/internal.h"

enum { ASK_TIMEOUT_MS = 3000 };

bool ns_rdp_offers_entra(ns_rdp_session *session) {
    ns_address_answer how = NS_ADDRESS_SILENT;
    const intptr_t fd = ns_dialer_again(session->options->dialer, session->address, ASK_TIMEOUT_MS, &how);
    uint8_t request[NS_X224_REQUEST_SIZE];
    uint8_t bytes[64] = {0};
    ns_x224_answer answer;
    int got = 0;
    if (fd < 0)
        return false;
    ns_x224_request(NS_X224_RDSAAD, request);
    if (_send((SOCKET)fd, (const char *)request, (int)sizeof request, 0) == (int)sizeof request &&
        ns_socket_wait((uintptr_t)fd, true, ASK_TIMEOUT_MS))
        got = _recv((SOCKET)fd, (char *)bytes, (int)sizeof bytes, 0);
    ns_socket_close(fd);
    answer = ns_x224_read(bytes, got > 0 ? (size_t)got : 0);
    return answer.kind == NS_X224_SELECTED && answer.value == NS_X224_RDSAAD;
}
