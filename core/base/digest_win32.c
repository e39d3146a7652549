#include <winsock2.h>
#include <windows.h>

#include <bcrypt.h>

#include "base/digest.h"

ns_digest *ns_digest_begin(void) {
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_HASH_HANDLE hash = NULL;
    if (BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) != 0)
        return NULL;
    if (BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0) != 0)
        hash = NULL;
    (void)BCryptCloseAlgorithmProvider(algorithm, 0); /* the hash keeps what it needs of it */
    return (ns_digest *)hash;
}

bool ns_digest_add(ns_digest *digest, const void *bytes, size_t size) {
    return size <= ULONG_MAX && BCryptHashData((BCRYPT_HASH_HANDLE)digest, (PUCHAR)(uintptr_t)bytes, (ULONG)size, 0) == 0;
}

bool ns_digest_finish(ns_digest *digest, uint8_t bytes[NS_DIGEST_BYTES]) {
    const bool known = BCryptFinishHash((BCRYPT_HASH_HANDLE)digest, bytes, NS_DIGEST_BYTES, 0) == 0;
    (void)BCryptDestroyHash((BCRYPT_HASH_HANDLE)digest);
    return known;
}
