#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/confine_win32.h"
#include "base/pipe.h"
#include "base/platform.h"
#include "base/quote.h"
#include "base/text.h"
#include "base/wide.h"

/* Who writes to a child may hold deadlines: small messages must fit even when the child takes none for hours. */
enum { PIPE_ROOM = 256 * 1024 };

struct ns_child {
    HANDLE process;
    HANDLE job;
    HANDLE input;
    HANDLE output;
    DWORD id;
    bool released; /* what it started may live on */
};

static void close_handle(HANDLE *handle) {
    if (*handle && *handle != INVALID_HANDLE_VALUE)
        CloseHandle(*handle);
    *handle = NULL;
}

static WCHAR *command_line(const ns_child_options *options) {
    ns_text line;
    WCHAR *wide = NULL;
    ns_text_init(&line, 32000);
    for (size_t i = 0; options->arguments[i] && (i == 0 || !options->raw_arguments); i++)
        ns_quote_argument(&line, options->arguments[i]);
    if (options->raw_arguments && options->raw_arguments[0])
        (void)ns_text_appendf(&line, " %s", options->raw_arguments);
    if (!line.failed)
        wide = ns_wide_from_utf8(ns_text_string(&line));
    ns_text_clear(&line);
    return wide;
}

/* What programs and the system's libraries need to start, and Wine's own; such as a proxy that FreeRDP would take for its own is not passed on. */
static bool is_passed_on(const WCHAR *entry) {
    static const WCHAR *const names[] = {L"SystemRoot",   L"SystemDrive", L"windir",   L"TEMP",       L"TMP",          L"USERPROFILE",
                                         L"LOCALAPPDATA", L"APPDATA",     L"USERNAME", L"USERDOMAIN", L"COMPUTERNAME", L"WINPR_NATIVE_SSPI"};
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        if (_wcsnicmp(entry, names[i], wcslen(names[i])) == 0 && entry[wcslen(names[i])] == L'=')
            return true;
    return wcsncmp(entry, L"WINE", 4) == 0;
}

/* Our environment with `added` in front: of two entries with one name, Windows finds the first. */
static WCHAR *environment_block(const char *const *added, bool confined) {
    WCHAR *ours = GetEnvironmentStringsW();
    size_t size = 1;
    size_t used = 0;
    WCHAR *block = NULL;
    size_t ours_size = 0;
    if (!ours)
        return NULL;
    while (ours[ours_size])
        ours_size += wcslen(ours + ours_size) + 1;
    for (size_t i = 0; added && added[i]; i++)
        size += strlen(added[i]) + 1; /* UTF-16 never has more units than UTF-8 has bytes */
    block = calloc(size + ours_size + 1, sizeof *block);
    for (size_t i = 0; block && added && added[i]; i++) {
        WCHAR *wide = ns_wide_from_utf8(added[i]);
        if (wide) {
            memcpy(block + used, wide, (wcslen(wide) + 1) * sizeof *wide);
            used += wcslen(wide) + 1;
        }
        free(wide);
    }
    for (const WCHAR *entry = ours; block && *entry; entry += wcslen(entry) + 1) {
        if (confined && !is_passed_on(entry))
            continue;
        memcpy(block + used, entry, (wcslen(entry) + 1) * sizeof *block);
        used += wcslen(entry) + 1;
    }
    FreeEnvironmentStringsW(ours);
    return block;
}

/* A job that the program is in, with its limits; NULL when the system refused any of it. */
static HANDLE put_in_job(const ns_child_options *options, HANDLE process) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job = CreateJobObjectW(NULL, NULL);
    if (!job)
        return NULL;
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    if (options->confined) {
        limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_ACTIVE_PROCESS | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
        limits.BasicLimitInformation.ActiveProcessLimit = 1;
        limits.ProcessMemoryLimit = (SIZE_T)1024 * 1024 * 1024;
    }
    if (options->tied)
        limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits) || !AssignProcessToJobObject(job, process)) {
        const DWORD failure = GetLastError();
        (void)CloseHandle(job);
        SetLastError(failure);
        return NULL;
    }
    return job;
}

typedef struct launch {
    const ns_child_options *options;
    WCHAR *application;
    WCHAR *line;
    WCHAR *environment;
    WCHAR *folder;
    HANDLE child_input;
    HANDLE child_output;
    HANDLE child_errors;
    LPPROC_THREAD_ATTRIBUTE_LIST attributes;
    HANDLE inherited[4];
    ns_confine confine;
    HANDLE token; /* of a confined program */
} launch;

static bool open_pipes(launch *plan, ns_child *child) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    if (!CreatePipe(&plan->child_input, &child->input, &inheritable, PIPE_ROOM) || !CreatePipe(&child->output, &plan->child_output, &inheritable, 0))
        return false;
    (void)SetHandleInformation(child->input, HANDLE_FLAG_INHERIT, 0);
    (void)SetHandleInformation(child->output, HANDLE_FLAG_INHERIT, 0);
    if (plan->options->merge_errors)
        return DuplicateHandle(GetCurrentProcess(), plan->child_output, GetCurrentProcess(), &plan->child_errors, 0, TRUE, DUPLICATE_SAME_ACCESS);
    plan->child_errors = CreateFileW(L"NUL", GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inheritable, OPEN_EXISTING, 0, NULL);
    return plan->child_errors != INVALID_HANDLE_VALUE;
}

/* Only the named handles go to the child: another thread may be starting a child with other pipes at the same time. */
static bool limit_inheritance(launch *plan) {
    SIZE_T size = 0;
    DWORD count = 0;
    plan->inherited[count++] = plan->child_input;
    plan->inherited[count++] = plan->child_output;
    plan->inherited[count++] = plan->child_errors;
    if (plan->options->inherited != -1)
        plan->inherited[count++] = (HANDLE)plan->options->inherited;
    (void)InitializeProcThreadAttributeList(NULL, 1 + NS_CONFINE_ATTRIBUTES, 0, &size);
    plan->attributes = malloc(size);
    return plan->attributes && InitializeProcThreadAttributeList(plan->attributes, 1 + NS_CONFINE_ATTRIBUTES, 0, &size) &&
           UpdateProcThreadAttribute(plan->attributes, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, plan->inherited, count * sizeof(HANDLE), NULL, NULL);
}

/* Before it is there: what cannot be closed is not begun. */
static bool confine(launch *plan) {
    if (!plan->options->confined)
        return true;
    plan->token = ns_confine_token();
    return plan->token && ns_confine_add_attributes(&plan->confine, plan->attributes);
}

static DWORD create(launch *plan, PROCESS_INFORMATION *made) {
    const ns_child_options *options = plan->options;
    STARTUPINFOEXW start = {0};
    DWORD flags = CREATE_UNICODE_ENVIRONMENT | (options->own_console ? CREATE_NEW_CONSOLE : CREATE_NO_WINDOW);
    BOOL done = FALSE;
    start.StartupInfo.cb = sizeof start;
    if (!options->detached) {
        start.StartupInfo.dwFlags = options->own_console ? 0 : STARTF_USESTDHANDLES;
        start.StartupInfo.hStdInput = options->own_console ? NULL : plan->child_input;
        start.StartupInfo.hStdOutput = options->own_console ? NULL : plan->child_output;
        start.StartupInfo.hStdError = options->own_console ? NULL : plan->child_errors;
        start.lpAttributeList = plan->attributes;
        flags |= EXTENDED_STARTUPINFO_PRESENT | CREATE_SUSPENDED;
    } else {
        start.StartupInfo.cb = sizeof start.StartupInfo;
        flags |= CREATE_BREAKAWAY_FROM_JOB;
    }
    if (plan->token)
        done = CreateProcessAsUserW(plan->token, plan->application, plan->line, NULL, NULL, !options->detached, flags, plan->environment,
                                    plan->folder, &start.StartupInfo, made);
    else
        done = CreateProcessW(plan->application, plan->line, NULL, NULL, !options->detached, flags, plan->environment, plan->folder,
                              &start.StartupInfo, made);
    if (!done && options->detached && GetLastError() == ERROR_ACCESS_DENIED)
        done = CreateProcessW(plan->application, plan->line, NULL, NULL, FALSE, flags & ~(DWORD)CREATE_BREAKAWAY_FROM_JOB, plan->environment,
                              plan->folder, &start.StartupInfo, made);
    return done ? ERROR_SUCCESS : GetLastError();
}

static ns_status start_error(DWORD failure, const ns_child_options *options, ns_error *error) {
    bool missing = failure == ERROR_FILE_NOT_FOUND || failure == ERROR_PATH_NOT_FOUND || failure == ERROR_DIRECTORY ||
                   failure == ERROR_ACCESS_DENIED || failure == ERROR_BAD_EXE_FORMAT;
    ns_error_set_system(error, failure, "FlowNotStarted",
                        "Check the flow's program and folder: both must exist on the machine, and the run's user must be allowed to use them.",
                        "The program %s could not be started", options->arguments[0]);
    if (error && missing)
        error->status = NS_STATUS_NOT_FOUND;
    return missing ? NS_STATUS_NOT_FOUND : NS_STATUS_SYSTEM;
}

static ns_status not_confined(ns_error *error) {
    return ns_error_set_system(error, GetLastError(), "RunnerNotConfined", "Windows 10 1709 or newer has what it takes. Nothing was sent.",
                               "The runner could not be confined");
}

/* A flow's secret input may stand in it. */
static void wipe_block(WCHAR *block) {
    size_t size = 0;
    while (block && block[size])
        size += wcslen(block + size) + 1;
    if (block)
        ns_wipe(block, size * sizeof *block);
    free(block);
}

static void release(launch *plan) {
    close_handle(&plan->token);
    if (plan->attributes)
        DeleteProcThreadAttributeList(plan->attributes);
    free(plan->attributes);
    free(plan->application);
    free(plan->line);
    wipe_block(plan->environment);
    free(plan->folder);
    close_handle(&plan->child_input);
    close_handle(&plan->child_output);
    close_handle(&plan->child_errors);
}

static bool prepare(launch *plan) {
    const ns_child_options *options = plan->options;
    plan->application = options->application ? ns_wide_from_utf8(options->application) : NULL;
    plan->line = command_line(options);
    plan->environment = environment_block(options->environment, options->confined);
    plan->folder = options->folder && options->folder[0] ? ns_wide_from_utf8(options->folder) : NULL;
    return plan->line && plan->environment && (plan->application || !options->application);
}

ns_status ns_child_start(const ns_child_options *options, ns_child **out, ns_error *error) {
    launch plan = {.options = options};
    PROCESS_INFORMATION made = {0};
    ns_child *child = calloc(1, sizeof *child);
    ns_status status = NS_OK;
    DWORD failure = ERROR_SUCCESS;
    *out = NULL;
    if (!child || !prepare(&plan)) {
        status = ns_error_set_memory(error);
        goto cleanup;
    }
    if (!options->detached && (!open_pipes(&plan, child) || !limit_inheritance(&plan)))
        failure = GetLastError();
    else if (!confine(&plan)) {
        status = not_confined(error);
        goto cleanup;
    } else
        failure = create(&plan, &made);
    if (failure != ERROR_SUCCESS) {
        status = start_error(failure, options, error);
        goto cleanup;
    }
    if (!options->detached) {
        child->job = put_in_job(options, made.hProcess);
        if (!child->job && options->confined) {
            status = not_confined(error);
            (void)TerminateProcess(made.hProcess, 1);
            goto cleanup;
        }
        (void)ResumeThread(made.hThread);
        child->process = made.hProcess;
        child->id = made.dwProcessId;
        made.hProcess = NULL;
        *out = child;
        child = NULL;
    }
cleanup:
    close_handle(&made.hThread);
    close_handle(&made.hProcess);
    release(&plan);
    if (child) {
        close_handle(&child->input);
        close_handle(&child->output);
        free(child);
    }
    return status;
}

static ns_status read_handle(HANDLE handle, void *bytes, size_t size, size_t *got, ns_error *error) {
    DWORD count = 0;
    BOOL done = TRUE;
    *got = 0;
    while (done && count == 0) /* a write of nothing is read as nothing, and is no end */
        done = ReadFile(handle, bytes, (DWORD)(size > 65536 ? 65536 : size), &count, NULL);
    if (!done) {
        DWORD failure = GetLastError();
        if (failure == ERROR_BROKEN_PIPE || failure == ERROR_HANDLE_EOF || failure == ERROR_OPERATION_ABORTED)
            return NS_OK;
        return ns_error_set_system(error, failure, "SystemError", NULL, "A pipe could not be read");
    }
    *got = count;
    return NS_OK;
}

static ns_status write_handle(HANDLE handle, const void *bytes, size_t size, ns_error *error) {
    const char *p = bytes;
    while (size) {
        DWORD count = 0;
        if (!WriteFile(handle, p, (DWORD)(size > 65536 ? 65536 : size), &count, NULL)) {
            DWORD failure = GetLastError();
            if (failure == ERROR_BROKEN_PIPE || failure == ERROR_NO_DATA || failure == ERROR_INVALID_HANDLE)
                return ns_error_set(error, NS_STATUS_CLOSED, "RunnerFailed", NULL, "The other process no longer reads.");
            return ns_error_set_system(error, failure, "SystemError", NULL, "A pipe could not be written");
        }
        p += count;
        size -= count;
    }
    return NS_OK;
}

void ns_child_stop_reading(ns_child *child, bool stop) {
    if (stop)
        (void)CancelIoEx(child->output, NULL);
}

ns_status ns_child_read(ns_child *child, void *bytes, size_t size, size_t *got, ns_error *error) {
    return read_handle(child->output, bytes, size, got, error);
}

ns_status ns_child_write(ns_child *child, const void *bytes, size_t size, ns_error *error) {
    return write_handle(child->input, bytes, size, error);
}

void ns_child_close_input(ns_child *child) {
    close_handle(&child->input);
}

bool ns_child_wait(ns_child *child, uint32_t timeout_ms, int *exit_code) {
    DWORD code = 0;
    if (WaitForSingleObject(child->process, timeout_ms) != WAIT_OBJECT_0)
        return false;
    (void)GetExitCodeProcess(child->process, &code);
    if (exit_code)
        *exit_code = (int)code;
    return true;
}

void ns_child_kill_tree(ns_child *child) {
    if (child->released)
        return;
    if (child->job)
        (void)TerminateJobObject(child->job, 1);
    (void)TerminateProcess(child->process, 1);
}

typedef struct process_ids {
    JOBOBJECT_BASIC_PROCESS_ID_LIST head;
    ULONG_PTR more[255];
} process_ids;

static bool read_ids(const ns_child *child, process_ids *out) {
    memset(out, 0, sizeof *out);
    return child->job && QueryInformationJobObject(child->job, JobObjectBasicProcessIdList, out, sizeof *out, NULL);
}

size_t ns_child_left(ns_child *child, char *names, size_t size) {
    process_ids list;
    size_t count = 0;
    size_t used = 0;
    if (size)
        names[0] = 0;
    if (!read_ids(child, &list))
        return 0;
    for (DWORD i = 0; i < list.head.NumberOfProcessIdsInList; i++) {
        WCHAR path[MAX_PATH];
        DWORD units = MAX_PATH;
        HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, (DWORD)list.head.ProcessIdList[i]);
        if (process && QueryFullProcessImageNameW(process, 0, path, &units)) {
            const WCHAR *name = wcsrchr(path, L'\\');
            char *utf8 = ns_wide_to_utf8(name ? name + 1 : path);
            if (utf8 && used + strlen(utf8) + 3 < size)
                used += (size_t)snprintf(names + used, size - used, "%s%s", used ? ", " : "", utf8);
            free(utf8);
        }
        if (process)
            CloseHandle(process);
        count++;
    }
    return count;
}

bool ns_child_holds(const ns_child *child, uint32_t id) {
    process_ids list;
    bool holds = false;
    if (read_ids(child, &list))
        for (DWORD i = 0; i < list.head.NumberOfProcessIdsInList && !holds; i++)
            holds = list.head.ProcessIdList[i] == id;
    return holds;
}

void ns_child_release_tree(ns_child *child) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION none = {0};
    if (child->job)
        (void)SetInformationJobObject(child->job, JobObjectExtendedLimitInformation, &none, sizeof none);
    child->released = true;
}

void ns_child_adopt_strays(void) {
}

void ns_child_clear_strays(bool end) {
    (void)end;
}

uint32_t ns_child_id(const ns_child *child) {
    return (uint32_t)child->id;
}

void ns_child_close(ns_child *child) {
    if (!child)
        return;
    ns_child_kill_tree(child);
    (void)WaitForSingleObject(child->process, 5000);
    close_handle(&child->process);
    close_handle(&child->job);
    close_handle(&child->input);
    close_handle(&child->output);
    free(child);
}

ns_status ns_stdin_read(void *bytes, size_t size, size_t *got, ns_error *error) {
    return read_handle(GetStdHandle(STD_INPUT_HANDLE), bytes, size, got, error);
}

ns_status ns_stdout_write(const void *bytes, size_t size, ns_error *error) {
    return write_handle(GetStdHandle(STD_OUTPUT_HANDLE), bytes, size, error);
}
