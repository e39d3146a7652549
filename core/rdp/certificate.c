/* Whether the machine's certificate is accepted, by the rules of model/trust.h. Whether an authority vouches for it is asked by whoever gives the
 * password out. */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rdp/internal.h"

static void fingerprint(X509 *leaf, char out[65]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    out[0] = 0;
    if (X509_digest(leaf, EVP_sha256(), digest, &size) == 1)
        ns_hex_write(digest, size < 32 ? size : 32, out);
}

/* A later connection of the same session must show what the first one did. */
static const char *refuses(const ns_rdp_session *session, const char *sha256) {
    if (session->accepted_sha256[0] && strcmp(session->accepted_sha256, sha256) != 0)
        return "CertificateChanged";
    return ns_trust_refuses_certificate(&session->options->trust, ns_rdp_uses_credssp(session), sha256, true);
}

int ns_rdp_verify_certificate(freerdp *instance, const BYTE *data, size_t length, const char *hostname, UINT16 port, DWORD flags) {
    ns_rdp_session *session = ns_rdp_session_of(instance->context);
    const ns_rdp_options *options = session->options;
    char *text = calloc(1, length + 1);
    BIO *pem = text ? BIO_new_mem_buf(data, (int)length) : NULL;
    X509 *leaf = pem ? PEM_read_bio_X509(pem, NULL, NULL, NULL) : NULL;
    char sha256[65] = {0};
    char subject[256] = {0};
    const char *refusal = "CertificateUnknown";
    (void)hostname;
    (void)port;
    (void)flags;
    if (leaf) {
        memcpy(text, data, length);
        fingerprint(leaf, sha256);
        (void)X509_NAME_oneline(X509_get_subject_name(leaf), subject, (int)sizeof subject - 1);
        refusal = refuses(session, sha256);
        if (!refusal)
            (void)snprintf(session->accepted_sha256, sizeof session->accepted_sha256, "%s", sha256);
        session->observer.certificate(session->observer.context, sha256, subject,
                                      options->trust.certificate == NS_CERTIFICATE_AUTHORITY || options->trust.pin[0], text);
    }
    session->untrusted = refusal;
    X509_free(leaf);
    BIO_free(pem);
    free(text);
    return refusal ? 0 : 1;
}
