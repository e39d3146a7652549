#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>

#include "base/wide.h"
#include "session_processes.h"

enum { OWNERS_MAXIMUM = 64 };

static bool is_one_of(const WCHAR *name, const WCHAR *names) {
    const size_t size = wcslen(name);
    for (const WCHAR *p = names; *p; p += wcscspn(p, L"|"), p += *p == L'|')
        if (wcscspn(p, L"|") == size && _wcsnicmp(p, name, size) == 0)
            return true;
    return false;
}

bool processes_each(bool (*each)(DWORD id, const WCHAR *name, void *context), void *context) {
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    DWORD ours = 0;
    bool enough = false;
    if (all == INVALID_HANDLE_VALUE)
        return false;
    (void)ProcessIdToSessionId(GetCurrentProcessId(), &ours);
    for (BOOL more = Process32FirstW(all, &entry); more && !enough; more = Process32NextW(all, &entry)) {
        DWORD session = 0;
        enough = ProcessIdToSessionId(entry.th32ProcessID, &session) && session == ours && each(entry.th32ProcessID, entry.szExeFile, context);
    }
    (void)CloseHandle(all);
    return enough;
}

static bool is_there(DWORD id, const WCHAR *name, void *names) {
    (void)id;
    return is_one_of(name, names);
}

static void end_one(DWORD id) {
    HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, id);
    if (process) {
        (void)TerminateProcess(process, 1);
        (void)CloseHandle(process);
    }
}

static bool end_if_named(DWORD id, const WCHAR *name, void *names) {
    if (is_one_of(name, names))
        end_one(id);
    return false;
}

bool processes_has_any(const WCHAR *names) {
    return processes_each(is_there, (void *)(uintptr_t)names);
}

void processes_end(const WCHAR *names) {
    (void)processes_each(end_if_named, (void *)(uintptr_t)names);
}

typedef struct owners {
    DWORD ids[OWNERS_MAXIMUM];
    bool hung[OWNERS_MAXIMUM];
    size_t count;
    bool close; /* asks each window as well */
} owners;

/* The shell's own are part of the session, and go with it. */
static bool is_shell(DWORD id) {
    DWORD shell = 0;
    if (GetShellWindow())
        (void)GetWindowThreadProcessId(GetShellWindow(), &shell);
    return id == shell;
}

static BOOL CALLBACK add_owner(HWND window, LPARAM context) {
    owners *self = (owners *)context;
    DWORD id = 0;
    (void)GetWindowThreadProcessId(window, &id);
    if (!IsWindowVisible(window) || GetWindow(window, GW_OWNER) || id == GetCurrentProcessId() || is_shell(id))
        return TRUE;
    if (self->close)
        (void)PostMessageW(window, WM_CLOSE, 0, 0);
    for (size_t i = 0; i < self->count; i++)
        if (self->ids[i] == id)
            return TRUE;
    if (self->count < OWNERS_MAXIMUM) {
        self->hung[self->count] = IsHungAppWindow(window) != FALSE;
        self->ids[self->count++] = id;
    }
    return TRUE;
}

static size_t add_name(DWORD id, bool hung, char *names, size_t used, size_t size) {
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    WCHAR path[MAX_PATH] = {0};
    DWORD units = MAX_PATH;
    const WCHAR *name = NULL;
    char *utf8 = NULL;
    if (process && QueryFullProcessImageNameW(process, 0, path, &units))
        name = wcsrchr(path, L'\\');
    utf8 = name ? ns_wide_to_utf8(name + 1) : NULL;
    if (utf8 && used + strlen(utf8) + 40 < size)
        used += (size_t)snprintf(names + used, size - used, "%s%s (%lu)%s", used ? ", " : "", utf8, (unsigned long)id, hung ? " !" : "");
    free(utf8);
    if (process)
        (void)CloseHandle(process);
    return used;
}

size_t processes_with_windows(char *names, size_t size) {
    owners all = {0};
    size_t used = 0;
    (void)EnumWindows(add_owner, (LPARAM)&all);
    names[0] = 0;
    for (int hung = 1; hung >= 0; hung--)
        for (size_t i = 0; i < all.count; i++)
            if (all.hung[i] == (hung != 0))
                used = add_name(all.ids[i], hung != 0, names, used, size);
    return all.count;
}

void processes_close(bool end) {
    owners all = {.close = !end};
    (void)EnumWindows(add_owner, (LPARAM)&all);
    for (size_t i = 0; i < all.count && end; i++)
        end_one(all.ids[i]);
}
