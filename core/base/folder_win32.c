#include <winsock2.h>
#include <windows.h>

#include <shlwapi.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/text.h"
#include "base/wide.h"

enum { PATH_MAXIMUM = 32767 };

/* FILETIME counts 100 ns from 1601. */
static int64_t ms_of(FILETIME at) {
    const int64_t ticks = (int64_t)(((uint64_t)at.dwHighDateTime << 32) | at.dwLowDateTime);
    return ticks / 10000 - 11644473600000;
}

static bool give(const WIN32_FIND_DATAW *found, bool (*each)(void *context, const ns_folder_entry *entry), void *context) {
    const int64_t written = ms_of(found->ftLastWriteTime);
    const int64_t made = ms_of(found->ftCreationTime);
    char *name = NULL;
    bool enough = false;
    if (wcscmp(found->cFileName, L".") == 0 || wcscmp(found->cFileName, L"..") == 0 || found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)
        return false;
    name = ns_wide_to_utf8(found->cFileName);
    if (name)
        enough = each(context, &(ns_folder_entry){.name = name,
                                                  .folder = (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0,
                                                  .size = (int64_t)(((uint64_t)found->nFileSizeHigh << 32) | found->nFileSizeLow),
                                                  .changed_at = written > made ? written : made});
    free(name);
    return enough;
}

bool ns_folder_each(const char *folder, bool (*each)(void *context, const ns_folder_entry *entry), void *context) {
    WIN32_FIND_DATAW found;
    HANDLE list = INVALID_HANDLE_VALUE;
    WCHAR *wide = NULL;
    ns_text pattern;
    ns_text_init(&pattern, PATH_MAXIMUM);
    if (ns_text_appendf(&pattern, "%s%s*", folder, folder[0] && ns_folder_separates(folder[strlen(folder) - 1]) ? "" : "\\"))
        wide = ns_wide_from_utf8(ns_text_string(&pattern));
    if (wide)
        list = FindFirstFileW(wide, &found);
    free(wide);
    ns_text_clear(&pattern);
    if (list == INVALID_HANDLE_VALUE)
        return false;
    while (!give(&found, each, context) && FindNextFileW(list, &found)) {
    }
    (void)FindClose(list);
    return true;
}

/* PMSF_NORMAL: a semicolon is a part of the pattern. */
bool ns_folder_matches(const char *pattern, const char *name) {
    WCHAR *wide_pattern = ns_wide_from_utf8(pattern);
    WCHAR *wide_name = ns_wide_from_utf8(name);
    const bool matches = wide_pattern && wide_name && PathMatchSpecExW(wide_name, wide_pattern, PMSF_NORMAL) == S_OK;
    free(wide_pattern);
    free(wide_name);
    return matches;
}

char ns_folder_separator(void) {
    return '\\';
}

bool ns_folder_separates(char c) {
    return c == '\\' || c == '/';
}

bool ns_folder_is_absolute(const char *path) {
    return ns_folder_separates(path[0]) || (path[0] && path[1] == ':');
}
