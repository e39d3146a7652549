/* Toolbar, filter bar and status bar, and how the main window is laid out. */
#include "console/console.h"

#include <stdlib.h>

#include "base/wide.h"
#include "console/names.h"

enum { SPLITTER = 4, FILTER_HEIGHT = 24, GAP = 6 };

static LRESULT CALLBACK filter_keys(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    console *self = (console *)context;
    (void)id;
    if (message == WM_KEYDOWN && wparam == VK_ESCAPE) {
        filter_clear(self);
        (void)SetFocus(self->list);
        return 0;
    }
    if (message == WM_KEYDOWN && (wparam == VK_DOWN || wparam == VK_RETURN)) {
        (void)SetFocus(self->list);
        return 0;
    }
    if (message == WM_KEYDOWN && wparam == VK_TAB) {
        commands_run(self, GetKeyState(VK_SHIFT) < 0 ? ID_PREVIOUS_PANE : ID_NEXT_PANE);
        return 0;
    }
    if (message == WM_CHAR && (wparam == VK_ESCAPE || wparam == VK_RETURN || wparam == VK_TAB))
        return 0; /* no beep */
    return DefSubclassProc(window, message, wparam, lparam);
}

/* Plain typing in the list goes to the filter. */
static LRESULT CALLBACK list_keys(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    console *self = (console *)context;
    (void)id;
    if (message == WM_KEYDOWN && wparam == VK_TAB) {
        commands_run(self, GetKeyState(VK_SHIFT) < 0 ? ID_PREVIOUS_PANE : ID_NEXT_PANE);
        return 0;
    }
    if (message == WM_KEYDOWN && wparam == VK_ESCAPE && window == self->list) {
        filter_clear(self);
        return 0;
    }
    if (message == WM_CHAR && wparam > L' ' && window == self->list && GetKeyState(VK_CONTROL) >= 0) {
        const int end = GetWindowTextLengthW(self->filter);
        (void)SetFocus(self->filter);
        (void)SendMessageW(self->filter, EM_SETSEL, (WPARAM)end, end);
        return SendMessageW(self->filter, message, wparam, lparam);
    }
    return DefSubclassProc(window, message, wparam, lparam);
}

void bars_fill_toolbar(console *self) {
    static const struct {
        int image;
        int command; /* whose name in the menu it has */
        UINT text;
    } buttons[] = {{PRESENT_ICON_COUNT + 1, ID_MACHINE_ADD, IDS_COLUMN_MACHINE},
                   {PRESENT_ICON_GROUP, ID_GROUP_ADD, IDS_COLUMN_GROUP},
                   {-1, 0, 0},
                   {PRESENT_ICON_OK, ID_PREFLIGHT, IDS_PREFLIGHT},
                   {PRESENT_ICON_RUN, ID_TEST_RUN, IDS_TEST_RUN},
                   {PRESENT_ICON_BAD, ID_RUN_CANCEL, IDS_CANCEL_RUN},
                   {-1, 0, 0},
                   {PRESENT_ICON_COUNT, ID_PROPERTIES, IDS_PROPERTIES},
                   {PRESENT_ICON_ACTIVITY, ID_UNDO, IDS_UNDO}};
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
    (void)SetWindowTextW(self->tree, words(IDS_NAVIGATION));
    (void)SetWindowTextW(self->filter_label, words(IDS_FILTER));
    (void)SendMessageW(self->filter, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_FILTER_CUE));
}

static HWND child(const console *self, DWORD extended, const WCHAR *class_name, DWORD style, int id) {
    return CreateWindowExW(extended, class_name, NULL, WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0, self->window, (HMENU)(INT_PTR)id,
                           GetModuleHandleW(NULL), NULL);
}

bool bars_create(console *self) {
    self->toolbar = child(self, 0, TOOLBARCLASSNAMEW, TBSTYLE_FLAT | TBSTYLE_LIST | TBSTYLE_TOOLTIPS | CCS_TOP, IDC_TOOLBAR);
    self->status = child(self, 0, STATUSCLASSNAMEW, SBARS_SIZEGRIP, IDC_STATUS);
    self->tree = child(self, 0, WC_TREEVIEWW, WS_TABSTOP | WS_BORDER | TVS_HASBUTTONS | TVS_LINESATROOT | TVS_SHOWSELALWAYS, IDC_TREE);
    /* The label comes right before the box: so a screen reader finds its name. */
    self->filter_label = child(self, 0, WC_STATICW, SS_CENTERIMAGE, IDC_FILTER_LABEL);
    self->filter = child(self, WS_EX_CLIENTEDGE, WC_EDITW, WS_TABSTOP | ES_AUTOHSCROLL, IDC_FILTER);
    self->banner = child(self, 0, WC_STATICW, SS_CENTERIMAGE | SS_NOPREFIX, IDC_BANNER);
    self->empty = child(self, 0, WC_STATICW, SS_CENTER | SS_NOPREFIX, IDC_EMPTY);
    self->list = child(self, 0, WC_LISTVIEWW,
                       WS_TABSTOP | WS_BORDER | LVS_REPORT | LVS_OWNERDATA | LVS_SHOWSELALWAYS | LVS_EDITLABELS | LVS_SHAREIMAGELISTS, IDC_LIST);
    if (!self->toolbar || !self->status || !self->tree || !self->filter_label || !self->filter || !self->banner || !self->empty || !self->list)
        return false;
    ListView_SetExtendedListViewStyle(self->list, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_HEADERDRAGDROP | LVS_EX_LABELTIP);
    (void)SetWindowSubclass(self->filter, filter_keys, 2, (DWORD_PTR)self);
    (void)SetWindowSubclass(self->list, list_keys, 2, (DWORD_PTR)self);
    (void)SetWindowSubclass(self->tree, list_keys, 2, (DWORD_PTR)self);
    bars_fill_toolbar(self);
    return true;
}

void bars_arrange(console *self, int width, int height) {
    RECT bar = {0};
    RECT status = {0};
    const int gap = scaled(self, GAP);
    const int row = scaled(self, FILTER_HEIGHT);
    const int label = scaled(self, 44);
    const int box = scaled(self, 240);
    int tree = scaled(self, self->tree_width);
    int top = 0;
    int left = 0;
    (void)SendMessageW(self->toolbar, TB_AUTOSIZE, 0, 0);
    (void)SendMessageW(self->status, WM_SIZE, 0, 0);
    (void)GetWindowRect(self->toolbar, &bar);
    (void)GetWindowRect(self->status, &status);
    top = bar.bottom - bar.top;
    height -= top + (status.bottom - status.top);
    tree = tree > width / 2 ? width / 2 : tree;
    left = tree + scaled(self, SPLITTER);
    (void)MoveWindow(self->tree, 0, top, tree, height, TRUE);
    (void)MoveWindow(self->filter_label, left + gap, top, label, row, TRUE);
    (void)MoveWindow(self->filter, left + gap + label, top + 1, box, row - 3, TRUE);
    (void)MoveWindow(self->banner, left + 2 * gap + label + box, top, width - left - 3 * gap - label - box, row, TRUE);
    (void)MoveWindow(self->list, left, top + row, width - left, height - row, TRUE);
    (void)MoveWindow(self->empty, left + 2 * gap, top + row + scaled(self, 60), width - left - 4 * gap, scaled(self, 40), TRUE);
}

void console_show_empty(console *self) {
    const bool filtered = self->row_count == 0 && self->thing_count > 0;
    const bool shown = self->snapshot && self->row_count == 0;
    if (shown)
        (void)SetWindowTextW(self->empty, words(filtered ? IDS_EMPTY_FILTER : view_get(self->view)->empty));
    if ((IsWindowVisible(self->empty) != FALSE) == shown)
        return;
    (void)ShowWindow(self->empty, shown ? SW_SHOWNA : SW_HIDE);
    if (shown)
        (void)SetWindowPos(self->empty, HWND_TOP, 0, 0, 0, 0, SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE);
}

static void set_text_if_new(HWND window, const WCHAR *text) {
    WCHAR before[WORDS_SIZE] = {0};
    (void)GetWindowTextW(window, before, WORDS_SIZE);
    if (wcscmp(before, text) != 0)
        (void)SetWindowTextW(window, text);
}

static void show_banner(console *self) {
    const char *folded = self->filters[self->view];
    WCHAR text[WORDS_SIZE] = {0};
    if (folded && folded[0])
        words_format(text, IDS_FILTER_BANNER, (int)self->row_count, (int)self->thing_count);
    set_text_if_new(self->banner, text);
}

static void append(WCHAR text[WORDS_SIZE], const WCHAR *more) {
    (void)lstrcatW(text, L"    ");
    (void)lstrcatW(text, more);
}

static void append_states(const console *self, WCHAR text[WORDS_SIZE]) {
    WCHAR part[WORDS_SIZE];
    for (unsigned i = 0; self->view == VIEW_MACHINES && i < MACHINE_STATES; i++) {
        if (!self->state_counts[i])
            continue;
        words_format(part, IDS_STATUS_STATE, words(IDS_STATE_READY + i), (int)self->state_counts[i]);
        append(text, part);
    }
}

void console_update_status(console *self) {
    WCHAR text[WORDS_SIZE];
    WCHAR part[WORDS_SIZE] = {0};
    const size_t going_on = console_runs_going_on(self);
    size_t done = 0;
    size_t count = 0;
    if (!self->snapshot)
        return;
    if (self->snapshot->partial) {
        set_text_if_new(self->status, words(IDS_STATUS_LOADING));
        return;
    }
    if (self->row_count == 0)
        (void)lstrcpynW(text, words(self->thing_count ? IDS_EMPTY_FILTER : view_get(self->view)->empty), 400);
    else if (self->row_count < self->thing_count)
        words_format(text, IDS_STATUS_FILTERED, (int)self->row_count, (int)self->thing_count, (int)ListView_GetSelectedCount(self->list));
    else
        words_format(text, self->view == VIEW_MACHINES ? IDS_STATUS_MACHINES : IDS_STATUS_OTHER, (int)self->row_count,
                     (int)ListView_GetSelectedCount(self->list));
    append_states(self, text);
    if (going_on) {
        words_format(part, IDS_STATUS_RUNNING, (int)going_on);
        append(text, part);
    }
    if (board_is_running(self->board, &done, &count)) {
        words_format(part, IDS_STATUS_PREFLIGHT, (int)done, (int)count);
        append(text, part);
    }
    set_text_if_new(self->status, text);
    show_banner(self);
}

void filter_focus(console *self) {
    (void)SetFocus(self->filter);
    (void)SendMessageW(self->filter, EM_SETSEL, 0, -1);
}

void filter_clear(console *self) {
    (void)SetWindowTextW(self->filter, L"");
}

void filter_show(console *self) {
    self->filtering = true;
    set_text(self->filter, self->filters[self->view]);
    self->filtering = false;
}

void filter_on_change(console *self) {
    char *text = self->filtering ? NULL : get_text(self->filter);
    char folded[PRESENT_CELL_SIZE];
    if (!text)
        return;
    present_fold(text, folded, sizeof folded);
    free(text);
    free(self->filters[self->view]);
    self->filters[self->view] = ns_string_copy(folded);
    list_refresh(self);
    console_selection_changed(self);
}
