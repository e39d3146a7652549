#include "facts/change.h"

#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>

#include "base/wide.h"

/* The root of a machine's registry; ERROR_SUCCESS and *root, which the caller closes unless it is this computer's. */
static LSTATUS open_root(const char *host, HKEY *root) {
    WCHAR *wide = host[0] ? ns_wide_from_utf8(host) : NULL;
    LSTATUS failure = ERROR_SUCCESS;
    *root = HKEY_LOCAL_MACHINE;
    if (host[0])
        failure = wide ? RegConnectRegistryW(wide, HKEY_LOCAL_MACHINE, root) : ERROR_OUTOFMEMORY;
    free(wide);
    return failure;
}

static LSTATUS open_key(HKEY root, const ns_registry_number *number, bool create, HKEY *key) {
    WCHAR *name = ns_wide_from_utf8(number->key);
    const REGSAM view = number->narrow ? KEY_WOW64_32KEY : KEY_WOW64_64KEY;
    LSTATUS failure = ERROR_OUTOFMEMORY;
    if (name && create)
        failure = RegCreateKeyExW(root, name, 0, NULL, 0, KEY_SET_VALUE | KEY_QUERY_VALUE | view, NULL, key, NULL);
    else if (name)
        failure = RegOpenKeyExW(root, name, 0, KEY_QUERY_VALUE | view, key);
    free(name);
    return failure;
}

static LSTATUS read_one(HKEY root, ns_registry_number *number) {
    WCHAR *name = ns_wide_from_utf8(number->name);
    HKEY key = NULL;
    DWORD value = 0;
    DWORD size = sizeof value;
    LSTATUS failure = name ? open_key(root, number, false, &key) : ERROR_OUTOFMEMORY;
    if (failure == ERROR_SUCCESS)
        failure = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, &value, &size);
    number->there = failure == ERROR_SUCCESS;
    number->value = value;
    if (key)
        (void)RegCloseKey(key);
    free(name);
    return failure == ERROR_FILE_NOT_FOUND || failure == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : failure;
}

static LSTATUS write_one(HKEY root, const ns_registry_number *number) {
    WCHAR *name = ns_wide_from_utf8(number->name);
    const DWORD value = number->value;
    HKEY key = NULL;
    LSTATUS failure = name ? open_key(root, number, true, &key) : ERROR_OUTOFMEMORY;
    ns_registry_number again = *number;
    if (failure == ERROR_SUCCESS && number->there)
        failure = RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&value, sizeof value);
    else if (failure == ERROR_SUCCESS)
        failure = RegDeleteValueW(key, name);
    if (!number->there && failure == ERROR_FILE_NOT_FOUND)
        failure = ERROR_SUCCESS;
    if (key)
        (void)RegCloseKey(key);
    free(name);
    /* A TRUE is not enough: what is there now? */
    if (failure == ERROR_SUCCESS)
        failure = read_one(root, &again);
    if (failure == ERROR_SUCCESS && (again.there != number->there || (again.there && again.value != number->value)))
        failure = ERROR_WRITE_FAULT;
    return failure;
}

static void close_root(const char *host, HKEY root) {
    if (host[0] && root != HKEY_LOCAL_MACHINE)
        (void)RegCloseKey(root);
}

ns_status ns_registry_read_numbers(const char *host, ns_registry_number *numbers, size_t count, ns_error *error) {
    HKEY root = NULL;
    LSTATUS failure = open_root(host, &root);
    for (size_t i = 0; i < count && failure == ERROR_SUCCESS; i++)
        failure = read_one(root, &numbers[i]);
    close_root(host, root);
    if (failure == ERROR_SUCCESS)
        return NS_OK;
    ns_error_set_system(error, (uint32_t)failure, "FactsNotAvailable",
                        "It takes an administrator's rights on the machine, its port 445, and the service RemoteRegistry.",
                        "The machine's registry could not be read");
    error->status = NS_STATUS_NOT_FOUND;
    return NS_STATUS_NOT_FOUND;
}

ns_status ns_registry_write_numbers(const char *host, const ns_registry_number *numbers, const ns_registry_number *before, size_t count,
                                    ns_error *error) {
    HKEY root = NULL;
    LSTATUS failure = open_root(host, &root);
    size_t done = 0;
    bool whole = true;
    while (done < count && failure == ERROR_SUCCESS) {
        failure = write_one(root, &numbers[done]);
        done++;
    }
    for (size_t i = 0; failure != ERROR_SUCCESS && i < done; i++)
        whole = write_one(root, &before[i]) == ERROR_SUCCESS && whole; /* which reads it again */
    close_root(host, root);
    if (failure == ERROR_SUCCESS)
        return NS_OK;
    if (!whole)
        return ns_error_set_system(error, (uint32_t)failure, "MachineHalfChanged",
                                   "What was there before is kept: undo the change when the machine answers again.",
                                   "The machine's registry could not be changed whole, and not be put back");
    return ns_error_set_system(error, (uint32_t)failure, "MachineNotChanged",
                               "It takes an administrator's rights on the machine. What had been changed was put back.",
                               "The machine's registry could not be changed");
}
