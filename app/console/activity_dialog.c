/* One change, field by field: who, when, and for each field from what to what. */
#include "console/console.h"

#include <stdlib.h>

#include "base/wide.h"

static const ns_activity *find(const console *self, int64_t id) {
    for (size_t i = 0; self->snapshot && i < self->snapshot->activity.count; i++)
        if (self->snapshot->activity.items[i].id == id)
            return &self->snapshot->activity.items[i];
    return NULL;
}

static void fill(HWND dialog, const ns_activity *activity) {
    static const list_column columns[] = {{IDS_COLUMN_SUBJECT, 120}, {IDS_COLUMN_FIELD, 120}, {IDS_COLUMN_BEFORE, 150}, {IDS_COLUMN_AFTER, 150}};
    HWND list = GetDlgItem(dialog, IDC_CHANGE_LIST);
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    for (size_t i = 0; i < activity->change_count; i++) {
        const ns_field_change *change = &activity->changes[i];
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)i, .pszText = (LPWSTR)(uintptr_t)L""};
        (void)ListView_InsertItem(list, &item);
        list_set_cell(list, (int)i, 0, change->thing);
        list_set_cell(list, (int)i, 1, change->field);
        list_set_cell(list, (int)i, 2, change->before ? change->before : words_utf8(IDS_NO_VALUE));
        list_set_cell(list, (int)i, 3, change->after ? change->after : words_utf8(IDS_NO_VALUE));
    }
    ListView_SetItemState(list, 0, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    const ns_activity *activity = (const ns_activity *)context; /* only while the dialog is made */
    const int columns[] = {PRESENT_ACTIVITY_AT, PRESENT_ACTIVITY_WHO, PRESENT_ACTIVITY_WHAT, PRESENT_ACTIVITY_SUBJECT};
    WCHAR *wide[NS_COUNT_OF(columns)] = {0};
    WCHAR text[WORDS_SIZE];
    (void)focus;
    for (size_t i = 0; i < NS_COUNT_OF(columns); i++) {
        char cell[PRESENT_CELL_SIZE];
        present_activity_cell(activity, columns[i], words_utf8, words_local_time, cell);
        wide[i] = ns_wide_from_utf8(cell);
    }
    if (wide[0] && wide[1] && wide[2] && wide[3]) {
        words_format(text, IDS_ACTIVITY_TEXT, wide[0], wide[1], wide[2], wide[3]);
        (void)SetDlgItemTextW(dialog, IDC_CHANGE_TEXT, text);
        (void)SetWindowTextW(GetDlgItem(dialog, IDC_CHANGE_LIST), text);
    }
    for (size_t i = 0; i < NS_COUNT_OF(columns); i++)
        free(wide[i]);
    fill(dialog, activity);
    return TRUE;
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    (void)code;
    if (id == IDCANCEL || id == IDOK)
        dialog_end(dialog, IDCANCEL);
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    default:
        return FALSE;
    }
}

void activity_show(console *self, int64_t id) {
    const ns_activity *activity = find(self, id);
    bool again = false;
    if (activity)
        (void)dialog_open(self, IDD_ACTIVITY, id, procedure, (LPARAM)activity, &again);
}
