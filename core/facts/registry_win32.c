#include <winsock2.h>
#include <windows.h>

#include <shlwapi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/native_text.h"
#include "base/text.h"
#include "facts/collect.h"
#include "facts/internal_win32.h"
#include "facts/registry.h"

enum { TEXT_UNITS = 4096, PROVIDERS_MAXIMUM = 100 };

const char *ns_collect_reason(DWORD native, char *out, size_t size) {
    ns_native_text(native, out, size);
    return out;
}

static void name_source(const char *root, const ns_registry_value *value, char *out, size_t size) {
    (void)snprintf(out, size, "%s\\%s\\%s (%s-bit view)", root, value->key, value->name, value->narrow ? "32" : "64");
}

/* A number, a text, or of bytes the first one; JSON's null where the value is not there. NULL when it could not be read. */
static cJSON *read_value(HKEY root, const ns_registry_value *value, LSTATUS *failure) {
    WCHAR *key_name = ns_wide_from_utf8(value->key);
    WCHAR *name = ns_wide_from_utf8(value->name);
    static const REGSAM views[] = {KEY_WOW64_64KEY, KEY_WOW64_32KEY};
    union {
        DWORD number;
        BYTE first;
        WCHAR text[TEXT_UNITS];
    } data;
    DWORD size = sizeof data;
    DWORD type = 0;
    HKEY key = NULL;
    cJSON *out = NULL;
    *failure = key_name && name ? RegOpenKeyExW(root, key_name, 0, KEY_QUERY_VALUE | views[value->narrow], &key) : ERROR_OUTOFMEMORY;
    if (*failure == ERROR_SUCCESS)
        *failure = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD | RRF_RT_REG_BINARY | RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, &type,
                                &data, &size);
    if (*failure == ERROR_FILE_NOT_FOUND || *failure == ERROR_PATH_NOT_FOUND) {
        out = cJSON_CreateNull();
    } else if (*failure == ERROR_SUCCESS && type == REG_DWORD) {
        out = cJSON_CreateNumber(data.number);
    } else if (*failure == ERROR_SUCCESS && type == REG_BINARY) {
        out = size ? cJSON_CreateNumber(data.first) : cJSON_CreateNull();
    } else if (*failure == ERROR_SUCCESS) {
        char *text = ns_wide_to_utf8(data.text);
        out = cJSON_CreateString(text ? text : "");
        free(text);
    }
    if (key)
        (void)RegCloseKey(key);
    free(key_name);
    free(name);
    return out;
}

static void collect_value(HKEY root, const char *root_name, const ns_registry_value *value, ns_facts *out) {
    char source[512];
    char reason[256];
    LSTATUS failure = ERROR_SUCCESS;
    cJSON *read = read_value(root, value, &failure);
    name_source(root_name, value, source, sizeof source);
    if (read)
        ns_facts_add(out, value->fact, read, source, ns_clock_utc_ms());
    else
        ns_facts_add_unknown(out, value->fact, ns_collect_reason((DWORD)failure, reason, sizeof reason), source, ns_clock_utc_ms());
}

static void collect_values(HKEY root, ns_facts *out) {
    for (size_t i = 0; ns_registry_value_at(i); i++)
        collect_value(root, "HKLM", ns_registry_value_at(i), out);
}

void ns_facts_collect_own(ns_facts *out) {
    for (size_t i = 0; ns_registry_user_value_at(i); i++)
        collect_value(HKEY_CURRENT_USER, "HKCU", ns_registry_user_value_at(i), out);
}

/* A provider comes with Windows when its DLL is named without a folder or lies in System32. */
static bool is_of_windows(const WCHAR *id) {
    WCHAR key[128];
    WCHAR path[MAX_PATH] = {0};
    DWORD size = sizeof path;
    (void)_snwprintf(key, NS_COUNT_OF(key), L"CLSID\\%ls\\InprocServer32", id);
    key[NS_COUNT_OF(key) - 1] = 0;
    if (RegGetValueW(HKEY_CLASSES_ROOT, key, NULL, RRF_RT_REG_SZ, NULL, path, &size) != ERROR_SUCCESS)
        return true;
    return !wcschr(path, L'\\') || StrStrIW(path, L"\\system32\\");
}

static void add_provider(HKEY providers, const WCHAR *id, bool local, cJSON *array) {
    WCHAR name[256] = {0};
    DWORD size = sizeof name;
    char *id_text = ns_wide_to_utf8(id);
    char *name_text = NULL;
    cJSON *object = cJSON_CreateObject();
    (void)RegGetValueW(providers, id, NULL, RRF_RT_REG_SZ, NULL, name, &size);
    name_text = ns_wide_to_utf8(name);
    (void)ns_json_add_string(object, "id", id_text ? id_text : "");
    (void)ns_json_add_string(object, "name", name_text ? name_text : "");
    if (local) /* classes of another machine are not looked up */
        (void)cJSON_AddBoolToObject(object, "microsoft", is_of_windows(id));
    (void)cJSON_AddItemToArray(array, object);
    free(id_text);
    free(name_text);
}

static void collect_providers(HKEY root, bool local, ns_facts *out) {
    static const char source[] = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Authentication\\Credential Providers (64-bit view)";
    HKEY providers = NULL;
    char reason[256];
    cJSON *array = NULL;
    LSTATUS failure = RegOpenKeyExW(root, L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Authentication\\Credential Providers", 0,
                                    KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_WOW64_64KEY, &providers);
    if (failure != ERROR_SUCCESS && failure != ERROR_FILE_NOT_FOUND) {
        ns_facts_add_unknown(out, "logon.providers", ns_collect_reason((DWORD)failure, reason, sizeof reason), source, ns_clock_utc_ms());
        return;
    }
    array = cJSON_CreateArray();
    for (DWORD i = 0; providers && i < PROVIDERS_MAXIMUM; i++) {
        WCHAR id[64];
        DWORD units = NS_COUNT_OF(id);
        if (RegEnumKeyExW(providers, i, id, &units, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
            break;
        add_provider(providers, id, local, array);
    }
    if (providers)
        (void)RegCloseKey(providers);
    ns_facts_add(out, "logon.providers", array, source, ns_clock_utc_ms());
}

static bool key_exists(HKEY root, const WCHAR *name) {
    HKEY key = NULL;
    const bool there = RegOpenKeyExW(root, name, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) == ERROR_SUCCESS;
    if (there)
        (void)RegCloseKey(key);
    return there;
}

static void collect_reboot(HKEY root, ns_facts *out) {
    static const WCHAR *const keys[] = {L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired",
                                        L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending"};
    bool pending = false;
    for (size_t i = 0; i < NS_COUNT_OF(keys); i++)
        pending = pending || key_exists(root, keys[i]);
    ns_facts_add_bool(out, "os.reboot-pending", pending, "HKLM: WindowsUpdate RebootRequired, Component Based Servicing RebootPending",
                      ns_clock_utc_ms());
}

void ns_collect_registry(const ns_collect_target *target, ns_facts *out) {
    char reason[512];
    char words[256];
    HKEY root = NULL;
    LSTATUS failure = target->wide_host ? RegConnectRegistryW(target->wide_host, HKEY_LOCAL_MACHINE, &root) : ERROR_SUCCESS;
    if (failure != ERROR_SUCCESS) {
        ns_phrase_write(reason, sizeof reason,
                        "The registry could not be opened: %s It takes an administrator's rights, port 445, and the service RemoteRegistry.",
                        ns_collect_reason((DWORD)failure, words, sizeof words));
        for (size_t i = 0; ns_registry_value_at(i); i++)
            ns_facts_add_unknown(out, ns_registry_value_at(i)->fact, reason, "RegConnectRegistryW", ns_clock_utc_ms());
        ns_facts_add_unknown(out, "logon.providers", reason, "RegConnectRegistryW", ns_clock_utc_ms());
        ns_facts_add_unknown(out, "os.reboot-pending", reason, "RegConnectRegistryW", ns_clock_utc_ms());
        return;
    }
    if (!target->wide_host)
        root = HKEY_LOCAL_MACHINE;
    collect_values(root, out);
    collect_providers(root, !target->wide_host, out);
    collect_reboot(root, out);
    if (target->wide_host)
        (void)RegCloseKey(root);
}
