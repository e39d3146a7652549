/* SHA-256 (FIPS 180-4) of what comes piece by piece: OpenSSL's, on Windows that of Windows
 * (https://learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-bcrypthashdata), which costs the agent no memory. digest_win32.c and
 * digest_posix.c. One owner at a time. */
#ifndef NS_BASE_DIGEST_H
#define NS_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NS_DIGEST_BYTES = 32, NS_DIGEST_TEXT_SIZE = 2 * NS_DIGEST_BYTES + 1 };

typedef struct ns_digest ns_digest;

/* NULL when memory ran out. */
ns_digest *ns_digest_begin(void);
bool ns_digest_add(ns_digest *digest, const void *bytes, size_t size);
/* Frees it (NULL is allowed), and fills `text` with 64 hexadecimal digits of what was added; with "" when something failed. */
void ns_digest_end(ns_digest *digest, char text[NS_DIGEST_TEXT_SIZE]);

/* Whether the text is such digits. */
bool ns_digest_is_text(const char *text);

/* digest_win32.c, digest_posix.c, for digest.c: frees it (never NULL), and whether `bytes` hold what was added. */
bool ns_digest_finish(ns_digest *digest, uint8_t bytes[NS_DIGEST_BYTES]);

/* Of a whole file; false when it cannot be read. */
bool ns_digest_file(const char *path, char text[NS_DIGEST_TEXT_SIZE]);

#endif
