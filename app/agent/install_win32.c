#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "base/text.h"
#include "base/wide.h"
#include "common/version.h"
#include "install.h"
#include "task.h"

static const WCHAR run_key[] = L"" NS_STARTUP_RUN_KEY;
static const WCHAR own_key[] = L"" NS_STARTUP_KEY;
static const WCHAR value_name[] = L"" NS_STARTUP_VALUE;

static ns_status refused(LONG failure, ns_error *error) {
    if (failure == ERROR_ACCESS_DENIED)
        return ns_error_set(error, NS_STATUS_REFUSED, "NotAdministrator", "Run it from a command prompt that was started as administrator.",
                            "The machine's part of the registry may be written by an administrator only.");
    return ns_error_set_system(error, (uint32_t)failure, "RegistryNotWritten", NULL, "The machine's part of the registry could not be written");
}

/* `text` NULL: the value is removed, and one that is not there is as good as removed. */
static ns_status write_value(const WCHAR *at, const WCHAR *name, const char *text, ns_error *error) {
    WCHAR *wide = text ? ns_wide_from_utf8(text) : NULL;
    HKEY key = NULL;
    LONG failure = ERROR_SUCCESS;
    if (text && !wide)
        return ns_error_set_memory(error);
    failure = RegCreateKeyExW(HKEY_LOCAL_MACHINE, at, 0, NULL, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);
    if (failure == ERROR_SUCCESS) {
        failure =
            wide ? RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)wide, (DWORD)((wcslen(wide) + 1) * sizeof(WCHAR))) : RegDeleteValueW(key, name);
        RegCloseKey(key);
    }
    free(wide);
    if (!text && failure == ERROR_FILE_NOT_FOUND)
        failure = ERROR_SUCCESS;
    return failure == ERROR_SUCCESS ? NS_OK : refused(failure, error);
}

/* A key that has neither keys nor values any more. */
static void remove_empty(const WCHAR *at) {
    DWORD keys = 1;
    DWORD values = 1;
    HKEY key = NULL;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, at, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
        return;
    if (RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL) == ERROR_SUCCESS && !keys && !values)
        (void)RegDeleteKeyExW(HKEY_LOCAL_MACHINE, at, KEY_WOW64_64KEY, 0);
    RegCloseKey(key);
}

/* For whoever looks at the machine from outside. */
static ns_status write_own(const char *start, ns_error *error) {
    ns_status status = write_value(own_key, L"Start", start, error);
    if (status == NS_OK)
        status = write_value(own_key, L"Version", start ? NS_VERSION : NULL, error);
    if (status == NS_OK && !start) {
        remove_empty(own_key);
        remove_empty(L"SOFTWARE\\Nightshift");
    }
    return status;
}

static bool read_text(const WCHAR *at, const WCHAR *name, char *out, size_t size) {
    WCHAR wide[2048] = {0};
    DWORD bytes = sizeof wide - sizeof(WCHAR);
    HKEY key = NULL;
    bool found = false;
    char *utf8 = NULL;
    out[0] = 0;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, at, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
        return false;
    found = RegGetValueW(key, NULL, name, RRF_RT_REG_SZ, NULL, wide, &bytes) == ERROR_SUCCESS;
    RegCloseKey(key);
    utf8 = found ? ns_wide_to_utf8(wide) : NULL;
    (void)snprintf(out, size, "%s", utf8 ? utf8 : "");
    free(utf8);
    return found;
}

/* The first byte of a value of bytes, or a number; `otherwise` where there is none. */
static int64_t read_number(HKEY root, const WCHAR *at, const WCHAR *name, int64_t otherwise) {
    BYTE bytes[64] = {0};
    DWORD size = sizeof bytes;
    DWORD type = 0;
    DWORD number = 0;
    HKEY key = NULL;
    LONG failure = RegOpenKeyExW(root, at, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (failure == ERROR_SUCCESS) {
        failure = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD | RRF_RT_REG_BINARY, &type, bytes, &size);
        RegCloseKey(key);
    }
    if (failure != ERROR_SUCCESS || !size)
        return otherwise;
    memcpy(&number, bytes, sizeof number);
    return type == REG_DWORD ? number : bytes[0];
}

void install_look(ns_startup *out) {
    static const WCHAR policy[] = L"" NS_STARTUP_POLICY_KEY;
    char text[2048];
    *out = (ns_startup){.run = read_text(run_key, value_name, text, sizeof text),
                        .task = read_text(own_key, L"Start", text, sizeof text) && strcmp(text, "task") == 0,
                        .approved = read_number(HKEY_LOCAL_MACHINE, L"" NS_STARTUP_APPROVED_KEY, value_name, -1),
                        .run_key_is_off = read_number(HKEY_LOCAL_MACHINE, policy, L"DisableLocalMachineRun", 0)};
    if (!out->run_key_is_off)
        out->run_key_is_off = read_number(HKEY_CURRENT_USER, policy, L"DisableLocalMachineRun", 0);
}

/* One way or the other, never both: two agents would start. */
ns_status install_add(bool as_task, ns_error *error) {
    char *folder = ns_system_program_folder();
    ns_text program;
    ns_text command;
    ns_status status = NS_OK;
    ns_text_init(&program, 40000);
    ns_text_init(&command, 40000);
    if (!folder || !ns_text_appendf(&program, "%s\\nightshift-agent.exe", folder) ||
        !ns_text_appendf(&command, "\"%s\" --installed", ns_text_string(&program)))
        status = ns_error_set_memory(error);
    if (status == NS_OK && as_task)
        status = task_add(ns_text_string(&program), "--installed", error);
    if (status == NS_OK)
        status = write_value(run_key, value_name, as_task ? NULL : ns_text_string(&command), error);
    if (status == NS_OK && !as_task)
        (void)!task_remove(&(ns_error){0}); /* where there was none, nothing is amiss */
    if (status == NS_OK)
        status = write_own(as_task ? "task" : "run", error);
    free(folder);
    ns_text_clear(&program);
    ns_text_clear(&command);
    return status;
}

ns_status install_remove(ns_error *error) {
    ns_startup startup;
    ns_status status = NS_OK;
    install_look(&startup);
    if (startup.task)
        status = task_remove(error);
    if (status == NS_OK)
        status = write_value(run_key, value_name, NULL, error);
    return status == NS_OK ? write_own(NULL, error) : status;
}

bool install_find(char *place, size_t place_size, char *command, size_t command_size) {
    ns_startup startup;
    char *folder = NULL;
    install_look(&startup);
    (void)snprintf(place, place_size, "%s", startup.task ? "Task Scheduler, " NS_STARTUP_TASK : "HKLM\\" NS_STARTUP_RUN_KEY ", " NS_STARTUP_VALUE);
    if (!startup.task)
        return read_text(run_key, value_name, command, command_size);
    folder = ns_system_program_folder();
    (void)snprintf(command, command_size, "\"%s\\nightshift-agent.exe\" --installed", folder ? folder : "");
    free(folder);
    return true;
}
