/* What a machine's certificate says of itself, as a fact. Through OpenSSL; any thread. */
#ifndef NS_PROBE_TLS_FACTS_H
#define NS_PROBE_TLS_FACTS_H

#include <openssl/x509.h>

#include "base/json.h"
#include "probe/authority.h"

/* {"subject", "issuer", "names", "notBefore", "notAfter", "sha256", "keySha256", "key", "curve" (of such a key), "bits", "signature", "selfSigned",
 * "nameMatches", "trusted", "trustReason"}. `chain` (what the machine sent besides) and `authorities` may be NULL; `host` is what
 * the machine was addressed by. NULL when memory ran out; the caller deletes. */
cJSON *ns_certificate_describe(X509 *leaf, STACK_OF(X509) * chain, ns_authorities *authorities, const char *host);

#endif
