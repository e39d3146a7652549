#include "probe/ntlm.h"

#include <string.h>

#include "base/text.h"

enum {
    CHALLENGE_HEADER = 48, /* up to the target information's field; the version follows */
    VERSION_AT = 48,
    FLAG_VERSION = 0x02000000,
    AV_END = 0,
    AV_COMPUTER = 1,
    AV_DOMAIN = 2,
    AV_DNS_COMPUTER = 3,
    AV_DNS_DOMAIN = 4,
    AV_DNS_FOREST = 5,
    AV_TIME = 7
};

#define FILETIME_EPOCH_MS 11644473600000LL

static const uint8_t signature[8] = {'N', 'T', 'L', 'M', 'S', 'S', 'P', 0};

static uint16_t little_16(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static uint64_t little(const uint8_t *bytes, size_t count) {
    uint64_t value = 0;
    while (count--)
        value = value << 8 | bytes[count];
    return value;
}

void ns_ntlm_request(uint8_t out[NS_NTLM_REQUEST_SIZE]) {
    /* TSRequest, version 6, negoTokens with one NEGOTIATE_MESSAGE: Unicode, OEM, request target, NTLM, always sign, extended
     * session security, target information, version, 128 and 56 bit, key exchange. */
    static const uint8_t der[] = {0x30, 0x37, 0xA0, 0x03, 0x02, 0x01, 0x06, 0xA1, 0x30, 0x30, 0x2E, 0x30, 0x2C, 0xA0, 0x2A, 0x04, 0x28};
    static const uint8_t type_and_flags[] = {1, 0, 0, 0, 0xB7, 0x82, 0x08, 0xE2};
    static const uint8_t version[] = {10, 0, 0x61, 0x4A, 0, 0, 0, 15};
    memset(out, 0, NS_NTLM_REQUEST_SIZE);
    memcpy(out, der, sizeof der);
    memcpy(out + sizeof der, signature, sizeof signature);
    memcpy(out + sizeof der + 8, type_and_flags, sizeof type_and_flags);
    memcpy(out + sizeof der + 32, version, sizeof version);
}

size_t ns_ntlm_answer_size(const uint8_t *bytes, size_t size) {
    size_t lengths = 0;
    size_t content = 0;
    if (size && bytes[0] != 0x30)
        return SIZE_MAX;
    if (size < 2)
        return 0;
    if (bytes[1] < 0x80)
        return (size_t)bytes[1] + 2;
    lengths = bytes[1] & 0x7F;
    if (lengths == 0 || lengths > 3)
        return SIZE_MAX;
    if (size < 2 + lengths)
        return 0;
    for (size_t i = 0; i < lengths; i++)
        content = content << 8 | bytes[2 + i];
    return content <= NS_NTLM_ANSWER_MAXIMUM ? content + 2 + lengths : SIZE_MAX;
}

/* UTF-16LE to UTF-8; what is no character, or a control character, becomes U+FFFD, and what is too long is cut. */
static void take_name(const uint8_t *bytes, size_t size, char out[NS_NTLM_NAME_SIZE]) {
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t used = 0;
    size_t at = 0;
    while (at + 1 < size && used + 4 < NS_NTLM_NAME_SIZE) {
        char utf8[4];
        const size_t length = ns_utf16_next(bytes, size, &at, utf8);
        const bool control = length == 1 && (unsigned char)utf8[0] < 0x20;
        memcpy(out + used, control ? replacement : utf8, control ? 3 : length);
        used += control ? 3 : length;
    }
    out[used] = 0;
}

static void take_pair(unsigned id, const uint8_t *bytes, size_t size, ns_ntlm_challenge *out) {
    switch (id) {
    case AV_COMPUTER:
        take_name(bytes, size, out->computer);
        break;
    case AV_DOMAIN:
        take_name(bytes, size, out->domain);
        break;
    case AV_DNS_COMPUTER:
        take_name(bytes, size, out->dns_computer);
        break;
    case AV_DNS_DOMAIN:
        take_name(bytes, size, out->dns_domain);
        break;
    case AV_DNS_FOREST:
        take_name(bytes, size, out->dns_forest);
        break;
    case AV_TIME:
        if (size == 8 && little(bytes, 8) / 10000 < INT64_MAX / 2)
            out->time = (int64_t)(little(bytes, 8) / 10000) - FILETIME_EPOCH_MS;
        break;
    default:
        break;
    }
}

static const uint8_t *find_message(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i + CHALLENGE_HEADER <= size; i++)
        if (memcmp(bytes + i, signature, sizeof signature) == 0 && little(bytes + i + 8, 4) == 2)
            return bytes + i;
    return NULL;
}

bool ns_ntlm_read(const uint8_t *bytes, size_t size, ns_ntlm_challenge *out) {
    const uint8_t *message = find_message(bytes, size);
    size_t left = 0;
    size_t length = 0;
    size_t at = 0;
    memset(out, 0, sizeof *out);
    if (!message)
        return false;
    left = size - (size_t)(message - bytes);
    if ((little(message + 20, 4) & FLAG_VERSION) && left >= VERSION_AT + 8) {
        out->versioned = true;
        out->major = message[VERSION_AT];
        out->minor = message[VERSION_AT + 1];
        out->build = little_16(message + VERSION_AT + 2);
    }
    length = little_16(message + 40);
    at = (size_t)little(message + 44, 4);
    if (at > left || length > left - at)
        return true; /* a challenge all the same, that tells nothing */
    for (const uint8_t *p = message + at, *end = p + length; end - p >= 4;) {
        const unsigned id = little_16(p);
        const size_t each = little_16(p + 2);
        p += 4;
        if (id == AV_END || each > (size_t)(end - p))
            break;
        take_pair(id, p, each, out);
        p += each;
    }
    return true;
}
