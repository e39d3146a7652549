#include "probe/tls_rules.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <string.h>

static SSL_CTX *context(int level, long version, const char *ciphers) {
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (!tls)
        return NULL;
    SSL_CTX_set_security_level(tls, level);
    if (SSL_CTX_set_min_proto_version(tls, version) != 1 || SSL_CTX_set_cipher_list(tls, ciphers) != 1) {
        SSL_CTX_free(tls);
        return NULL;
    }
    SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL); /* the certificate is looked at by the rules of model/trust.h */
    (void)SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
    return tls;
}

SSL_CTX *ns_tls_rules_context(void) {
    return context(NS_TLS_LEVEL, NS_TLS_VERSION_LEAST, NS_TLS_CIPHERS);
}

SSL_CTX *ns_tls_any_context(void) {
    SSL_CTX *tls = context(0, TLS1_VERSION, "ALL:COMPLEMENTOFALL:+aNULL:+eNULL:@SECLEVEL=0");
    if (!tls)
        return NULL;
    (void)SSL_CTX_set_options(tls, SSL_OP_LEGACY_SERVER_CONNECT);
    (void)SSL_CTX_set_ciphersuites(tls, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:"
                                        "TLS_AES_128_CCM_8_SHA256");
    (void)SSL_CTX_set1_groups_list(tls, "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:?ffdhe4096:?ffdhe6144:?ffdhe8192:?secp256k1:?P-224:?P-192:"
                                        "?brainpoolP256r1:?brainpoolP384r1:?brainpoolP512r1");
    return tls;
}

static bool has_cipher(SSL_CTX *rules, const SSL_CIPHER *cipher) {
    STACK_OF(SSL_CIPHER) *allowed = SSL_CTX_get_ciphers(rules);
    for (int i = 0; i < sk_SSL_CIPHER_num(allowed); i++)
        if (SSL_CIPHER_get_id(sk_SSL_CIPHER_value(allowed, i)) == SSL_CIPHER_get_id(cipher))
            return true;
    return false;
}

/* RFC 8422, 5.1.1: those that Windows has too. */
static bool has_foreign_curve(X509 *leaf) {
    static const char *const known[] = {"prime256v1", "secp384r1", "secp521r1"};
    EVP_PKEY *key = leaf ? X509_get0_pubkey(leaf) : NULL;
    char name[64] = "";
    if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_group_name(key, name, sizeof name, NULL) != 1)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], name) == 0)
            return false;
    return true;
}

const char *ns_tls_refuses_connection(SSL *any, SSL_CTX *rules) {
    int hash = NID_undef;
    if (SSL_version(any) < NS_TLS_VERSION_LEAST)
        return "protocol";
    if (!has_cipher(rules, SSL_get_current_cipher(any)))
        return "cipher";
    if (SSL_version(any) == TLS1_2_VERSION && !SSL_get_secure_renegotiation_support(any))
        return "renegotiation"; /* RFC 5746 */
    if (SSL_get_peer_signature_nid(any, &hash) == 1 && (hash == NID_sha1 || hash == NID_md5 || hash == NID_md5_sha1))
        return "handshake-signature";
    if (has_foreign_curve(SSL_get0_peer_certificate(any)))
        return "curve";
    return "key-exchange"; /* what is left of it: the group of Diffie-Hellman */
}

static bool is_bound_hash(int hash) {
    static const int known[] = {NID_md5, NID_sha1, NID_sha224, NID_sha256, NID_sha384, NID_sha512};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == hash)
            return true;
    return false;
}

/* RFC 4055, 3.1: the hash of the message and that of the mask, both SHA-1 where they are left out. NID_undef when they differ. */
static int pss_hash(const X509_ALGOR *algorithm) {
    RSA_PSS_PARAMS *parameters = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
    int hash = NID_sha1;
    int mask = NID_sha1;
    if (!parameters)
        return NID_undef;
    if (parameters->hashAlgorithm)
        hash = OBJ_obj2nid(parameters->hashAlgorithm->algorithm);
    if (parameters->maskGenAlgorithm) {
        X509_ALGOR *of = OBJ_obj2nid(parameters->maskGenAlgorithm->algorithm) == NID_mgf1
                             ? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR), parameters->maskGenAlgorithm->parameter)
                             : NULL;
        mask = of ? OBJ_obj2nid(of->algorithm) : NID_undef;
        X509_ALGOR_free(of);
    }
    RSA_PSS_PARAMS_free(parameters);
    return hash == mask ? hash : NID_undef;
}

const char *ns_tls_refuses_certificate(X509 *leaf) {
    const X509_ALGOR *algorithm = NULL;
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    const int kind = key ? EVP_PKEY_get_base_id(key) : NID_undef;
    int hash = NID_undef;
    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC)
        return "key-type";
    X509_get0_signature(NULL, &algorithm, leaf);
    if (X509_get_signature_nid(leaf) == NID_rsassaPss)
        hash = pss_hash(algorithm);
    else if (OBJ_find_sigid_algs(X509_get_signature_nid(leaf), &hash, NULL) != 1)
        hash = NID_undef;
    return is_bound_hash(hash) ? NULL : "signature";
}
