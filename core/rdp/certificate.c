/* Whether the machine's certificate is accepted, by the rules of model/trust.h. */
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "probe/trust.h"
#include "rdp/internal.h"

static X509 *next_certificate(BIO *pem) {
    return PEM_read_bio_X509(pem, NULL, NULL, NULL);
}

static void fingerprint(X509 *leaf, char out[65]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    out[0] = 0;
    if (X509_digest(leaf, EVP_sha256(), digest, &size) == 1)
        for (unsigned i = 0; i < size && i < 32; i++)
            (void)snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
}

static bool vouched_for(X509 *leaf, BIO *rest, const char *host) {
    X509_STORE *store = ns_trust_store();
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    STACK_OF(X509) *chain = sk_X509_new_null();
    bool trusted = false;
    for (X509 *each = next_certificate(rest); each && chain; each = next_certificate(rest))
        (void)sk_X509_push(chain, each);
    if (store && check && chain && X509_STORE_CTX_init(check, store, leaf, chain) == 1) {
        X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(check);
        if (X509_VERIFY_PARAM_set1_ip_asc(rules, host) != 1)
            (void)X509_VERIFY_PARAM_set1_host(rules, host, 0);
        (void)X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
        trusted = X509_verify_cert(check) == 1;
    }
    sk_X509_pop_free(chain, X509_free);
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    return trusted;
}

/* A later connection of the same session must show what the first one did. */
static const char *refuses(const ns_rdp_session *session, X509 *leaf, BIO *rest, const char *sha256) {
    const ns_trust_rules *rules = &session->options->trust;
    const bool vouched = rules->certificate == NS_CERTIFICATE_AUTHORITY && vouched_for(leaf, rest, session->options->host);
    if (session->accepted_sha256[0] && strcmp(session->accepted_sha256, sha256) != 0)
        return "CertificateChanged";
    return ns_trust_refuses_certificate(rules, ns_rdp_uses_credssp(session), sha256, vouched);
}

int ns_rdp_verify_certificate(freerdp *instance, const BYTE *data, size_t length, const char *hostname, UINT16 port, DWORD flags) {
    ns_rdp_session *session = ns_rdp_session_of(instance->context);
    const ns_rdp_options *options = session->options;
    BIO *pem = BIO_new_mem_buf(data, (int)length);
    X509 *leaf = pem ? next_certificate(pem) : NULL;
    char sha256[65] = {0};
    char subject[256] = {0};
    const char *refusal = "CertificateUnknown";
    (void)hostname;
    (void)port;
    (void)flags;
    if (leaf) {
        fingerprint(leaf, sha256);
        (void)X509_NAME_oneline(X509_get_subject_name(leaf), subject, (int)sizeof subject - 1);
        refusal = refuses(session, leaf, pem, sha256);
        if (!refusal)
            (void)snprintf(session->accepted_sha256, sizeof session->accepted_sha256, "%s", sha256);
        session->observer.certificate(session->observer.context, sha256, subject,
                                      options->trust.certificate == NS_CERTIFICATE_AUTHORITY || options->trust.pin[0]);
    }
    session->untrusted = refusal;
    X509_free(leaf);
    BIO_free(pem);
    return refusal ? 0 : 1;
}
