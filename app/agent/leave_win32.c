/* Signing out so that it happens. ExitWindowsEx only takes the wish, and its force does nothing where Remote Desktop Services runs; programs may hold
 * it up for as long as they like: https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-exitwindowsex,
 * https://learn.microsoft.com/windows/win32/shutdown/shutdown-changes-for-windows-vista */
#include <winsock2.h>
#include <windows.h>

#include "base/wts.h"
#include "session.h"
#include "session_processes.h"

enum { STEP_MS = 500, NAME_AFTER_MS = 6000, CLOSE_AFTER_MS = 12000, END_AFTER_MS = 16000, LAST_MS = 10000, NAMES_SIZE = 400 };

/* Windows ends us in the middle of it when it can. */
static void wait_and_push(void (*held_up)(void *context, const char *names), void *context) {
    char names[NAMES_SIZE];
    for (int waited = 0; waited <= END_AFTER_MS; waited += STEP_MS) {
        if (waited == NAME_AFTER_MS && processes_with_windows(names, sizeof names) > 0)
            held_up(context, names);
        if (waited == CLOSE_AFTER_MS)
            processes_close(false);
        if (waited == END_AFTER_MS)
            processes_close(true);
        Sleep(STEP_MS);
    }
}

void session_sign_out(bool is_shell, void (*held_up)(void *context, const char *names), void *context) {
    const BOOL taken = ExitWindowsEx(EWX_LOGOFF | EWX_FORCEIFHUNG, SHTDN_REASON_MAJOR_APPLICATION | SHTDN_REASON_FLAG_PLANNED);
    (void)is_shell;
    if (taken)
        wait_and_push(held_up, context);
    if (WTSLogoffSession(WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, FALSE))
        Sleep(LAST_MS);
}
