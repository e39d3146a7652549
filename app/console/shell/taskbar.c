/* The taskbar's button shows how far a preflight has come and that runs go on; when long work ends out of sight, a notification
 * says so. Both are extras: where the shell has neither, nothing is lost. */
#define COBJMACROS
#include "console/shell/console.h"

#include <shellapi.h>
#include <shobjidl.h>

#include "base/platform.h"

enum { NOTIFICATION = 1 };

static ITaskbarList3 *bar;
static bool icon_shown;

void taskbar_progress(const app *self) {
    size_t done = 0;
    size_t count = 0;
    const bool looking = board_is_running(self->board, &done, &count);
    if (!bar && (FAILED(CoCreateInstance(&CLSID_TaskbarList, NULL, CLSCTX_INPROC_SERVER, &IID_ITaskbarList3, (void **)&bar)) ||
                 FAILED(ITaskbarList3_HrInit(bar))))
        return;
    if (looking)
        (void)ITaskbarList3_SetProgressValue(bar, self->window, done, count ? count : 1);
    else
        (void)ITaskbarList3_SetProgressState(bar, self->window, runs_going_on(self->runs) ? TBPF_INDETERMINATE : TBPF_NOPROGRESS);
}

void taskbar_notify(const app *self, const WCHAR *text) {
    NOTIFYICONDATAW data = {.cbSize = sizeof data, .hWnd = self->window, .uID = NOTIFICATION, .uFlags = NIF_ICON | NIF_INFO | NIF_TIP};
    if (GetWindowThreadProcessId(GetForegroundWindow(), NULL) == GetCurrentThreadId())
        return; /* one of our windows is in front: it is seen */
    data.hIcon = LoadIconW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDI_NIGHTSHIFT));
    (void)lstrcpynW(data.szTip, words(IDS_TITLE), NS_COUNT_OF(data.szTip));
    (void)lstrcpynW(data.szInfoTitle, words(IDS_TITLE), NS_COUNT_OF(data.szInfoTitle));
    (void)lstrcpynW(data.szInfo, text, NS_COUNT_OF(data.szInfo));
    if (!icon_shown)
        icon_shown = Shell_NotifyIconW(NIM_ADD, &data) != FALSE;
    (void)Shell_NotifyIconW(NIM_MODIFY, &data);
    (void)FlashWindow(self->window, TRUE);
}

void taskbar_seen(const app *self) {
    NOTIFYICONDATAW data = {.cbSize = sizeof data, .hWnd = self->window, .uID = NOTIFICATION};
    if (icon_shown)
        (void)Shell_NotifyIconW(NIM_DELETE, &data);
    icon_shown = false;
}

void taskbar_end(const app *self) {
    taskbar_seen(self);
    if (bar)
        (void)ITaskbarList3_Release(bar);
    bar = NULL;
}
