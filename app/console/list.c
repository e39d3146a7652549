/* The list: owner data over the snapshot. A view is a table of columns and what its rows are. */
#include "console/console.h"

#include <shlwapi.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "console/present/present.h"

typedef struct column {
    UINT title;
    int width; /* px at 96 dpi */
    int format;
} column;

static const column machine_columns[] = {
    {IDS_COLUMN_NAME, 130, LVCFMT_LEFT},     {IDS_COLUMN_HOST, 130, LVCFMT_LEFT},   {IDS_COLUMN_GROUP, 90, LVCFMT_LEFT},
    {IDS_COLUMN_STATE, 90, LVCFMT_LEFT},     {IDS_COLUMN_REUSE, 50, LVCFMT_LEFT},   {IDS_COLUMN_SCREEN, 125, LVCFMT_LEFT},
    {IDS_COLUMN_LAST_RUN, 150, LVCFMT_LEFT}, {IDS_COLUMN_RESULT, 110, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(machine_columns) == PRESENT_MACHINE_COLUMNS, "every column has a title");
static const column run_columns[] = {
    {IDS_COLUMN_ID, 55, LVCFMT_LEFT},        {IDS_COLUMN_STATE, 90, LVCFMT_LEFT},       {IDS_COLUMN_MACHINE, 120, LVCFMT_LEFT},
    {IDS_COLUMN_FLOW, 110, LVCFMT_LEFT},     {IDS_COLUMN_CONNECTION, 110, LVCFMT_LEFT}, {IDS_COLUMN_STARTED, 150, LVCFMT_LEFT},
    {IDS_COLUMN_DURATION, 80, LVCFMT_RIGHT}, {IDS_COLUMN_CODE, 150, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(run_columns) == PRESENT_RUN_COLUMNS, "every column has a title");
static const column session_columns[] = {
    {IDS_COLUMN_MACHINE, 130, LVCFMT_LEFT}, {IDS_COLUMN_SESSION, 70, LVCFMT_LEFT}, {IDS_COLUMN_USER, 120, LVCFMT_LEFT},
    {IDS_COLUMN_STATE, 140, LVCFMT_LEFT},   {IDS_COLUMN_SINCE, 150, LVCFMT_LEFT},  {IDS_COLUMN_CONNECTION, 120, LVCFMT_LEFT},
    {IDS_COLUMN_RUN, 60, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(session_columns) == PRESENT_SESSION_COLUMNS, "every column has a title");
static const column connection_columns[] = {
    {IDS_COLUMN_NAME, 150, LVCFMT_LEFT},
    {IDS_COLUMN_USER, 180, LVCFMT_LEFT},
    {IDS_COLUMN_DOMAIN, 120, LVCFMT_LEFT},
    {IDS_COLUMN_REFUSED, 320, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(connection_columns) == PRESENT_CONNECTION_COLUMNS, "every column has a title");
static const column flow_columns[] = {
    {IDS_COLUMN_NAME, 150, LVCFMT_LEFT},
    {IDS_COLUMN_PROGRAM, 250, LVCFMT_LEFT},
    {IDS_COLUMN_ARGUMENTS, 250, LVCFMT_LEFT},
    {IDS_COLUMN_SUCCESS, 110, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(flow_columns) == PRESENT_FLOW_COLUMNS, "every column has a title");

static const column board_columns[] = {{IDS_COLUMN_MACHINE, 130, LVCFMT_LEFT},
                                       {IDS_COLUMN_VERDICT, 80, LVCFMT_LEFT},
                                       {IDS_COLUMN_FORECAST, 380, LVCFMT_LEFT},
                                       {IDS_COLUMN_LOOKED_AT, 150, LVCFMT_LEFT}};
enum { BOARD_MACHINE, BOARD_VERDICT, BOARD_FORECAST, BOARD_AT, BOARD_CHECKS, CHECK_WIDTH = 105 }; /* then a column for each check */

static const struct view {
    const column *columns;
    size_t count;
    int command; /* of a double click */
} views[VIEW_COUNT] = {
    {machine_columns, NS_COUNT_OF(machine_columns), ID_TEST_RUN},   {board_columns, NS_COUNT_OF(board_columns), ID_CHECKS},
    {run_columns, NS_COUNT_OF(run_columns), ID_RUN_SHOW},           {session_columns, NS_COUNT_OF(session_columns), ID_SESSION_SIGN_OUT},
    {connection_columns, NS_COUNT_OF(connection_columns), ID_EDIT}, {flow_columns, NS_COUNT_OF(flow_columns), ID_EDIT}};

static size_t things(const console *self) {
    const snapshot *from = self->snapshot;
    const size_t counts[] = {from->fleet.machine_count, self->board_row_count,   from->runs.count,
                             from->sessions.count,      from->connections.count, from->flows.count};
    return counts[self->view];
}

static int64_t id_of(const console *self, size_t index) {
    const snapshot *from = self->snapshot;
    switch (self->view) {
    case VIEW_MACHINES:
        return from->fleet.machines[index].id;
    case VIEW_PREFLIGHT:
        return self->board_rows[index].machine_id;
    case VIEW_RUNS:
        return from->runs.items[index].id;
    case VIEW_SESSIONS:
        return from->sessions.items[index].id;
    case VIEW_CONNECTIONS:
        return from->connections.items[index].id;
    default:
        return from->flows.items[index].id;
    }
}

static void board_cell(const board_row *row, int at, char out[PRESENT_CELL_SIZE]) {
    out[0] = 0;
    if (at == BOARD_MACHINE)
        (void)lstrcpynA(out, row->name, PRESENT_CELL_SIZE);
    else if (at == BOARD_VERDICT)
        (void)lstrcpynA(out, words_utf8(IDS_VERDICT_PASS + (unsigned)row->verdict), PRESENT_CELL_SIZE);
    else if (at == BOARD_FORECAST)
        (void)lstrcpynA(out, row->forecast, PRESENT_CELL_SIZE);
    else if (at == BOARD_AT && row->at)
        words_local_time(row->at, out, PRESENT_CELL_SIZE);
    else if (at == BOARD_AT)
        (void)lstrcpynA(out, words_utf8(IDS_LOOKING), PRESENT_CELL_SIZE);
    else if (row->kinds[at - BOARD_CHECKS])
        (void)lstrcpynA(out, words_utf8(IDS_VERDICT_PASS + row->kinds[at - BOARD_CHECKS] - 1u), PRESENT_CELL_SIZE);
    ns_utf8_trim(out);
}

/* Of a cell on the board; every other view has icons in the first column only. */
static int board_icon(const board_row *row, int at) {
    if (at == BOARD_MACHINE)
        return PRESENT_ICON_MACHINE;
    if (at == BOARD_VERDICT)
        return (int)present_verdict_icon(row->verdict);
    return at >= BOARD_CHECKS && row->kinds[at - BOARD_CHECKS] ? (int)present_verdict_icon((ns_verdict_kind)(row->kinds[at - BOARD_CHECKS] - 1)) : -1;
}

static void cell(const console *self, size_t index, int at, char out[PRESENT_CELL_SIZE]) {
    const snapshot *from = self->snapshot;
    switch (self->view) {
    case VIEW_MACHINES: {
        const ns_machine *machine = &from->fleet.machines[index];
        present_machine_cell(machine, snapshot_group(from, machine->group_id), at, words_utf8, words_local_time, out);
        break;
    }
    case VIEW_PREFLIGHT:
        board_cell(&self->board_rows[index], at, out);
        break;
    case VIEW_RUNS:
        present_run_cell(&from->runs.items[index], at, words_utf8, words_local_time, out);
        break;
    case VIEW_SESSIONS:
        present_session_cell(&from->sessions.items[index], at, words_utf8, words_local_time, out);
        break;
    case VIEW_CONNECTIONS:
        present_connection_cell(&from->connections.items[index], at, words_local_time, out);
        break;
    default:
        present_flow_cell(&from->flows.items[index], at, out);
        break;
    }
}

static int icon(const console *self, size_t index, int at) {
    const snapshot *from = self->snapshot;
    switch (self->view) {
    case VIEW_PREFLIGHT:
        return board_icon(&self->board_rows[index], at);
    case VIEW_MACHINES:
        return (int)present_machine_icon(&from->fleet.machines[index], snapshot_group(from, from->fleet.machines[index].group_id));
    case VIEW_RUNS:
        return (int)present_run_icon(from->runs.items[index].state);
    case VIEW_SESSIONS:
        return (int)present_session_icon(from->sessions.items[index].state);
    case VIEW_CONNECTIONS:
        return PRESENT_ICON_CONNECTION;
    default:
        return PRESENT_ICON_FLOW;
    }
}

/* The selection and the focus are kept as ids, since rows move. The ids are those from before the refresh, which the
 * caller took while the old snapshot was still there; so they are kept beside the rows. */
static int64_t *shown_ids;
static size_t shown_count;

static void add_column(const console *self, int at, const WCHAR *title, int width, int format) {
    LVCOLUMNW shown = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_FMT | LVCF_SUBITEM,
                       .pszText = (LPWSTR)(uintptr_t)title,
                       .cx = scaled(self, width),
                       .fmt = format,
                       .iSubItem = at};
    (void)ListView_InsertColumn(self->list, at, &shown);
}

void list_show_view(console *self) {
    const struct view *view = &views[self->view];
    shown_count = 0; /* another view's ids mean other things */
    ListView_SetItemState(self->list, -1, 0, LVIS_SELECTED | LVIS_FOCUSED);
    while (ListView_DeleteColumn(self->list, 0)) {
    }
    for (size_t i = 0; i < view->count; i++)
        add_column(self, (int)i, words(view->columns[i].title), view->columns[i].width, view->columns[i].format);
    for (size_t i = 0; self->view == VIEW_PREFLIGHT && ns_check_at(i); i++) {
        WCHAR *title = ns_wide_from_utf8(ns_check_at(i)->title);
        add_column(self, (int)(view->count + i), title ? title : L"", CHECK_WIDTH, LVCFMT_LEFT);
        free(title);
    }
    /* The board shows the worst first. */
    self->sort_column = self->view == VIEW_RUNS ? -1 : self->view == VIEW_PREFLIGHT ? BOARD_VERDICT : 0;
    self->sort_descending = self->view == VIEW_PREFLIGHT;
    ListView_SetExtendedListViewStyleEx(self->list, LVS_EX_SUBITEMIMAGES, self->view == VIEW_PREFLIGHT ? LVS_EX_SUBITEMIMAGES : 0);
}

void list_set_columns_dpi(console *self) {
    for (size_t i = 0; i < views[self->view].count; i++)
        (void)ListView_SetColumnWidth(self->list, (int)i, scaled(self, views[self->view].columns[i].width));
    for (int i = BOARD_CHECKS; self->view == VIEW_PREFLIGHT && ns_check_at((size_t)(i - BOARD_CHECKS)); i++)
        (void)ListView_SetColumnWidth(self->list, i, scaled(self, CHECK_WIDTH));
}

static bool board_number(const board_row *row, int by, int64_t *out) {
    if (by == BOARD_VERDICT)
        *out = row->verdict;
    else if (by == BOARD_AT)
        *out = row->at;
    else if (by >= BOARD_CHECKS)
        *out = row->kinds[by - BOARD_CHECKS];
    else
        return false;
    return true;
}

static bool run_number(const ns_run *run, int by, int64_t *out) {
    if (by == PRESENT_RUN_ID)
        *out = run->id;
    else if (by == PRESENT_RUN_STARTED)
        *out = run->created_at;
    else if (by == PRESENT_RUN_DURATION)
        *out = run->ended_at - run->started_at;
    else
        return false;
    return true;
}

/* The real value where text would sort wrongly. */
static bool number(const console *self, size_t index, int64_t *out) {
    const snapshot *from = self->snapshot;
    switch (self->view) {
    case VIEW_PREFLIGHT:
        return board_number(&self->board_rows[index], self->sort_column, out);
    case VIEW_RUNS:
        return run_number(&from->runs.items[index], self->sort_column, out);
    case VIEW_MACHINES:
        *out = from->fleet.machines[index].last_run_at;
        return self->sort_column == PRESENT_MACHINE_LAST_RUN;
    case VIEW_SESSIONS:
        *out = from->sessions.items[index].since;
        return self->sort_column == PRESENT_SESSION_SINCE;
    default:
        return false;
    }
}

typedef struct sort_key {
    size_t index;
    int64_t number;
    WCHAR *text; /* NULL when the number counts */
    bool descending;
} sort_key;

static int compare(const void *a, const void *b) {
    const sort_key *left = a;
    const sort_key *right = b;
    int order = left->text && right->text ? StrCmpLogicalW(left->text, right->text) : (left->number > right->number) - (left->number < right->number);
    if (order == 0)
        return (left->index > right->index) - (left->index < right->index);
    return left->descending ? -order : order;
}

static void sort(console *self) {
    sort_key *keys = calloc(self->row_count ? self->row_count : 1, sizeof *keys);
    if (!keys || self->sort_column < 0) {
        free(keys);
        return; /* the order of the store */
    }
    for (size_t i = 0; i < self->row_count; i++) {
        keys[i].index = self->rows[i];
        keys[i].descending = self->sort_descending;
        if (!number(self, keys[i].index, &keys[i].number)) {
            char text[PRESENT_CELL_SIZE];
            cell(self, keys[i].index, self->sort_column, text);
            keys[i].text = ns_wide_from_utf8(text);
        }
    }
    qsort(keys, self->row_count, sizeof *keys, compare);
    for (size_t i = 0; i < self->row_count; i++) {
        self->rows[i] = keys[i].index;
        free(keys[i].text);
    }
    free(keys);
}

static void build_rows(console *self) {
    size_t count = 0;
    if (self->view == VIEW_PREFLIGHT)
        self->board_rows = board_rows(self->board, self->snapshot, &self->board_row_count);
    count = things(self);
    size_t *rows = calloc(count ? count : 1, sizeof *rows);
    if (!rows)
        return; /* what is shown stays */
    free(self->rows);
    self->rows = rows;
    self->row_count = 0;
    for (size_t i = 0; i < count; i++)
        if (self->view != VIEW_MACHINES || self->group_id == 0 || self->snapshot->fleet.machines[i].group_id == self->group_id)
            rows[self->row_count++] = i;
    sort(self);
}

int64_t list_id_at(const console *self, int row) {
    return row >= 0 && (size_t)row < self->row_count ? id_of(self, self->rows[row]) : 0;
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
        shown_ids[i] = id_of(self, self->rows[i]);
}

void list_refresh(console *self) {
    int64_t *selected = calloc(shown_count + 1, sizeof *selected);
    size_t selected_count = 0;
    int focus_row = ListView_GetNextItem(self->list, -1, LVNI_FOCUSED);
    int64_t focused = focus_row >= 0 && (size_t)focus_row < shown_count ? shown_ids[focus_row] : 0;
    if (!self->snapshot || !selected) {
        free(selected);
        return;
    }
    for (int row = -1; (row = ListView_GetNextItem(self->list, row, LVNI_SELECTED)) >= 0;)
        if ((size_t)row < shown_count)
            selected[selected_count++] = shown_ids[row];
    build_rows(self);
    (void)SendMessageW(self->list, WM_SETREDRAW, FALSE, 0);
    ListView_SetItemCountEx(self->list, (int)self->row_count, LVSICF_NOSCROLL);
    ListView_SetItemState(self->list, -1, 0, LVIS_SELECTED | LVIS_FOCUSED);
    remember_ids(self);
    for (size_t row = 0; row < shown_count; row++) {
        UINT state = shown_ids[row] == focused ? LVIS_FOCUSED : 0;
        for (size_t i = 0; i < selected_count; i++)
            if (selected[i] == shown_ids[row])
                state |= LVIS_SELECTED;
        if (state)
            ListView_SetItemState(self->list, (int)row, state, LVIS_SELECTED | LVIS_FOCUSED);
    }
    (void)SendMessageW(self->list, WM_SETREDRAW, TRUE, 0);
    (void)InvalidateRect(self->list, NULL, FALSE);
    free(selected);
}

static void on_getdispinfo(const console *self, LVITEMW *item) {
    char text[PRESENT_CELL_SIZE];
    if (!self->snapshot || item->iItem < 0 || (size_t)item->iItem >= self->row_count)
        return;
    if (item->mask & LVIF_TEXT) {
        cell(self, self->rows[item->iItem], item->iSubItem, text);
        (void)MultiByteToWideChar(CP_UTF8, 0, text, -1, item->pszText, item->cchTextMax);
        if (item->cchTextMax > 0)
            item->pszText[item->cchTextMax - 1] = 0;
    }
    if (item->mask & LVIF_IMAGE)
        item->iImage = icon(self, self->rows[item->iItem], item->iSubItem);
}

static void on_column_click(console *self, int at) {
    self->sort_descending = self->sort_column == at && !self->sort_descending;
    self->sort_column = at;
    list_refresh(self);
}

/* On the board a cell opens to its check. */
static void on_activate(console *self, const NMITEMACTIVATE *item) {
    if (self->view == VIEW_PREFLIGHT && item->iSubItem >= BOARD_CHECKS)
        checks_show(self, list_id_at(self, item->iItem), item->iSubItem - BOARD_CHECKS);
    else
        commands_run(self, views[self->view].command);
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
        console_update_status(self);
        commands_update(self, NULL);
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
    default:
        return 0;
    }
}
