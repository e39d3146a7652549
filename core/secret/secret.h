/* A password: in memory in a type of its own that is wiped on release and cannot be printed, and at rest protected so
 * that the store alone is useless. On Windows by DPAPI for this user; elsewhere by AES-256-GCM under a key file of mode
 * 600 that lies outside the store's folder. Neither protects against code that runs as the same user.
 * secret_win32.c and secret_posix.c implement the two calls at the end. Any thread. */
#ifndef NS_SECRET_SECRET_H
#define NS_SECRET_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ns_secret {
    char *bytes; /* UTF-8, ends with 0; NULL when empty */
    size_t size; /* bytes without the 0 */
} ns_secret;

/* Copies the bytes in. The caller wipes its own copy. NS_STATUS_INVALID for a NUL, a line break, text that is not UTF-8,
 * or more than 256 characters (a longer one is taken for a hash by WinPR before 3.27, freerdp.md 1.12). */
NS_MUST_USE ns_status ns_secret_set(ns_secret *secret, const void *bytes, size_t size, ns_error *error);
void ns_secret_clear(ns_secret *secret);

/* A protected secret as it is stored. The caller frees `bytes`. */
typedef struct ns_secret_blob {
    uint8_t *bytes;
    size_t size;
} ns_secret_blob;

/* `bound_to` (such as "connection:7") is sealed in: a blob moved to another row cannot be opened. */
NS_MUST_USE ns_status ns_secret_protect(const ns_secret *secret, const char *bound_to, ns_secret_blob *out, ns_error *error);
/* NS_STATUS_REFUSED (CredentialNotFound) when it was protected by another user or computer, or was altered. */
NS_MUST_USE ns_status ns_secret_unprotect(const ns_secret_blob *blob, const char *bound_to, ns_secret *out, ns_error *error);

#endif
