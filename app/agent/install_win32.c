#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "base/text.h"
#include "base/wide.h"
#include "install.h"

static const WCHAR run_key[] = L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run";
static const WCHAR value_name[] = L"NightshiftAgent";

static ns_status refused(LONG failure, ns_error *error) {
    if (failure == ERROR_ACCESS_DENIED)
        return ns_error_set(error, NS_STATUS_REFUSED, "NotAdministrator", "Run it from a command prompt that was started as administrator.",
                            "The machine's Run key may be written by an administrator only.");
    return ns_error_set_system(error, (uint32_t)failure, "RegistryNotWritten", NULL, "The machine's Run key could not be written");
}

static ns_status write_value(const WCHAR *command, ns_error *error) {
    HKEY key = NULL;
    LONG failure = RegCreateKeyExW(HKEY_LOCAL_MACHINE, run_key, 0, NULL, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);
    if (failure == ERROR_SUCCESS) {
        failure = command ? RegSetValueExW(key, value_name, 0, REG_SZ, (const BYTE *)command, (DWORD)((wcslen(command) + 1) * sizeof(WCHAR)))
                          : RegDeleteValueW(key, value_name);
        RegCloseKey(key);
    }
    if (!command && failure == ERROR_FILE_NOT_FOUND)
        failure = ERROR_SUCCESS;
    return failure == ERROR_SUCCESS ? NS_OK : refused(failure, error);
}

ns_status install_add(ns_error *error) {
    char *folder = ns_system_program_folder();
    ns_text command;
    WCHAR *wide = NULL;
    ns_status status = NS_OK;
    ns_text_init(&command, 40000);
    if (folder && ns_text_appendf(&command, "\"%s\\nightshift-agent.exe\" --installed", folder))
        wide = ns_wide_from_utf8(ns_text_string(&command));
    status = wide ? write_value(wide, error) : ns_error_set_memory(error);
    free(wide);
    free(folder);
    ns_text_clear(&command);
    return status;
}

ns_status install_remove(ns_error *error) {
    return write_value(NULL, error);
}

bool install_find(char *place, size_t place_size, char *command, size_t command_size) {
    WCHAR wide[2048] = {0};
    DWORD size = sizeof wide - sizeof(WCHAR);
    HKEY key = NULL;
    bool found = false;
    char *utf8 = NULL;
    (void)snprintf(place, place_size, "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run, NightshiftAgent");
    command[0] = 0;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, run_key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
        return false;
    found = RegGetValueW(key, NULL, value_name, RRF_RT_REG_SZ, NULL, wide, &size) == ERROR_SUCCESS;
    RegCloseKey(key);
    utf8 = found ? ns_wide_to_utf8(wide) : NULL;
    (void)snprintf(command, command_size, "%s", utf8 ? utf8 : "");
    free(utf8);
    return found;
}
