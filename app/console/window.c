/* The main window: it makes its parts and hands every message to the file that it is for. */
#include "console/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "console/names.h"
#include "store/backup.h"

enum {
    TREE_WIDTH = 200,
    TREE_LEAST = 90,
    CLOSE_TIMER = 1,
    CLOSE_POLL_MS = 200,
    BOARD_TIMER = 2,
    BOARD_MS = 100,
    LEAST_WIDTH = 640,
    LEAST_HEIGHT = 320
};

int scaled(const console *self, int at_96_dpi) {
    return MulDiv(at_96_dpi, (int)self->dpi, 96);
}

static console *console_of(HWND window) {
    return (console *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

void console_show_error(HWND owner, const ns_error *error) {
    WCHAR text[WORDS_SIZE];
    words_of_error(text, error);
    tell(owner, text);
}

static void create_font_and_images(console *self) {
    NONCLIENTMETRICSW metrics = {.cbSize = sizeof metrics};
    if (self->font)
        (void)DeleteObject(self->font);
    if (!SystemParametersInfoForDpi(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0, self->dpi))
        (void)SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0);
    self->font = CreateFontIndirectW(&metrics.lfMessageFont);
    if (self->images)
        (void)ImageList_Destroy(self->images);
    self->images = icons_create(scaled(self, 16));
    {
        HWND parts[] = {self->tree, self->list, self->toolbar, self->status, self->filter_label, self->filter, self->banner, self->empty};
        for (size_t i = 0; i < NS_COUNT_OF(parts); i++)
            SetWindowFont(parts[i], self->font, TRUE);
    }
    (void)ListView_SetImageList(self->list, self->images, LVSIL_SMALL);
    (void)TreeView_SetImageList(self->tree, self->images, TVSIL_NORMAL);
    (void)SendMessageW(self->toolbar, TB_SETIMAGELIST, 0, (LPARAM)self->images);
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
}

/* What is shown first: the view that was shown last. */
static void restore_view(console *self) {
    const int view = options_integer(NAME_VIEW, VIEW_MACHINES);
    self->view = view >= 0 && view < VIEW_COUNT ? (view_kind)view : VIEW_MACHINES;
    if (self->view == VIEW_MACHINES && options_integer(NAME_GROUP_STORE, 0) == self->store_number)
        self->group_id = options_integer(NAME_GROUP, 0);
}

static void use_menu(console *self) {
    HMENU old = GetMenu(self->window);
    HMENU menu = words_menu(IDR_MAIN);
    theme_dress_menu(menu);
    (void)SetMenu(self->window, menu);
    if (old) {
        theme_undress_menu(old);
        (void)DestroyMenu(old);
    }
}

static BOOL on_create(HWND window, LPCREATESTRUCTW creation) {
    console *self = creation->lpCreateParams;
    self->window = window;
    self->dpi = GetDpiForWindow(window);
    self->tree_width = options_integer(NAME_TREE_WIDTH, TREE_WIDTH);
    self->board = board_create(window, self->store_path); /* before the controls, whose messages ask it */
    if (!self->board || !bars_create(self))
        return FALSE;
    restore_view(self);
    use_menu(self);
    create_font_and_images(self);
    list_show_view(self);
    tree_fill(self);
    theme_dress(window);
    (void)SetWindowTextW(self->status, words(IDS_STATUS_LOADING));
    self->jobs = jobs_start(window, self->store_path);
    return self->jobs != NULL;
}

static void arrange(console *self) {
    RECT area;
    (void)GetClientRect(self->window, &area);
    bars_arrange(self, area.right, area.bottom);
}

size_t console_runs_going_on(console *self) {
    size_t count = 0;
    for (size_t i = 0; i < self->run_count; i++)
        count += live_run_is_finished(self->runs[i]) ? 0 : 1;
    return count;
}

void console_selection_changed(console *self) {
    console_update_status(self);
    commands_update(self, NULL);
}

/* Several times a second while a preflight goes on; the rows are made anew and selection and scroll stay. */
static void on_board(console *self) {
    const ns_error error = board_take_news(self->board);
    size_t count = 0;
    if (self->view == VIEW_PREFLIGHT)
        list_refresh(self);
    console_selection_changed(self);
    taskbar_progress(self);
    if (board_is_running(self->board, NULL, &count))
        return;
    jobs_refresh(self->jobs);
    if (error.status != NS_OK) {
        console_show_error(self->window, &error);
    } else if (count) {
        WCHAR text[WORDS_SIZE];
        words_format(text, IDS_PREFLIGHT_DONE, (int)count);
        taskbar_notify(self, text);
    }
}

/* A damaged store that has a copy is offered it. */
static void show_open_error(console *self) {
    unsigned attempt = 0;
    const ns_error error = jobs_open_error(self->jobs, &attempt);
    const int64_t copied_at = ns_store_can_be_restored(&error) ? ns_store_backup_time(self->store_path) : 0;
    char at[PRESENT_CELL_SIZE];
    WCHAR text[WORDS_SIZE];
    WCHAR question[WORDS_SIZE];
    WCHAR *when = NULL;
    if (attempt == self->open_attempt)
        return;
    self->open_attempt = attempt;
    if (error.status == NS_OK)
        return;
    words_of_error(text, &error);
    (void)SetWindowTextW(self->status, text);
    words_local_time(copied_at, at, sizeof at);
    when = copied_at ? ns_wide_from_utf8(at) : NULL;
    if (!when) {
        console_show_error(self->window, &error);
        return;
    }
    words_format(question, IDS_ASK_RESTORE, text, when);
    free(when);
    if (ask(self->window, question, IDS_RESTORE, true))
        jobs_restore(self->jobs);
}

static void on_jobs(console *self) {
    snapshot *fresh = jobs_drain(self->jobs);
    if (fresh) {
        jobs_retire(self->jobs, self->pending);
        self->pending = fresh;
    }
    fresh = ListView_GetEditControl(self->list) ? NULL : self->pending; /* what is typed into the list is not taken away */
    if (fresh) {
        self->pending = NULL;
        self->row_count = 0; /* the rows are numbers in the old one */
        jobs_retire(self->jobs, self->snapshot);
        self->snapshot = fresh;
        tree_fill(self);
        list_refresh(self);
        console_selection_changed(self);
    }
    show_open_error(self);
}

live_run *console_find_run(console *self, int64_t run_id) {
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i]->id == run_id)
            return self->runs[i];
    return NULL;
}

static void on_run(console *self, int64_t run_id) {
    run_window_changed(run_id);
    for (size_t i = 0; i < self->run_count; i++) {
        WCHAR text[WORDS_SIZE];
        if (self->runs[i]->id != run_id || !live_run_is_finished(self->runs[i]))
            continue;
        live_run_release(self->runs[i]);
        self->runs[i] = self->runs[--self->run_count];
        jobs_refresh(self->jobs);
        words_format(text, IDS_RUN_DONE, (int)run_id);
        taskbar_notify(self, text);
        break;
    }
    wall_changed();
    console_update_status(self);
    taskbar_progress(self);
}

static void on_close(HWND window) {
    console *self = console_of(window);
    const size_t going_on = console_runs_going_on(self);
    WCHAR text[WORDS_SIZE] = {0};
    if (self->closing || !dialogs_may_close(window))
        return;
    if (going_on || board_is_running(self->board, NULL, NULL)) {
        if (going_on)
            words_format(text, IDS_ASK_QUIT, (int)going_on);
        if (!ask(window, going_on ? text : words(IDS_ASK_QUIT_PREFLIGHT), IDS_QUIT, true))
            return;
        self->closing = true;
        for (size_t i = 0; i < self->run_count; i++)
            live_run_cancel(self->runs[i]);
        board_cancel(self->board);
        (void)EnableWindow(window, FALSE);
        (void)SetTimer(window, CLOSE_TIMER, CLOSE_POLL_MS, NULL);
        return;
    }
    (void)DestroyWindow(window);
}

/* A run that was started meanwhile is cancelled like the others. */
static void finish_closing(console *self) {
    for (size_t i = 0; i < self->run_count; i++)
        live_run_cancel(self->runs[i]);
    if (console_runs_going_on(self) == 0)
        (void)DestroyWindow(self->window);
}

static void on_timer(HWND window, UINT id) {
    console *self = console_of(window);
    if (id == CLOSE_TIMER)
        finish_closing(self);
    if (id == BOARD_TIMER) {
        (void)KillTimer(window, BOARD_TIMER);
        on_board(self);
    }
}

static void on_destroy(HWND window) {
    console *self = console_of(window);
    dialogs_close_all();
    taskbar_end(self);
    for (size_t i = 0; i < self->run_count; i++)
        live_run_release(self->runs[i]);
    self->run_count = 0;
    theme_undress_menu(GetMenu(window));
    if (self->images)
        (void)ImageList_Destroy(self->images);
    if (self->font)
        (void)DeleteObject(self->font);
    PostQuitMessage(0);
}

static LRESULT on_notify(HWND window, int id, NMHDR *header) {
    console *self = console_of(window);
    if (header->code == NM_CUSTOMDRAW)
        return theme_draws(header);
    if (id == IDC_LIST || (self->list && header->hwndFrom == ListView_GetHeader(self->list)))
        return list_on_notify(self, header);
    if (id == IDC_TREE && header->code == TVN_SELCHANGEDW && !self->filling_tree)
        tree_on_select(self, ((NMTREEVIEWW *)header)->itemNew.lParam);
    if (id == IDC_TREE && header->code == NM_SETFOCUS)
        commands_update(self, NULL);
    if (header->code == TTN_GETDISPINFOW && header->idFrom != 0) {
        NMTTDISPINFOW *tip = (NMTTDISPINFOW *)header;
        tip->lpszText = (LPWSTR)(uintptr_t)words((unsigned)header->idFrom);
    }
    return 0;
}

static void on_dpi_changed(HWND window, UINT dpi, const RECT *suggested) {
    console *self = console_of(window);
    self->dpi = dpi;
    create_font_and_images(self);
    list_set_columns_dpi(self);
    (void)SetWindowPos(window, NULL, suggested->left, suggested->top, suggested->right - suggested->left, suggested->bottom - suggested->top,
                       SWP_NOZORDER | SWP_NOACTIVATE);
}

static void on_menu_select(HWND window, UINT id, UINT flags) {
    console *self = console_of(window);
    const WCHAR *hint = flags == 0xFFFF || (flags & MF_POPUP) ? L"" : words(id);
    if (hint[0])
        (void)SetWindowTextW(self->status, hint);
    else
        console_update_status(self);
}

/* The colours or the language of Windows changed. */
static void on_setting_change(console *self, UINT message) {
    const bool changed = theme_read();
    if (!changed && message == WM_SETTINGCHANGE)
        return;
    for (HWND child = GetWindow(self->window, GW_CHILD); message == WM_SYSCOLORCHANGE && child; child = GetWindow(child, GW_HWNDNEXT))
        (void)SendMessageW(child, WM_SYSCOLORCHANGE, 0, 0); /* the common controls are told by their parent */
    if (changed)
        use_menu(self);
    dialogs_dress_all();
    wall_changed();
}

void console_use_language(console *self, words_language language) {
    words_use(language);
    dialogs_close_all();
    self->filling_tree = true;
    (void)TreeView_DeleteAllItems(self->tree);
    self->filling_tree = false;
    use_menu(self);
    bars_fill_toolbar(self);
    list_show_view(self);
    tree_fill(self);
    list_refresh(self);
    console_selection_changed(self);
    jobs_refresh(self->jobs); /* the index is of words too */
}

/* The strip between tree and list moves with the mouse. */
static bool is_on_splitter(console *self) {
    POINT at;
    RECT tree;
    RECT list;
    (void)GetCursorPos(&at);
    (void)GetWindowRect(self->tree, &tree);
    (void)GetWindowRect(self->list, &list);
    return at.x >= tree.right && at.x < list.left && at.y >= tree.top && at.y < tree.bottom;
}

static void on_mouse(console *self, UINT message, int x) {
    static bool splitting;
    if (message == WM_LBUTTONDOWN && is_on_splitter(self)) {
        splitting = true;
        (void)SetCapture(self->window);
    } else if (message == WM_MOUSEMOVE && splitting) {
        const int width = MulDiv(x, 96, (int)self->dpi);
        self->tree_width = width < TREE_LEAST ? TREE_LEAST : width;
        arrange(self);
    } else if (message == WM_MOUSEMOVE && self->dragging) {
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
static LRESULT on_own_message(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_APP_JOBS) {
        on_jobs(self);
    } else if (message == WM_APP_RUN) {
        on_run(self, (int64_t)lparam);
    } else if (message == WM_APP_BOARD) {
        (void)SetTimer(self->window, BOARD_TIMER, BOARD_MS, NULL); /* what came until then is shown at once */
    } else if (message == WM_APP_LAYOUT) {
        list_on_layout(self);
    } else if (message == WM_APP_SHOW) {
        (void)ShowWindow(self->window, IsIconic(self->window) ? SW_RESTORE : SW_SHOW);
        (void)SetForegroundWindow(self->window);
    } else {
        on_timer(self->window, (UINT)wparam);
    }
    return 0;
}

static LRESULT on_menu(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_INITMENUPOPUP)
        commands_update(self, (HMENU)wparam);
    else if (message == WM_MENUSELECT)
        on_menu_select(self->window, LOWORD(wparam), HIWORD(wparam));
    else if (message == WM_CONTEXTMENU)
        commands_context_menu(self, (HWND)wparam, GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam));
    else if (LOWORD(wparam) == IDC_FILTER && HIWORD(wparam) == EN_CHANGE)
        filter_on_change(self);
    else
        commands_run(self, LOWORD(wparam));
    return 0;
}

static LRESULT on_keyboard(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    (void)lparam;
    if (message == WM_SETFOCUS && !self->dragging)
        (void)SetFocus(self->list);
    else if (message == WM_KEYDOWN && wparam == VK_ESCAPE)
        drag_end(self, false);
    else if (message == WM_HELP)
        help_open(self->window, view_get(self->view)->help);
    return message == WM_HELP;
}

static LRESULT on_pointer(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message != WM_SETCURSOR) {
        on_mouse(self, message, GET_X_LPARAM(lparam));
        return 0;
    }
    if (LOWORD(lparam) == HTCLIENT && (HWND)wparam == self->window && is_on_splitter(self)) {
        (void)SetCursor(LoadCursorW(NULL, (LPCWSTR)IDC_SIZEWE));
        return TRUE;
    }
    return DefWindowProcW(self->window, message, wparam, lparam);
}

/* After the system has done its part. */
static LRESULT on_appearance(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    const LRESULT answer = DefWindowProcW(self->window, message, wparam, lparam);
    if (message == WM_ACTIVATE)
        taskbar_seen(self);
    else if (message == WM_NCPAINT || message == WM_NCACTIVATE)
        theme_paint_menu_bar(self->window);
    else if (message == WM_EXITSIZEMOVE)
        options_set_placement(self->window);
    else
        on_setting_change(self, message);
    return answer;
}

static LRESULT on_other(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    static const struct {
        UINT message;
        LRESULT (*handler)(console *, UINT, WPARAM, LPARAM);
    } handlers[] = {{WM_SETFOCUS, on_keyboard},
                    {WM_KEYDOWN, on_keyboard},
                    {WM_HELP, on_keyboard},
                    {WM_COMMAND, on_menu},
                    {WM_INITMENUPOPUP, on_menu},
                    {WM_MENUSELECT, on_menu},
                    {WM_CONTEXTMENU, on_menu},
                    {WM_SETCURSOR, on_pointer},
                    {WM_LBUTTONDOWN, on_pointer},
                    {WM_LBUTTONUP, on_pointer},
                    {WM_MOUSEMOVE, on_pointer},
                    {WM_CAPTURECHANGED, on_pointer},
                    {WM_APP_JOBS, on_own_message},
                    {WM_APP_RUN, on_own_message},
                    {WM_APP_BOARD, on_own_message},
                    {WM_APP_LAYOUT, on_own_message},
                    {WM_APP_SHOW, on_own_message},
                    {WM_TIMER, on_own_message},
                    {WM_ACTIVATE, on_appearance},
                    {WM_NCPAINT, on_appearance},
                    {WM_NCACTIVATE, on_appearance},
                    {WM_EXITSIZEMOVE, on_appearance},
                    {WM_SETTINGCHANGE, on_appearance},
                    {WM_THEMECHANGED, on_appearance},
                    {WM_SYSCOLORCHANGE, on_appearance}};
    LRESULT answer = 0;
    for (size_t i = 0; i < NS_COUNT_OF(handlers); i++)
        if (handlers[i].message == message)
            return handlers[i].handler(self, message, wparam, lparam);
    return theme_handles(self->window, message, wparam, lparam, &answer) ? answer : DefWindowProcW(self->window, message, wparam, lparam);
}

static void on_size(console *self, UINT state) {
    if (self->list && state != SIZE_MINIMIZED)
        arrange(self);
    if (self->jobs && state != SIZE_MINIMIZED)
        options_set_placement(self->window);
}

static void on_least_size(const console *self, MINMAXINFO *info) {
    info->ptMinTrackSize = (POINT){scaled(self, LEAST_WIDTH), scaled(self, LEAST_HEIGHT)};
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    console *self = console_of(window);
    if (message == WM_NCCREATE)
        (void)SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)((LPCREATESTRUCTW)lparam)->lpCreateParams);
    if (!self || !(self->window || message == WM_CREATE))
        return DefWindowProcW(window, message, wparam, lparam);
    switch (message) {
    case WM_CREATE:
        return on_create(window, (LPCREATESTRUCTW)lparam) ? 0 : -1;
    case WM_SIZE:
        on_size(self, (UINT)wparam);
        return 0;
    case WM_GETMINMAXINFO:
        on_least_size(self, (MINMAXINFO *)lparam);
        return 0;
    case WM_NOTIFY:
        return on_notify(window, (int)wparam, (NMHDR *)lparam);
    case WM_DPICHANGED:
        on_dpi_changed(window, HIWORD(wparam), (const RECT *)lparam);
        return 0;
    case WM_CLOSE:
        on_close(window);
        return 0;
    case WM_DESTROY:
        on_destroy(window);
        return 0;
    default:
        return on_other(self, message, wparam, lparam);
    }
}

HWND console_window_create(console *self, int show) {
    HINSTANCE instance = GetModuleHandleW(NULL);
    const WNDCLASSEXW class = {.cbSize = sizeof class,
                               .lpfnWndProc = procedure,
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
