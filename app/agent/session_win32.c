#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define SECURITY_WIN32
#include <security.h>
#include <wtsapi32.h>

#include "base/wide.h"
#include "session.h"

enum { FORCE_AFTER_MS = 8000 };

/* WTSINFOEX_LEVEL1's predecessor WTSINFO carries the logon time on every supported Windows:
 * https://learn.microsoft.com/windows/win32/api/wtsapi32/ns-wtsapi32-wtsinfow */
static int64_t logon_time(void) {
    WTSINFOW *information = NULL;
    DWORD size = 0;
    int64_t utc_ms = 0;
    if (WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTSSessionInfo, (LPWSTR *)&information, &size) && information &&
        size >= sizeof *information)
        utc_ms = information->LogonTime.QuadPart / 10000 - 11644473600000;
    if (information)
        WTSFreeMemory(information);
    return utc_ms > 0 ? utc_ms : 0;
}

static bool is_elevated(void) {
    HANDLE token = NULL;
    TOKEN_ELEVATION elevation = {0};
    DWORD size = 0;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        (void)GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size);
        CloseHandle(token);
    }
    return elevation.TokenIsElevated != 0;
}

/* GetVersionEx lies to programs without a manifest entry; this one does not. */
static void describe_system(ns_agent_hello *hello) {
    typedef LONG(WINAPI * get_version)(OSVERSIONINFOW *);
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    get_version call = NULL;
    memcpy(&call, &found, sizeof call);
    if (call && call(&version) == 0)
        (void)snprintf(hello->os, sizeof hello->os, "Windows %lu.%lu.%lu", (unsigned long)version.dwMajorVersion,
                       (unsigned long)version.dwMinorVersion, (unsigned long)version.dwBuildNumber);
}

void session_describe(ns_agent_hello *hello) {
    WCHAR user[257] = {0};
    DWORD units = NS_COUNT_OF(user);
    DWORD session = 0;
    HDC screen = NULL;
    char *utf8 = NULL;
    (void)SetProcessDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2);
    (void)GetUserNameW(user, &units);
    utf8 = ns_wide_to_utf8(user);
    (void)snprintf(hello->user, sizeof hello->user, "%s", utf8 ? utf8 : "");
    free(utf8);
    units = NS_COUNT_OF(user);
    if (GetUserNameExW(NameUserPrincipal, user, &units)) {
        utf8 = ns_wide_to_utf8(user);
        (void)snprintf(hello->principal, sizeof hello->principal, "%s", utf8 ? utf8 : "");
        free(utf8);
    }
    (void)ProcessIdToSessionId(GetCurrentProcessId(), &session);
    (void)snprintf(hello->session_id, sizeof hello->session_id, "%lu", (unsigned long)session);
    hello->session_started_at = logon_time();
    hello->width = GetSystemMetrics(SM_CXSCREEN);
    hello->height = GetSystemMetrics(SM_CYSCREEN);
    hello->scale = MulDiv((int)GetDpiForSystem(), 100, 96);
    screen = GetDC(NULL);
    if (screen) {
        hello->depth = GetDeviceCaps(screen, BITSPIXEL) * GetDeviceCaps(screen, PLANES);
        (void)ReleaseDC(NULL, screen);
    }
    hello->elevated = is_elevated();
    describe_system(hello);
}

void session_sign_out(bool is_shell) {
    (void)is_shell;
    (void)ExitWindowsEx(EWX_LOGOFF, SHTDN_REASON_MAJOR_APPLICATION | SHTDN_REASON_FLAG_PLANNED);
    Sleep(FORCE_AFTER_MS); /* the system ends this process when it can sign out */
    (void)ExitWindowsEx(EWX_LOGOFF | EWX_FORCE, SHTDN_REASON_MAJOR_APPLICATION | SHTDN_REASON_FLAG_PLANNED);
    Sleep(FORCE_AFTER_MS);
}
