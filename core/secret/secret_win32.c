#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <dpapi.h>

#include "base/text.h"
#include "secret/secret.h"

/* CryptProtectData: https://learn.microsoft.com/windows/win32/api/dpapi/nf-dpapi-cryptprotectdata */

static DATA_BLOB entropy(const char *bound_to) {
    DATA_BLOB blob = {(DWORD)strlen(bound_to), (BYTE *)(uintptr_t)bound_to};
    return blob;
}

ns_status ns_secret_protect(const ns_secret *secret, const char *bound_to, ns_secret_blob *out, ns_error *error) {
    DATA_BLOB plain = {(DWORD)secret->size, (BYTE *)secret->bytes};
    DATA_BLOB extra = entropy(bound_to);
    DATA_BLOB sealed = {0, NULL};
    out->bytes = NULL;
    out->size = 0;
    if (!CryptProtectData(&plain, L"Nightshift connection", &extra, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &sealed))
        return ns_error_set_system(error, GetLastError(), "SystemError", NULL, "Windows could not protect the password");
    out->bytes = malloc(sealed.cbData);
    if (out->bytes) {
        memcpy(out->bytes, sealed.pbData, sealed.cbData);
        out->size = sealed.cbData;
    }
    LocalFree(sealed.pbData);
    return out->bytes ? NS_OK : ns_error_set_memory(error);
}

ns_status ns_secret_unprotect(const ns_secret_blob *blob, const char *bound_to, ns_secret *out, ns_error *error) {
    DATA_BLOB sealed = {(DWORD)blob->size, blob->bytes};
    DATA_BLOB extra = entropy(bound_to);
    DATA_BLOB plain = {0, NULL};
    ns_status status = NS_OK;
    if (!CryptUnprotectData(&sealed, NULL, &extra, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &plain)) {
        ns_error_set_system(error, GetLastError(), "CredentialNotFound", "Set the connection's password again.",
                            "The stored password was protected by another user or computer, or was altered");
        if (error)
            error->status = NS_STATUS_REFUSED;
        return NS_STATUS_REFUSED;
    }
    status = ns_secret_set(out, plain.pbData, plain.cbData, error);
    ns_wipe(plain.pbData, plain.cbData);
    LocalFree(plain.pbData);
    return status;
}
