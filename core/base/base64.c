#include "base/base64.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_IN_GROUP = 3, LETTERS_IN_GROUP = 4, PIECE = 3 * 1024 };

bool ns_base64_append(ns_text *out, const void *bytes, size_t size) {
    const unsigned char *p = bytes;
    while (size) {
        unsigned char text[PIECE / BYTES_IN_GROUP * LETTERS_IN_GROUP + 1];
        const size_t piece = size < PIECE ? size : PIECE;
        const int length = EVP_EncodeBlock(text, p, (int)piece);
        if (length < 0 || !ns_text_append(out, text, (size_t)length))
            return false;
        p += piece;
        size -= piece;
    }
    return true;
}

bool ns_base64_decode(const char *text, uint8_t **out, size_t *size) {
    const size_t length = strlen(text);
    size_t padding = 0;
    *out = NULL;
    *size = 0;
    if (length == 0 || length % LETTERS_IN_GROUP != 0 || length > INT32_MAX || strspn(text, "\r\n\t ") != 0)
        return false;
    while (padding < 2 && text[length - 1 - padding] == '=')
        padding++;
    *out = malloc(length / LETTERS_IN_GROUP * BYTES_IN_GROUP + 1);
    if (!*out || EVP_DecodeBlock(*out, (const unsigned char *)text, (int)length) != (int)(length / LETTERS_IN_GROUP * BYTES_IN_GROUP)) {
        free(*out);
        *out = NULL;
        return false;
    }
    *size = length / LETTERS_IN_GROUP * BYTES_IN_GROUP - padding;
    return true;
}
