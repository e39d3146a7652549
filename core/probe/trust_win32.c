#include <winsock2.h>
#include <windows.h>

#include <wincrypt.h>
/* wincrypt.h and OpenSSL both use these names. */
#undef X509_NAME
#undef X509_EXTENSIONS
#undef PKCS7_SIGNER_INFO
#undef OCSP_REQUEST
#undef OCSP_RESPONSE

#include <openssl/x509.h>

#include "probe/trust.h"

X509_STORE *ns_trust_store(void) {
    X509_STORE *store = X509_STORE_new();
    HCERTSTORE system = CertOpenSystemStoreW(0, L"ROOT");
    PCCERT_CONTEXT each = NULL;
    while (store && system && (each = CertEnumCertificatesInStore(system, each)) != NULL) {
        const unsigned char *der = each->pbCertEncoded;
        X509 *certificate = d2i_X509(NULL, &der, (long)each->cbCertEncoded);
        if (certificate)
            (void)X509_STORE_add_cert(store, certificate);
        X509_free(certificate);
    }
    if (system)
        (void)CertCloseStore(system, 0);
    return store;
}
