/* Not seen on Windows: written against https://learn.microsoft.com/windows/win32/services/service-programs; seen to start, work and stop under Wine.
 */
#define SECURITY_WIN32
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <windows.h>

#include <ntsecapi.h>
#include <security.h>
#include <winsvc.h>

#include "base/text.h"
#include "base/wide.h"
#include "service.h"
#include "service_state.h"

_Static_assert(SERVICE_TOLD_STOP == SERVICE_CONTROL_STOP && SERVICE_TOLD_INTERROGATE == SERVICE_CONTROL_INTERROGATE &&
                   SERVICE_TOLD_SHUTDOWN == SERVICE_CONTROL_SHUTDOWN && SERVICE_TOLD_PRESHUTDOWN == SERVICE_CONTROL_PRESHUTDOWN &&
                   SERVICE_IS_STOPPED == SERVICE_STOPPED && SERVICE_IS_STARTING == SERVICE_START_PENDING &&
                   SERVICE_IS_STOPPING == SERVICE_STOP_PENDING && SERVICE_IS_RUNNING == SERVICE_RUNNING &&
                   SERVICE_TAKES_STOP == SERVICE_ACCEPT_STOP && SERVICE_TAKES_PRESHUTDOWN == SERVICE_ACCEPT_PRESHUTDOWN &&
                   SERVICE_NOT_IMPLEMENTED == ERROR_CALL_NOT_IMPLEMENTED,
               "service_state.h has winsvc.h's numbers");

static const WCHAR service_name[] = L"NightshiftWorker";

/* The manager calls back without a context: one service is one process. */
static struct {
    ns_status (*work)(void *context, ns_error *error);
    void *context;
    HANDLE stop;
    HANDLE stop_now;
    ns_status status;
    ns_error error;
    SERVICE_STATUS_HANDLE handle;
    CRITICAL_SECTION lock; /* of the state, which the handler and the clock change */
    service_state state;
} service;

/* With the lock. */
static void report(DWORD exit_code) {
    const service_report now = service_report_of(&service.state);
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                             .dwCurrentState = now.state,
                             .dwControlsAccepted = now.accepted,
                             .dwWin32ExitCode = exit_code ? ERROR_SERVICE_SPECIFIC_ERROR : NO_ERROR,
                             .dwServiceSpecificExitCode = exit_code,
                             .dwCheckPoint = now.checkpoint,
                             .dwWaitHint = now.wait_hint_ms};
    (void)SetServiceStatus(service.handle, &status);
}

static void enter(uint32_t state, DWORD exit_code) {
    EnterCriticalSection(&service.lock);
    service_enter(&service.state, state);
    report(exit_code);
    LeaveCriticalSection(&service.lock);
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context) {
    uint32_t answer = 0;
    service_order order = SERVICE_GOES_ON;
    (void)type;
    (void)data;
    (void)context;
    EnterCriticalSection(&service.lock);
    order = service_on_control(&service.state, control, &answer);
    if (answer == NO_ERROR)
        report(0);
    LeaveCriticalSection(&service.lock);
    if (order != SERVICE_GOES_ON)
        (void)SetEvent(service.stop);
    if (order == SERVICE_ENDS_NOW)
        (void)SetEvent(service.stop_now);
    return answer;
}

static void CALLBACK on_time(void *context, BOOLEAN fired) {
    (void)context;
    (void)fired;
    EnterCriticalSection(&service.lock);
    if (service_on_time(&service.state))
        report(0);
    LeaveCriticalSection(&service.lock);
}

static void WINAPI service_main(DWORD count, WCHAR **words) {
    HANDLE timer = NULL;
    (void)count;
    (void)words;
    service.handle = RegisterServiceCtrlHandlerExW(service_name, on_control, NULL);
    if (!service.handle) {
        service.status = ns_error_set_system(&service.error, GetLastError(), "ServiceFailed", NULL, "The service manager was not answered");
        return;
    }
    enter(SERVICE_IS_STARTING, 0);
    (void)CreateTimerQueueTimer(&timer, NULL, on_time, NULL, SERVICE_REPORT_EACH_MS, SERVICE_REPORT_EACH_MS, WT_EXECUTEDEFAULT);
    enter(SERVICE_IS_RUNNING, 0);
    service.status = service.work(service.context, &service.error);
    if (timer)
        (void)DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE);
    enter(SERVICE_IS_STOPPED, (DWORD)service.status);
}

ns_status service_run(ns_status (*work)(void *context, ns_error *error), void *context, HANDLE stop, HANDLE stop_now, ns_error *error) {
    WCHAR name[NS_COUNT_OF(service_name)];
    SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
    memcpy(name, service_name, sizeof name);
    service.work = work;
    service.context = context;
    service.stop = stop;
    service.stop_now = stop_now;
    InitializeCriticalSection(&service.lock);
    if (!StartServiceCtrlDispatcherW(table))
        return ns_error_set_system(error, GetLastError(), "ServiceFailed", "Start it with: sc start NightshiftWorker",
                                   "The service manager did not start this program");
    if (service.status != NS_OK)
        *error = service.error;
    return service.status;
}

ns_status service_check(ns_error *error) {
    (void)error;
    return NS_OK;
}

char *service_own_user(void) {
    WCHAR name[512];
    ULONG units = NS_COUNT_OF(name);
    return GetUserNameExW(NameSamCompatible, name, &units) ? ns_wide_to_utf8(name) : NULL;
}

static ns_status fail(ns_error *error, const char *what) {
    const DWORD why = GetLastError();
    if (why == ERROR_ACCESS_DENIED)
        return ns_error_set(error, NS_STATUS_REFUSED, "ServiceFailed", "Run it as an administrator.", "%s: Windows refused it.", what);
    if (why == ERROR_SERVICE_EXISTS)
        return ns_error_set(error, NS_STATUS_EXISTS, "ServiceFailed", "Remove it first: nightshiftctl worker --remove-service",
                            "The service is installed already.");
    if (why == ERROR_SERVICE_DOES_NOT_EXIST)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "ServiceFailed", "", "The service is not installed.");
    return ns_error_set_system(error, why, "ServiceFailed", NULL, "%s", what);
}

/* A service's user needs it: https://learn.microsoft.com/windows/win32/secauthz/account-rights-constants, SeServiceLogonRight. */
static ns_status allow(const WCHAR *user, ns_error *error) {
    static const char remedy[] = "Give the user the right \"Log on as a service\" in the local security policy.";
    WCHAR right[] = L"SeServiceLogonRight";
    LSA_UNICODE_STRING rights = {sizeof right - sizeof *right, sizeof right, right};
    LSA_OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    LSA_HANDLE policy = NULL;
    BYTE sid[SECURITY_MAX_SID_SIZE];
    WCHAR domain[256];
    DWORD sid_size = sizeof sid;
    DWORD domain_units = NS_COUNT_OF(domain);
    SID_NAME_USE use = SidTypeUnknown;
    NTSTATUS status = 0;
    if (!LookupAccountNameW(NULL, user, sid, &sid_size, domain, &domain_units, &use))
        return ns_error_set_system(error, GetLastError(), "ServiceFailed", "Write DOMAIN\\user, or .\\user.", "The user was not found");
    status = LsaOpenPolicy(NULL, &attributes, POLICY_LOOKUP_NAMES | POLICY_CREATE_ACCOUNT, &policy);
    if (status == 0) {
        status = LsaAddAccountRights(policy, sid, &rights, 1);
        (void)LsaClose(policy);
    }
    return status == 0 ? NS_OK : ns_error_set_system(error, LsaNtStatusToWinError(status), "ServiceFailed", remedy, "The right was not given");
}

/* Started again after a crash: at once, after ten seconds, after a minute. */
static bool configure(SC_HANDLE created) {
    SC_ACTION actions[] = {{SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 10000}, {SC_ACTION_RESTART, 60000}};
    SERVICE_FAILURE_ACTIONSW failures = {.dwResetPeriod = 86400, .cActions = NS_COUNT_OF(actions), .lpsaActions = actions};
    WCHAR text[] = L"Carries out the unattended runs that wait in Nightshift's queue.";
    SERVICE_DESCRIPTIONW description = {text};
    return ChangeServiceConfig2W(created, SERVICE_CONFIG_FAILURE_ACTIONS, &failures) &&
           ChangeServiceConfig2W(created, SERVICE_CONFIG_DESCRIPTION, &description);
}

/* What the manager starts. The caller frees. */
static WCHAR *command_line(const service_setup *setup) {
    WCHAR path[2048];
    char *program = GetModuleFileNameW(NULL, path, NS_COUNT_OF(path)) < NS_COUNT_OF(path) ? ns_wide_to_utf8(path) : NULL;
    const char *const words[] = {program,       "--store",    setup->store_locator, "worker",
                                 "--service",   "--capacity", setup->capacity,      setup->groups[0] ? "--groups" : NULL,
                                 setup->groups, NULL};
    WCHAR *line = program ? ns_wide_command_line(words) : NULL;
    free(program);
    return line;
}

/* The caller closes. */
static SC_HANDLE create(SC_HANDLE manager, const service_setup *setup, const WCHAR *user) {
    WCHAR *line = command_line(setup);
    char *plain = setup->password && setup->password->size ? setup->password->bytes : NULL;
    WCHAR *password = plain ? ns_wide_from_utf8(plain) : NULL;
    SC_HANDLE created = NULL;
    DWORD why = ERROR_NOT_ENOUGH_MEMORY;
    if (line && (password || !plain)) {
        created = CreateServiceW(manager, service_name, L"Nightshift worker", SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                 SERVICE_ERROR_NORMAL, line, NULL, NULL, L"RpcSs\0Tcpip\0", user, password);
        why = GetLastError();
    }
    if (password)
        SecureZeroMemory(password, wcslen(password) * sizeof *password);
    free(password);
    free(line);
    SetLastError(why);
    return created;
}

ns_status service_install(const service_setup *setup, ns_error *error) {
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    WCHAR *user = ns_wide_from_utf8(setup->user);
    SC_HANDLE created = NULL;
    ns_status status = NS_OK;
    if (!user)
        status = ns_error_set_memory(error);
    else if (!manager)
        status = fail(error, "The service manager cannot be opened");
    if (status == NS_OK)
        status = allow(user, error);
    if (status == NS_OK) {
        created = create(manager, setup, user);
        if (!created || !configure(created))
            status = fail(error, "The service could not be installed");
        if (created && status != NS_OK)
            (void)DeleteService(created); /* all or nothing */
    }
    if (created)
        (void)CloseServiceHandle(created);
    if (manager)
        (void)CloseServiceHandle(manager);
    free(user);
    return status;
}

ns_status service_remove(ns_error *error) {
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE found = manager ? OpenServiceW(manager, service_name, DELETE | SERVICE_STOP) : NULL;
    SERVICE_STATUS stopped;
    ns_status status = NS_OK;
    if (!found || !DeleteService(found))
        status = fail(error, "The service could not be removed");
    else
        (void)ControlService(found, SERVICE_CONTROL_STOP, &stopped); /* it is gone once it has stopped */
    if (found)
        (void)CloseServiceHandle(found);
    if (manager)
        (void)CloseServiceHandle(manager);
    return status;
}
