#include <winsock2.h>
#include <windows.h>

#include <winsvc.h>

#include "as_service.h"

/* The manager calls back without a context: one service is one process. */
static struct {
    int (*work)(const char *answer);
    const char *answer;
    int code;
    SERVICE_STATUS_HANDLE handle;
} service;

static void report(DWORD state, int code) {
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                             .dwCurrentState = state,
                             .dwWin32ExitCode = code ? ERROR_SERVICE_SPECIFIC_ERROR : NO_ERROR,
                             .dwServiceSpecificExitCode = (DWORD)code};
    (void)SetServiceStatus(service.handle, &status);
}

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context) {
    (void)type;
    (void)data;
    (void)context;
    return control == SERVICE_CONTROL_INTERROGATE ? NO_ERROR : ERROR_CALL_NOT_IMPLEMENTED;
}

static void WINAPI service_main(DWORD count, WCHAR **words) {
    service.handle = RegisterServiceCtrlHandlerExW(count ? words[0] : L"", on_control, NULL);
    if (!service.handle)
        return;
    report(SERVICE_RUNNING, 0);
    service.code = service.work(service.answer);
    report(SERVICE_STOPPED, service.code);
}

int as_service(int (*work)(const char *answer), const char *answer) {
    WCHAR name[] = L""; /* a service in a process of its own is told by no name */
    SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
    service.work = work;
    service.answer = answer;
    service.code = 1;
    return StartServiceCtrlDispatcherW(table) ? service.code : 1;
}
