#include "probe/authority.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

bool ns_certificate_is_for(X509 *leaf, const char *host) {
    return X509_check_ip_asc(leaf, host, 0) == 1 || X509_check_host(leaf, host, 0, 0, NULL) == 1;
}

bool ns_authority_vouches(const char *pem, const char *host, char *why, size_t why_size) {
    ns_authorities *authorities = ns_authorities_open();
    BIO *source = BIO_new_mem_buf(pem, (int)strlen(pem));
    X509 *leaf = source ? PEM_read_bio_X509(source, NULL, NULL, NULL) : NULL;
    STACK_OF(X509) *chain = sk_X509_new_null();
    bool vouched = false;
    (void)snprintf(why, why_size, "it could not be read");
    for (X509 *each = leaf; each && chain;) {
        each = PEM_read_bio_X509(source, NULL, NULL, NULL);
        if (each && sk_X509_push(chain, each) == 0)
            X509_free(each);
    }
    if (authorities && leaf && chain)
        vouched = ns_authorities_vouch(authorities, leaf, chain, true, why, why_size);
    if (vouched && !ns_certificate_is_for(leaf, host)) {
        (void)snprintf(why, why_size, "hostname mismatch");
        vouched = false;
    }
    sk_X509_pop_free(chain, X509_free);
    X509_free(leaf);
    BIO_free(source);
    ns_authorities_close(authorities);
    ERR_clear_error();
    return vouched;
}
