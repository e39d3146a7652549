/* nightshift.exe: the console. `nightshift.exe [--store FILE]`, `nightshift.exe /?`. */

#include <winsock2.h>
#include <windows.h>

#include <objbase.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "console/shell/console.h"
#include "console/ui/names.h"
#include "console/ui/palette.h"
#include "console/ui/picture.h"
#include "console/windows/windows.h"

typedef struct arguments {
    char *store; /* NULL: the default place */
    bool help;
} arguments;

static arguments read_arguments(void) {
    arguments found = {0};
    int count = 0;
    LPWSTR *given = CommandLineToArgvW(GetCommandLineW(), &count);
    for (int i = 1; given && i < count; i++) {
        if (wcscmp(given[i], L"--store") == 0 && i + 1 < count && !found.store)
            found.store = ns_wide_to_utf8(given[++i]);
        else
            found.help = true; /* asked for, or not understood */
    }
    LocalFree(given);
    return found;
}

/* A number for the store, by which its console is known: its name, folded, through FNV-1a. It only has to differ. */
static uint64_t number_of(const char *store) {
    char *folded = ns_fold_case(store ? store : "");
    uint64_t hash = 14695981039346656037ULL;
    for (const char *p = folded ? folded : ""; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211ULL;
    free(folded);
    return hash;
}

/* One console for a store. A second start brings the first one to the front. */
static HANDLE claim(uint64_t number, bool *taken) {
    WCHAR name[64];
    HANDLE mutex = NULL;
    (void)_snwprintf(name, NS_COUNT_OF(name), L"%ls.%llx", NAME_INSTANCE, (unsigned long long)number);
    name[NS_COUNT_OF(name) - 1] = 0;
    mutex = CreateMutexW(NULL, FALSE, name);
    *taken = GetLastError() == ERROR_ALREADY_EXISTS;
    return mutex;
}

static BOOL CALLBACK show_first(HWND window, LPARAM context) {
    WCHAR name[64] = {0};
    (void)GetClassNameW(window, name, NS_COUNT_OF(name));
    if (wcscmp(name, NAME_WINDOW_CLASS) != 0 || GetPropW(window, NAME_STORE) != (HANDLE)context)
        return TRUE;
    (void)AllowSetForegroundWindow(ASFW_ANY);
    (void)PostMessageW(window, WM_APP_SHOW, 0, 0);
    return FALSE;
}

static bool is_accelerator(const console *self, HACCEL accelerators, MSG *message) {
    if (GetActiveWindow() != self->app.window || list_is_renaming(self->list))
        return false; /* a name that is typed into the list has its own keys */
    return TranslateAcceleratorW(self->app.window, accelerators, message) != 0;
}

/* Keys that a text box has itself stay with it while it has the keyboard. */
static bool is_for_filter(const console *self, const MSG *message) {
    if (message->message != WM_KEYDOWN || message->hwnd != filter_window(self->filter))
        return false;
    static const char letters[] = "ACXVZ"; /* with Ctrl */
    return message->wParam == VK_DELETE || message->wParam == VK_INSERT ||
           (GetKeyState(VK_CONTROL) < 0 && message->wParam < 128 && strchr(letters, (int)message->wParam) != NULL);
}

static int run_messages(console *self) {
    HACCEL accelerators = LoadAcceleratorsW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDR_MAIN));
    MSG message;
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (!is_for_filter(self, &message) && is_accelerator(self, accelerators, &message))
            continue;
        if (dialogs_take_message(&message))
            continue;
        (void)TranslateMessage(&message);
        (void)DispatchMessageW(&message);
    }
    return (int)message.wParam;
}

static int run_console(console *self, uint64_t number, int show) {
    int code = 1;
    if (picture_register() && wall_register() && console_window_create(self, show)) {
        (void)SetPropW(self->app.window, NAME_STORE, (HANDLE)(uintptr_t)number);
        code = run_messages(self);
    }
    queue_worker_destroy(self->app.worker);
    runs_destroy(self->app.runs);
    board_destroy(self->app.board);
    jobs_stop(self->app.jobs);
    snapshot_destroy(self->snapshot);
    snapshot_destroy(self->pending);
    list_destroy(self->list);
    filter_destroy(self->filter);
    tree_destroy(self->tree);
    return code;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR line, int show) {
    const INITCOMMONCONTROLSEX controls = {sizeof controls, ICC_WIN95_CLASSES | ICC_STANDARD_CLASSES};
    const arguments given = read_arguments();
    console self = {.app = {.store_locator = given.store}, .store_number = (int)(uint32_t)number_of(given.store)};
    WSADATA sockets;
    bool taken = false;
    int code = 1;
    (void)instance;
    (void)previous;
    (void)line;
    (void)WSAStartup(MAKEWORD(2, 2), &sockets);
    (void)CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    (void)InitCommonControlsEx(&controls);
    if (!words_load())
        return 1;
    words_use(words_wanted());
    (void)theme_read();
    if (given.help) {
        (void)MessageBoxW(NULL, words(IDS_USAGE), words(IDS_TITLE), MB_ICONINFORMATION);
        return 0;
    }
    const uint64_t number = number_of(given.store);
    HANDLE mutex = claim(number, &taken);
    if (taken)
        (void)EnumWindows(show_first, (LPARAM)number);
    else
        code = run_console(&self, number, show);
    if (mutex)
        (void)CloseHandle(mutex);
    free(given.store);
    CoUninitialize();
    return taken ? 0 : code;
}
