/* What a connection signs in with: the one place that knows where each kind of connection gets its secret. A password
 * lies in the store. A certificate or a Microsoft Entra connection signs in with a token that the system's broker gives
 * ([MS-RDPBCGR] 4.11); no broker is asked yet, so those kinds are refused here before anything is sent. */
#ifndef NS_RUN_CREDENTIAL_H
#define NS_RUN_CREDENTIAL_H

#include "model/things.h"
#include "secret/secret.h"
#include "store/store.h"

/* Whether `ns_credential_get` can be expected to give something. NS_STATUS_REFUSED with EntraTokenNotAvailable or
 * CredentialNotFound. Asks nobody. */
NS_MUST_USE ns_status ns_credential_check(const ns_connection *connection, ns_error *error);
/* The secret itself; the caller wipes it with ns_secret_clear, also after an error. May block. */
NS_MUST_USE ns_status ns_credential_get(ns_store *store, const ns_connection *connection, ns_secret *out, ns_error *error);

#endif
