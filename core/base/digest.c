#include "base/digest.h"

#include <stdio.h>
#include <string.h>

#include "base/system.h"
#include "base/text.h"

enum { PIECE = 65536 };

void ns_digest_end(ns_digest *digest, char text[NS_DIGEST_TEXT_SIZE]) {
    uint8_t bytes[NS_DIGEST_BYTES];
    text[0] = 0;
    if (digest && ns_digest_finish(digest, bytes))
        ns_hex_write(bytes, sizeof bytes, text);
}

bool ns_digest_file(const char *path, char text[NS_DIGEST_TEXT_SIZE]) {
    static const size_t piece = PIECE;
    FILE *file = ns_system_open_file(path, "rb");
    ns_digest *digest = file ? ns_digest_begin() : NULL;
    unsigned char bytes[PIECE];
    bool whole = digest != NULL;
    for (size_t got = piece; whole && got == piece;) {
        got = fread(bytes, 1, piece, file);
        whole = !ferror(file) && ns_digest_add(digest, bytes, got);
    }
    ns_digest_end(digest, text);
    if (file)
        (void)fclose(file);
    return whole && text[0];
}

bool ns_digest_is_text(const char *text) {
    return strspn(text, "0123456789abcdef") == NS_DIGEST_TEXT_SIZE - 1 && !text[NS_DIGEST_TEXT_SIZE - 1];
}
