/* nightshift.exe: the console. `nightshift.exe [--store FILE]`. */
#include "console/console.h"

#include <objbase.h>
#include <shellapi.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/wide.h"

static char *store_argument(void) {
    int count = 0;
    LPWSTR *words = CommandLineToArgvW(GetCommandLineW(), &count);
    char *path = NULL;
    for (int i = 1; words && i + 1 < count; i++)
        if (wcscmp(words[i], L"--store") == 0 && !path)
            path = ns_wide_to_utf8(words[i + 1]);
    LocalFree(words);
    return path;
}

static int run_messages(console *self) {
    HACCEL accelerators = LoadAcceleratorsW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDR_MAIN));
    MSG message;
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        if (run_window_is_message(&message))
            continue;
        if (GetActiveWindow() == self->window && TranslateAcceleratorW(self->window, accelerators, &message))
            continue;
        (void)TranslateMessage(&message);
        (void)DispatchMessageW(&message);
    }
    return (int)message.wParam;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR line, int show) {
    const INITCOMMONCONTROLSEX controls = {sizeof controls, ICC_WIN95_CLASSES | ICC_STANDARD_CLASSES};
    console self = {.store_path = store_argument()};
    WSADATA sockets;
    int code = 1;
    (void)instance;
    (void)previous;
    (void)line;
    (void)WSAStartup(MAKEWORD(2, 2), &sockets);
    (void)CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    (void)InitCommonControlsEx(&controls);
    if (picture_register() && console_window_create(&self, show))
        code = run_messages(&self);
    board_destroy(self.board);
    jobs_stop(self.jobs);
    snapshot_release(self.snapshot);
    free(self.rows);
    free(self.store_path);
    CoUninitialize();
    return code;
}
