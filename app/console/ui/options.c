#include "console/ui/options.h"

#include <stdlib.h>
#include <wchar.h>

#include "console/ui/names.h"

void options_text(const WCHAR *name, WCHAR out[OPTION_SIZE]) {
    DWORD size = OPTION_SIZE * sizeof(WCHAR);
    if (RegGetValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, name, RRF_RT_REG_SZ, NULL, out, &size) != ERROR_SUCCESS)
        out[0] = 0;
}

void options_set_text(const WCHAR *name, const WCHAR *value) {
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, name, REG_SZ, value, (DWORD)((wcslen(value) + 1) * sizeof(WCHAR)));
}

int options_integer(const WCHAR *name, int otherwise) {
    DWORD value = 0;
    DWORD size = sizeof value;
    if (RegGetValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, name, RRF_RT_REG_DWORD, NULL, &value, &size) != ERROR_SUCCESS)
        return otherwise;
    return (int)value;
}

void options_set_integer(const WCHAR *name, int value) {
    const DWORD kept = (DWORD)value;
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, name, REG_DWORD, &kept, sizeof kept);
}

void options_reset(const WCHAR *name) {
    (void)RegDeleteKeyValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, name);
}

static void path_of(const WCHAR *key, WCHAR out[256]) {
    (void)_snwprintf(out, 256, L"%ls\\%ls", NAME_OPTIONS_KEY, key);
    out[255] = 0;
}

bool options_named_at(const WCHAR *key, unsigned number, WCHAR name[OPTION_NAME_SIZE], WCHAR value[OPTION_SIZE]) {
    WCHAR path[256];
    HKEY opened = NULL;
    DWORD name_size = OPTION_NAME_SIZE;
    DWORD size = (OPTION_SIZE - 1) * sizeof(WCHAR);
    DWORD type = 0;
    LSTATUS failure = ERROR_SUCCESS;
    path_of(key, path);
    if (RegOpenKeyExW(HKEY_CURRENT_USER, path, 0, KEY_READ, &opened) != ERROR_SUCCESS)
        return false;
    failure = RegEnumValueW(opened, number, name, &name_size, NULL, &type, (BYTE *)value, &size);
    (void)RegCloseKey(opened);
    value[failure == ERROR_SUCCESS && type == REG_SZ ? size / sizeof(WCHAR) : 0] = 0;
    return failure == ERROR_SUCCESS;
}

void options_set_named(const WCHAR *key, const WCHAR *name, const WCHAR *value) {
    WCHAR path[256];
    path_of(key, path);
    if (value)
        (void)RegSetKeyValueW(HKEY_CURRENT_USER, path, name, REG_SZ, value, (DWORD)((wcslen(value) + 1) * sizeof(WCHAR)));
    else
        (void)RegDeleteKeyValueW(HKEY_CURRENT_USER, path, name);
}

bool options_placement(WINDOWPLACEMENT *out) {
    DWORD size = sizeof *out;
    if (RegGetValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, NAME_WINDOW, RRF_RT_REG_BINARY, NULL, out, &size) != ERROR_SUCCESS || size != sizeof *out ||
        out->length != sizeof *out)
        return false;
    return MonitorFromRect(&out->rcNormalPosition, MONITOR_DEFAULTTONULL) != NULL && out->rcNormalPosition.right > out->rcNormalPosition.left + 100 &&
           out->rcNormalPosition.bottom > out->rcNormalPosition.top + 100;
}

void options_set_placement(HWND window) {
    WINDOWPLACEMENT placement = {.length = sizeof placement};
    if (GetWindowPlacement(window, &placement))
        (void)RegSetKeyValueW(HKEY_CURRENT_USER, NAME_OPTIONS_KEY, NAME_WINDOW, REG_BINARY, &placement, sizeof placement);
}
