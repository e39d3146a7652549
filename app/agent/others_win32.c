#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "others.h"
#include "session_processes.h"

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
    if (id == GetCurrentProcessId() || !look_at(id, &one, path, MAX_PATH) || is_noted(&one) || is_of_windows(path))
        return false;
    self->count++;
    utf8 = ns_wide_to_utf8(name);
    if (utf8 && self->used + strlen(utf8) + 24 < self->size)
        self->used +=
            (size_t)snprintf(self->names + self->used, self->size - self->used, "%s%s (%lu)", self->used ? ", " : "", utf8, (unsigned long)id);
    free(utf8);
    return false;
}

size_t others_since(char *names, size_t size) {
    found self = {.names = names, .size = size};
    names[0] = 0;
    if (noted_count)
        (void)processes_each(add_new, &self);
    return self.count;
}
