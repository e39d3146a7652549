/* The authorities that this computer trusts, as OpenSSL wants them. trust_win32.c reads the system's ROOT store,
 * trust_posix.c OpenSSL's default folders. */
#ifndef NS_PROBE_TRUST_H
#define NS_PROBE_TRUST_H

#include <openssl/x509_vfy.h>

/* The caller frees with X509_STORE_free. NULL when memory ran out. */
X509_STORE *ns_trust_store(void);

#endif
