/* Whether an authority that this computer trusts vouches for a machine's certificate, as the computer's own programs decide it: authority_win32.c
 * asks CryptoAPI, with intermediates, revocation and the certificates that nobody may trust; authority_posix.c OpenSSL, with the computer's folder of
 * authorities. */
#ifndef NS_PROBE_AUTHORITY_H
#define NS_PROBE_AUTHORITY_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct ns_authorities ns_authorities;

/* NULL when memory ran out. One thread at a time. */
ns_authorities *ns_authorities_open(void);
void ns_authorities_close(ns_authorities *authorities);

/* `chain` (what the machine sent besides) may be NULL. `ask`: lists of revoked certificates may be asked for over the network, which can take
 * NS_AUTHORITY_ASK_MS; else only what this computer has of them counts. `why` says, in the system's words, what is wrong. Says nothing of the name.
 */
bool ns_authorities_vouch(ns_authorities *authorities, X509 *leaf, STACK_OF(X509) * chain, bool ask, char *why, size_t why_size);
enum { NS_AUTHORITY_ASK_MS = 5000 };

/* authority.c: whether the certificate is for that name or address (RFC 6125). */
bool ns_certificate_is_for(X509 *leaf, const char *host);
/* The whole decision of certificate.policy=ca: `pem` is the certificate and, after it, what came with it. */
bool ns_authority_vouches(const char *pem, const char *host, char *why, size_t why_size);

#endif
