/* What a user saved by name for a view: filters, and arrangements of its columns. Kept in the registry, a value for each. */
#include "console/console.h"

#include <stdlib.h>
#include <wchar.h>

#include "base/wide.h"
#include "console/names.h"

typedef struct saved {
    const WCHAR *title;
    WCHAR key[96];              /* of the registry, below the options */
    WCHAR present[OPTION_SIZE]; /* what would be saved; "" for nothing */
    WCHAR chosen[OPTION_SIZE];
    const WCHAR *nothing; /* said while there is nothing to save; NULL */
    bool shows_value;
} saved;

static saved *saved_of(HWND dialog) {
    return (saved *)GetWindowLongPtrW(dialog, DWLP_USER);
}

static HWND list_of(HWND dialog) {
    return GetDlgItem(dialog, IDC_SAVED_LIST);
}

static void update_buttons(HWND dialog) {
    const bool selected = ListView_GetNextItem(list_of(dialog), -1, LVNI_SELECTED) >= 0;
    (void)EnableWindow(GetDlgItem(dialog, IDOK), selected);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SAVED_REMOVE), selected);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SAVED_SAVE), saved_of(dialog)->present[0] && GetWindowTextLengthW(GetDlgItem(dialog, IDC_NAME)) > 0);
}

static void fill(HWND dialog, const WCHAR *select) {
    const saved *self = saved_of(dialog);
    WCHAR name[OPTION_NAME_SIZE];
    WCHAR value[OPTION_SIZE];
    HWND list = list_of(dialog);
    (void)ListView_DeleteAllItems(list);
    for (unsigned i = 0; options_named_at(self->key, i, name, value); i++) {
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)i, .pszText = name};
        const int row = ListView_InsertItem(list, &item);
        if (self->shows_value) {
            ListView_SetItemText(list, row, 1, value);
        }
        if (wcscmp(name, select) == 0) {
            ListView_SetItemState(list, row, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
        }
    }
    update_buttons(dialog);
}

static void selected_name(HWND dialog, WCHAR out[OPTION_NAME_SIZE]) {
    const int row = ListView_GetNextItem(list_of(dialog), -1, LVNI_SELECTED);
    out[0] = 0;
    if (row >= 0) {
        ListView_GetItemText(list_of(dialog), row, 0, out, OPTION_NAME_SIZE);
    }
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    const saved *self = (const saved *)context;
    LVCOLUMNW column = {.mask = LVCF_WIDTH};
    RECT area;
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    (void)SetWindowTextW(dialog, self->title);
    (void)GetClientRect(list_of(dialog), &area);
    column.cx = self->shows_value ? area.right / 2 : area.right - GetSystemMetrics(SM_CXVSCROLL);
    (void)ListView_InsertColumn(list_of(dialog), 0, &column);
    column.cx = area.right / 2 - GetSystemMetrics(SM_CXVSCROLL);
    if (self->shows_value)
        (void)ListView_InsertColumn(list_of(dialog), 1, &column);
    ListView_SetExtendedListViewStyle(list_of(dialog), LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_LABELTIP);
    (void)SendDlgItemMessageW(dialog, IDC_NAME, EM_LIMITTEXT, OPTION_NAME_SIZE - 1, 0);
    if (!self->present[0] && self->nothing)
        (void)SendDlgItemMessageW(dialog, IDC_NAME, EM_SETCUEBANNER, TRUE, (LPARAM)self->nothing);
    (void)EnableWindow(GetDlgItem(dialog, IDC_NAME), self->present[0] != 0);
    fill(dialog, L"");
    return TRUE;
}

static void save(HWND dialog) {
    const saved *self = saved_of(dialog);
    WCHAR name[OPTION_NAME_SIZE];
    (void)GetDlgItemTextW(dialog, IDC_NAME, name, OPTION_NAME_SIZE);
    if (!name[0] || !self->present[0])
        return;
    options_set_named(self->key, name, self->present);
    (void)SetDlgItemTextW(dialog, IDC_NAME, L"");
    fill(dialog, name);
    (void)SetFocus(list_of(dialog));
}

static void remove_selected(HWND dialog) {
    WCHAR name[OPTION_NAME_SIZE];
    selected_name(dialog, name);
    if (name[0])
        options_set_named(saved_of(dialog)->key, name, NULL);
    fill(dialog, L"");
    (void)SetFocus(list_of(dialog));
}

static void use(HWND dialog) {
    saved *self = saved_of(dialog);
    WCHAR wanted[OPTION_NAME_SIZE];
    WCHAR name[OPTION_NAME_SIZE];
    selected_name(dialog, wanted);
    for (unsigned i = 0; wanted[0] && options_named_at(self->key, i, name, self->chosen); i++) {
        if (wcscmp(name, wanted) == 0) {
            dialog_end(dialog, IDOK);
            return;
        }
    }
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    if (id == IDOK)
        use(dialog);
    else if (id == IDCANCEL)
        dialog_end(dialog, IDCANCEL);
    else if (id == IDC_SAVED_REMOVE)
        remove_selected(dialog);
    else if (id == IDC_SAVED_SAVE)
        save(dialog);
    else if (id == IDC_NAME && code == EN_CHANGE)
        update_buttons(dialog);
    else if (id == IDC_NAME && (code == EN_SETFOCUS || code == EN_KILLFOCUS)) /* what Enter does */
        (void)SendMessageW(dialog, DM_SETDEFID, code == EN_SETFOCUS ? IDC_SAVED_SAVE : IDOK, 0);
}

static LRESULT on_notify(HWND dialog, int id, NMHDR *header) {
    if (id == IDC_SAVED_LIST && header->code == LVN_ITEMCHANGED)
        update_buttons(dialog);
    else if (id == IDC_SAVED_LIST && header->code == LVN_ITEMACTIVATE)
        use(dialog);
    else if (id == IDC_SAVED_LIST && header->code == LVN_KEYDOWN && ((const NMLVKEYDOWN *)(const void *)header)->wVKey == VK_DELETE)
        remove_selected(dialog);
    return 0;
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
        HANDLE_MSG(dialog, WM_NOTIFY, on_notify);
    default:
        return FALSE;
    }
}

/* False when the user only looked. *self is large: the caller's, from the heap. */
static bool ask_saved(const console *of, saved *self, const WCHAR *key, unsigned title) {
    WCHAR text[WORDS_SIZE];
    words_format(text, title, words(view_get(of->view)->title));
    self->title = text;
    (void)_snwprintf(self->key, NS_COUNT_OF(self->key), L"%ls\\%ls", key, view_get(of->view)->name);
    return dialog_ask(of->window, IDD_SAVED, procedure, (LPARAM)self) == IDOK;
}

void saved_filters_ask(console *of) {
    saved *self = calloc(1, sizeof *self);
    if (!self)
        return;
    self->nothing = words(IDS_SAVED_NOTHING);
    self->shows_value = true;
    (void)GetWindowTextW(of->filter, self->present, OPTION_SIZE);
    if (ask_saved(of, self, NAME_FILTERS, IDS_SAVED_FILTERS)) {
        (void)SetWindowTextW(of->filter, self->chosen);
        (void)SetFocus(of->list);
    }
    free(self);
}

void saved_columns_ask(console *of) {
    saved *self = calloc(1, sizeof *self);
    if (!self)
        return;
    layout_text(of->view, self->present);
    if (ask_saved(of, self, NAME_COLUMN_SETS, IDS_COLUMN_SETS))
        list_use_columns(of, self->chosen);
    free(self);
}
