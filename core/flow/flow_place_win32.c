#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/text.h"
#include "base/wide.h"
#include "flow/flow_place.h"

enum { PATH_UNITS = 32768 };

static const WCHAR app_paths[] = L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\";

static bool is_file(const WCHAR *path) {
    const DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

/* An alias of the Store for a program that is not installed has no bytes, and opens the Store. */
static bool is_store_alias(const WCHAR *path) {
    WIN32_FILE_ATTRIBUTE_DATA data;
    return wcsstr(path, L"\\WindowsApps\\") && GetFileAttributesExW(path, GetFileExInfoStandard, &data) && data.nFileSizeLow == 0 &&
           data.nFileSizeHigh == 0;
}

/* https://learn.microsoft.com/windows/win32/shell/app-registration */
static bool find_app_path(const WCHAR *name, WCHAR *out) {
    static HKEY const roots[] = {(HKEY)(ULONG_PTR)(LONG)0x80000001, (HKEY)(ULONG_PTR)(LONG)0x80000002}; /* HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE */
    static const WCHAR *const endings[] = {L"", L".exe"};
    WCHAR key[512];
    for (size_t i = 0; i < NS_COUNT_OF(roots) * NS_COUNT_OF(endings); i++) {
        DWORD size = PATH_UNITS * sizeof(WCHAR);
        if (_snwprintf(key, NS_COUNT_OF(key), L"%ls%ls%ls", app_paths, name, endings[i % 2]) < 0)
            return false;
        if (RegGetValueW(roots[i / 2], key, NULL, RRF_RT_REG_SZ, NULL, out, &size) == ERROR_SUCCESS && is_file(out))
            return true;
    }
    return false;
}

/* The endings that a name may be without, in the order in which cmd.exe tries them. */
static bool search_path(const WCHAR *name, WCHAR *out) {
    static const WCHAR *const endings[] = {L".com", L".exe", L".bat", L".cmd"};
    if (wcschr(name, L'.'))
        return SearchPathW(NULL, name, NULL, PATH_UNITS, out, NULL) > 0 && is_file(out) && !is_store_alias(out);
    for (size_t i = 0; i < NS_COUNT_OF(endings); i++)
        if (SearchPathW(NULL, name, endings[i], PATH_UNITS, out, NULL) > 0 && is_file(out) && !is_store_alias(out))
            return true;
    return false;
}

static bool find_path(const WCHAR *name, WCHAR *out) {
    static const WCHAR *const endings[] = {L"", L".exe", L".com", L".bat", L".cmd"};
    for (size_t i = 0; i < NS_COUNT_OF(endings); i++)
        if (_snwprintf(out, PATH_UNITS, L"%ls%ls", name, endings[i]) > 0 && is_file(out))
            return true;
    return false;
}

static char *find(void *context, const char *name) {
    WCHAR *wide = ns_wide_from_utf8(name);
    WCHAR *out = calloc(PATH_UNITS, sizeof *out);
    char *found = NULL;
    bool is_there = false;
    (void)context;
    if (wide && out)
        is_there = wcspbrk(wide, L"\\/:") ? find_path(wide, out) : search_path(wide, out) || find_app_path(wide, out);
    if (is_there)
        found = ns_wide_to_utf8(out);
    free(out);
    free(wide);
    return found;
}

static char *variable(void *context, const char *name) {
    WCHAR *wide = ns_wide_from_utf8(name);
    WCHAR *value = calloc(PATH_UNITS, sizeof *value);
    char *utf8 = NULL;
    (void)context;
    if (wide && value && GetEnvironmentVariableW(wide, value, PATH_UNITS) > 0)
        utf8 = ns_wide_to_utf8(value);
    free(value);
    free(wide);
    return utf8;
}

const ns_flow_place *ns_flow_place_here(void) {
    static const ns_flow_place here = {.windows = true, .find = find, .variable = variable, .newest = ns_flow_newest};
    return &here;
}
