#include "console/ui/list.h"

#include <stdlib.h>
#include <string.h>

#include <commctrl.h>

#include "base/text.h"
#include "base/wide.h"
#include "console/ui/columns.h"
#include "console/ui/controls.h"
#include "console/ui/names.h"
#include "console/ui/rows.h"
#include "console/ui/words_win32.h"

enum { MANY = 1000, SUBCLASS = 3 };

#define WM_LIST_ARRANGED (WM_APP + 4) /* to the list itself: the header has done what its message told of */

struct list {
    HWND window;
    const events *events;
    const list_source *source;
    const void *data; /* NULL while there is nothing to show */
    char *filter;     /* folded; NULL for none */
    layout arranged;
    rows rows;
    /* The selection and the focus are kept as ids, since rows move. These are from before the refresh, when the old data were still
     * there; so they are kept beside the rows. */
    int64_t *ids;
    size_t id_count;
    bool refreshing; /* selections that come from ourselves are not the user's */
    bool arranging;  /* likewise columns */
};

static int by_id(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The source's column of a subitem. */
static size_t column_of(const list *self, int subitem) {
    return subitem >= 0 && (size_t)subitem < self->arranged.shown ? self->arranged.columns[subitem] : 0;
}

static void show_arrow(const list *self) {
    HWND header = ListView_GetHeader(self->window);
    for (int i = 0; i < (int)self->arranged.shown; i++) {
        HDITEMW item = {.mask = HDI_FORMAT};
        const int arrow = (int)self->arranged.columns[i] != self->arranged.sort ? 0 : self->arranged.descending ? HDF_SORTDOWN : HDF_SORTUP;
        if (!SendMessageW(header, HDM_GETITEMW, (WPARAM)i, (LPARAM)&item) || (item.fmt & (HDF_SORTUP | HDF_SORTDOWN)) == arrow)
            continue;
        item.fmt = (item.fmt & ~(HDF_SORTUP | HDF_SORTDOWN)) | arrow;
        (void)SendMessageW(header, HDM_SETITEMW, (WPARAM)i, (LPARAM)&item);
    }
}

static void show_columns(list *self) {
    self->arranging = true;
    (void)SendMessageW(self->window, WM_SETREDRAW, FALSE, 0);
    while (ListView_DeleteColumn(self->window, 0)) {
    }
    for (size_t i = 0; i < self->arranged.shown; i++) {
        const size_t column = self->arranged.columns[i];
        LVCOLUMNW shown = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_FMT | LVCF_SUBITEM,
                           .pszText = (LPWSTR)(uintptr_t)layout_title(self->source, column),
                           .cx = scaled(self->window, self->arranged.widths[column]),
                           .fmt = layout_is_right(self->source, column) ? LVCFMT_RIGHT : LVCFMT_LEFT,
                           .iSubItem = (int)i};
        (void)ListView_InsertColumn(self->window, (int)i, &shown);
    }
    show_arrow(self);
    (void)SendMessageW(self->window, WM_SETREDRAW, TRUE, 0);
    self->arranging = false;
}

void list_show(list *self, const list_source *source, const void *data, const char *filter) {
    self->source = source;
    self->data = data;
    self->id_count = 0; /* another source's ids mean other things */
    self->rows.count = 0;
    self->refreshing = true;
    ListView_SetItemState(self->window, -1, 0, LVIS_SELECTED | LVIS_FOCUSED);
    ListView_SetItemCount(self->window, 0);
    self->refreshing = false;
    layout_read(&self->arranged, source);
    ListView_SetExtendedListViewStyleEx(self->window, LVS_EX_SUBITEMIMAGES, source->has_icons_in_cells ? LVS_EX_SUBITEMIMAGES : 0);
    show_columns(self);
    (void)SetWindowTextW(self->window, words(source->title)); /* its accessible name */
    list_filter(self, filter);
}

void list_filter(list *self, const char *folded) {
    free(self->filter);
    self->filter = folded ? ns_string_copy(folded) : NULL;
    list_refresh(self, self->data);
}

void list_forget_rows(list *self) {
    self->rows.count = 0;
}

void list_set_columns_dpi(list *self) {
    self->arranging = true;
    for (size_t i = 0; i < self->arranged.shown; i++)
        (void)ListView_SetColumnWidth(self->window, (int)i, scaled(self->window, self->arranged.widths[self->arranged.columns[i]]));
    self->arranging = false;
}

/* After a column was made wider or moved with the mouse. */
static void take_layout(list *self) {
    int order[LAYOUT_COLUMNS];
    size_t columns[LAYOUT_COLUMNS];
    if (!ListView_GetColumnOrderArray(self->window, (int)self->arranged.shown, order))
        return;
    layout kept = self->arranged;
    for (size_t i = 0; i < self->arranged.shown; i++) {
        self->arranged.widths[self->arranged.columns[i]] =
            MulDiv(ListView_GetColumnWidth(self->window, (int)i), 96, (int)GetDpiForWindow(self->window));
        kept.widths[self->arranged.columns[i]] = self->arranged.widths[self->arranged.columns[i]];
        columns[i] = self->arranged.columns[order[i]];
    }
    memcpy(kept.columns, columns, self->arranged.shown * sizeof *columns); /* the controls keep their own numbers until the view is shown again */
    layout_write(&kept, self->source);
}

static void use_layout(list *self) {
    show_columns(self);
    list_refresh(self, self->data);
}

void list_choose_columns(list *self) {
    layout draft;
    layout_read(&draft, self->source);
    if (!columns_choose(GetParent(self->window), &draft, self->source))
        return;
    self->arranged = draft;
    layout_write(&self->arranged, self->source);
    use_layout(self);
}

void list_reset_columns(list *self) {
    layout_reset(&self->arranged, self->source);
    use_layout(self);
}

void list_use_columns(list *self, const WCHAR *text) {
    layout_use(&self->arranged, self->source, text);
    use_layout(self);
}

HWND list_window(const list *self) {
    return self->window;
}

const rows *list_rows(const list *self) {
    return &self->rows;
}

size_t list_selected_count(const list *self) {
    return self->data ? (size_t)ListView_GetSelectedCount(self->window) : 0;
}

int64_t list_id_at(const list *self, int row) {
    return row >= 0 && (size_t)row < self->rows.count ? self->source->id(self->data, self->rows.items[row]) : 0;
}

int64_t *list_selection(const list *self, size_t *count) {
    int64_t *ids = calloc((size_t)ListView_GetSelectedCount(self->window) + 1, sizeof *ids);
    *count = 0;
    for (int row = -1; ids && self->data && (row = ListView_GetNextItem(self->window, row, LVNI_SELECTED)) >= 0;)
        ids[(*count)++] = list_id_at(self, row);
    return ids;
}

static void remember_ids(list *self) {
    free(self->ids);
    self->ids = calloc(self->rows.count ? self->rows.count : 1, sizeof *self->ids);
    self->id_count = self->ids ? self->rows.count : 0;
    for (size_t i = 0; i < self->id_count; i++)
        self->ids[i] = self->source->id(self->data, self->rows.items[i]);
}

/* Takes the old rows' states away one by one: asked for all at once, a list goes through every row it has. */
static void clear_selection(list *self, size_t count, int focus_row) {
    if (count > MANY) {
        ListView_SetItemState(self->window, -1, 0, LVIS_SELECTED | LVIS_FOCUSED);
        return;
    }
    for (int row = -1; count && (row = ListView_GetNextItem(self->window, row, LVNI_SELECTED)) >= 0;)
        ListView_SetItemState(self->window, row, 0, LVIS_SELECTED);
    if (focus_row >= 0)
        ListView_SetItemState(self->window, focus_row, 0, LVIS_FOCUSED);
}

/* Gives the ids their states again, wherever they are now. What had the focus and is gone leaves it to the row in its place. */
static void restore_selection(list *self, int64_t *selected, size_t count, int64_t focused, int focus_row) {
    bool focus_set = false;
    qsort(selected, count, sizeof *selected, by_id);
    for (size_t row = 0; (count || focused) && row < self->id_count; row++) {
        UINT state = self->ids[row] == focused ? LVIS_FOCUSED : 0;
        if (count && bsearch(&self->ids[row], selected, count, sizeof *selected, by_id))
            state |= LVIS_SELECTED;
        if (state)
            ListView_SetItemState(self->window, (int)row, state, state);
        focus_set = focus_set || (state & LVIS_FOCUSED);
    }
    if (focus_row >= 0 && !focus_set && self->id_count)
        ListView_SetItemState(self->window, focus_row < (int)self->id_count ? focus_row : (int)self->id_count - 1, LVIS_FOCUSED, LVIS_FOCUSED);
}

static void rebuild(list *self) {
    const size_t selected_room = (size_t)ListView_GetSelectedCount(self->window);
    int64_t *selected = calloc(selected_room + 1, sizeof *selected);
    size_t selected_count = 0;
    const int focus_row = ListView_GetNextItem(self->window, -1, LVNI_FOCUSED);
    const int64_t focused = focus_row >= 0 && (size_t)focus_row < self->id_count ? self->ids[focus_row] : 0;
    const size_t before = self->id_count;
    if (!self->data || !selected) {
        free(selected);
        return;
    }
    for (int row = -1; selected_count < selected_room && (row = ListView_GetNextItem(self->window, row, LVNI_SELECTED)) >= 0;)
        if ((size_t)row < self->id_count)
            selected[selected_count++] = self->ids[row];
    self->refreshing = true;
    clear_selection(self, selected_count, focus_row);
    rows_build(&self->rows, self->source, self->data, &self->arranged, self->filter);
    ListView_SetItemCountEx(self->window, (int)self->rows.count, LVSICF_NOSCROLL);
    remember_ids(self);
    if (selected_count > MANY && selected_count == before && before == self->id_count) {
        ListView_SetItemState(self->window, -1, LVIS_SELECTED, LVIS_SELECTED); /* all of them, still */
    } else {
        restore_selection(self, selected, selected_count, focused, focus_row);
    }
    (void)InvalidateRect(self->window, NULL, FALSE);
    (void)UpdateWindow(self->window); /* now: painting waits for an empty queue else */
    self->refreshing = false;
    free(selected);
}

void list_refresh(list *self, const void *data) {
    self->data = data;
    rebuild(self);
    if (data)
        self->events->refreshed(self->events->context);
}

void list_next(list *self) {
    const int row = ListView_GetNextItem(self->window, -1, LVNI_FOCUSED);
    const int next = self->rows.count ? (row + 1) % (int)self->rows.count : -1;
    if (next < 0)
        return;
    ListView_SetItemState(self->window, -1, 0, LVIS_SELECTED);
    ListView_SetItemState(self->window, next, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
    (void)ListView_EnsureVisible(self->window, next, FALSE);
}

/* The selected rows, or all when none is, with the titles: tabs between cells, as other programs take them. */
void list_copy(list *self) {
    const bool all = ListView_GetSelectedCount(self->window) == 0;
    ns_text text;
    ns_text_init(&text, (size_t)64 << 20);
    for (size_t i = 0; i < self->arranged.shown; i++) {
        char *title = ns_wide_to_utf8(layout_title(self->source, self->arranged.columns[i]));
        (void)ns_text_appendf(&text, "%s%s", i ? "\t" : "", title ? title : "");
        free(title);
    }
    (void)ns_text_append_string(&text, "\r\n");
    for (size_t row = 0; row < self->rows.count; row++) {
        if (!all && !(ListView_GetItemState(self->window, (int)row, LVIS_SELECTED) & LVIS_SELECTED))
            continue;
        for (size_t i = 0; i < self->arranged.shown; i++) {
            char cell[CELL_SIZE];
            self->source->cell(self->data, self->rows.items[row], self->arranged.columns[i], cell);
            (void)ns_text_appendf(&text, "%s%s", i ? "\t" : "", cell);
        }
        (void)ns_text_append_string(&text, "\r\n");
    }
    copy_text(GetParent(self->window), ns_text_string(&text));
    ns_text_clear(&text);
}

static void list_on_getdispinfo(const list *self, LVITEMW *item) {
    char text[CELL_SIZE];
    if (!self->data || item->iItem < 0 || (size_t)item->iItem >= self->rows.count)
        return;
    if (item->mask & LVIF_TEXT) {
        self->source->cell(self->data, self->rows.items[item->iItem], column_of(self, item->iSubItem), text);
        (void)MultiByteToWideChar(CP_UTF8, 0, text, -1, item->pszText, item->cchTextMax);
        if (item->cchTextMax > 0)
            item->pszText[item->cchTextMax - 1] = 0;
    }
    if (item->mask & LVIF_IMAGE)
        item->iImage = item->iSubItem == 0 || self->source->has_icons_in_cells
                           ? self->source->icon(self->data, self->rows.items[item->iItem], column_of(self, item->iSubItem))
                           : -1;
}

static void list_on_columnclick(list *self, int at) {
    const int column = (int)column_of(self, at);
    self->arranged.descending = self->arranged.sort == column && !self->arranged.descending;
    self->arranged.sort = column;
    layout_write_sort(&self->arranged, self->source);
    show_arrow(self);
    rebuild(self); /* the same rows in another order: nobody has to know */
}

/* The name is the only thing that is edited in place, and only where it is the first column. */
static bool can_rename_here(const list *self) {
    return self->source->can_rename && column_of(self, 0) == 0;
}

void list_rename(list *self) {
    const int row = ListView_GetNextItem(self->window, -1, LVNI_SELECTED);
    if (row >= 0 && can_rename_here(self))
        (void)ListView_EditLabel(self->window, row);
}

bool list_is_renaming(const list *self) {
    return ListView_GetEditControl(self->window) != NULL;
}

static void list_on_endlabeledit(list *self, const LVITEMW *item) {
    char *name = item->pszText ? ns_wide_to_utf8(item->pszText) : NULL;
    self->events->renamed(self->events->context, list_id_at(self, item->iItem), name);
    free(name);
}

static LRESULT list_on_header(const list *self, const NMHDR *header) {
    if (header->code == HDN_ENDDRAG || header->code == HDN_ENDTRACKW || header->code == HDN_ENDTRACKA || header->code == HDN_DIVIDERDBLCLICKW)
        (void)PostMessageW(self->window, WM_LIST_ARRANGED, 0, 0);
    return 0;
}

static LRESULT CALLBACK list_on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    list *self = (list *)context;
    (void)id;
    if (message == WM_LIST_ARRANGED && !self->arranging)
        take_layout(self);
    return message == WM_LIST_ARRANGED ? 0 : DefSubclassProc(window, message, wparam, lparam);
}

LRESULT list_on_notify(list *self, NMHDR *header) {
    const NMITEMACTIVATE *activated = (const NMITEMACTIVATE *)(const void *)header;
    switch (header->code) {
    case LVN_GETDISPINFOW:
        list_on_getdispinfo(self, &((NMLVDISPINFOW *)header)->item);
        return 0;
    case LVN_COLUMNCLICK:
        list_on_columnclick(self, ((NMLISTVIEW *)header)->iSubItem);
        return 0;
    case LVN_ITEMCHANGED:
    case LVN_ODSTATECHANGED:
        if (!self->refreshing)
            self->events->selected(self->events->context);
        return 0;
    case NM_SETFOCUS:
        self->events->focused(self->events->context);
        return 0;
    case LVN_ITEMACTIVATE:
        self->events->activated(self->events->context, list_id_at(self, activated->iItem), column_of(self, activated->iSubItem));
        return 0;
    case LVN_BEGINLABELEDITW:
        return !can_rename_here(self);
    case LVN_ENDLABELEDITW:
        list_on_endlabeledit(self, &((NMLVDISPINFOW *)header)->item);
        return FALSE; /* the new name comes with newer data, if it is taken */
    case LVN_BEGINDRAG:
        self->events->dragged(self->events->context);
        return 0;
    default:
        return list_on_header(self, header);
    }
}

list *list_create(HWND parent, int id, const events *to) {
    list *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->events = to;
    self->window = CreateWindowExW(0, WC_LISTVIEWW, NULL,
                                   WS_CHILD | WS_VISIBLE | WS_TABSTOP | WS_BORDER | LVS_REPORT | LVS_OWNERDATA | LVS_SHOWSELALWAYS | LVS_EDITLABELS |
                                       LVS_SHAREIMAGELISTS,
                                   0, 0, 0, 0, parent, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
    if (!self->window || !SetWindowSubclass(self->window, list_on_message, SUBCLASS, (DWORD_PTR)self)) {
        list_destroy(self);
        return NULL;
    }
    ListView_SetExtendedListViewStyle(self->window, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_HEADERDRAGDROP | LVS_EX_LABELTIP);
    return self;
}

void list_destroy(list *self) {
    if (!self)
        return;
    rows_clear(&self->rows);
    free(self->ids);
    free(self->filter);
    free(self);
}
