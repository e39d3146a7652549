/* The list: owner data over the snapshot. What is shown is a row of numbers: which of the view's things, in which order. */
#include "console/console.h"
#include "console/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

enum { MANY = 1000 };

static int by_id(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The selection and the focus are kept as ids, since rows move. The ids are those from before the refresh, which the
 * caller took while the old snapshot was still there; so they are kept beside the rows. */
static int64_t *shown_ids;
static size_t shown_count;
static layout arranged;

size_t list_view_column(int subitem) {
    return subitem >= 0 && (size_t)subitem < arranged.shown ? arranged.columns[subitem] : 0;
}

static void show_arrow(const console *self) {
    HWND header = ListView_GetHeader(self->list);
    for (int i = 0; i < (int)arranged.shown; i++) {
        HDITEMW item = {.mask = HDI_FORMAT};
        if (!SendMessageW(header, HDM_GETITEMW, (WPARAM)i, (LPARAM)&item))
            continue;
        item.fmt &= ~(HDF_SORTUP | HDF_SORTDOWN);
        if ((int)arranged.columns[i] == arranged.sort)
            item.fmt |= arranged.descending ? HDF_SORTDOWN : HDF_SORTUP;
        (void)SendMessageW(header, HDM_SETITEMW, (WPARAM)i, (LPARAM)&item);
    }
}

static void show_columns(console *self) {
    self->arranging = true;
    (void)SendMessageW(self->list, WM_SETREDRAW, FALSE, 0);
    while (ListView_DeleteColumn(self->list, 0)) {
    }
    for (size_t i = 0; i < arranged.shown; i++) {
        const size_t column = arranged.columns[i];
        LVCOLUMNW shown = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_FMT | LVCF_SUBITEM,
                           .pszText = (LPWSTR)(uintptr_t)view_column_title(self->view, column),
                           .cx = scaled(self, arranged.widths[column]),
                           .fmt = view_column_is_right(self->view, column) ? LVCFMT_RIGHT : LVCFMT_LEFT,
                           .iSubItem = (int)i};
        (void)ListView_InsertColumn(self->list, (int)i, &shown);
    }
    show_arrow(self);
    (void)SendMessageW(self->list, WM_SETREDRAW, TRUE, 0);
    self->arranging = false;
}

void list_show_view(console *self) {
    shown_count = 0; /* another view's ids mean other things */
    self->row_count = 0;
    ListView_SetItemState(self->list, -1, 0, LVIS_SELECTED | LVIS_FOCUSED);
    ListView_SetItemCount(self->list, 0);
    layout_read(&arranged, self->view);
    ListView_SetExtendedListViewStyleEx(self->list, LVS_EX_SUBITEMIMAGES, self->view == VIEW_PREFLIGHT ? LVS_EX_SUBITEMIMAGES : 0);
    show_columns(self);
    (void)SetWindowTextW(self->list, words(view_get(self->view)->title)); /* its accessible name */
    options_set_integer(NAME_VIEW, (int)self->view);
    options_set_integer(NAME_GROUP, (int)self->group_id);
    options_set_integer(NAME_GROUP_STORE, self->store_number);
}

void list_set_columns_dpi(console *self) {
    self->arranging = true;
    for (size_t i = 0; i < arranged.shown; i++)
        (void)ListView_SetColumnWidth(self->list, (int)i, scaled(self, arranged.widths[arranged.columns[i]]));
    self->arranging = false;
}

/* After a column was made wider or moved with the mouse. */
static void take_layout(console *self) {
    int order[VIEW_COLUMNS_MAXIMUM];
    size_t columns[VIEW_COLUMNS_MAXIMUM];
    if (!ListView_GetColumnOrderArray(self->list, (int)arranged.shown, order))
        return;
    layout kept = arranged;
    for (size_t i = 0; i < arranged.shown; i++) {
        arranged.widths[arranged.columns[i]] = MulDiv(ListView_GetColumnWidth(self->list, (int)i), 96, (int)self->dpi);
        kept.widths[arranged.columns[i]] = arranged.widths[arranged.columns[i]];
        columns[i] = arranged.columns[order[i]];
    }
    memcpy(kept.columns, columns, arranged.shown * sizeof *columns); /* the controls keep their own numbers until the view is shown again */
    layout_write(&kept, self->view);
}

void list_choose_columns(console *self) {
    layout draft;
    layout_read(&draft, self->view);
    if (!layout_ask(self->window, &draft, self->view))
        return;
    arranged = draft;
    layout_write(&arranged, self->view);
    show_columns(self);
    list_refresh(self);
}

void list_reset_columns(console *self) {
    layout_reset(&arranged, self->view);
    show_columns(self);
    list_refresh(self);
}

void list_use_columns(console *self, const WCHAR *text) {
    layout_use(&arranged, self->view, text);
    show_columns(self);
    list_refresh(self);
}

/* Which columns a filter looks at: those that are shown. */
static void visible_columns(uint64_t visible[2]) {
    visible[0] = visible[1] = 0;
    for (size_t i = 0; i < arranged.shown; i++)
        visible[arranged.columns[i] / 64] |= (uint64_t)1 << arranged.columns[i] % 64;
}

/* A row's cells as one folded text, where no index has it. Each starts with the end of the one before. */
static bool row_matches(const console *self, size_t index, const char *folded, const uint64_t visible[2]) {
    ns_text row;
    bool matches = false;
    ns_text_init(&row, (size_t)1 << 17);
    for (size_t column = 0; column < arranged.count; column++) {
        char cell[PRESENT_CELL_SIZE];
        char small[PRESENT_CELL_SIZE];
        if (visible[column / 64] >> column % 64 & 1) {
            view_cell(self, index, column, cell);
            present_fold(cell, small, sizeof small);
            (void)ns_text_append_string(&row, small);
        }
        (void)ns_text_append(&row, "\x1F", 1);
    }
    matches = present_matches(ns_text_string(&row), folded, visible);
    ns_text_clear(&row);
    return matches;
}

static bool is_shown(const console *self, const present_index *index, size_t i, const uint64_t visible[2]) {
    const char *folded = self->filters[self->view];
    if (self->view == VIEW_MACHINES && self->group_id && self->snapshot->fleet.machines[i].group_id != self->group_id)
        return false;
    if (!folded || !folded[0])
        return true;
    return index ? present_matches(index->text + index->at[i], folded, visible) : row_matches(self, i, folded, visible);
}

typedef struct sort_key {
    size_t index;
    int64_t number;
    char *text; /* NULL when the number counts */
    bool descending;
} sort_key;

static int compare(const void *a, const void *b) {
    const sort_key *left = a;
    const sort_key *right = b;
    int order =
        left->text && right->text ? present_compare(left->text, right->text) : (left->number > right->number) - (left->number < right->number);
    if (order == 0)
        return (left->index > right->index) - (left->index < right->index);
    return left->descending ? -order : order;
}

static void sort_by_cells(console *self) {
    sort_key *keys = calloc(self->row_count ? self->row_count : 1, sizeof *keys);
    if (!keys)
        return;
    for (size_t i = 0; i < self->row_count; i++) {
        keys[i].index = self->rows[i];
        keys[i].descending = arranged.descending;
        if (!view_number(self, keys[i].index, (size_t)arranged.sort, &keys[i].number)) {
            char text[PRESENT_CELL_SIZE];
            char folded[PRESENT_CELL_SIZE];
            view_cell(self, keys[i].index, (size_t)arranged.sort, text);
            present_fold(text, folded, sizeof folded);
            keys[i].text = ns_string_copy(folded);
        }
    }
    qsort(keys, self->row_count, sizeof *keys, compare);
    for (size_t i = 0; i < self->row_count; i++) {
        self->rows[i] = keys[i].index;
        free(keys[i].text);
    }
    free(keys);
}

/* Counting sort over the ranks: stable, and the same time for every column. */
static void sort_by_rank(console *self, const uint32_t *rank, uint32_t ranks) {
    uint32_t *place = calloc((size_t)ranks + 1, sizeof *place);
    size_t *sorted = calloc(self->row_count ? self->row_count : 1, sizeof *sorted);
    if (place && sorted) {
        for (size_t i = 0; i < self->row_count; i++)
            place[(arranged.descending ? ranks - 1 - rank[self->rows[i]] : rank[self->rows[i]]) + 1]++;
        for (uint32_t i = 1; i < ranks; i++)
            place[i] += place[i - 1];
        for (size_t i = 0; i < self->row_count; i++)
            sorted[place[arranged.descending ? ranks - 1 - rank[self->rows[i]] : rank[self->rows[i]]]++] = self->rows[i];
        memcpy(self->rows, sorted, self->row_count * sizeof *sorted);
    }
    free(place);
    free(sorted);
}

static void build_rows(console *self) {
    const present_index *index = self->view == VIEW_MACHINES ? self->snapshot->index : NULL;
    uint64_t visible[2];
    size_t count = 0;
    if (self->view == VIEW_PREFLIGHT)
        self->board_rows = board_rows(self->board, self->snapshot, &self->board_row_count);
    count = view_row_count(self);
    if (count > self->row_room) {
        size_t *rows = realloc(self->rows, count * sizeof *rows);
        if (!rows)
            return; /* what is shown stays */
        self->rows = rows;
        self->row_room = count;
    }
    visible_columns(visible);
    self->row_count = 0;
    self->thing_count = 0;
    memset(self->state_counts, 0, sizeof self->state_counts);
    for (size_t i = 0; i < count; i++) {
        if (self->view != VIEW_MACHINES || self->group_id == 0 || self->snapshot->fleet.machines[i].group_id == self->group_id)
            self->thing_count++;
        if (!is_shown(self, index, i, visible))
            continue;
        self->rows[self->row_count++] = i;
        if (index)
            self->state_counts[index->state[i]]++;
    }
    if (arranged.sort < 0)
        return; /* the order of the store */
    if (index)
        sort_by_rank(self, index->rank[arranged.sort], index->ranks[arranged.sort]);
    else if (self->view != VIEW_MACHINES)
        sort_by_cells(self);
}

int64_t list_id_at(const console *self, int row) {
    return row >= 0 && (size_t)row < self->row_count ? view_row_id(self, self->rows[row]) : 0;
}

int64_t *list_selection(const console *self, size_t *count) {
    int64_t *ids = calloc((size_t)ListView_GetSelectedCount(self->list) + 1, sizeof *ids);
    *count = 0;
    for (int row = -1; ids && self->snapshot && (row = ListView_GetNextItem(self->list, row, LVNI_SELECTED)) >= 0;)
        ids[(*count)++] = list_id_at(self, row);
    return ids;
}

static void remember_ids(console *self) {
    free(shown_ids);
    shown_ids = calloc(self->row_count ? self->row_count : 1, sizeof *shown_ids);
    shown_count = shown_ids ? self->row_count : 0;
    for (size_t i = 0; i < shown_count; i++)
        shown_ids[i] = view_row_id(self, self->rows[i]);
}

/* Takes the old rows' states away one by one: asked for all at once, a list goes through every row it has. */
static void clear_selection(console *self, size_t count, int focus_row) {
    if (count > MANY) {
        ListView_SetItemState(self->list, -1, 0, LVIS_SELECTED | LVIS_FOCUSED);
        return;
    }
    for (int row = -1; count && (row = ListView_GetNextItem(self->list, row, LVNI_SELECTED)) >= 0;)
        ListView_SetItemState(self->list, row, 0, LVIS_SELECTED);
    if (focus_row >= 0)
        ListView_SetItemState(self->list, focus_row, 0, LVIS_FOCUSED);
}

/* Gives the ids their states again, wherever they are now. What had the focus and is gone leaves it to the row in its place. */
static void restore_selection(console *self, int64_t *selected, size_t count, int64_t focused, int focus_row) {
    bool focus_set = false;
    qsort(selected, count, sizeof *selected, by_id);
    for (size_t row = 0; (count || focused) && row < shown_count; row++) {
        UINT state = shown_ids[row] == focused ? LVIS_FOCUSED : 0;
        if (count && bsearch(&shown_ids[row], selected, count, sizeof *selected, by_id))
            state |= LVIS_SELECTED;
        if (state)
            ListView_SetItemState(self->list, (int)row, state, state);
        focus_set = focus_set || (state & LVIS_FOCUSED);
    }
    if (focus_row >= 0 && !focus_set && shown_count)
        ListView_SetItemState(self->list, focus_row < (int)shown_count ? focus_row : (int)shown_count - 1, LVIS_FOCUSED, LVIS_FOCUSED);
}

void list_refresh(console *self) {
    const size_t selected_room = (size_t)ListView_GetSelectedCount(self->list);
    int64_t *selected = calloc(selected_room + 1, sizeof *selected);
    size_t selected_count = 0;
    const int focus_row = ListView_GetNextItem(self->list, -1, LVNI_FOCUSED);
    const int64_t focused = focus_row >= 0 && (size_t)focus_row < shown_count ? shown_ids[focus_row] : 0;
    const size_t before = shown_count;
    if (!self->snapshot || !selected) {
        free(selected);
        return;
    }
    for (int row = -1; selected_count < selected_room && (row = ListView_GetNextItem(self->list, row, LVNI_SELECTED)) >= 0;)
        if ((size_t)row < shown_count)
            selected[selected_count++] = shown_ids[row];
    self->refreshing = true;
    clear_selection(self, selected_count, focus_row);
    build_rows(self);
    ListView_SetItemCountEx(self->list, (int)self->row_count, LVSICF_NOSCROLL);
    remember_ids(self);
    if (selected_count > MANY && selected_count == before && before == shown_count) {
        ListView_SetItemState(self->list, -1, LVIS_SELECTED, LVIS_SELECTED); /* all of them, still */
    } else {
        restore_selection(self, selected, selected_count, focused, focus_row);
    }
    (void)InvalidateRect(self->list, NULL, FALSE);
    (void)UpdateWindow(self->list); /* now: painting waits for an empty queue else */
    self->refreshing = false;
    console_show_empty(self);
    free(selected);
}

void list_select_id(console *self, int64_t id) {
    for (size_t row = 0; row < shown_count; row++) {
        if (shown_ids[row] != id)
            continue;
        ListView_SetItemState(self->list, -1, 0, LVIS_SELECTED);
        ListView_SetItemState(self->list, (int)row, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
        (void)ListView_EnsureVisible(self->list, (int)row, FALSE);
    }
}

void list_next(console *self) {
    const int row = ListView_GetNextItem(self->list, -1, LVNI_FOCUSED);
    const int next = self->row_count ? (row + 1) % (int)self->row_count : -1;
    if (next < 0)
        return;
    ListView_SetItemState(self->list, -1, 0, LVIS_SELECTED);
    ListView_SetItemState(self->list, next, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
    (void)ListView_EnsureVisible(self->list, next, FALSE);
}

/* The selected rows, or all when none is, with the titles: tabs between cells, as other programs take them. */
void list_copy(console *self) {
    const bool all = ListView_GetSelectedCount(self->list) == 0;
    ns_text text;
    ns_text_init(&text, (size_t)64 << 20);
    for (size_t i = 0; i < arranged.shown; i++) {
        char *title = ns_wide_to_utf8(view_column_title(self->view, arranged.columns[i]));
        (void)ns_text_appendf(&text, "%s%s", i ? "\t" : "", title ? title : "");
        free(title);
    }
    (void)ns_text_append_string(&text, "\r\n");
    for (size_t row = 0; row < self->row_count; row++) {
        if (!all && !(ListView_GetItemState(self->list, (int)row, LVIS_SELECTED) & LVIS_SELECTED))
            continue;
        for (size_t i = 0; i < arranged.shown; i++) {
            char cell[PRESENT_CELL_SIZE];
            view_cell(self, self->rows[row], arranged.columns[i], cell);
            (void)ns_text_appendf(&text, "%s%s", i ? "\t" : "", cell);
        }
        (void)ns_text_append_string(&text, "\r\n");
    }
    copy_text(self->window, ns_text_string(&text));
    ns_text_clear(&text);
}

static void on_getdispinfo(const console *self, LVITEMW *item) {
    char text[PRESENT_CELL_SIZE];
    if (!self->snapshot || item->iItem < 0 || (size_t)item->iItem >= self->row_count)
        return;
    if (item->mask & LVIF_TEXT) {
        view_cell(self, self->rows[item->iItem], list_view_column(item->iSubItem), text);
        (void)MultiByteToWideChar(CP_UTF8, 0, text, -1, item->pszText, item->cchTextMax);
        if (item->cchTextMax > 0)
            item->pszText[item->cchTextMax - 1] = 0;
    }
    if (item->mask & LVIF_IMAGE)
        item->iImage = view_icon(self, self->rows[item->iItem], list_view_column(item->iSubItem), item->iSubItem == 0);
}

static void on_column_click(console *self, int at) {
    const int column = (int)list_view_column(at);
    arranged.descending = arranged.sort == column && !arranged.descending;
    arranged.sort = column;
    take_layout(self);
    show_arrow(self);
    list_refresh(self);
}

/* On the board a cell opens to its check. */
static void on_activate(console *self, const NMITEMACTIVATE *item) {
    const size_t column = list_view_column(item->iSubItem);
    if (self->view == VIEW_PREFLIGHT && column >= BOARD_CHECKS)
        checks_show(self, list_id_at(self, item->iItem), (int)column - BOARD_CHECKS);
    else
        commands_run(self, view_get(self->view)->command);
}

/* The name is the only thing that is edited in place, and only where it is the first column. */
static bool can_rename_here(const console *self) {
    return list_view_column(0) == 0 &&
           (self->view == VIEW_MACHINES || self->view == VIEW_GROUPS || self->view == VIEW_CONNECTIONS || self->view == VIEW_FLOWS);
}

void list_rename(console *self) {
    const int row = ListView_GetNextItem(self->list, -1, LVNI_SELECTED);
    if (row >= 0 && can_rename_here(self))
        (void)ListView_EditLabel(self->list, row);
}

static void on_end_label_edit(console *self, const LVITEMW *item) {
    char *name = item->pszText ? ns_wide_to_utf8(item->pszText) : NULL;
    if (name)
        rename_thing(self, self->view, list_id_at(self, item->iItem), name);
    free(name);
}

static LRESULT on_header_notify(console *self, const NMHDR *header) {
    switch (header->code) {
    case HDN_ENDDRAG:
    case HDN_ENDTRACKW:
    case HDN_ENDTRACKA:
    case HDN_DIVIDERDBLCLICKW:
        (void)PostMessageW(self->window, WM_APP_LAYOUT, 0, 0); /* when the header has done it */
        return 0;
    default:
        return 0;
    }
}

void list_on_layout(console *self) {
    if (!self->arranging)
        take_layout(self);
}

LRESULT list_on_notify(console *self, NMHDR *header) {
    switch (header->code) {
    case LVN_GETDISPINFOW:
        on_getdispinfo(self, &((NMLVDISPINFOW *)header)->item);
        return 0;
    case LVN_COLUMNCLICK:
        on_column_click(self, ((NMLISTVIEW *)header)->iSubItem);
        return 0;
    case LVN_ITEMCHANGED:
    case LVN_ODSTATECHANGED:
        if (!self->refreshing)
            console_selection_changed(self);
        return 0;
    case NM_SETFOCUS:
        commands_update(self, NULL);
        return 0;
    case LVN_ITEMACTIVATE:
        on_activate(self, (const NMITEMACTIVATE *)header);
        return 0;
    case LVN_KEYDOWN:
        if (((NMLVKEYDOWN *)header)->wVKey == VK_DELETE)
            commands_run(self, ID_REMOVE);
        return 0;
    case LVN_BEGINLABELEDITW:
        return !can_rename_here(self);
    case LVN_ENDLABELEDITW:
        on_end_label_edit(self, &((NMLVDISPINFOW *)header)->item);
        (void)PostMessageW(self->window, WM_APP_JOBS, 0, 0); /* what was kept back meanwhile */
        return FALSE;                                        /* the new name comes with the next snapshot, if it is taken */
    case LVN_BEGINDRAG:
        drag_begin(self);
        return 0;
    default:
        return on_header_notify(self, header);
    }
}
