#include "run/credential.h"

#include <string.h>

#include "model/result_code.h"
#include "store/identity.h"

ns_status ns_credential_check(const ns_connection *connection, ns_error *error) {
    if (connection->kind != NS_CONNECTION_PASSWORD)
        return ns_result_code_refuse("EntraTokenNotAvailable", error);
    if (!connection->has_secret)
        return ns_result_code_refuse("CredentialNotFound", error);
    return NS_OK;
}

ns_status ns_credential_get(ns_store *store, const ns_connection *connection, ns_secret *out, ns_error *error) {
    ns_status status = ns_credential_check(connection, error);
    memset(out, 0, sizeof *out);
    return status == NS_OK ? ns_connection_secret(store, connection->id, out, error) : status;
}
