#include <winsock2.h>
#include <windows.h>

#include <shlobj.h>
#include <stdio.h>

#include "escape.h"

/* Each is true when it came through. */
static bool starts_a_program(void) {
    WCHAR line[] = L"cmd.exe /c exit";
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION made;
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &made))
        return false;
    (void)CloseHandle(made.hThread);
    (void)CloseHandle(made.hProcess);
    return true;
}

static bool has_memory_to_run(void) {
    return VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE) != NULL;
}

static bool writes_a_file(void) {
    WCHAR path[MAX_PATH + 32];
    const DWORD size = GetTempPathW(MAX_PATH, path);
    HANDLE file = INVALID_HANDLE_VALUE;
    (void)lstrcpyW(path + size, L"nightshift-escape");
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file != INVALID_HANDLE_VALUE)
        (void)CloseHandle(file);
    return file != INVALID_HANDLE_VALUE;
}

static bool reads_the_store(void) {
    WCHAR path[MAX_PATH + 64];
    PWSTR base = NULL;
    HANDLE file = INVALID_HANDLE_VALUE;
    if (SHGetKnownFolderPath(&FOLDERID_LocalAppData, 0, NULL, &base) == S_OK && wcslen(base) < MAX_PATH) {
        (void)lstrcpyW(path, base);
        (void)lstrcatW(path, L"\\Nightshift\\nightshift.db");
        file =
            CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    }
    CoTaskMemFree(base);
    if (file != INVALID_HANDLE_VALUE)
        (void)CloseHandle(file);
    return file != INVALID_HANDLE_VALUE;
}

const cage_escape cage_escapes[] = {{"start a program", starts_a_program},
                                    {"have memory that can be written and run", has_memory_to_run},
                                    {"write a file", writes_a_file},
                                    {"read the store", reads_the_store},
                                    {0}};
