#include "console/console.h"

#include <stdlib.h>

#include "base/wide.h"
#include "console/present/present.h"

enum { TREE_WIDTH = 200, CLOSE_TIMER = 1, CLOSE_POLL_MS = 200, BOARD_TIMER = 2, BOARD_MS = 100 };

int scaled(const console *self, int at_96_dpi) {
    return MulDiv(at_96_dpi, (int)self->dpi, 96);
}

static console *console_of(HWND window) {
    return (console *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

void console_show_error(HWND owner, const ns_error *error) {
    WCHAR text[WORDS_SIZE];
    words_of_error(text, error);
    (void)MessageBoxW(owner, text, words(IDS_ERROR), MB_ICONWARNING);
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
    SetWindowFont(self->tree, self->font, TRUE);
    SetWindowFont(self->list, self->font, TRUE);
    SetWindowFont(self->toolbar, self->font, TRUE);
    SetWindowFont(self->status, self->font, TRUE);
    (void)ListView_SetImageList(self->list, self->images, LVSIL_SMALL);
    (void)TreeView_SetImageList(self->tree, self->images, TVSIL_NORMAL);
    (void)SendMessageW(self->toolbar, TB_SETIMAGELIST, 0, (LPARAM)self->images);
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
}

static void add_buttons(console *self) {
    static const struct {
        int image;
        int command;
        UINT text;
    } buttons[] = {{PRESENT_ICON_COUNT + 1, ID_MACHINE_ADD, IDS_COLUMN_MACHINE},
                   {PRESENT_ICON_GROUP, ID_GROUP_ADD, IDS_COLUMN_GROUP},
                   {-1, 0, 0},
                   {PRESENT_ICON_OK, ID_PREFLIGHT, 0},
                   {PRESENT_ICON_RUN, ID_TEST_RUN, 0},
                   {PRESENT_ICON_BAD, ID_RUN_CANCEL, IDS_CANCEL_RUN},
                   {-1, 0, 0},
                   {PRESENT_ICON_COUNT, ID_SETTINGS, 0}};
    HMENU menu = GetMenu(self->window);
    (void)SendMessageW(self->toolbar, TB_BUTTONSTRUCTSIZE, sizeof(TBBUTTON), 0);
    for (size_t i = 0; i < NS_COUNT_OF(buttons); i++) {
        WCHAR text[64] = {0};
        TBBUTTON button = {
            .iBitmap = buttons[i].image, .idCommand = buttons[i].command, .fsState = TBSTATE_ENABLED, .fsStyle = BTNS_BUTTON | BTNS_AUTOSIZE};
        if (buttons[i].command == 0) {
            button.fsStyle = BTNS_SEP;
        } else if (buttons[i].text) {
            (void)lstrcpynW(text, words(buttons[i].text), NS_COUNT_OF(text));
        } else {
            /* As in the menu, without its mnemonic and what follows the name. */
            size_t out = 0;
            WCHAR label[64] = {0};
            (void)GetMenuStringW(menu, (UINT)buttons[i].command, label, NS_COUNT_OF(label), MF_BYCOMMAND);
            for (const WCHAR *p = label; *p && *p != L'\t' && *p != 0x2026; p++)
                if (*p != L'&')
                    text[out++] = *p;
        }
        button.iString = (INT_PTR)text;
        (void)SendMessageW(self->toolbar, TB_ADDBUTTONSW, 1, (LPARAM)&button);
    }
}

static BOOL on_create(HWND window, LPCREATESTRUCTW creation) {
    console *self = creation->lpCreateParams;
    HINSTANCE instance = GetModuleHandleW(NULL);
    const DWORD child = WS_CHILD | WS_VISIBLE;
    self->window = window;
    self->dpi = GetDpiForWindow(window);
    self->board = board_create(window, self->store_path); /* before the controls, whose messages ask it */
    self->toolbar = CreateWindowExW(0, TOOLBARCLASSNAMEW, NULL, child | TBSTYLE_FLAT | TBSTYLE_LIST | TBSTYLE_TOOLTIPS | CCS_TOP, 0, 0, 0, 0, window,
                                    (HMENU)(INT_PTR)IDC_TOOLBAR, instance, NULL);
    self->status = CreateWindowExW(0, STATUSCLASSNAMEW, NULL, child | SBARS_SIZEGRIP, 0, 0, 0, 0, window, (HMENU)(INT_PTR)IDC_STATUS, instance, NULL);
    self->tree = CreateWindowExW(0, WC_TREEVIEWW, NULL, child | WS_TABSTOP | WS_BORDER | TVS_HASBUTTONS | TVS_LINESATROOT | TVS_SHOWSELALWAYS, 0, 0,
                                 0, 0, window, (HMENU)(INT_PTR)IDC_TREE, instance, NULL);
    self->list = CreateWindowExW(0, WC_LISTVIEWW, NULL, child | WS_TABSTOP | WS_BORDER | LVS_REPORT | LVS_OWNERDATA | LVS_SHOWSELALWAYS, 0, 0, 0, 0,
                                 window, (HMENU)(INT_PTR)IDC_LIST, instance, NULL);
    if (!self->toolbar || !self->status || !self->tree || !self->list || !self->board)
        return FALSE;
    ListView_SetExtendedListViewStyle(self->list, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_HEADERDRAGDROP | LVS_EX_LABELTIP);
    add_buttons(self);
    create_font_and_images(self);
    list_show_view(self);
    tree_fill(self);
    (void)SetWindowTextW(self->status, words(IDS_STATUS_LOADING));
    self->jobs = jobs_start(window, self->store_path);
    return self->jobs != NULL;
}

static void on_size(HWND window, UINT state, int width, int height) {
    console *self = console_of(window);
    RECT bar = {0};
    RECT status = {0};
    int top = 0;
    int tree = 0;
    (void)state;
    if (!self || !self->list)
        return;
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
    (void)SendMessageW(self->status, WM_SIZE, 0, 0);
    (void)GetWindowRect(self->toolbar, &bar);
    (void)GetWindowRect(self->status, &status);
    top = bar.bottom - bar.top;
    height -= top + (status.bottom - status.top);
    tree = scaled(self, TREE_WIDTH);
    (void)MoveWindow(self->tree, 0, top, tree, height, TRUE);
    (void)MoveWindow(self->list, tree + scaled(self, 4), top, width - tree - scaled(self, 4), height, TRUE);
}

static size_t runs_going_on(console *self) {
    size_t count = 0;
    for (size_t i = 0; i < self->run_count; i++)
        count += live_run_is_finished(self->runs[i]) ? 0 : 1;
    return count;
}

static const UINT empty_texts[] = {IDS_EMPTY_MACHINES, IDS_EMPTY_PREFLIGHT,   IDS_EMPTY_RUNS,
                                   IDS_EMPTY_SESSIONS, IDS_EMPTY_CONNECTIONS, IDS_EMPTY_FLOWS};

void console_update_status(console *self) {
    WCHAR text[WORDS_SIZE];
    WCHAR running[WORDS_SIZE] = {0};
    int selected = (int)ListView_GetSelectedCount(self->list);
    size_t going_on = runs_going_on(self);
    size_t done = 0;
    size_t count = 0;
    if (!self->snapshot)
        return;
    if (self->row_count == 0)
        (void)lstrcpynW(text, words(empty_texts[self->view]), WORDS_SIZE);
    else
        words_format(text, self->view == VIEW_MACHINES ? IDS_STATUS_MACHINES : IDS_STATUS_OTHER, (int)self->row_count, selected);
    if (going_on) {
        words_format(running, IDS_STATUS_RUNNING, (int)going_on);
        (void)lstrcatW(text, L"    ");
        (void)lstrcatW(text, running);
    }
    if (board_is_running(self->board, &done, &count)) {
        words_format(running, IDS_STATUS_PREFLIGHT, (int)done, (int)count);
        (void)lstrcatW(text, L"    ");
        (void)lstrcatW(text, running);
    }
    (void)SetWindowTextW(self->status, text);
}

/* Several times a second while a preflight goes on; the rows are made anew and selection and scroll stay. */
static void on_board(console *self) {
    const ns_error error = board_take_news(self->board);
    if (self->view == VIEW_PREFLIGHT)
        list_refresh(self);
    console_update_status(self);
    commands_update(self, NULL);
    if (!board_is_running(self->board, NULL, NULL))
        jobs_refresh(self->jobs);
    if (error.status != NS_OK)
        console_show_error(self->window, &error);
}

static void on_jobs(console *self) {
    snapshot *fresh = jobs_drain(self->jobs);
    ns_error error = jobs_open_error(self->jobs);
    if (fresh) {
        snapshot_release(self->snapshot);
        self->snapshot = fresh;
        tree_fill(self);
        list_refresh(self);
        console_update_status(self);
        commands_update(self, NULL);
    }
    if (error.status != NS_OK && !self->open_error_shown) {
        WCHAR text[WORDS_SIZE];
        self->open_error_shown = true;
        words_of_error(text, &error);
        (void)SetWindowTextW(self->status, text);
        console_show_error(self->window, &error);
    }
}

live_run *console_find_run(console *self, int64_t run_id) {
    for (size_t i = 0; i < self->run_count; i++)
        if (self->runs[i]->id == run_id)
            return self->runs[i];
    return NULL;
}

static void on_run(console *self, int64_t run_id) {
    run_window_changed(run_id);
    console_update_status(self);
    for (size_t i = 0; i < self->run_count; i++) {
        if (self->runs[i]->id != run_id || !live_run_is_finished(self->runs[i]))
            continue;
        live_run_release(self->runs[i]);
        self->runs[i] = self->runs[--self->run_count];
        jobs_refresh(self->jobs);
        break;
    }
}

static void on_close(HWND window) {
    console *self = console_of(window);
    size_t going_on = runs_going_on(self);
    WCHAR text[WORDS_SIZE];
    if (self->closing)
        return;
    if (going_on) {
        words_format(text, IDS_ASK_QUIT, (int)going_on);
        if (MessageBoxW(window, text, words(IDS_TITLE), MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2) != IDYES)
            return;
        self->closing = true;
        for (size_t i = 0; i < self->run_count; i++)
            live_run_cancel(self->runs[i]);
        (void)EnableWindow(window, FALSE);
        (void)SetTimer(window, CLOSE_TIMER, CLOSE_POLL_MS, NULL);
        return;
    }
    (void)DestroyWindow(window);
}

static void on_timer(HWND window, UINT id) {
    console *self = console_of(window);
    if (id == CLOSE_TIMER && runs_going_on(self) == 0)
        (void)DestroyWindow(window);
    if (id == BOARD_TIMER) {
        (void)KillTimer(window, BOARD_TIMER);
        on_board(self);
    }
}

static void on_destroy(HWND window) {
    console *self = console_of(window);
    for (size_t i = 0; i < self->run_count; i++)
        live_run_release(self->runs[i]);
    self->run_count = 0;
    if (self->images)
        (void)ImageList_Destroy(self->images);
    if (self->font)
        (void)DeleteObject(self->font);
    PostQuitMessage(0);
}

static LRESULT on_notify(HWND window, int id, NMHDR *header) {
    console *self = console_of(window);
    if (id == IDC_LIST)
        return list_on_notify(self, header);
    if (id == IDC_TREE && header->code == TVN_SELCHANGEDW && !self->filling_tree)
        tree_on_select(self, ((NMTREEVIEWW *)header)->itemNew.lParam);
    if (id == IDC_TREE && header->code == NM_SETFOCUS)
        commands_update(self, NULL);
    if (header->code == TTN_GETDISPINFOW && header->idFrom != 0) {
        NMTTDISPINFOW *tip = (NMTTDISPINFOW *)header;
        tip->hinst = GetModuleHandleW(NULL);
        tip->lpszText = MAKEINTRESOURCEW(header->idFrom);
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
    WCHAR hint[256] = {0};
    if (flags == 0xFFFF || (flags & MF_POPUP) || LoadStringW(GetModuleHandleW(NULL), id, hint, NS_COUNT_OF(hint)) == 0)
        console_update_status(self);
    else
        (void)SetWindowTextW(self->status, hint);
}

/* What comes from our own threads and timers. */
static LRESULT on_own_message(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_APP_JOBS)
        on_jobs(self);
    else if (message == WM_APP_RUN)
        on_run(self, (int64_t)lparam);
    else if (message == WM_APP_BOARD)
        (void)SetTimer(self->window, BOARD_TIMER, BOARD_MS, NULL); /* what came until then is shown at once */
    else
        on_timer(self->window, (UINT)wparam);
    return 0;
}

/* What the user does, and what our own threads send. */
static LRESULT on_other(console *self, UINT message, WPARAM wparam, LPARAM lparam) {
    switch (message) {
    case WM_SETFOCUS:
        (void)SetFocus(self->list);
        return 0;
    case WM_COMMAND:
        commands_run(self, LOWORD(wparam));
        return 0;
    case WM_INITMENUPOPUP:
        commands_update(self, (HMENU)wparam);
        return 0;
    case WM_MENUSELECT:
        on_menu_select(self->window, LOWORD(wparam), HIWORD(wparam));
        return 0;
    case WM_CONTEXTMENU:
        commands_context_menu(self, (HWND)wparam, GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam));
        return 0;
    case WM_APP_JOBS:
    case WM_APP_RUN:
    case WM_APP_BOARD:
    case WM_TIMER:
        return on_own_message(self, message, wparam, lparam);
    default:
        return DefWindowProcW(self->window, message, wparam, lparam);
    }
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
        on_size(window, (UINT)wparam, LOWORD(lparam), HIWORD(lparam));
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
                               .lpszMenuName = MAKEINTRESOURCEW(IDR_MAIN),
                               .lpszClassName = L"NightshiftConsole"};
    UINT dpi = GetDpiForSystem();
    HWND window = NULL;
    if (!RegisterClassExW(&class))
        return NULL;
    window = CreateWindowExW(0, class.lpszClassName, words(IDS_TITLE), WS_OVERLAPPEDWINDOW | WS_CLIPCHILDREN, CW_USEDEFAULT, CW_USEDEFAULT,
                             MulDiv(1080, (int)dpi, 96), MulDiv(620, (int)dpi, 96), NULL, NULL, instance, self);
    if (window) {
        (void)ShowWindow(window, show);
        (void)UpdateWindow(window);
    }
    return window;
}
