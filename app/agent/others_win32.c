#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <tlhelp32.h>

#include "base/wide.h"
#include "others.h"

enum { MAXIMUM = 1024 };

/* A number alone may be given again. */
typedef struct process {
    DWORD id;
    FILETIME begun;
} process;

static process noted[MAXIMUM];
static size_t noted_count;

/* Of another user's process nothing is told. */
static bool look_at(DWORD id, process *out, WCHAR *path, DWORD units) {
    HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    FILETIME unused;
    const bool known =
        handle && GetProcessTimes(handle, &out->begun, &unused, &unused, &unused) && QueryFullProcessImageNameW(handle, 0, path, &units);
    if (handle)
        (void)CloseHandle(handle);
    out->id = id;
    return known;
}

/* Its own services to the session come and go, in the first minutes most of all. */
static bool is_of_windows(const WCHAR *path) {
    WCHAR folder[MAX_PATH];
    const UINT units = GetWindowsDirectoryW(folder, MAX_PATH);
    return units && units < MAX_PATH && _wcsnicmp(path, folder, units) == 0 && path[units] == L'\\';
}

static bool is_noted(const process *one) {
    for (size_t i = 0; i < noted_count; i++)
        if (noted[i].id == one->id && CompareFileTime(&noted[i].begun, &one->begun) == 0)
            return true;
    return false;
}

static void each_of_session(void (*each)(const process *one, const WCHAR *path, void *context), void *context) {
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    DWORD ours = 0;
    if (all == INVALID_HANDLE_VALUE)
        return;
    (void)ProcessIdToSessionId(GetCurrentProcessId(), &ours);
    for (BOOL more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry)) {
        WCHAR path[MAX_PATH];
        process one;
        DWORD session = 0;
        if (ProcessIdToSessionId(entry.th32ProcessID, &session) && session == ours && entry.th32ProcessID != GetCurrentProcessId() &&
            look_at(entry.th32ProcessID, &one, path, MAX_PATH))
            each(&one, path, context);
    }
    (void)CloseHandle(all);
}

static void note_one(const process *one, const WCHAR *path, void *context) {
    (void)path;
    (void)context;
    if (noted_count < MAXIMUM)
        noted[noted_count++] = *one;
}

void others_note(void) {
    noted_count = 0;
    each_of_session(note_one, NULL);
}

typedef struct found {
    char *names;
    size_t size;
    size_t used;
    size_t count;
} found;

static void add_new(const process *one, const WCHAR *path, void *context) {
    found *self = context;
    const WCHAR *name = wcsrchr(path, L'\\');
    char *utf8 = NULL;
    if (is_noted(one) || is_of_windows(path))
        return;
    self->count++;
    utf8 = ns_wide_to_utf8(name ? name + 1 : path);
    if (utf8 && self->used + strlen(utf8) + 24 < self->size)
        self->used +=
            (size_t)snprintf(self->names + self->used, self->size - self->used, "%s%s (%lu)", self->used ? ", " : "", utf8, (unsigned long)one->id);
    free(utf8);
}

size_t others_since(char *names, size_t size) {
    found self = {.names = names, .size = size};
    names[0] = 0;
    if (noted_count)
        each_of_session(add_new, &self);
    return self.count;
}
