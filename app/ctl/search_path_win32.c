#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>

#include "base/system.h"
#include "base/wide.h"
#include "search_path.h"

static const WCHAR user_key[] = L"Environment";
static const WCHAR computer_key[] = L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment";
static const WCHAR value_name[] = L"Path";

static ns_status refused(LONG failure, ns_error *error) {
    if (failure == ERROR_ACCESS_DENIED)
        return ns_error_set(error, NS_STATUS_REFUSED, "NotAdministrator", "Run it from a command prompt that was started as administrator.",
                            "The search path of everybody may be written by an administrator only.");
    return ns_error_set_system(error, (uint32_t)failure, "RegistryNotWritten", NULL, "The search path could not be written");
}

/* As it stands: names between percent signs are not replaced. "" where there is none, and nothing is taken for none that could not be read; the
 * caller frees. */
static ns_status read_value(HKEY key, DWORD *type, char **out, ns_error *error) {
    static WCHAR wide[32768];
    DWORD size = sizeof wide - sizeof(WCHAR);
    const LONG failure = RegGetValueW(key, NULL, value_name, RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, type, wide, &size);
    if (failure != ERROR_SUCCESS && failure != ERROR_FILE_NOT_FOUND)
        return refused(failure, error);
    if (failure == ERROR_FILE_NOT_FOUND) {
        wide[0] = 0;
        *type = REG_EXPAND_SZ;
    }
    *out = ns_wide_to_utf8(wide);
    return *out ? NS_OK : ns_error_set_memory(error);
}

static ns_status write_value(HKEY key, DWORD type, const char *before, const char *folder, bool present, ns_error *error) {
    char *after = search_path_change(before, folder, present);
    WCHAR *wide = after ? ns_wide_from_utf8(after) : NULL;
    LONG failure = ERROR_SUCCESS;
    if (wide && !ns_string_equal(before, after)) {
        failure = wide[0] ? RegSetValueExW(key, value_name, 0, type, (const BYTE *)wide, (DWORD)((wcslen(wide) + 1) * sizeof(WCHAR)))
                          : RegDeleteValueW(key, value_name);
        (void)SendMessageTimeoutW(HWND_BROADCAST, WM_SETTINGCHANGE, 0, (LPARAM)user_key, SMTO_ABORTIFHUNG, 1000, NULL);
    }
    free(after);
    if (!wide)
        return ns_error_set_memory(error);
    free(wide);
    return failure == ERROR_SUCCESS ? NS_OK : refused(failure, error);
}

ns_status search_path_keep(bool everybody, bool present, ns_error *error) {
    HKEY key = NULL;
    const LONG failure = RegCreateKeyExW(everybody ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER, everybody ? computer_key : user_key, 0, NULL, 0,
                                         KEY_QUERY_VALUE | KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);
    DWORD type = REG_EXPAND_SZ;
    char *folder = NULL;
    char *before = NULL;
    ns_status status = NS_OK;
    if (failure != ERROR_SUCCESS)
        return refused(failure, error);
    status = read_value(key, &type, &before, error);
    folder = ns_system_program_folder();
    if (status == NS_OK)
        status = folder ? write_value(key, type, before, folder, present, error) : ns_error_set_memory(error);
    free(before);
    free(folder);
    RegCloseKey(key);
    return status;
}
