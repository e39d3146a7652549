/* One change, field by field: who, when, and for each field from what to what. */
#include "console/windows/windows.h"

#include "console/views/view.h"

static void fill(HWND dialog, const ns_activity *activity) {
    static const list_column columns[] = {
        {IDS_COLUMN_SUBJECT, 120, false}, {IDS_COLUMN_FIELD, 120, false}, {IDS_COLUMN_BEFORE, 150, false}, {IDS_COLUMN_AFTER, 150, false}};
    HWND list = GetDlgItem(dialog, IDC_CHANGE_LIST);
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    for (size_t i = 0; i < activity->change_count; i++) {
        const ns_field_change *change = &activity->changes[i];
        const int row = list_add_row(list);
        list_set_cell(list, row, 0, change->thing);
        list_set_cell(list, row, 1, change->field);
        list_set_cell(list, row, 2, change->before ? change->before : words_utf8(IDS_NO_VALUE));
        list_set_cell(list, row, 3, change->after ? change->after : words_utf8(IDS_NO_VALUE));
    }
    ListView_SetItemState(list, 0, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

static bool activity_on_initdialog(HWND dialog, void *context) {
    const ns_activity *activity = context; /* only while the dialog is made */
    char cells[4][CELL_SIZE];
    WCHAR text[WORDS_SIZE];
    view_activity_cell(activity, ACTIVITY_AT, cells[0]);
    view_activity_cell(activity, ACTIVITY_WHO, cells[1]);
    view_activity_cell(activity, ACTIVITY_WHAT, cells[2]);
    view_activity_cell(activity, ACTIVITY_SUBJECT, cells[3]);
    words_insert(text, IDS_ACTIVITY_TEXT, cells[0], cells[1], cells[2], cells[3]);
    (void)SetDlgItemTextW(dialog, IDC_CHANGE_TEXT, text);
    (void)SetWindowTextW(GetDlgItem(dialog, IDC_CHANGE_LIST), text);
    fill(dialog, activity);
    return true;
}

static const dialog_kind activity_dialog = {.id = IDD_ACTIVITY, .topic = IDS_HELP_ACTIVITY, .init = activity_on_initdialog};

void activity_show(const app *self, int64_t id) {
    const ns_activity *activity = snapshot_activity(self->snapshot, id);
    if (activity)
        (void)dialog_open(self->window, &activity_dialog, id, (void *)(uintptr_t)activity, NULL);
}
