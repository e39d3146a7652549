/* The dialog that asks which columns a list shows, and in what order. */
#include "console/ui/columns.h"

#include <string.h>

#include <commctrl.h>

#include "../../../resources/resource.h"
#include "console/ui/dialogs.h"

typedef struct chooser {
    layout *layout;
    const list_source *source;
} chooser;

static HWND list_of(HWND dialog) {
    return GetDlgItem(dialog, IDC_COLUMN_LIST);
}

static size_t column_at(HWND list, int row) {
    LVITEMW item = {.mask = LVIF_PARAM, .iItem = row};
    (void)ListView_GetItem(list, &item);
    return (size_t)item.lParam;
}

static void insert(HWND dialog, const chooser *self, int row, size_t column, bool checked) {
    LVITEMW item = {
        .mask = LVIF_TEXT | LVIF_PARAM, .iItem = row, .lParam = (LPARAM)column, .pszText = (LPWSTR)(uintptr_t)layout_title(self->source, column)};
    row = ListView_InsertItem(list_of(dialog), &item);
    ListView_SetCheckState(list_of(dialog), row, checked);
}

static void fill(HWND dialog, const chooser *self) {
    (void)ListView_DeleteAllItems(list_of(dialog));
    for (size_t i = 0; i < self->layout->count; i++)
        insert(dialog, self, (int)i, self->layout->columns[i], i < self->layout->shown);
    ListView_SetItemState(list_of(dialog), 0, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

static void move(HWND dialog, const chooser *self, int by) {
    HWND list = list_of(dialog);
    const int row = ListView_GetNextItem(list, -1, LVNI_SELECTED);
    const int to = row + by;
    size_t column = 0;
    bool checked = false;
    if (row < 0 || to < 0 || to >= ListView_GetItemCount(list))
        return;
    column = column_at(list, row);
    checked = ListView_GetCheckState(list, row) != 0;
    (void)ListView_DeleteItem(list, row);
    insert(dialog, self, to, column, checked);
    ListView_SetItemState(list, to, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
    (void)ListView_EnsureVisible(list, to, FALSE);
}

static bool columns_on_initdialog(HWND dialog, void *self) {
    LVCOLUMNW column = {.mask = LVCF_WIDTH};
    RECT area;
    (void)GetClientRect(list_of(dialog), &area);
    column.cx = area.right - GetSystemMetrics(SM_CXVSCROLL);
    (void)ListView_InsertColumn(list_of(dialog), 0, &column);
    ListView_SetExtendedListViewStyle(list_of(dialog), LVS_EX_CHECKBOXES | LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER);
    fill(dialog, self);
    return true;
}

/* The shown ones first, in the order of the list; with none ticked nothing changes. */
static void take(HWND dialog, const chooser *self) {
    HWND list = list_of(dialog);
    const int count = ListView_GetItemCount(list);
    size_t placed = 0;
    size_t columns[LAYOUT_COLUMNS];
    for (int pass = 1; pass >= 0; pass--) {
        for (int row = 0; row < count; row++)
            if ((ListView_GetCheckState(list, row) != 0) == (pass == 1))
                columns[placed++] = column_at(list, row);
        if (pass == 1 && placed == 0)
            return;
        if (pass == 1)
            self->layout->shown = placed;
    }
    memcpy(self->layout->columns, columns, placed * sizeof *columns);
}

static void columns_on_command(HWND dialog, void *context, int id, UINT code) {
    const chooser *self = context;
    (void)code;
    if (id == IDC_COLUMN_UP || id == IDC_COLUMN_DOWN) {
        move(dialog, self, id == IDC_COLUMN_UP ? -1 : 1);
    } else if (id == IDC_COLUMN_RESET) {
        layout_set_defaults(self->layout, self->source);
        fill(dialog, self);
    } else if (id == IDOK) {
        take(dialog, self);
        dialog_end(dialog, IDOK);
    }
}

static const dialog_kind columns_dialog = {.id = IDD_COLUMNS, .init = columns_on_initdialog, .command = columns_on_command};

bool columns_choose(HWND owner, layout *self, const list_source *source) {
    layout draft = *self;
    chooser shown = {&draft, source};
    if (dialog_run(owner, &columns_dialog, &shown) != IDOK)
        return false;
    *self = draft;
    return true;
}
