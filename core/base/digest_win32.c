#include <winsock2.h>
#include <windows.h>

#include <bcrypt.h>

#include "base/digest.h"

/* BCRYPT_SHA256_ALG_HANDLE, from Windows 10 on, which mingw-w64 does not name:
 * https://learn.microsoft.com/windows/win32/seccng/cng-algorithm-pseudo-handles */
static const uintptr_t sha256 = 0x41;

ns_digest *ns_digest_begin(void) {
    BCRYPT_HASH_HANDLE hash = NULL;
    return BCryptCreateHash((BCRYPT_ALG_HANDLE)sha256, &hash, NULL, 0, NULL, 0, 0) == 0 ? (ns_digest *)hash : NULL;
}

bool ns_digest_add(ns_digest *digest, const void *bytes, size_t size) {
    return size <= ULONG_MAX && BCryptHashData((BCRYPT_HASH_HANDLE)digest, (PUCHAR)(uintptr_t)bytes, (ULONG)size, 0) == 0;
}

bool ns_digest_finish(ns_digest *digest, uint8_t bytes[NS_DIGEST_BYTES]) {
    const bool known = BCryptFinishHash((BCRYPT_HASH_HANDLE)digest, bytes, NS_DIGEST_BYTES, 0) == 0;
    (void)BCryptDestroyHash((BCRYPT_HASH_HANDLE)digest);
    return known;
}
