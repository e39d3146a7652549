/* What a user saved by name for a view: filters, and arrangements of its columns. Kept in the registry, a value for each. */
#include "console/windows/windows.h"

#include <stdlib.h>
#include <wchar.h>

#include "base/platform.h"
#include "console/ui/layout.h"
#include "console/ui/names.h"

typedef struct saved {
    const WCHAR *title;
    WCHAR key[96];              /* of the registry, below the options */
    WCHAR present[OPTION_SIZE]; /* what would be saved; "" for nothing */
    WCHAR chosen[OPTION_SIZE];
    const WCHAR *nothing; /* said while there is nothing to save; NULL */
    bool shows_value;
} saved;

static HWND list_of(HWND dialog) {
    return GetDlgItem(dialog, IDC_SAVED_LIST);
}

static void update_buttons(HWND dialog) {
    const bool selected = ListView_GetNextItem(list_of(dialog), -1, LVNI_SELECTED) >= 0;
    (void)EnableWindow(GetDlgItem(dialog, IDOK), selected);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SAVED_REMOVE), selected);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SAVED_SAVE),
                       ((const saved *)dialog_self(dialog))->present[0] && GetWindowTextLengthW(GetDlgItem(dialog, IDC_NAME)) > 0);
}

static void fill(HWND dialog, const WCHAR *select) {
    const saved *self = dialog_self(dialog);
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

static bool saved_on_initdialog(HWND dialog, void *context) {
    const saved *self = context;
    LVCOLUMNW column = {.mask = LVCF_WIDTH};
    RECT area;
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
    return true;
}

static void save(HWND dialog) {
    const saved *self = dialog_self(dialog);
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
        options_set_named(((const saved *)dialog_self(dialog))->key, name, NULL);
    fill(dialog, L"");
    (void)SetFocus(list_of(dialog));
}

static void use(HWND dialog) {
    saved *self = dialog_self(dialog);
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

static void saved_on_command(HWND dialog, void *self, int id, UINT code) {
    (void)self;
    if (id == IDOK)
        use(dialog);
    else if (id == IDC_SAVED_REMOVE)
        remove_selected(dialog);
    else if (id == IDC_SAVED_SAVE)
        save(dialog);
    else if (id == IDC_NAME && code == EN_CHANGE)
        update_buttons(dialog);
    else if (id == IDC_NAME && (code == EN_SETFOCUS || code == EN_KILLFOCUS)) /* what Enter does */
        (void)SendMessageW(dialog, DM_SETDEFID, code == EN_SETFOCUS ? IDC_SAVED_SAVE : IDOK, 0);
}

static bool saved_on_notify(HWND dialog, void *self, NMHDR *header, LRESULT *answer) {
    (void)self;
    (void)answer;
    if (header->idFrom != IDC_SAVED_LIST)
        return false;
    if (header->code == LVN_ITEMCHANGED)
        update_buttons(dialog);
    else if (header->code == LVN_ITEMACTIVATE)
        use(dialog);
    else if (header->code == LVN_KEYDOWN && ((const NMLVKEYDOWN *)(const void *)header)->wVKey == VK_DELETE)
        remove_selected(dialog);
    return false;
}

static const dialog_kind saved_dialog = {
    .id = IDD_SAVED, .topic = IDS_HELP_MACHINES, .init = saved_on_initdialog, .command = saved_on_command, .notify = saved_on_notify};

/* *self is large: from the heap. */
static bool choose(HWND owner, const list_source *source, saved *self, const WCHAR *key, unsigned title, WCHAR chosen[OPTION_SIZE]) {
    WCHAR text[WORDS_SIZE];
    bool taken = false;
    words_format(text, title, words(source->title));
    self->title = text;
    (void)_snwprintf(self->key, NS_COUNT_OF(self->key) - 1, L"%ls\\%hs", key, source->name);
    taken = dialog_run(owner, &saved_dialog, self) == IDOK;
    if (taken)
        (void)lstrcpynW(chosen, self->chosen, OPTION_SIZE);
    free(self);
    return taken;
}

bool saved_filters(HWND owner, const list_source *source, const WCHAR *present, WCHAR chosen[OPTION_SIZE]) {
    saved *self = calloc(1, sizeof *self);
    if (!self)
        return false;
    self->nothing = words(IDS_SAVED_NOTHING);
    self->shows_value = true;
    (void)lstrcpynW(self->present, present, OPTION_SIZE);
    return choose(owner, source, self, NAME_FILTERS, IDS_SAVED_FILTERS, chosen);
}

bool saved_columns(HWND owner, const list_source *source, WCHAR chosen[OPTION_SIZE]) {
    saved *self = calloc(1, sizeof *self);
    if (!self)
        return false;
    layout_text(source, self->present);
    return choose(owner, source, self, NAME_COLUMN_SETS, IDS_COLUMN_SETS, chosen);
}
