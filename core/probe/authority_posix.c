#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/authority.h"

struct ns_authorities {
    X509_STORE *store;
};

ns_authorities *ns_authorities_open(void) {
    ns_authorities *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->store = X509_STORE_new();
    if (!self->store) {
        free(self);
        return NULL;
    }
    (void)X509_STORE_set_default_paths(self->store);
    return self;
}

void ns_authorities_close(ns_authorities *authorities) {
    if (!authorities)
        return;
    X509_STORE_free(authorities->store);
    free(authorities);
}

bool ns_authorities_vouch(ns_authorities *authorities, X509 *leaf, STACK_OF(X509) * chain, bool ask, char *why, size_t why_size) {
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool trusted = false;
    (void)ask; /* OpenSSL fetches nothing */
    (void)snprintf(why, why_size, "out of memory");
    if (check && X509_STORE_CTX_init(check, authorities->store, leaf, chain) == 1) {
        (void)X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(check), X509_PURPOSE_SSL_SERVER);
        trusted = X509_verify_cert(check) == 1;
        (void)snprintf(why, why_size, "%s", X509_verify_cert_error_string(X509_STORE_CTX_get_error(check)));
    }
    X509_STORE_CTX_free(check);
    ERR_clear_error();
    return trusted;
}
