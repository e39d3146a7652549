#include "console/layout.h"

#include <stdlib.h>
#include <string.h>

#include "console/console.h"
#include "console/names.h"

enum { WIDTH_MAXIMUM = 4000 };

static void name_of(const WCHAR *prefix, view_kind kind, WCHAR out[64]) {
    (void)wsprintfW(out, L"%s%s", prefix, view_get(kind)->name);
}

static void set_defaults(layout *self, view_kind kind) {
    memset(self, 0, sizeof *self);
    self->count = view_column_count(kind);
    if (self->count > VIEW_COLUMNS_MAXIMUM)
        self->count = VIEW_COLUMNS_MAXIMUM;
    self->shown = self->count;
    for (size_t i = 0; i < self->count; i++) {
        self->columns[i] = i;
        self->widths[i] = view_column_width(kind, i);
    }
    self->sort = view_get(kind)->sort;
    self->descending = view_get(kind)->descending;
}

static size_t find(const layout *self, view_kind kind, const WCHAR *name, size_t units) {
    for (size_t column = 0; column < self->count; column++) {
        WCHAR known[VIEW_NAME_SIZE];
        view_column_name(kind, column, known);
        if (wcslen(known) == units && wcsncmp(known, name, units) == 0)
            return column;
    }
    return self->count;
}

/* Moves a column to a place among those that are settled. */
static void settle(layout *self, size_t column, size_t place) {
    size_t at = place;
    while (at < self->count && self->columns[at] != column)
        at++;
    if (at == self->count)
        return; /* it was named twice */
    for (; at > place; at--)
        self->columns[at] = self->columns[at - 1];
    self->columns[place] = column;
}

/* "0:130 1:90 -2:60": name, width; a minus before what is hidden. Shown ones first. */
static void parse(layout *self, view_kind kind, const WCHAR *text) {
    size_t settled = 0;
    bool hidden[VIEW_COLUMNS_MAXIMUM] = {0};
    while (*text) {
        const bool hide = *text == L'-';
        const WCHAR *name = text + (hide ? 1 : 0);
        const WCHAR *colon = wcschr(name, L':');
        const size_t column = colon ? find(self, kind, name, (size_t)(colon - name)) : self->count;
        const int width = colon ? (int)wcstol(colon + 1, NULL, 10) : 0;
        if (column < self->count && width > 0 && width <= WIDTH_MAXIMUM) {
            self->widths[column] = width;
            hidden[column] = hide;
            settle(self, column, settled++);
        }
        text = wcschr(text, L' ');
        if (!text)
            break;
        text++;
    }
    for (size_t i = 0, left = self->count; i < left;) {
        const size_t column = self->columns[i];
        if (!hidden[column]) {
            i++;
            continue;
        }
        memmove(&self->columns[i], &self->columns[i + 1], (self->count - i - 1) * sizeof *self->columns);
        self->columns[self->count - 1] = column;
        left--;
        self->shown--;
    }
    if (self->shown == 0)
        self->shown = 1;
}

void layout_read(layout *self, view_kind kind) {
    WCHAR name[64];
    WCHAR text[OPTION_SIZE];
    set_defaults(self, kind);
    name_of(NAME_COLUMNS, kind, name);
    options_text(name, text);
    if (text[0])
        parse(self, kind, text);
    name_of(NAME_SORT, kind, name);
    options_text(name, text);
    if (text[0]) {
        const WCHAR *space = wcschr(text, L' ');
        const size_t column = find(self, kind, text, space ? (size_t)(space - text) : wcslen(text));
        if (column < self->count) {
            self->sort = (int)column;
            self->descending = space != NULL;
        }
    }
}

void layout_write(const layout *self, view_kind kind) {
    WCHAR name[64];
    WCHAR column[VIEW_NAME_SIZE];
    WCHAR text[OPTION_SIZE] = {0};
    size_t used = 0;
    for (size_t i = 0; i < self->count && used + VIEW_NAME_SIZE + 10 < OPTION_SIZE; i++) {
        view_column_name(kind, self->columns[i], column);
        used += (size_t)wsprintfW(text + used, L"%s%s%s:%d", i ? L" " : L"", i >= self->shown ? L"-" : L"", column, self->widths[self->columns[i]]);
    }
    name_of(NAME_COLUMNS, kind, name);
    options_set_text(name, text);
    name_of(NAME_SORT, kind, name);
    if (self->sort < 0) {
        options_reset(name);
        return;
    }
    view_column_name(kind, (size_t)self->sort, column);
    (void)wsprintfW(text, L"%s%s", column, self->descending ? L" -" : L"");
    options_set_text(name, text);
}

void layout_text(view_kind kind, WCHAR out[OPTION_SIZE]) {
    layout kept;
    WCHAR name[64];
    WCHAR sort[OPTION_SIZE];
    layout_read(&kept, kind);
    layout_write(&kept, kind); /* one that was never arranged is kept as the program has it */
    name_of(NAME_COLUMNS, kind, name);
    options_text(name, out);
    name_of(NAME_SORT, kind, name);
    options_text(name, sort);
    if (wcslen(out) + wcslen(sort) + 2 < OPTION_SIZE)
        (void)wsprintfW(out + wcslen(out), L"|%s", sort);
}

void layout_use(layout *self, view_kind kind, const WCHAR *text) {
    const WCHAR *bar = wcschr(text, L'|');
    WCHAR name[64];
    WCHAR columns[OPTION_SIZE];
    (void)lstrcpynW(columns, text, OPTION_SIZE);
    if (bar)
        columns[bar - text] = 0;
    name_of(NAME_COLUMNS, kind, name);
    options_set_text(name, columns);
    name_of(NAME_SORT, kind, name);
    if (bar && bar[1])
        options_set_text(name, bar + 1);
    else
        options_reset(name);
    layout_read(self, kind);
}

void layout_reset(layout *self, view_kind kind) {
    WCHAR name[64];
    name_of(NAME_COLUMNS, kind, name);
    options_reset(name);
    name_of(NAME_SORT, kind, name);
    options_reset(name);
    set_defaults(self, kind);
}

typedef struct chooser {
    layout *layout;
    view_kind kind;
} chooser;

static HWND list_of(HWND dialog) {
    return GetDlgItem(dialog, IDC_COLUMN_LIST);
}

static size_t column_at(HWND list, int row) {
    LVITEMW item = {.mask = LVIF_PARAM, .iItem = row};
    (void)ListView_GetItem(list, &item);
    return (size_t)item.lParam;
}

static void insert(HWND dialog, int row, size_t column, bool checked) {
    const chooser *self = (const chooser *)GetWindowLongPtrW(dialog, DWLP_USER);
    LVITEMW item = {
        .mask = LVIF_TEXT | LVIF_PARAM, .iItem = row, .lParam = (LPARAM)column, .pszText = (LPWSTR)(uintptr_t)view_column_title(self->kind, column)};
    row = ListView_InsertItem(list_of(dialog), &item);
    ListView_SetCheckState(list_of(dialog), row, checked);
}

static void fill(HWND dialog) {
    const chooser *self = (const chooser *)GetWindowLongPtrW(dialog, DWLP_USER);
    (void)ListView_DeleteAllItems(list_of(dialog));
    for (size_t i = 0; i < self->layout->count; i++)
        insert(dialog, (int)i, self->layout->columns[i], i < self->layout->shown);
    ListView_SetItemState(list_of(dialog), 0, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

static void move(HWND dialog, int by) {
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
    insert(dialog, to, column, checked);
    ListView_SetItemState(list, to, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
    (void)ListView_EnsureVisible(list, to, FALSE);
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    LVCOLUMNW column = {.mask = LVCF_WIDTH};
    RECT area;
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    (void)GetClientRect(list_of(dialog), &area);
    column.cx = area.right - GetSystemMetrics(SM_CXVSCROLL);
    (void)ListView_InsertColumn(list_of(dialog), 0, &column);
    ListView_SetExtendedListViewStyle(list_of(dialog), LVS_EX_CHECKBOXES | LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER);
    fill(dialog);
    return TRUE;
}

/* The shown ones first, in the order of the list; with none ticked nothing changes. */
static void take(HWND dialog) {
    const chooser *self = (const chooser *)GetWindowLongPtrW(dialog, DWLP_USER);
    HWND list = list_of(dialog);
    const int count = ListView_GetItemCount(list);
    size_t placed = 0;
    size_t columns[VIEW_COLUMNS_MAXIMUM];
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

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    const chooser *self = (const chooser *)GetWindowLongPtrW(dialog, DWLP_USER);
    (void)control;
    (void)code;
    if (id == IDC_COLUMN_UP || id == IDC_COLUMN_DOWN) {
        move(dialog, id == IDC_COLUMN_UP ? -1 : 1);
    } else if (id == IDC_COLUMN_RESET) {
        set_defaults(self->layout, self->kind);
        fill(dialog);
    } else if (id == IDOK) {
        take(dialog);
        dialog_end(dialog, IDOK);
    } else if (id == IDCANCEL) {
        dialog_end(dialog, IDCANCEL);
    }
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    default:
        return FALSE;
    }
}

bool layout_ask(HWND owner, layout *self, view_kind kind) {
    layout draft = *self;
    chooser shown = {&draft, kind};
    if (dialog_ask(owner, IDD_COLUMNS, procedure, (LPARAM)&shown) != IDOK)
        return false;
    *self = draft;
    return true;
}
