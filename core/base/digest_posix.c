#include <openssl/evp.h>

#include "base/digest.h"

ns_digest *ns_digest_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    return (ns_digest *)context;
}

bool ns_digest_add(ns_digest *digest, const void *bytes, size_t size) {
    return EVP_DigestUpdate((EVP_MD_CTX *)digest, bytes, size) == 1;
}

bool ns_digest_finish(ns_digest *digest, uint8_t bytes[NS_DIGEST_BYTES]) {
    const bool known = EVP_DigestFinal_ex((EVP_MD_CTX *)digest, bytes, NULL) == 1;
    EVP_MD_CTX_free((EVP_MD_CTX *)digest);
    return known;
}
