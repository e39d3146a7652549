/* A desktop flow of Power Automate: its run has a folder of its own, named by the id that we gave it, and a worker, PAD.Robot.exe, in our session. */
#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/text.h"
#include "base/wide.h"
#include "flow/pad.h"
#include "session_processes.h"
#include "watch.h"

enum { STEP_MS = 500, BEGIN_MS = 120000, QUIET_MS = 2000, PATH_UNITS = 1024, FILE_MAXIMUM = 16 * 1024 * 1024 };

static const WCHAR worker[] = L"PAD.Robot.exe";

bool watch_is_needed(const char *kind) {
    return strcmp(kind, "desktop-flow") == 0;
}

/* %LOCALAPPDATA%\Microsoft\Power Automate Desktop\Console\Scripts\FLOW\Runs\RUN, where the flow's id need not be known. */
static bool find_folder(const char *run, WCHAR *out) {
    WCHAR base[PATH_UNITS];
    WCHAR pattern[PATH_UNITS];
    char id[NS_PAD_ID_SIZE];
    WIN32_FIND_DATAW entry;
    HANDLE list = NULL;
    bool found = false;
    ns_pad_run_id(run, id);
    if (!GetEnvironmentVariableW(L"LOCALAPPDATA", base, PATH_UNITS - 200) ||
        _snwprintf(pattern, PATH_UNITS, L"%ls\\Microsoft\\Power Automate Desktop\\Console\\Scripts\\*", base) < 0)
        return false;
    list = FindFirstFileW(pattern, &entry);
    for (BOOL more = list != INVALID_HANDLE_VALUE; more && !found; more = FindNextFileW(list, &entry)) {
        DWORD attributes = 0;
        if (entry.cFileName[0] == L'.' ||
            _snwprintf(out, PATH_UNITS, L"%.*ls%ls\\Runs\\%hs", (int)wcslen(pattern) - 1, pattern, entry.cFileName, id) < 0)
            continue;
        attributes = GetFileAttributesW(out);
        found = attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    }
    if (list != INVALID_HANDLE_VALUE)
        (void)FindClose(list);
    return found;
}

/* As it is, while somebody may still write it. NULL when it is not there. */
static char *read_text(const WCHAR *folder, const WCHAR *name) {
    WCHAR path[PATH_UNITS];
    HANDLE file = INVALID_HANDLE_VALUE;
    LARGE_INTEGER size = {.QuadPart = 0};
    char *text = NULL;
    DWORD got = 0;
    if (_snwprintf(path, PATH_UNITS, L"%ls\\%ls", folder, name) > 0)
        file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    if (GetFileSizeEx(file, &size) && size.QuadPart < FILE_MAXIMUM)
        text = calloc(1, (size_t)size.QuadPart + 1);
    if (text && !ReadFile(file, text, (DWORD)size.QuadPart, &got, NULL))
        got = 0;
    if (text)
        text[got] = 0;
    (void)CloseHandle(file);
    return text;
}

static watch_end judge(const WCHAR *folder, char *detail, size_t size) {
    char *definition = folder[0] ? read_text(folder, L"RunDefinition.json") : NULL;
    char *log = folder[0] ? read_text(folder, L"Actions.log") : NULL;
    const ns_pad_end end = ns_pad_judge(definition, log, detail, size);
    const bool kept = definition || log;
    free(definition);
    free(log);
    if (end == NS_PAD_UNKNOWN && kept)
        ns_phrase_write(detail, size, "Power Automate's own records of the run do not say.");
    else if (end == NS_PAD_UNKNOWN)
        ns_phrase_write(detail, size, "Power Automate kept no records of the run: see KeepRunDefinitionFilesCopy in the guide.");
    return end == NS_PAD_SUCCEEDED ? WATCH_SUCCEEDED : end == NS_PAD_FAILED ? WATCH_FAILED : WATCH_UNKNOWN;
}

static void tell_windows(char *detail, size_t size) {
    char names[200];
    if (processes_with_windows(names, sizeof names) > 0)
        ns_phrase_write(detail, size, "Power Automate did not begin the run within two minutes; windows are open of %.180s.", names);
    else
        ns_phrase_write(detail, size, "Power Automate did not begin the run within two minutes.");
}

watch_end watch_run(const char *run, uint64_t deadline, bool (*is_stopped)(void *context), void *context, char *detail, size_t size) {
    WCHAR folder[PATH_UNITS] = {0};
    const uint64_t begun = ns_clock_monotonic_ms();
    uint64_t quiet_since = 0;
    bool seen = false;
    detail[0] = 0;
    while (!is_stopped(context)) {
        const uint64_t now = ns_clock_monotonic_ms();
        const bool works = processes_has_any(worker);
        seen = seen || works || find_folder(run, folder);
        if (works || !seen)
            quiet_since = 0;
        else if (!quiet_since)
            quiet_since = now;
        else if (now - quiet_since >= QUIET_MS) {
            (void)find_folder(run, folder);
            return judge(folder, detail, size);
        }
        if (now >= deadline)
            return WATCH_TIMED_OUT;
        if (!seen && now - begun >= BEGIN_MS) {
            tell_windows(detail, size);
            return WATCH_NOT_STARTED;
        }
        Sleep(STEP_MS);
    }
    return WATCH_UNKNOWN;
}

void watch_kill(void) {
    processes_end(worker);
}
