#include "rdp/credssp.h"

#include <stdbool.h>

/* The length of a DER element's content, and where it begins; false for what is not DER (X.690, 8.1.3). */
static bool der_open(const uint8_t **at, const uint8_t *end, uint8_t tag, size_t *length) {
    const uint8_t *p = *at;
    size_t bytes = 0;
    if (end - p < 2 || *p++ != tag)
        return false;
    *length = *p++;
    if (*length & 0x80) {
        bytes = *length & 0x7F;
        if (bytes > 4 || (size_t)(end - p) < bytes)
            return false;
        for (*length = 0; bytes; bytes--)
            *length = *length << 8 | *p++;
    }
    *at = p;
    return *length <= (size_t)(end - p);
}

uint32_t ns_rdp_credssp_status(const uint8_t *bytes, size_t size) {
    const uint8_t *at = bytes;
    const uint8_t *end = bytes + size;
    size_t length = 0;
    if (!der_open(&at, end, 0x30, &length))
        return 0;
    end = at + length;
    while (at < end) {
        const uint8_t tag = *at;
        const uint8_t *inner = NULL;
        uint32_t value = 0;
        if (!der_open(&at, end, tag, &length))
            return 0;
        inner = at;
        at += length;
        if (tag != 0xA4 || !der_open(&inner, at, 0x02, &length) || length > 5)
            continue;
        while (length--)
            value = value << 8 | *inner++;
        return value;
    }
    return 0;
}
