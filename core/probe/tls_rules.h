/* What Nightshift's TLS takes of a machine: the one place, for a run (core/rdp gives it to FreeRDP) and for the probe, which makes the same
 * handshake. What that refuses is asked again with everything allowed, so that it can be told why. Any thread. */
#ifndef NS_PROBE_TLS_RULES_H
#define NS_PROBE_TLS_RULES_H

#include <openssl/ssl.h>

/* OpenSSL's own choice: no anonymous ciphers, none without encryption, none of those that it leaves out by default (CCM, Camellia, ARIA). */
#define NS_TLS_CIPHERS "DEFAULT"
/* Level 1: at least 80 bits of security, and no SHA-1 signature in the handshake. Windows' own certificates may be signed with SHA-1: the pin decides
 * about them. */
enum { NS_TLS_LEVEL = 1, NS_TLS_VERSION_LEAST = TLS1_2_VERSION };

/* The caller frees with SSL_CTX_free. NULL when memory ran out. */
SSL_CTX *ns_tls_rules_context(void);
/* Whatever a machine speaks. Nothing secret may go through. */
SSL_CTX *ns_tls_any_context(void);

/* Why a handshake with everything allowed, which has succeeded, would not have under the rules: "protocol", "cipher", "renegotiation",
 * "handshake-signature", "curve", "key-exchange". */
const char *ns_tls_refuses_connection(SSL *any, SSL_CTX *rules);
/* Why a run cannot use a certificate after the handshake: "key-type", "signature"; NULL when it can. A run binds the sign-in to the certificate's
 * hash (RFC 5929 4.1), which takes a signature with a hash of its own, and one hash only; and to the key itself ([MS-CSSP] 3.1.5). */
const char *ns_tls_refuses_certificate(X509 *leaf);

#endif
