/* https://learn.microsoft.com/windows/win32/api/wincrypt/nf-wincrypt-certgetcertificatechain,
 * https://learn.microsoft.com/windows/win32/api/wincrypt/nf-wincrypt-certverifycertificatechainpolicy. A list of revoked certificates that cannot be
 * had is no reason to refuse, as for Windows' own client; one that has the certificate is. */
#include <winsock2.h>
#include <windows.h>

#define CERT_CHAIN_PARA_HAS_EXTRA_FIELDS /* the timeout */
#include <wincrypt.h>
/* wincrypt.h and OpenSSL both use these names. */
#undef X509_NAME
#undef X509_EXTENSIONS
#undef PKCS7_SIGNER_INFO
#undef OCSP_REQUEST
#undef OCSP_RESPONSE

#include <stdio.h>
#include <stdlib.h>

#include "base/wide.h"
#include "probe/authority.h"

struct ns_authorities {
    HCERTCHAINENGINE engine;
};

ns_authorities *ns_authorities_open(void) {
    return calloc(1, sizeof(ns_authorities)); /* the engine is the user's default one, NULL */
}

void ns_authorities_close(ns_authorities *authorities) {
    free(authorities);
}

/* Copies a certificate of OpenSSL's into a store in memory. `out` may be NULL. */
static bool add(HCERTSTORE store, X509 *certificate, PCCERT_CONTEXT *out) {
    unsigned char *der = NULL;
    const int size = i2d_X509(certificate, &der);
    const bool added = size > 0 && CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, der, (DWORD)size, CERT_STORE_ADD_ALWAYS, out);
    OPENSSL_free(der);
    return added;
}

static void describe_failure(DWORD code, char *why, size_t why_size) {
    WCHAR words[300] = L"";
    char *text = NULL;
    if (FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, NULL, code, 0, words, 300, NULL))
        text = ns_wide_to_utf8(words);
    if (text)
        (void)snprintf(why, why_size, "%s", text);
    else
        (void)snprintf(why, why_size, "0x%08lX", (unsigned long)code);
    free(text);
}

static DWORD judge(PCCERT_CHAIN_CONTEXT chain) {
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl = {.cbSize = sizeof ssl, .dwAuthType = AUTHTYPE_SERVER};
    CERT_CHAIN_POLICY_PARA policy = {.cbSize = sizeof policy, .dwFlags = CERT_CHAIN_POLICY_IGNORE_ALL_REV_UNKNOWN_FLAGS, .pvExtraPolicyPara = &ssl};
    CERT_CHAIN_POLICY_STATUS status = {.cbSize = sizeof status};
    return CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain, &policy, &status) ? status.dwError : GetLastError();
}

static DWORD build_and_judge(const ns_authorities *authorities, PCCERT_CONTEXT leaf, HCERTSTORE others, bool ask) {
    static char server[] = szOID_PKIX_KP_SERVER_AUTH;
    char *usages[] = {server};
    CERT_CHAIN_PARA wanted = {.cbSize = sizeof wanted};
    PCCERT_CHAIN_CONTEXT chain = NULL;
    DWORD flags = CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
    DWORD code = 0;
    wanted.RequestedUsage.dwType = USAGE_MATCH_TYPE_OR;
    wanted.RequestedUsage.Usage.cUsageIdentifier = 1;
    wanted.RequestedUsage.Usage.rgpszUsageIdentifier = usages;
    flags |= ask ? CERT_CHAIN_REVOCATION_ACCUMULATIVE_TIMEOUT : CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL | CERT_CHAIN_REVOCATION_CHECK_CACHE_ONLY;
    wanted.dwUrlRetrievalTimeout = NS_AUTHORITY_ASK_MS;
    if (!CertGetCertificateChain(authorities->engine, leaf, NULL, others, &wanted, flags, NULL, &chain))
        return GetLastError();
    code = judge(chain);
    CertFreeCertificateChain(chain);
    return code;
}

bool ns_authorities_vouch(ns_authorities *authorities, X509 *leaf, STACK_OF(X509) * chain, bool ask, char *why, size_t why_size) {
    HCERTSTORE others = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    PCCERT_CONTEXT context = NULL;
    DWORD code = ERROR_OUTOFMEMORY;
    bool read = others && add(others, leaf, &context);
    for (int i = 0; read && i < sk_X509_num(chain); i++)
        read = add(others, sk_X509_value(chain, i), NULL);
    if (read)
        code = build_and_judge(authorities, context, others, ask);
    describe_failure(code, why, why_size);
    if (context)
        (void)CertFreeCertificateContext(context);
    if (others)
        (void)CertCloseStore(others, 0);
    return code == 0;
}
