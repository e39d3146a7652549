/* The main window: it makes its parts, takes what they report, and hands every message to the file that it is for. */
#include "console/shell/console.h"

#include <stdlib.h>
#include <string.h>

#include "console/ui/names.h"
#include "console/ui/options.h"
#include "console/ui/theme.h"
#include "console/ui/theme_menu.h"
#include "console/windows/windows.h"
#include "store/backup.h"

enum { TREE_WIDTH = 200, TREE_LEAST = 90, LEAST_WIDTH = 640, LEAST_HEIGHT = 320 };
enum { CLOSE_TIMER = 1, CLOSE_POLL_MS = 200, BOARD_TIMER = 2, BOARD_MS = 100 };

static console *console_of(HWND window) {
    return (console *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

/* What the parts report. */
static void console_on_selected(void *context) {
    console *self = context;
    bars_update(self);
    commands_update(self, NULL);
}

static void console_on_refreshed(void *context) {
    console *self = context;
    memset(self->states, 0, sizeof self->states);
    if (self->view->count_states)
        self->view->count_states(&self->data, list_rows(self->list)->items, list_rows(self->list)->count, self->states);
    bars_show_empty(self);
    console_on_selected(self);
}

static void console_on_focused(void *context) {
    commands_update(context, NULL);
}

static void console_on_left(void *context) {
    (void)SetFocus(list_window(((const console *)context)->list));
}

static void console_on_activated(void *context, int64_t id, size_t column) {
    console *self = context;
    if (self->view->checks && column >= self->view->checks)
        checks_show(&self->app, id, (int)(column - self->view->checks));
    else
        (void)commands_run(self, self->view->enter);
}

static void console_on_renamed(void *context, int64_t id, const char *name) {
    const console *self = context;
    const thing_caller by = console_caller(self);
    if (name)
        thing_rename(&by, self->view->named, id, name, self->app.snapshot ? self->app.snapshot->seen : 0);
    (void)PostMessageW(self->app.window, WM_APP_JOBS, 0, 0); /* what was kept back meanwhile */
}

static void console_on_dragged(void *context) {
    drag_begin(context);
}

static void console_on_chosen(void *context, size_t number, int64_t group_id) {
    console_show_view(context, view_at(number), group_id);
}

static void console_on_filtered(void *context, const char *text) {
    list_filter(((const console *)context)->list, text);
}

/* The first steps do not know what is selected, nor which view is shown. */
static void console_on_command(void *context, int command) {
    console *self = context;
    const bool of_machine =
        self->start && IsChild(self->start, GetFocus()) && (command == ID_PREPARE || command == ID_PREFLIGHT || command == ID_TEST_RUN);
    if (of_machine && self->view->things != THINGS_MACHINES)
        tree_choose(self->tree, view_at(0));
    if (!commands_run(self, command) && of_machine && command != ID_PREFLIGHT)
        (void)SetWindowTextW(self->status, words(IDS_SELECT_FIRST));
}

static void console_on_started(void *context, int64_t run_id) {
    const console *self = context;
    run_window_show(&self->app, run_id);
    bars_update(self);
}

static void console_on_status(void *context, const WCHAR *text) {
    (void)SetWindowTextW(((const console *)context)->status, text);
}

static const events console_events = {.refreshed = console_on_refreshed,
                                      .selected = console_on_selected,
                                      .focused = console_on_focused,
                                      .left = console_on_left,
                                      .activated = console_on_activated,
                                      .renamed = console_on_renamed,
                                      .dragged = console_on_dragged,
                                      .chosen = console_on_chosen,
                                      .filtered = console_on_filtered,
                                      .command = console_on_command,
                                      .started = console_on_started,
                                      .status = console_on_status};

/* What is shown first: the view that was shown last. */
static void restore_view(console *self) {
    const int number = options_integer(NAME_VIEW, 0);
    const view *shown = number >= 0 ? view_at((size_t)number) : NULL;
    self->view = shown ? shown : view_at(0);
    if (self->view->has_groups && options_integer(NAME_GROUP_STORE, 0) == self->store_number)
        self->data.group_id = options_integer(NAME_GROUP, 0);
}

static bool console_on_create(console *self, HWND window) {
    self->app.window = window;
    self->events = console_events;
    self->events.context = self;
    self->app.events = &self->events;
    self->tree_width = options_integer(NAME_TREE_WIDTH, TREE_WIDTH);
    restore_view(self);
    self->app.board = board_create(window, self->app.store_locator); /* before the controls, whose messages ask it */
    self->app.runs = runs_create(window, self->app.store_locator);
    if (!self->app.board || !self->app.runs || !bars_create(self))
        return false;
    bars_use_menu(self);
    bars_use_dpi(self);
    tree_fill(self->tree, NULL, self->view, self->data.group_id);
    console_show_view(self, self->view, self->data.group_id);
    theme_dress(window);
    (void)SetWindowTextW(self->status, words(IDS_STATUS_LOADING));
    self->app.jobs = jobs_start(window, self->app.store_locator);
    console_use_worker(self);
    return self->app.jobs != NULL;
}

/* Several times a second while a preflight goes on; the rows are made anew and selection and scroll stay. */
static void console_on_board(console *self) {
    const ns_error error = board_take_news(self->app.board);
    size_t count = 0;
    if (self->view->is_preflight)
        console_refresh(self);
    else
        console_on_selected(self);
    taskbar_progress(&self->app);
    if (board_is_running(self->app.board, NULL, &count))
        return;
    jobs_refresh(self->app.jobs);
    if (error.status != NS_OK) {
        message_error(self->app.window, &error);
    } else if (count) {
        WCHAR text[WORDS_SIZE];
        words_format(text, IDS_PREFLIGHT_DONE, (int)count);
        taskbar_notify(&self->app, text);
    }
}

/* A damaged store that has a copy is offered it. */
static void show_open_error(console *self) {
    unsigned attempt = 0;
    const ns_error error = jobs_open_error(self->app.jobs, &attempt);
    const int64_t copied_at = ns_store_can_be_restored(&error) ? ns_store_backup_time(self->app.store_locator) : 0;
    char at[CELL_SIZE];
    char *happened = NULL;
    WCHAR text[WORDS_SIZE];
    if (attempt == self->open_attempt)
        return;
    self->open_attempt = attempt;
    if (error.status == NS_OK)
        return;
    words_of_error(text, &error);
    (void)SetWindowTextW(self->status, text);
    if (!copied_at) {
        message_error(self->app.window, &error);
        return;
    }
    happened = ns_wide_to_utf8(text);
    words_local_time(copied_at, at, sizeof at);
    words_insert(text, IDS_ASK_RESTORE, happened, at, NULL, NULL);
    free(happened);
    if (message_confirm(self->app.window, text, IDS_RESTORE, true))
        jobs_restore(self->app.jobs);
}

static void console_on_jobs(console *self) {
    snapshot *fresh = jobs_drain(self->app.jobs);
    if (fresh) {
        jobs_retire(self->app.jobs, self->pending);
        self->pending = fresh;
    }
    if (self->pending && !list_is_renaming(self->list)) { /* what is typed into the list is not taken away */
        fresh = self->pending;
        self->pending = NULL;
        console_take_snapshot(self, fresh);
    }
    show_open_error(self);
}

static void console_on_run(console *self, int64_t run_id) {
    run_window_changed(run_id);
    if (runs_take_finished(self->app.runs, run_id)) {
        WCHAR text[WORDS_SIZE];
        jobs_refresh(self->app.jobs);
        words_format(text, IDS_RUN_DONE, (int)run_id);
        taskbar_notify(&self->app, text);
    }
    wall_changed();
    bars_update(self);
    taskbar_progress(&self->app);
}

static void console_on_close(console *self) {
    HWND window = self->app.window;
    const size_t going_on = runs_going_on(self->app.runs) + queue_worker_going_on(self->app.worker);
    WCHAR text[WORDS_SIZE] = {0};
    if (self->app.closing || !dialogs_may_close(window))
        return;
    if (going_on || board_is_running(self->app.board, NULL, NULL)) {
        if (going_on)
            words_format(text, IDS_ASK_QUIT, (int)going_on);
        if (!message_confirm(window, going_on ? text : words(IDS_ASK_QUIT_PREFLIGHT), IDS_QUIT, true))
            return;
        self->app.closing = true;
        runs_cancel_all(self->app.runs);
        queue_worker_stop(self->app.worker, true);
        board_cancel(self->app.board);
        (void)EnableWindow(window, FALSE);
        (void)SetTimer(window, CLOSE_TIMER, CLOSE_POLL_MS, NULL);
        return;
    }
    (void)DestroyWindow(window);
}

/* A run that was started meanwhile is cancelled like the others. */
static void finish_closing(console *self) {
    runs_cancel_all(self->app.runs);
    if (runs_going_on(self->app.runs) == 0 && queue_worker_has_stopped(self->app.worker))
        (void)DestroyWindow(self->app.window);
}

static void console_on_timer(console *self, UINT id) {
    if (id == CLOSE_TIMER)
        finish_closing(self);
    if (id == BOARD_TIMER) {
        (void)KillTimer(self->app.window, BOARD_TIMER);
        console_on_board(self);
    }
}

static void console_on_destroy(console *self) {
    HWND window = self->app.window;
    dialogs_close_all();
    taskbar_end(&self->app);
    theme_undress_menu(GetMenu(window));
    if (self->images)
        (void)ImageList_Destroy(self->images);
    if (self->app.font)
        (void)DeleteObject(self->app.font);
    PostQuitMessage(0);
}

static LRESULT console_on_notify(console *self, int id, NMHDR *header) {
    if (header->code == NM_CUSTOMDRAW)
        return theme_draws(header);
    if (self->list && (id == IDC_LIST || header->hwndFrom == ListView_GetHeader(list_window(self->list))))
        return list_on_notify(self->list, header);
    if (self->tree && id == IDC_TREE)
        tree_on_notify(self->tree, header);
    if (header->code == TTN_GETDISPINFOW && header->idFrom != 0) {
        NMTTDISPINFOW *tip = (NMTTDISPINFOW *)header;
        tip->lpszText = (LPWSTR)(uintptr_t)words((unsigned)header->idFrom);
    }
    return 0;
}

static void console_on_dpi_changed(console *self, const RECT *suggested) {
    bars_use_dpi(self);
    list_set_columns_dpi(self->list);
    if (self->start)
        bars_show_start(self, true); /* made anew: a part is not told */
    (void)SetWindowPos(self->app.window, NULL, suggested->left, suggested->top, suggested->right - suggested->left,
                       suggested->bottom - suggested->top, SWP_NOZORDER | SWP_NOACTIVATE);
}

static void console_on_menu_select(console *self, UINT id, UINT flags) {
    const WCHAR *hint = flags == 0xFFFF || (flags & MF_POPUP) ? L"" : words(id);
    if (hint[0])
        (void)SetWindowTextW(self->status, hint);
    else
        bars_update(self);
}

/* The colours or the language of Windows changed. */
static void console_on_setting_change(console *self, UINT message) {
    const bool changed = theme_read();
    if (!changed && message == WM_SETTINGCHANGE)
        return;
    for (HWND child = GetWindow(self->app.window, GW_CHILD); message == WM_SYSCOLORCHANGE && child; child = GetWindow(child, GW_HWNDNEXT))
        (void)SendMessageW(child, WM_SYSCOLORCHANGE, 0, 0); /* the common controls are told by their parent */
    if (changed)
        bars_use_menu(self);
    dialogs_dress_all();
    wall_changed();
}

/* The strip between tree and list moves with the mouse. */
static bool is_on_splitter(console *self) {
    POINT at;
    RECT left;
    RECT right;
    (void)GetCursorPos(&at);
    (void)GetWindowRect(tree_window(self->tree), &left);
    (void)GetWindowRect(list_window(self->list), &right);
    return at.x >= left.right && at.x < right.left && at.y >= left.top && at.y < left.bottom;
}

static void console_on_mouse(console *self, UINT message, int x) {
    static bool splitting;
    if (message == WM_LBUTTONDOWN && is_on_splitter(self)) {
        splitting = true;
        (void)SetCapture(self->app.window);
    } else if (message == WM_MOUSEMOVE && splitting) {
        const int width = MulDiv(x, 96, (int)GetDpiForWindow(self->app.window));
        self->tree_width = width < TREE_LEAST ? TREE_LEAST : width;
        bars_arrange(self);
    } else if (message == WM_MOUSEMOVE && drag_goes_on()) {
        drag_move(self);
    } else if (message == WM_LBUTTONUP && splitting) {
        splitting = false;
        (void)ReleaseCapture();
        options_set_integer(NAME_TREE_WIDTH, self->tree_width);
    } else if (message == WM_LBUTTONUP) {
        drag_end(self, true);
    } else if (message == WM_CAPTURECHANGED) {
        splitting = false;
        drag_end(self, false);
    }
}

/* What comes from our own threads and timers. */
static LRESULT console_on_own_message(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_APP_JOBS) {
        console_on_jobs(self);
    } else if (message == WM_APP_RUN) {
        console_on_run(self, (int64_t)lparam);
    } else if (message == WM_APP_BOARD) {
        (void)SetTimer(self->app.window, BOARD_TIMER, BOARD_MS, NULL); /* what came until then is shown at once */
    } else if (message == WM_APP_SHOW) {
        (void)ShowWindow(self->app.window, IsIconic(self->app.window) ? SW_RESTORE : SW_SHOW);
        (void)SetForegroundWindow(self->app.window);
    } else {
        console_on_timer(self, (UINT)wparam);
    }
    return 0;
}

static LRESULT console_on_menu(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_INITMENUPOPUP)
        commands_update(self, (HMENU)wparam);
    else if (message == WM_MENUSELECT)
        console_on_menu_select(self, LOWORD(wparam), HIWORD(wparam));
    else if (message == WM_CONTEXTMENU)
        commands_context_menu(self, (HWND)wparam, GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam));
    else if (LOWORD(wparam) == IDC_FILTER && HIWORD(wparam) == EN_CHANGE)
        filter_on_change(self->filter);
    else
        (void)commands_run(self, LOWORD(wparam));
    return 0;
}

static LRESULT console_on_keyboard(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    (void)lparam;
    if (message == WM_SETFOCUS && !drag_goes_on())
        (void)SetFocus(list_window(self->list));
    else if (message == WM_KEYDOWN && wparam == VK_ESCAPE)
        drag_end(self, false);
    else if (message == WM_HELP)
        help_open(self->app.window, self->view->help);
    return message == WM_HELP;
}

static LRESULT console_on_pointer(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message != WM_SETCURSOR) {
        console_on_mouse(self, message, GET_X_LPARAM(lparam));
        return 0;
    }
    if (LOWORD(lparam) == HTCLIENT && (HWND)wparam == self->app.window && is_on_splitter(self)) {
        (void)SetCursor(LoadCursorW(NULL, (LPCWSTR)IDC_SIZEWE));
        return TRUE;
    }
    return DefWindowProcW(self->app.window, message, wparam, lparam);
}

/* After the system has done its part. */
static LRESULT console_on_appearance(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    const LRESULT answer = DefWindowProcW(self->app.window, message, wparam, lparam);
    if (message == WM_ACTIVATE)
        taskbar_seen(&self->app);
    else if (message == WM_NCPAINT || message == WM_NCACTIVATE)
        theme_paint_menu_bar(self->app.window);
    else if (message == WM_EXITSIZEMOVE)
        options_set_placement(self->app.window);
    else
        console_on_setting_change(self, message);
    return answer;
}

static LRESULT console_on_other(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    static const struct {
        UINT message;
        LRESULT (*handler)(console *, UINT, WPARAM, LPARAM);
    } handlers[] = {{WM_SETFOCUS, console_on_keyboard},       {WM_KEYDOWN, console_on_keyboard},
                    {WM_HELP, console_on_keyboard},           {WM_COMMAND, console_on_menu},
                    {WM_INITMENUPOPUP, console_on_menu},      {WM_MENUSELECT, console_on_menu},
                    {WM_CONTEXTMENU, console_on_menu},        {WM_SETCURSOR, console_on_pointer},
                    {WM_LBUTTONDOWN, console_on_pointer},     {WM_LBUTTONUP, console_on_pointer},
                    {WM_MOUSEMOVE, console_on_pointer},       {WM_CAPTURECHANGED, console_on_pointer},
                    {WM_APP_JOBS, console_on_own_message},    {WM_APP_RUN, console_on_own_message},
                    {WM_APP_BOARD, console_on_own_message},   {WM_APP_SHOW, console_on_own_message},
                    {WM_TIMER, console_on_own_message},       {WM_ACTIVATE, console_on_appearance},
                    {WM_NCPAINT, console_on_appearance},      {WM_NCACTIVATE, console_on_appearance},
                    {WM_EXITSIZEMOVE, console_on_appearance}, {WM_SETTINGCHANGE, console_on_appearance},
                    {WM_THEMECHANGED, console_on_appearance}, {WM_SYSCOLORCHANGE, console_on_appearance}};
    LRESULT answer = 0;
    for (size_t i = 0; i < NS_COUNT_OF(handlers); i++)
        if (handlers[i].message == message)
            return handlers[i].handler(self, message, wparam, lparam);
    return theme_handles(self->app.window, message, wparam, lparam, &answer) ? answer : DefWindowProcW(self->app.window, message, wparam, lparam);
}

static void console_on_size(const console *self, UINT state) {
    if (self->list && state != SIZE_MINIMIZED)
        bars_arrange(self);
    if (self->app.jobs && state != SIZE_MINIMIZED)
        options_set_placement(self->app.window);
}

static LRESULT CALLBACK console_on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    console *self = console_of(window);
    if (message == WM_NCCREATE)
        (void)SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)((LPCREATESTRUCTW)lparam)->lpCreateParams);
    if (!self || !(self->app.window || message == WM_CREATE))
        return DefWindowProcW(window, message, wparam, lparam);
    switch (message) {
    case WM_CREATE:
        return console_on_create(self, window) ? 0 : -1;
    case WM_SIZE:
        console_on_size(self, (UINT)wparam);
        return 0;
    case WM_GETMINMAXINFO:
        ((MINMAXINFO *)lparam)->ptMinTrackSize = (POINT){scaled(window, LEAST_WIDTH), scaled(window, LEAST_HEIGHT)};
        return 0;
    case WM_NOTIFY:
        return console_on_notify(self, (int)wparam, (NMHDR *)lparam);
    case WM_DPICHANGED:
        console_on_dpi_changed(self, (const RECT *)lparam);
        return 0;
    case WM_CLOSE:
        console_on_close(self);
        return 0;
    case WM_DESTROY:
        console_on_destroy(self);
        return 0;
    default:
        return console_on_other(self, message, wparam, lparam);
    }
}

HWND console_window_create(console *self, int show) {
    HINSTANCE instance = GetModuleHandleW(NULL);
    const WNDCLASSEXW class = {.cbSize = sizeof class,
                               .lpfnWndProc = console_on_message,
                               .hInstance = instance,
                               .hIcon = LoadIconW(instance, MAKEINTRESOURCEW(IDI_NIGHTSHIFT)),
                               .hCursor = LoadCursorW(NULL, (LPCWSTR)IDC_ARROW),
                               .hbrBackground = (HBRUSH)(COLOR_BTNFACE + 1),
                               .lpszClassName = NAME_WINDOW_CLASS};
    const UINT dpi = GetDpiForSystem();
    WINDOWPLACEMENT placement;
    HWND window = NULL;
    if (!RegisterClassExW(&class))
        return NULL;
    window = CreateWindowExW(0, class.lpszClassName, words(IDS_TITLE), WS_OVERLAPPEDWINDOW | WS_CLIPCHILDREN, CW_USEDEFAULT, CW_USEDEFAULT,
                             MulDiv(1080, (int)dpi, 96), MulDiv(620, (int)dpi, 96), NULL, NULL, instance, self);
    if (!window)
        return NULL;
    if (options_placement(&placement)) {
        placement.showCmd = placement.showCmd == SW_SHOWMAXIMIZED ? SW_SHOWMAXIMIZED : (UINT)show;
        (void)SetWindowPlacement(window, &placement);
    } else {
        (void)ShowWindow(window, show);
    }
    (void)UpdateWindow(window);
    return window;
}
