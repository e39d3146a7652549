#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <string.h>

#include "instance.h"

/* "Local\" is the session's own name space: https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces */
enum { TEXT_SIZE = 128, WAIT_MS = 3600000 };

static HANDLE mutex;
static HANDLE newer; /* manual event */
static HANDLE mapping;
static char *told; /* what the holder says of itself, in shared memory */

static bool may_replace(const char *version) {
    char text[TEXT_SIZE];
    if (!told)
        return false;
    memcpy(text, told, sizeof text);
    text[sizeof text - 1] = 0;
    return strstr(text, " installed") && instance_compare(text, version) < 0;
}

static bool wait_for_place(DWORD timeout_ms) {
    const DWORD answer = WaitForSingleObject(mutex, timeout_ms);
    return answer == WAIT_OBJECT_0 || answer == WAIT_ABANDONED;
}

bool instance_take(const char *version, bool installed) {
    bool taken = false;
    mutex = CreateMutexW(NULL, FALSE, L"Local\\NightshiftAgent");
    newer = CreateEventW(NULL, TRUE, FALSE, L"Local\\NightshiftAgentNewer");
    mapping = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, TEXT_SIZE, L"Local\\NightshiftAgentVersion");
    told = mapping ? MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, TEXT_SIZE) : NULL;
    if (!mutex || !newer)
        return true;
    taken = wait_for_place(0);
    if (!taken && installed && may_replace(version)) {
        (void)SetEvent(newer);
        taken = wait_for_place(WAIT_MS);
    }
    if (taken) {
        (void)ResetEvent(newer);
        if (told)
            (void)snprintf(told, TEXT_SIZE, "%.80s %s", version, installed ? "installed" : "shell");
    }
    return taken;
}

bool instance_is_wanted(void) {
    return newer && WaitForSingleObject(newer, 0) == WAIT_OBJECT_0;
}

HANDLE instance_event(void) {
    return newer;
}

void instance_release(void) {
    if (mutex)
        (void)ReleaseMutex(mutex);
}
