#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "others.h"
#include "session_processes.h"

enum { MAXIMUM = 1024, ENDED_MAXIMUM = 64, CLOSE_MS = 2000 };

/* A number alone may be given again. */
typedef struct process {
    DWORD id;
    FILETIME begun;
} process;

static process noted[MAXIMUM];
static size_t noted_count;
static process counted[ENDED_MAXIMUM];
static size_t counted_count;

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

static bool note_one(DWORD id, const WCHAR *name, void *context) {
    WCHAR path[MAX_PATH];
    (void)name;
    (void)context;
    noted_count += look_at(id, &noted[noted_count], path, MAX_PATH);
    return noted_count == MAXIMUM;
}

void others_note(void) {
    noted_count = 0;
    (void)processes_each(note_one, NULL);
}

typedef struct found {
    others_own is_own;
    void *context;
    char *names;
    size_t size;
    size_t used;
    size_t count;
} found;

static bool add_new(DWORD id, const WCHAR *name, void *context) {
    found *self = context;
    WCHAR path[MAX_PATH];
    process one;
    char *utf8 = NULL;
    if (id == GetCurrentProcessId() || !look_at(id, &one, path, MAX_PATH) || is_noted(&one) || is_of_windows(path) || self->is_own(self->context, id))
        return false;
    self->count++;
    if (counted_count < ENDED_MAXIMUM)
        counted[counted_count++] = one;
    utf8 = ns_wide_to_utf8(name);
    if (utf8 && self->used + strlen(utf8) + 24 < self->size)
        self->used +=
            (size_t)snprintf(self->names + self->used, self->size - self->used, "%s%s (%lu)", self->used ? ", " : "", utf8, (unsigned long)id);
    free(utf8);
    return false;
}

size_t others_since(others_own is_own, void *context, char *names, size_t size) {
    found self = {.is_own = is_own, .context = context, .names = names, .size = size};
    names[0] = 0;
    counted_count = 0;
    if (noted_count)
        (void)processes_each(add_new, &self);
    return self.count;
}

static BOOL CALLBACK ask_to_close(HWND window, LPARAM id) {
    DWORD owner = 0;
    (void)GetWindowThreadProcessId(window, &owner);
    if (owner == (DWORD)id)
        (void)PostMessageW(window, WM_CLOSE, 0, 0);
    return TRUE;
}

/* NULL when that process is gone: its number may be another's by now. */
static HANDLE open_counted(const process *one) {
    HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE | SYNCHRONIZE, FALSE, one->id);
    FILETIME begun;
    FILETIME unused;
    if (!handle || (GetProcessTimes(handle, &begun, &unused, &unused, &unused) && CompareFileTime(&begun, &one->begun) == 0))
        return handle;
    (void)CloseHandle(handle);
    return NULL;
}

size_t others_end(void) {
    HANDLE handles[ENDED_MAXIMUM];
    const ULONGLONG deadline = GetTickCount64() + CLOSE_MS;
    size_t ended = 0;
    for (size_t i = 0; i < counted_count; i++) {
        handles[i] = open_counted(&counted[i]);
        if (handles[i])
            (void)EnumWindows(ask_to_close, (LPARAM)counted[i].id);
    }
    for (size_t i = 0; i < counted_count; i++) {
        const ULONGLONG now = GetTickCount64();
        if (!handles[i])
            continue;
        ended += WaitForSingleObject(handles[i], now < deadline ? (DWORD)(deadline - now) : 0) != WAIT_TIMEOUT || TerminateProcess(handles[i], 1);
        (void)CloseHandle(handles[i]);
    }
    counted_count = 0;
    return ended;
}
