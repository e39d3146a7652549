/* Toolbar, status bar and what lies over an empty list, and how the main window is laid out. */
#include "console/shell/console.h"

#include "base/platform.h"
#include "console/ui/icons.h"
#include "console/ui/names.h"
#include "console/ui/options.h"
#include "console/ui/theme_menu.h"
#include "console/windows/windows.h"

enum { START_HEIGHT = 112 }; /* dialog units: IDD_START */
enum { START_NEVER, START_SHOWN, START_CLOSED };
enum { SPLITTER = 4, FILTER_HEIGHT = 24, GAP = 6, ICON_SIZE = 16 };

void bars_use_words(const console *self) {
    static const struct {
        int image;
        int command; /* whose name in the menu it has */
        UINT text;
    } buttons[] = {{ICON_ADD, ID_MACHINE_ADD, IDS_COLUMN_MACHINE},
                   {ICON_GROUP, ID_GROUP_ADD, IDS_COLUMN_GROUP},
                   {-1, 0, 0},
                   {ICON_OK, ID_PREFLIGHT, IDS_PREFLIGHT},
                   {ICON_RUN, ID_TEST_RUN, IDS_TEST_RUN},
                   {ICON_BAD, ID_RUN_CANCEL, IDS_CANCEL_RUN},
                   {-1, 0, 0},
                   {ICON_SETTINGS, ID_PROPERTIES, IDS_PROPERTIES},
                   {ICON_ACTIVITY, ID_UNDO, IDS_UNDO}};
    while (SendMessageW(self->toolbar, TB_DELETEBUTTON, 0, 0)) {
    }
    (void)SendMessageW(self->toolbar, TB_BUTTONSTRUCTSIZE, sizeof(TBBUTTON), 0);
    for (size_t i = 0; i < NS_COUNT_OF(buttons); i++) {
        TBBUTTON button = {
            .iBitmap = buttons[i].image, .idCommand = buttons[i].command, .fsState = TBSTATE_ENABLED, .fsStyle = BTNS_BUTTON | BTNS_AUTOSIZE};
        if (buttons[i].command == 0)
            button.fsStyle = BTNS_SEP;
        else
            button.iString = (INT_PTR)words(buttons[i].text);
        (void)SendMessageW(self->toolbar, TB_ADDBUTTONSW, 1, (LPARAM)&button);
    }
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
    (void)SetWindowTextW(self->toolbar, words(IDS_TOOLBAR));
    (void)SetWindowTextW(tree_window(self->tree), words(IDS_NAVIGATION));
    filter_use_words(self->filter);
}

static HWND child(HWND parent, const WCHAR *class_name, DWORD style, int id) {
    return CreateWindowExW(0, class_name, NULL, WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0, parent, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
}

bool bars_create(console *self) {
    HWND parent = self->app.window;
    self->toolbar = child(parent, TOOLBARCLASSNAMEW, TBSTYLE_FLAT | TBSTYLE_LIST | TBSTYLE_TOOLTIPS | CCS_TOP, IDC_TOOLBAR);
    self->status = child(parent, STATUSCLASSNAMEW, SBARS_SIZEGRIP, IDC_STATUS);
    self->tree = tree_create(parent, IDC_TREE, &self->events);
    self->filter = filter_create(parent, &self->events);
    self->empty = child(parent, WC_STATICW, SS_CENTER | SS_NOPREFIX, IDC_EMPTY);
    self->list = list_create(parent, IDC_LIST, &self->events);
    if (!self->toolbar || !self->status || !self->tree || !self->filter || !self->empty || !self->list)
        return false;
    filter_serve(self->filter, list_window(self->list), true);
    filter_serve(self->filter, tree_window(self->tree), false);
    bars_use_words(self);
    return true;
}

void bars_use_menu(const console *self) {
    HMENU old = GetMenu(self->app.window);
    HMENU menu = words_menu(IDR_MAIN);
    theme_dress_menu(menu);
    (void)SetMenu(self->app.window, menu);
    if (old) {
        theme_undress_menu(old);
        (void)DestroyMenu(old);
    }
}

void bars_use_dpi(console *self) {
    NONCLIENTMETRICSW metrics = {.cbSize = sizeof metrics};
    HWND parts[] = {tree_window(self->tree), list_window(self->list), self->toolbar, self->status, self->empty};
    if (self->app.font)
        (void)DeleteObject(self->app.font);
    if (!SystemParametersInfoForDpi(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0, GetDpiForWindow(self->app.window)))
        (void)SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0);
    self->app.font = CreateFontIndirectW(&metrics.lfMessageFont);
    if (self->images)
        (void)ImageList_Destroy(self->images);
    self->images = icons_create(scaled(self->app.window, ICON_SIZE));
    for (size_t i = 0; i < NS_COUNT_OF(parts); i++)
        SetWindowFont(parts[i], self->app.font, TRUE);
    filter_use_font(self->filter, self->app.font);
    (void)ListView_SetImageList(list_window(self->list), self->images, LVSIL_SMALL);
    (void)TreeView_SetImageList(tree_window(self->tree), self->images, TVSIL_NORMAL);
    (void)SendMessageW(self->toolbar, TB_SETIMAGELIST, 0, (LPARAM)self->images);
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
}

/* As its template says; a small window keeps a part of the list. */
static int start_height(const console *self, int available) {
    RECT template = {0, 0, 0, START_HEIGHT};
    (void)MapDialogRect(self->start, &template);
    return template.bottom < available / 2 ? template.bottom : available / 2;
}

/* Each store has its own. */
static void start_option(const console *self, WCHAR out[OPTION_NAME_SIZE]) {
    (void)wsprintfW(out, L"%s%08x", NAME_START, (unsigned)self->store_number);
}

void bars_show_start(console *self, bool shown) {
    WCHAR option[OPTION_NAME_SIZE];
    if (self->start)
        (void)DestroyWindow(self->start);
    self->start = shown ? start_create(&self->app) : NULL;
    start_option(self, option);
    options_set_integer(option, shown ? START_SHOWN : START_CLOSED);
    if (self->start && self->snapshot)
        start_update(self->start, self->snapshot);
    bars_arrange(self);
    (void)InvalidateRect(list_window(self->list), NULL, TRUE); /* moved with what lay over it */
}

void bars_offer_start(console *self) {
    WCHAR option[OPTION_NAME_SIZE];
    int was = START_NEVER;
    start_option(self, option);
    was = options_integer(option, START_NEVER);
    if (was == START_SHOWN || (was == START_NEVER && start_is_wanted(self->snapshot)))
        bars_show_start(self, true);
}

void bars_arrange(const console *self) {
    HWND window = self->app.window;
    RECT area;
    RECT bar = {0};
    RECT status = {0};
    const int gap = scaled(window, GAP);
    const int row = scaled(window, FILTER_HEIGHT);
    int width = scaled(window, self->tree_width);
    int height = 0;
    int top = 0;
    int left = 0;
    int start = 0;
    (void)GetClientRect(window, &area);
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
    (void)SendMessageW(self->status, WM_SIZE, 0, 0);
    (void)GetWindowRect(self->toolbar, &bar);
    (void)GetWindowRect(self->status, &status);
    top = bar.bottom - bar.top;
    height = area.bottom - top - (status.bottom - status.top);
    width = width > area.right / 2 ? area.right / 2 : width;
    left = width + scaled(window, SPLITTER);
    (void)MoveWindow(tree_window(self->tree), 0, top, width, height, TRUE);
    filter_arrange(self->filter, left, top, area.right - left, row);
    if (self->start) {
        start = start_height(self, height - row);
        (void)MoveWindow(self->start, left, top + row, area.right - left, start, TRUE);
    }
    (void)MoveWindow(list_window(self->list), left, top + row + start, area.right - left, height - row - start, TRUE);
    (void)MoveWindow(self->empty, left + 2 * gap, top + row + start + scaled(window, 60), area.right - left - 4 * gap, scaled(window, 40), TRUE);
}

void bars_show_empty(const console *self) {
    const rows *shown = list_rows(self->list);
    const bool visible = self->snapshot && shown->count == 0;
    if (visible)
        set_text_if_new(self->empty, words(shown->things ? IDS_EMPTY_FILTER : self->view->empty));
    if ((IsWindowVisible(self->empty) != FALSE) == visible)
        return;
    (void)ShowWindow(self->empty, visible ? SW_SHOWNA : SW_HIDE);
    if (visible)
        (void)SetWindowPos(self->empty, HWND_TOP, 0, 0, 0, 0, SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE);
}

static void append(WCHAR text[WORDS_SIZE], const WCHAR *more) {
    (void)lstrcatW(text, L"    ");
    (void)lstrcatW(text, more);
}

static void append_states(const console *self, WCHAR text[WORDS_SIZE]) {
    WCHAR part[WORDS_SIZE];
    for (unsigned i = 0; i < VIEW_STATES; i++) {
        if (!self->states[i])
            continue;
        words_format(part, IDS_STATUS_STATE, words(IDS_STATE_READY + i), (int)self->states[i]);
        append(text, part);
    }
}

static void append_work(const console *self, WCHAR text[WORDS_SIZE]) {
    const size_t going_on = runs_going_on(self->app.runs);
    WCHAR part[WORDS_SIZE] = {0};
    size_t done = 0;
    size_t count = 0;
    if (going_on) {
        words_format(part, IDS_STATUS_RUNNING, (int)going_on);
        append(text, part);
    }
    if (board_is_running(self->app.board, &done, &count)) {
        words_format(part, IDS_STATUS_PREFLIGHT, (int)done, (int)count);
        append(text, part);
    }
}

void bars_update(const console *self) {
    const rows *shown = list_rows(self->list);
    const int selected = (int)list_selected_count(self->list);
    WCHAR text[WORDS_SIZE];
    if (!self->snapshot)
        return;
    if (self->snapshot->partial) {
        set_text_if_new(self->status, words(IDS_STATUS_LOADING));
        return;
    }
    if (shown->count == 0)
        (void)lstrcpynW(text, words(shown->things ? IDS_EMPTY_FILTER : self->view->empty), 400);
    else if (shown->count < shown->things)
        words_format(text, IDS_STATUS_FILTERED, (int)shown->count, (int)shown->things, selected);
    else
        words_format(text, self->view->counted, (int)shown->count, selected);
    append_states(self, text);
    append_work(self, text);
    set_text_if_new(self->status, text);
    filter_show_banner(self->filter, shown->count, shown->things);
}
