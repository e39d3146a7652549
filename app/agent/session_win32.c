#include "base/wts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define SECURITY_WIN32
#include <sddl.h>
#include <shellscalingapi.h>
#include <security.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/png.h"
#include "base/wide.h"
#include "instance.h"
#include "session.h"
#include "session_processes.h"

/* A disconnect that lies so close before the connect was made by it: somebody was there until we came. */
enum {
    PRINCIPAL_MS = 3000,
    LOOK_MS = 2000,
    SERVICES_MS = 60000,
    FIRST_TO_BE_TOLD = 0x3FF,
    LOCK_TRIES = 50,
    LOCK_STEP_MS = 100,
    TAKE_OVER_MS = 3000,
    NEW_MS = 60000,
    SESSIONS_MAXIMUM = 256
};

static const int64_t filetime_epoch_ms = 11644473600000;

static volatile LONG ending; /* session_ending */
static volatile LONG ended;
static volatile LONG news;
static HANDLE woken;          /* automatic: something happened */
static volatile LONG is_told; /* the system tells of what happens to the session */
static void (*tell_ending)(void *context);
static void *tell_context;

static void note_news(void) {
    (void)InterlockedExchange(&news, 1);
    if (woken)
        (void)SetEvent(woken);
}

/* Who drives the run hears of it before the system gets its answer: https://learn.microsoft.com/windows/win32/shutdown/wm-queryendsession. A shutdown
 * and a restart look alike; bits tell a sign-out, and that Restart Manager only wants files. */
static LRESULT on_query_end(LPARAM lparam) {
    if (lparam & (LPARAM)ENDSESSION_CLOSEAPP)
        return TRUE;
    (void)InterlockedExchange(&ending, (lparam & (LPARAM)ENDSESSION_LOGOFF) ? SESSION_SIGNS_OUT : SESSION_RESTARTS);
    tell_ending(tell_context);
    note_news();
    return TRUE;
}

static LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_QUERYENDSESSION)
        return on_query_end(lparam);
    if (message == WM_ENDSESSION && !(lparam & (LPARAM)ENDSESSION_CLOSEAPP)) {
        (void)InterlockedExchange(wparam ? &ended : &ending, wparam ? 1 : SESSION_STAYS); /* the second: somebody held it up */
        tell_ending(tell_context);
        note_news();
    }
    if (message == WM_WTSSESSION_CHANGE)
        note_news();
    return DefWindowProcW(window, message, wparam, lparam);
}

/* Until Windows' own services are up, nobody can be registered:
 * https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsregistersessionnotification */
static void listen_to_session(HWND window) {
    HANDLE ready = OpenEventW(SYNCHRONIZE, FALSE, L"Global\\TermSrvReadyEvent");
    if (ready) {
        (void)WaitForSingleObject(ready, SERVICES_MS);
        CloseHandle(ready);
    }
    (void)InterlockedExchange(&is_told, WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) ? 1 : 0);
    note_news();
}

static DWORD WINAPI wait_for_end(LPVOID context) {
    const WNDCLASSW class = {.lpfnWndProc = on_message, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"NightshiftAgent"};
    HWND window = NULL;
    MSG message;
    (void)context;
    (void)SetThreadDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2);
    if (RegisterClassW(&class))
        window = CreateWindowExW(0, class.lpszClassName, L"", WS_POPUP, 0, 0, 0, 0, NULL, NULL, class.hInstance, NULL);
    if (!window)
        return 1;
    listen_to_session(window);
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        (void)DispatchMessageW(&message);
    return 0;
}

void session_begin(void (*told)(void *context), void *context) {
    HANDLE thread = NULL;
    tell_ending = told;
    tell_context = context;
    woken = CreateEventW(NULL, FALSE, FALSE, NULL);
    (void)SetProcessDpiAwarenessContext(DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2);
    (void)SetProcessShutdownParameters(FIRST_TO_BE_TOLD, 0); /* before the flow dies */
    thread = CreateThread(NULL, 0, wait_for_end, NULL, 0, NULL);
    if (thread)
        CloseHandle(thread);
}

void session_wait(uint32_t timeout_ms) {
    const DWORD at_most = timeout_ms ? timeout_ms : InterlockedCompareExchange(&is_told, 0, 0) ? INFINITE : LOOK_MS;
    HANDLE events[2] = {woken, instance_event()};
    if (!woken)
        Sleep(at_most == INFINITE ? LOOK_MS : at_most);
    else if (WaitForMultipleObjects(events[1] ? 2 : 1, events, FALSE, at_most) == WAIT_OBJECT_0 + 1)
        (void)SetEvent(events[1]); /* who looks for a newer agent is to see it */
}

bool session_has_news(void) {
    return InterlockedExchange(&news, 0) != 0;
}

session_ending session_is_ending(void) {
    return (session_ending)InterlockedCompareExchange(&ending, 0, 0);
}

bool session_has_ended(void) {
    return InterlockedCompareExchange(&ended, 0, 0) != 0;
}

void session_watch(void) {
    /* Windows keeps the times of connecting and disconnecting itself. */
}

static bool read_info(DWORD session, WTSINFOEX_LEVEL1_W *out) {
    WTSINFOEXW *info = NULL;
    DWORD size = 0;
    bool read = WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, WTSSessionInfoEx, (LPWSTR *)&info, &size) && info &&
                size >= sizeof *info && info->Level == 1;
    if (read)
        *out = info->Data.WTSInfoExLevel1;
    if (info)
        WTSFreeMemory(info);
    return read;
}

bool session_is_connected(void) {
    WTSINFOEX_LEVEL1_W info;
    return !read_info(WTS_CURRENT_SESSION, &info) || info.SessionState == WTSActive; /* when it cannot be read, it may be */
}

static int64_t utc_ms(LARGE_INTEGER filetime) {
    return filetime.QuadPart > 0 ? filetime.QuadPart / 10000 - filetime_epoch_ms : 0;
}

/* By the session's own times: a new one was connected when it was signed in to; one that was there was disconnected for a
 * while, or taken over in the same moment. */
static void describe_start(ns_agent_hello *hello, bool kept) {
    WTSINFOEX_LEVEL1_W info;
    int64_t logon = 0;
    int64_t connect = 0;
    int64_t disconnect = 0;
    hello->session_age = -1;
    if (!read_info(WTS_CURRENT_SESSION, &info))
        return;
    logon = utc_ms(info.LogonTime);
    connect = utc_ms(info.ConnectTime);
    disconnect = utc_ms(info.DisconnectTime);
    hello->session_started_at = logon;
    hello->session_age = logon ? utc_ms(info.CurrentTime) - logon : -1;
    if (logon && connect && logon >= connect - NEW_MS && disconnect < logon)
        hello->joined = NS_JOINED_NEW;
    else if (kept) /* and nobody was seen in it since */
        hello->joined = NS_JOINED_LOCKED;
    else if (disconnect && connect - disconnect > TAKE_OVER_MS)
        hello->joined = NS_JOINED_DISCONNECTED;
    else if (disconnect)
        hello->joined = NS_JOINED_ACTIVE;
}

/* S-1-5-21-…: the same for an account of a domain on every machine, however its name is written. */
static void describe_account(ns_agent_hello *hello) {
    HANDLE token = NULL;
    union {
        TOKEN_USER user;
        char bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } found;
    WCHAR name[256];
    WCHAR *text = NULL;
    char *utf8 = NULL;
    DWORD size = 0;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        if (GetTokenInformation(token, TokenUser, &found, sizeof found, &size) && ConvertSidToStringSidW(found.user.User.Sid, &text)) {
            utf8 = ns_wide_to_utf8(text);
            (void)snprintf(hello->sid, sizeof hello->sid, "%s", utf8 ? utf8 : "");
            free(utf8);
            (void)LocalFree(text);
        }
        CloseHandle(token);
    }
    size = NS_COUNT_OF(name);
    utf8 = GetComputerNameW(name, &size) ? ns_wide_to_utf8(name) : NULL; /* the NetBIOS name, which stands before a user */
    (void)snprintf(hello->computer, sizeof hello->computer, "%s", utf8 ? utf8 : "");
    free(utf8);
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

static ns_yes_no single_session(void) {
    static const WCHAR *const keys[] = {L"SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services",
                                        L"SYSTEM\\CurrentControlSet\\Control\\Terminal Server"};
    for (size_t i = 0; i < NS_COUNT_OF(keys); i++) {
        DWORD value = 0;
        DWORD size = sizeof value;
        if (RegGetValueW(HKEY_LOCAL_MACHINE, keys[i], L"fSingleSessionPerUser", RRF_RT_REG_DWORD | RRF_SUBKEY_WOW6464KEY, NULL, &value, &size) ==
            ERROR_SUCCESS)
            return value ? NS_YES : NS_NO;
    }
    return NS_UNKNOWN;
}

/* Calls `each` with the session and the user of every session that has one; which ones a user without rights may ask
 * about is the machine's to say. */
static void each_session(void (*each)(DWORD session, const WCHAR *user, void *context), void *context) {
    WTS_SESSION_INFOW *sessions = NULL;
    DWORD count = 0;
    if (!WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &count))
        return;
    for (DWORD i = 0; i < count; i++) {
        LPWSTR user = NULL;
        DWORD size = 0;
        if (WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, sessions[i].SessionId, WTSUserName, &user, &size) && user && user[0])
            each(sessions[i].SessionId, user, context);
        if (user)
            WTSFreeMemory(user);
    }
    WTSFreeMemory(sessions);
}

typedef struct others {
    WCHAR own[257];
    DWORD session;
    int64_t count;
} others;

static void count_other(DWORD session, const WCHAR *user, void *context) {
    others *self = context;
    if (session != self->session && _wcsicmp(user, self->own) == 0)
        self->count++;
}

typedef struct watch {
    DWORD sessions[SESSIONS_MAXIMUM];
    size_t count;
    const struct watch *before;
    DWORD own;
    char *out;
    size_t size;
} watch;

static void look_at_user(DWORD session, const WCHAR *user, void *context) {
    watch *self = context;
    bool known = session == self->own;
    for (size_t i = 0; self->before && i < self->before->count; i++)
        known = known || self->before->sessions[i] == session;
    if (self->count < SESSIONS_MAXIMUM)
        self->sessions[self->count++] = session;
    if (self->before && !known && !self->out[0]) {
        char *utf8 = ns_wide_to_utf8(user);
        (void)snprintf(self->out, self->size, "%s", utf8 ? utf8 : "");
        free(utf8);
    }
}

void session_new_user(char *out, size_t size) {
    static watch before;
    static bool measured;
    watch now = {.before = measured ? &before : NULL, .out = out, .size = size};
    out[0] = 0;
    (void)ProcessIdToSessionId(GetCurrentProcessId(), &now.own);
    each_session(look_at_user, &now);
    before = now;
    measured = true;
}

/* https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-openinputdesktop: access is denied where it is Winlogon's. */
static void look_at_input(ns_desktop_facts *out) {
    HDESK desktop = OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS);
    WCHAR name[64] = {0};
    DWORD size = 0;
    char *utf8 = NULL;
    out->input = desktop ? NS_YES : GetLastError() == ERROR_ACCESS_DENIED ? NS_NO : NS_UNKNOWN;
    if (!desktop)
        return;
    if (GetUserObjectInformationW(desktop, UOI_NAME, name, sizeof name - sizeof(WCHAR), &size) && (utf8 = ns_wide_to_utf8(name)) != NULL)
        (void)snprintf(out->desktop, sizeof out->desktop, "%s", utf8);
    free(utf8);
    (void)CloseDesktop(desktop);
}

static bool shows_notice(void) {
    static const WCHAR key[] = L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
    WCHAR text[8] = {0};
    DWORD size = sizeof text;
    const LONG failure = RegGetValueW(HKEY_LOCAL_MACHINE, key, L"legalnoticecaption", RRF_RT_REG_SZ, NULL, text, &size);
    return failure == ERROR_MORE_DATA || (failure == ERROR_SUCCESS && text[0]);
}

void session_look_at_desktop(bool installed, ns_desktop_facts *out) {
    WTSINFOEX_LEVEL1_W info;
    memset(out, 0, sizeof *out);
    out->connected = true;
    if (read_info(WTS_CURRENT_SESSION, &info)) {
        out->connected = info.SessionState == WTSActive;
        out->locked = info.SessionFlags == WTS_SESSIONSTATE_LOCK ? NS_YES : info.SessionFlags == WTS_SESSIONSTATE_UNLOCK ? NS_NO : NS_UNKNOWN;
    }
    look_at_input(out);
    out->logon_ui = processes_has_any(L"LogonUI.exe");
    out->consent = processes_has_any(L"consent.exe|CredentialUIBroker.exe");
    out->legal_notice = shows_notice();
    out->shell_is_expected = installed;
    out->shell = GetShellWindow() != NULL;
}

static void add_number(cJSON *object, const char *name, UINT action) {
    BOOL value = FALSE;
    if (SystemParametersInfoW(action, 0, &value, 0))
        (void)cJSON_AddBoolToObject(object, name, value);
}

/* What changes how a desktop looks and reads: image-based flows depend on it. */
static char *describe_environment(void) {
    cJSON *object = cJSON_CreateObject();
    NONCLIENTMETRICSW metrics = {.cbSize = sizeof metrics};
    HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};
    WCHAR locale[LOCALE_NAME_MAX_LENGTH] = {0};
    DYNAMIC_TIME_ZONE_INFORMATION zone;
    char *utf8 = NULL;
    char *text = NULL;
    if (!object)
        return NULL;
    if (GetUserDefaultLocaleName(locale, NS_COUNT_OF(locale)) > 0 && (utf8 = ns_wide_to_utf8(locale)) != NULL)
        (void)ns_json_add_string(object, "locale", utf8);
    free(utf8);
    utf8 = GetDynamicTimeZoneInformation(&zone) != TIME_ZONE_ID_INVALID ? ns_wide_to_utf8(zone.TimeZoneKeyName) : NULL;
    if (utf8)
        (void)ns_json_add_string(object, "timeZone", utf8);
    free(utf8);
    utf8 = SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0) ? ns_wide_to_utf8(metrics.lfMessageFont.lfFaceName) : NULL;
    if (utf8)
        (void)ns_json_add_string(object, "font", utf8);
    free(utf8);
    if (SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0))
        (void)cJSON_AddBoolToObject(object, "highContrast", (contrast.dwFlags & HCF_HIGHCONTRASTON) != 0);
    add_number(object, "fontSmoothing", SPI_GETFONTSMOOTHING);
    add_number(object, "clientAnimations", SPI_GETCLIENTAREAANIMATION);
    add_number(object, "dragFullWindows", SPI_GETDRAGFULLWINDOWS);
    add_number(object, "screenSaver", SPI_GETSCREENSAVEACTIVE);
    (void)ns_json_add_string(object, "dpiAwareness", "per-monitor-v2");
    text = ns_json_print(object);
    cJSON_Delete(object);
    return text;
}

/* GetDpiForSystem is what it was when the process began, also after another client has come. */
static UINT dpi_now(void) {
    UINT x = 96;
    UINT y = 96;
    const HMONITOR monitor = MonitorFromPoint((POINT){0, 0}, MONITOR_DEFAULTTOPRIMARY);
    return GetDpiForMonitor(monitor, MDT_EFFECTIVE_DPI, &x, &y) == S_OK ? x : GetDpiForSystem();
}

void session_look_at_screen(session_screen *out) {
    HDC screen = GetDC(NULL);
    memset(out, 0, sizeof *out);
    out->width = GetSystemMetrics(SM_CXSCREEN);
    out->height = GetSystemMetrics(SM_CYSCREEN);
    out->scale = MulDiv((int)dpi_now(), 100, 96);
    if (screen) {
        out->depth = GetDeviceCaps(screen, BITSPIXEL) * GetDeviceCaps(screen, PLANES);
        (void)ReleaseDC(NULL, screen);
    }
}

static WCHAR principal[257]; /* written by the thread below, once */

static DWORD WINAPI ask_for_principal(LPVOID context) {
    ULONG units = NS_COUNT_OF(principal);
    (void)context;
    if (!GetUserNameExW(NameUserPrincipal, principal, &units))
        principal[0] = 0;
    return 0;
}

/* "" where Windows has to ask a domain controller that does not answer at once: the console waits for us. A later hello may have it. */
static const WCHAR *principal_of_user(void) {
    static HANDLE asking;
    if (!asking)
        asking = CreateThread(NULL, 0, ask_for_principal, NULL, 0, NULL);
    return asking && WaitForSingleObject(asking, PRINCIPAL_MS) == WAIT_OBJECT_0 ? principal : L"";
}

void session_describe(ns_agent_hello *hello, bool kept) {
    others same = {0};
    DWORD units = NS_COUNT_OF(same.own);
    session_screen screen;
    char *utf8 = NULL;
    (void)GetUserNameW(same.own, &units);
    utf8 = ns_wide_to_utf8(same.own);
    (void)snprintf(hello->user, sizeof hello->user, "%s", utf8 ? utf8 : "");
    free(utf8);
    utf8 = ns_wide_to_utf8(principal_of_user());
    (void)snprintf(hello->principal, sizeof hello->principal, "%s", utf8 ? utf8 : "");
    free(utf8);
    describe_account(hello);
    (void)ProcessIdToSessionId(GetCurrentProcessId(), &same.session);
    (void)snprintf(hello->session_id, sizeof hello->session_id, "%lu", (unsigned long)same.session);
    each_session(count_other, &same);
    hello->others = same.count;
    hello->oem = GetOEMCP();
    hello->ansi = GetACP();
    hello->single_session = single_session();
    describe_start(hello, kept);
    hello->environment = describe_environment();
    session_look_at_screen(&screen);
    hello->width = screen.width;
    hello->height = screen.height;
    hello->scale = screen.scale;
    hello->depth = screen.depth;
    hello->elevated = is_elevated();
    describe_system(hello);
}

/* LockWorkStation only asks for it: https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-lockworkstation */
bool session_lock(char *message, size_t size) {
    WTSINFOEX_LEVEL1_W info;
    if (!LockWorkStation()) {
        ns_phrase_write(message, size, "Windows did not lock the session (error %lu).", (unsigned long)GetLastError());
        return false;
    }
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (read_info(WTS_CURRENT_SESSION, &info) && info.SessionFlags == WTS_SESSIONSTATE_LOCK) {
            ns_phrase_write(message, size, "locked");
            return true;
        }
        Sleep(LOCK_STEP_MS);
    }
    ns_phrase_write(message, size, "The session was asked to lock, and was not seen to be locked.");
    return false;
}

ns_status session_picture(uint8_t **png, size_t *size, ns_error *error) {
    const int width = GetSystemMetrics(SM_CXSCREEN);
    const int height = GetSystemMetrics(SM_CYSCREEN);
    BITMAPINFO format = {
        .bmiHeader = {
            .biSize = sizeof format.bmiHeader, .biWidth = width, .biHeight = -height, .biPlanes = 1, .biBitCount = 32, .biCompression = BI_RGB}};
    HDC screen = GetDC(NULL);
    HDC memory = screen ? CreateCompatibleDC(screen) : NULL;
    void *pixels = NULL;
    HBITMAP bitmap = memory ? CreateDIBSection(memory, &format, DIB_RGB_COLORS, &pixels, NULL, 0) : NULL;
    ns_status status = NS_OK;
    *png = NULL;
    *size = 0;
    if (bitmap) {
        HGDIOBJ before = SelectObject(memory, bitmap);
        if (BitBlt(memory, 0, 0, width, height, screen, 0, 0, SRCCOPY | CAPTUREBLT)) {
            (void)GdiFlush();
            status = ns_png_encode(pixels, (uint32_t)width, (uint32_t)height, png, size, error);
        }
        (void)SelectObject(memory, before);
        (void)DeleteObject(bitmap);
    }
    if (memory)
        (void)DeleteDC(memory);
    if (screen)
        (void)ReleaseDC(NULL, screen);
    if (status == NS_OK && !*png)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NoPicture", NULL, "The desktop gave no picture.");
    return status;
}

const char *session_domain(char *out, size_t size) {
    WCHAR name[512];
    ULONG units = NS_COUNT_OF(name);
    WCHAR *slash = NULL;
    char *utf8 = NULL;
    (void)snprintf(out, size, "%s", "");
    if (!GetUserNameExW(NameSamCompatible, name, &units))
        return out;
    slash = wcschr(name, L'\\');
    if (slash)
        *slash = 0;
    utf8 = slash ? ns_wide_to_utf8(name) : NULL;
    (void)snprintf(out, size, "%s", utf8 ? utf8 : "");
    free(utf8);
    return out;
}
