/* Seen against this computer itself, under Wine; never against another one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <windows.h>

#include <winsvc.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/program.h"
#include "base/wide.h"
#include "push.h"

enum { WAIT_MS = 90000, POLL_MS = 200, ANSWER_MAXIMUM = 65536, PATH_MAXIMUM = 32000 };

/* One push, from the first look to the service that is gone again. */
typedef struct push {
    const push_order *order;
    bool local;
    char folder[700]; /* as it is reached from here, */
    char there[700];  /* and as it is called there */
    char name[64];    /* of the service */
    char answer[80];  /* a file's name */
    SC_HANDLE manager;
    SC_HANDLE service;
} push;

static bool is_here(const char *host) {
    char own[MAX_COMPUTERNAME_LENGTH + 1] = "";
    DWORD units = sizeof own;
    (void)GetComputerNameA(own, &units);
    return ns_ascii_equal(host, "localhost") || strcmp(host, ".") == 0 || strcmp(host, "127.0.0.1") == 0 || ns_ascii_equal(host, own);
}

static ns_status failed(const push *self, DWORD native, ns_error *error) {
    return push_failed(native, self->order->host, error);
}

static void name_places(push *self) {
    char windows[MAX_PATH] = "C:\\Windows";
    const unsigned long long unique = (unsigned long long)ns_clock_utc_ms();
    (void)GetWindowsDirectoryA(windows, MAX_PATH);
    self->local = is_here(self->order->host);
    if (self->local)
        (void)snprintf(self->folder, sizeof self->folder, "%s\\" PUSH_FOLDER, windows);
    else
        (void)snprintf(self->folder, sizeof self->folder, "\\\\%s\\ADMIN$\\" PUSH_FOLDER, self->order->host);
    (void)snprintf(self->there, sizeof self->there, "%s", self->local ? self->folder : "%SystemRoot%\\" PUSH_FOLDER);
    (void)snprintf(self->name, sizeof self->name, "NightshiftPush-%lu-%llx", GetCurrentProcessId(), unique);
    (void)snprintf(self->answer, sizeof self->answer, "%s.txt", self->name);
}

static WCHAR *path_in(const push *self, const char *file) {
    WCHAR *wide = NULL;
    ns_text text;
    ns_text_init(&text, PATH_MAXIMUM);
    if (ns_text_appendf(&text, "%s%s%s", self->folder, file[0] ? "\\" : "", file))
        wide = ns_wide_from_utf8(ns_text_string(&text));
    ns_text_clear(&text);
    return wide;
}

/* Whole beside it first: what is installed there stays as it is until the new one can take its place, and comes back where that fails. A program that
 * runs cannot be written over, but it may be called something else. */
static DWORD replace(const WCHAR *from, const WCHAR *to, const WCHAR *fresh, const WCHAR *aside) {
    DWORD failure = CopyFileW(from, fresh, FALSE) ? ERROR_SUCCESS : GetLastError();
    bool moved = false;
    if (failure == ERROR_SUCCESS && GetFileAttributesW(to) != INVALID_FILE_ATTRIBUTES) {
        moved = MoveFileExW(to, aside, 0) != FALSE;
        failure = moved ? ERROR_SUCCESS : GetLastError();
    }
    if (failure == ERROR_SUCCESS && !MoveFileExW(fresh, to, 0))
        failure = GetLastError();
    if (failure != ERROR_SUCCESS) {
        (void)DeleteFileW(fresh);
        if (moved)
            (void)MoveFileExW(aside, to, 0);
    } else if (moved) {
        (void)DeleteFileW(aside); /* unless it runs: the next push finds another name */
    }
    return failure;
}

static WCHAR *path_beside(const push *self, const char *ending) {
    char file[160];
    (void)snprintf(file, sizeof file, PUSH_PROGRAM ".%s.%s", self->name, ending);
    return path_in(self, file);
}

static ns_status bring_program(const push *self, ns_error *error) {
    char *program = ns_program_path("nightshift-agent");
    WCHAR *from = program ? ns_wide_from_utf8(program) : NULL;
    WCHAR *folder = path_in(self, "");
    WCHAR *to = path_in(self, PUSH_PROGRAM);
    WCHAR *fresh = path_beside(self, "new");
    WCHAR *aside = path_beside(self, "old");
    DWORD failure = from && folder && to && fresh && aside ? ERROR_SUCCESS : ERROR_OUTOFMEMORY;
    if (failure == ERROR_SUCCESS && !CreateDirectoryW(folder, NULL) && GetLastError() != ERROR_ALREADY_EXISTS)
        failure = GetLastError();
    if (failure == ERROR_SUCCESS)
        failure = replace(from, to, fresh, aside);
    free(program);
    free(from);
    free(folder);
    free(to);
    free(fresh);
    free(aside);
    return failure == ERROR_SUCCESS ? NS_OK : failed(self, failure, error);
}

static DWORD open_service(push *self, const WCHAR *host, const WCHAR *name, const WCHAR *command) {
    self->manager = OpenSCManagerW(host, NULL, SC_MANAGER_CREATE_SERVICE);
    if (self->manager)
        self->service = CreateServiceW(self->manager, name, name, SERVICE_START | SERVICE_QUERY_STATUS | DELETE, SERVICE_WIN32_OWN_PROCESS,
                                       SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE, command, NULL, NULL, NULL, NULL, NULL);
    return self->service ? ERROR_SUCCESS : GetLastError();
}

/* Its image path may have a variable in it, which the service manager there puts in. */
static ns_status make_service(push *self, ns_error *error) {
    WCHAR *host = self->local ? NULL : ns_wide_from_utf8(self->order->host);
    WCHAR *name = ns_wide_from_utf8(self->name);
    WCHAR *command = NULL;
    DWORD failure = ERROR_OUTOFMEMORY;
    ns_text text;
    ns_text_init(&text, PATH_MAXIMUM);
    (void)ns_text_appendf(&text, "\"%s\\" PUSH_PROGRAM "\" --as-service %s \"%s\\%s\"", self->there, self->order->undo ? "uninstall" : "install",
                          self->there, self->answer);
    command = ns_wide_from_utf8(ns_text_string(&text));
    ns_text_clear(&text);
    if (name && command && (self->local || host))
        failure = open_service(self, host, name, command);
    free(host);
    free(name);
    free(command);
    return failure == ERROR_SUCCESS ? NS_OK : failed(self, failure, error);
}

static ns_status run_service(const push *self, ns_error *error) {
    const uint64_t deadline = ns_clock_monotonic_ms() + WAIT_MS;
    SERVICE_STATUS now = {0};
    if (!StartServiceW(self->service, 0, NULL))
        return failed(self, GetLastError(), error);
    while (QueryServiceStatus(self->service, &now) && now.dwCurrentState != SERVICE_STOPPED) {
        if (ns_clock_monotonic_ms() > deadline)
            return failed(self, ERROR_SERVICE_REQUEST_TIMEOUT, error);
        Sleep(POLL_MS);
    }
    return NS_OK;
}

static ns_status read_answer(const push *self, ns_text *said, ns_error *error) {
    char path[900];
    char *bytes = NULL;
    size_t size = 0;
    ns_status status = NS_OK;
    (void)snprintf(path, sizeof path, "%s\\%s", self->folder, self->answer);
    status = ns_file_read(path, ANSWER_MAXIMUM, &bytes, &size, error);
    if (status == NS_OK)
        status = push_read_answer(bytes, said, error);
    free(bytes);
    return status;
}

static void remove_file(const push *self, const char *file) {
    WCHAR *path = path_in(self, file);
    if (path)
        (void)DeleteFileW(path);
    free(path);
}

/* Of earlier pushes; one that a session still runs stays. */
static bool remove_old(void *context, const ns_folder_entry *entry) {
    if (ns_folder_matches(PUSH_PROGRAM ".*.old", entry->name))
        remove_file(context, entry->name);
    return false;
}

/* `undone`: what a session still runs stays until it is over, and its folder with it. */
static void clean_up(push *self, bool undone) {
    WCHAR *folder = undone ? path_in(self, "") : NULL;
    if (self->service) {
        (void)DeleteService(self->service);
        (void)CloseServiceHandle(self->service);
    }
    if (self->manager)
        (void)CloseServiceHandle(self->manager);
    remove_file(self, self->answer);
    (void)ns_folder_each(self->folder, remove_old, self);
    if (undone)
        remove_file(self, PUSH_PROGRAM);
    if (folder)
        (void)RemoveDirectoryW(folder);
    free(folder);
}

ns_status push_agent(const push_order *order, ns_text *said, ns_error *error) {
    push self = {.order = order};
    ns_status status = NS_OK;
    name_places(&self);
    status = bring_program(&self, error);
    if (status == NS_OK)
        status = make_service(&self, error);
    if (status == NS_OK)
        status = run_service(&self, error);
    if (status == NS_OK)
        status = read_answer(&self, said, error);
    clean_up(&self, status == NS_OK && order->undo);
    return status;
}
