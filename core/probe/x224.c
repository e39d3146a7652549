#include "probe/x224.h"

#include <string.h>

#include "base/platform.h"

enum { TPKT_SIZE = 4, CONFIRM_SIZE = 11, NEGOTIATION_SIZE = 8, CONNECTION_CONFIRM = 0xD0, TYPE_RESPONSE = 2, TYPE_FAILURE = 3 };

static uint32_t little_32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void ns_x224_request(uint32_t protocols, uint8_t out[NS_X224_REQUEST_SIZE]) {
    static const uint8_t start[] = {0x03, 0x00, 0x00, NS_X224_REQUEST_SIZE, 0x0E, 0xE0, 0, 0, 0, 0, 0, 0x01, 0x00, 0x08, 0x00};
    memcpy(out, start, sizeof start);
    for (size_t i = 0; i < 4; i++)
        out[sizeof start + i] = (uint8_t)(protocols >> (8 * i));
}

size_t ns_x224_answer_size(const uint8_t *bytes, size_t size) {
    size_t whole = 0;
    if (size < TPKT_SIZE || bytes[0] != 0x03 || bytes[1] != 0x00)
        return 0;
    whole = (size_t)bytes[2] << 8 | bytes[3];
    return whole >= 7 && whole <= NS_X224_ANSWER_MAXIMUM ? whole : 0;
}

ns_x224_answer ns_x224_read(const uint8_t *bytes, size_t size) {
    ns_x224_answer answer = {.kind = NS_X224_NOT_RDP};
    const uint8_t *negotiation = bytes + CONFIRM_SIZE;
    if (ns_x224_answer_size(bytes, size) != size || size < CONFIRM_SIZE || (bytes[5] & 0xF0) != CONNECTION_CONFIRM || bytes[4] != size - 5)
        return answer;
    if (size == CONFIRM_SIZE) {
        answer.kind = NS_X224_OLD;
    } else if (size >= CONFIRM_SIZE + NEGOTIATION_SIZE && negotiation[2] == NEGOTIATION_SIZE && negotiation[3] == 0 &&
               (negotiation[0] == TYPE_RESPONSE || negotiation[0] == TYPE_FAILURE)) {
        answer.kind = negotiation[0] == TYPE_RESPONSE ? NS_X224_SELECTED : NS_X224_REFUSED;
        answer.flags = negotiation[1];
        answer.value = little_32(negotiation + 4);
    }
    return answer;
}

const char *ns_x224_failure_name(uint32_t code) {
    static const char *const names[] = {NULL,
                                        "SSL_REQUIRED_BY_SERVER",
                                        "SSL_NOT_ALLOWED_BY_SERVER",
                                        "SSL_CERT_NOT_ON_SERVER",
                                        "INCONSISTENT_FLAGS",
                                        "HYBRID_REQUIRED_BY_SERVER",
                                        "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER"};
    return code < NS_COUNT_OF(names) ? names[code] : NULL;
}

const char *ns_x224_protocol_name(uint32_t protocol) {
    switch (protocol) {
    case NS_X224_RDP:
        return "RDP";
    case NS_X224_TLS:
        return "TLS";
    case NS_X224_HYBRID:
        return "CredSSP";
    case NS_X224_RDSTLS:
        return "RDSTLS";
    case NS_X224_HYBRID_EX:
        return "CredSSP with early user authorization";
    case NS_X224_RDSAAD:
        return "RDS AAD";
    default:
        return "an unknown protocol";
    }
}
