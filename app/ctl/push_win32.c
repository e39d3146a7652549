/* Seen against this computer itself, under Wine; never against another one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <windows.h>

#include <winsvc.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/program.h"
#include "base/system.h"
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

/* A program that runs cannot be written over, but it may be called something else. */
static DWORD replace(const WCHAR *from, const WCHAR *to, const WCHAR *aside) {
    (void)DeleteFileW(aside);
    if (CopyFileW(from, to, FALSE))
        return ERROR_SUCCESS;
    if (GetLastError() != ERROR_SHARING_VIOLATION && GetLastError() != ERROR_ACCESS_DENIED && GetLastError() != ERROR_USER_MAPPED_FILE)
        return GetLastError();
    if (!MoveFileExW(to, aside, MOVEFILE_REPLACE_EXISTING))
        return GetLastError();
    return CopyFileW(from, to, FALSE) ? ERROR_SUCCESS : GetLastError();
}

static ns_status bring_program(const push *self, ns_error *error) {
    char *program = ns_program_path("nightshift-agent");
    WCHAR *from = program ? ns_wide_from_utf8(program) : NULL;
    WCHAR *folder = path_in(self, "");
    WCHAR *to = path_in(self, PUSH_PROGRAM);
    WCHAR *aside = path_in(self, PUSH_PROGRAM ".old");
    DWORD failure = from && folder && to && aside ? ERROR_SUCCESS : ERROR_OUTOFMEMORY;
    if (failure == ERROR_SUCCESS && !CreateDirectoryW(folder, NULL) && GetLastError() != ERROR_ALREADY_EXISTS)
        failure = GetLastError();
    if (failure == ERROR_SUCCESS)
        failure = replace(from, to, aside);
    free(program);
    free(from);
    free(folder);
    free(to);
    free(aside);
    return failure == ERROR_SUCCESS ? NS_OK : failed(self, failure, error);
}

/* Its image path may have a variable in it, which the service manager there puts in. */
static ns_status make_service(push *self, ns_error *error) {
    WCHAR *host = self->local ? NULL : ns_wide_from_utf8(self->order->host);
    WCHAR *name = ns_wide_from_utf8(self->name);
    WCHAR *command = NULL;
    ns_text text;
    ns_text_init(&text, PATH_MAXIMUM);
    (void)ns_text_appendf(&text, "\"%s\\" PUSH_PROGRAM "\" --as-service %s \"%s\\%s\"", self->there, self->order->undo ? "uninstall" : "install",
                          self->there, self->answer);
    command = ns_wide_from_utf8(ns_text_string(&text));
    ns_text_clear(&text);
    self->manager = OpenSCManagerW(host, NULL, SC_MANAGER_CREATE_SERVICE);
    if (self->manager && name && command)
        self->service = CreateServiceW(self->manager, name, name, SERVICE_START | SERVICE_QUERY_STATUS | DELETE, SERVICE_WIN32_OWN_PROCESS,
                                       SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE, command, NULL, NULL, NULL, NULL, NULL);
    const DWORD failure = GetLastError();
    free(host);
    free(name);
    free(command);
    return self->service ? NS_OK : failed(self, failure, error);
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
    ns_system_remove_file(path);
    return status;
}

static void clean_up(push *self, bool undone) {
    if (self->service) {
        (void)DeleteService(self->service);
        (void)CloseServiceHandle(self->service);
    }
    if (self->manager)
        (void)CloseServiceHandle(self->manager);
    if (undone) { /* what a session still runs stays until it is over */
        WCHAR *program = path_in(self, PUSH_PROGRAM);
        WCHAR *aside = path_in(self, PUSH_PROGRAM ".old");
        WCHAR *folder = path_in(self, "");
        if (program && aside && folder)
            (void)(DeleteFileW(program) + DeleteFileW(aside) + RemoveDirectoryW(folder));
        free(program);
        free(aside);
        free(folder);
    }
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
