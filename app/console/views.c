#include "console/views.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "console/console.h"
#include "console/names.h"

typedef struct column_shape {
    UINT title;
    int width; /* px at 96 dpi */
    int format;
} column_shape;

static const column_shape machine_columns[] = {
    {IDS_COLUMN_NAME, 115, LVCFMT_LEFT},     {IDS_COLUMN_HOST, 105, LVCFMT_LEFT},   {IDS_COLUMN_GROUP, 90, LVCFMT_LEFT},
    {IDS_COLUMN_STATE, 95, LVCFMT_LEFT},     {IDS_COLUMN_REUSE, 65, LVCFMT_LEFT},   {IDS_COLUMN_SCREEN, 130, LVCFMT_LEFT},
    {IDS_COLUMN_LAST_RUN, 145, LVCFMT_LEFT}, {IDS_COLUMN_RESULT, 100, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(machine_columns) == PRESENT_MACHINE_COLUMNS, "every column has a title");
static const column_shape run_columns[] = {
    {IDS_COLUMN_ID, 55, LVCFMT_LEFT},        {IDS_COLUMN_STATE, 90, LVCFMT_LEFT},       {IDS_COLUMN_MACHINE, 120, LVCFMT_LEFT},
    {IDS_COLUMN_FLOW, 110, LVCFMT_LEFT},     {IDS_COLUMN_CONNECTION, 110, LVCFMT_LEFT}, {IDS_COLUMN_STARTED, 150, LVCFMT_LEFT},
    {IDS_COLUMN_DURATION, 80, LVCFMT_RIGHT}, {IDS_COLUMN_CODE, 150, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(run_columns) == PRESENT_RUN_COLUMNS, "every column has a title");
static const column_shape session_columns[] = {
    {IDS_COLUMN_MACHINE, 130, LVCFMT_LEFT}, {IDS_COLUMN_SESSION, 70, LVCFMT_LEFT}, {IDS_COLUMN_USER, 120, LVCFMT_LEFT},
    {IDS_COLUMN_STATE, 140, LVCFMT_LEFT},   {IDS_COLUMN_SINCE, 150, LVCFMT_LEFT},  {IDS_COLUMN_CONNECTION, 120, LVCFMT_LEFT},
    {IDS_COLUMN_RUN, 60, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(session_columns) == PRESENT_SESSION_COLUMNS, "every column has a title");
static const column_shape connection_columns[] = {
    {IDS_COLUMN_NAME, 150, LVCFMT_LEFT},
    {IDS_COLUMN_USER, 180, LVCFMT_LEFT},
    {IDS_COLUMN_DOMAIN, 120, LVCFMT_LEFT},
    {IDS_COLUMN_REFUSED, 320, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(connection_columns) == PRESENT_CONNECTION_COLUMNS, "every column has a title");
static const column_shape flow_columns[] = {
    {IDS_COLUMN_NAME, 150, LVCFMT_LEFT},
    {IDS_COLUMN_PROGRAM, 250, LVCFMT_LEFT},
    {IDS_COLUMN_ARGUMENTS, 250, LVCFMT_LEFT},
    {IDS_COLUMN_SUCCESS, 110, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(flow_columns) == PRESENT_FLOW_COLUMNS, "every column has a title");

static const column_shape group_columns[] = {
    {IDS_COLUMN_NAME, 150, LVCFMT_LEFT},
    {IDS_COLUMN_MACHINES, 80, LVCFMT_RIGHT},
    {IDS_COLUMN_OWN_SETTINGS, 100, LVCFMT_RIGHT},
    {IDS_COLUMN_DESCRIPTION, 350, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(group_columns) == PRESENT_GROUP_COLUMNS, "every column has a title");
static const column_shape activity_columns[] = {
    {IDS_COLUMN_WHEN, 160, LVCFMT_LEFT},   {IDS_COLUMN_WHO, 110, LVCFMT_LEFT},     {IDS_COLUMN_WHAT, 100, LVCFMT_LEFT},
    {IDS_COLUMN_KIND, 80, LVCFMT_LEFT},    {IDS_COLUMN_SUBJECT, 110, LVCFMT_LEFT}, {IDS_COLUMN_CHANGES, 250, LVCFMT_LEFT},
    {IDS_COLUMN_UNDONE, 160, LVCFMT_LEFT},
};
_Static_assert(NS_COUNT_OF(activity_columns) == PRESENT_ACTIVITY_COLUMNS, "every column has a title");
static const column_shape board_columns[] = {{IDS_COLUMN_MACHINE, 130, LVCFMT_LEFT},
                                             {IDS_COLUMN_VERDICT, 80, LVCFMT_LEFT},
                                             {IDS_COLUMN_FORECAST, 380, LVCFMT_LEFT},
                                             {IDS_COLUMN_LOOKED_AT, 150, LVCFMT_LEFT}};
enum { BOARD_MACHINE, BOARD_VERDICT, BOARD_FORECAST, BOARD_AT, CHECK_WIDTH = 105 }; /* then a column for each check */
_Static_assert(NS_COUNT_OF(board_columns) == BOARD_CHECKS, "the checks follow");

static const struct columns {
    const column_shape *items;
    size_t count;
} columns[VIEW_COUNT] = {{machine_columns, NS_COUNT_OF(machine_columns)}, {group_columns, NS_COUNT_OF(group_columns)},
                         {board_columns, NS_COUNT_OF(board_columns)},     {run_columns, NS_COUNT_OF(run_columns)},
                         {session_columns, NS_COUNT_OF(session_columns)}, {connection_columns, NS_COUNT_OF(connection_columns)},
                         {flow_columns, NS_COUNT_OF(flow_columns)},       {activity_columns, NS_COUNT_OF(activity_columns)}};

/* The names under which layouts are kept never change. */
static const view_info views[VIEW_COUNT] = {
    {NAME_VIEW_MACHINES, IDS_MACHINES, IDS_EMPTY_MACHINES, ID_PROPERTIES, IDR_CONTEXT_MACHINE, 0, false, IDS_HELP_MACHINES},
    {NAME_VIEW_GROUPS, IDS_GROUPS, IDS_EMPTY_GROUPS, ID_PROPERTIES, IDR_CONTEXT_GROUP, 0, false, IDS_HELP_MACHINES},
    {NAME_VIEW_PREFLIGHT, IDS_PREFLIGHT, IDS_EMPTY_PREFLIGHT, ID_CHECKS, IDR_CONTEXT_PREFLIGHT, BOARD_VERDICT, true, IDS_HELP_PREFLIGHT},
    {NAME_VIEW_RUNS, IDS_RUNS, IDS_EMPTY_RUNS, ID_RUN_SHOW, IDR_CONTEXT_RUN, -1, false, IDS_HELP_RUNS},
    {NAME_VIEW_SESSIONS, IDS_SESSIONS, IDS_EMPTY_SESSIONS, ID_SESSION_SIGN_OUT, IDR_CONTEXT_SESSION, 0, false, IDS_HELP_SESSIONS},
    {NAME_VIEW_CONNECTIONS, IDS_CONNECTIONS, IDS_EMPTY_CONNECTIONS, ID_PROPERTIES, IDR_CONTEXT_OTHER, 0, false, IDS_HELP_CONNECTIONS},
    {NAME_VIEW_FLOWS, IDS_FLOWS, IDS_EMPTY_FLOWS, ID_PROPERTIES, IDR_CONTEXT_OTHER, 0, false, IDS_HELP_FLOWS},
    {NAME_VIEW_ACTIVITY, IDS_ACTIVITY, IDS_EMPTY_ACTIVITY, ID_ACTIVITY_SHOW, IDR_CONTEXT_ACTIVITY, -1, false, IDS_HELP_ACTIVITY}};

const view_info *view_get(view_kind kind) {
    return &views[kind];
}

static size_t check_count(void) {
    static size_t count;
    while (ns_check_at(count))
        count++;
    return count;
}

size_t view_column_count(view_kind kind) {
    return columns[kind].count + (kind == VIEW_PREFLIGHT ? check_count() : 0);
}

const WCHAR *view_column_title(view_kind kind, size_t column) {
    static WCHAR title[128];
    WCHAR *wide = NULL;
    if (column < columns[kind].count)
        return words(columns[kind].items[column].title);
    wide = ns_wide_from_utf8(words_of_core(ns_check_at(column - columns[kind].count)->title));
    (void)lstrcpynW(title, wide ? wide : L"", NS_COUNT_OF(title));
    free(wide);
    return title;
}

int view_column_width(view_kind kind, size_t column) {
    return column < columns[kind].count ? columns[kind].items[column].width : CHECK_WIDTH;
}

bool view_column_is_right(view_kind kind, size_t column) {
    return column < columns[kind].count && columns[kind].items[column].format == LVCFMT_RIGHT;
}

void view_column_name(view_kind kind, size_t column, WCHAR out[VIEW_NAME_SIZE]) {
    if (column < columns[kind].count) {
        (void)wsprintfW(out, L"%u", (unsigned)column);
    } else {
        WCHAR *wide = ns_wide_from_utf8(ns_check_at(column - columns[kind].count)->id);
        (void)lstrcpynW(out, wide ? wide : L"", VIEW_NAME_SIZE);
        free(wide);
    }
}

size_t view_row_count(const console *self) {
    const snapshot *from = self->snapshot;
    const size_t counts[] = {from->fleet.machine_count, from->fleet.group_count, self->board_row_count, from->runs.count,
                             from->sessions.count,      from->connections.count, from->flows.count,     from->activity.count};
    return counts[self->view];
}

int64_t view_row_id(const console *self, size_t index) {
    const snapshot *from = self->snapshot;
    switch (self->view) {
    case VIEW_MACHINES:
        return from->fleet.machines[index].id;
    case VIEW_GROUPS:
        return from->fleet.groups[index].id;
    case VIEW_PREFLIGHT:
        return self->board_rows[index].machine_id;
    case VIEW_RUNS:
        return from->runs.items[index].id;
    case VIEW_SESSIONS:
        return from->sessions.items[index].id;
    case VIEW_CONNECTIONS:
        return from->connections.items[index].id;
    case VIEW_FLOWS:
        return from->flows.items[index].id;
    default:
        return from->activity.items[index].id;
    }
}

static void board_cell(const board_row *row, int at, char out[PRESENT_CELL_SIZE]) {
    out[0] = 0;
    if (at == BOARD_MACHINE)
        (void)lstrcpynA(out, row->name, PRESENT_CELL_SIZE);
    else if (at == BOARD_VERDICT)
        (void)lstrcpynA(out, words_utf8(IDS_VERDICT_PASS + (unsigned)row->verdict), PRESENT_CELL_SIZE);
    else if (at == BOARD_FORECAST)
        (void)lstrcpynA(out, words_of_core(row->forecast), PRESENT_CELL_SIZE);
    else if (at == BOARD_AT && row->at)
        words_local_time(row->at, out, PRESENT_CELL_SIZE);
    else if (at == BOARD_AT)
        (void)lstrcpynA(out, words_utf8(IDS_LOOKING), PRESENT_CELL_SIZE);
    else if (row->kinds[at - (int)BOARD_CHECKS])
        (void)lstrcpynA(out, words_utf8(IDS_VERDICT_PASS + row->kinds[at - (int)BOARD_CHECKS] - 1u), PRESENT_CELL_SIZE);
    ns_utf8_trim(out);
}

/* Of a cell on the board; every other view has icons in the first column only. */
static int board_icon(const board_row *row, int at) {
    if (at == BOARD_MACHINE)
        return PRESENT_ICON_MACHINE;
    if (at == BOARD_VERDICT)
        return (int)present_verdict_icon(row->verdict);
    return at >= (int)BOARD_CHECKS && row->kinds[at - (int)BOARD_CHECKS]
               ? (int)present_verdict_icon((ns_verdict_kind)(row->kinds[at - (int)BOARD_CHECKS] - 1))
               : -1;
}

void view_cell(const console *self, size_t index, size_t column, char out[PRESENT_CELL_SIZE]) {
    const snapshot *from = self->snapshot;
    const int at = (int)column;
    switch (self->view) {
    case VIEW_MACHINES: {
        const ns_machine *machine = &from->fleet.machines[index];
        present_machine_cell(machine, snapshot_group(from, machine->group_id), at, words_utf8, words_local_time, out);
        break;
    }
    case VIEW_GROUPS:
        present_group_cell(&from->fleet.groups[index], at, out);
        break;
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
    case VIEW_FLOWS:
        present_flow_cell(&from->flows.items[index], at, out);
        break;
    default:
        present_activity_cell(&from->activity.items[index], at, words_utf8, words_local_time, out);
        break;
    }
}

int view_icon(const console *self, size_t index, size_t column, bool first) {
    const snapshot *from = self->snapshot;
    if (self->view == VIEW_PREFLIGHT)
        return board_icon(&self->board_rows[index], (int)column);
    if (!first)
        return -1;
    switch (self->view) {
    case VIEW_MACHINES:
        return (int)present_machine_icon(&from->fleet.machines[index], snapshot_group(from, from->fleet.machines[index].group_id));
    case VIEW_GROUPS:
        return PRESENT_ICON_GROUP;
    case VIEW_RUNS:
        return (int)present_run_icon(from->runs.items[index].state);
    case VIEW_SESSIONS:
        return (int)present_session_icon(from->sessions.items[index].state);
    case VIEW_CONNECTIONS:
        return PRESENT_ICON_CONNECTION;
    case VIEW_FLOWS:
        return PRESENT_ICON_FLOW;
    default:
        return PRESENT_ICON_ACTIVITY;
    }
}

static bool board_number(const board_row *row, int by, int64_t *out) {
    if (by == BOARD_VERDICT)
        *out = row->verdict;
    else if (by == BOARD_AT)
        *out = row->at;
    else if (by >= (int)BOARD_CHECKS)
        *out = row->kinds[by - (int)BOARD_CHECKS];
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
        *out = run->started_at && run->ended_at ? run->ended_at - run->started_at : -1;
    else
        return false;
    return true;
}

bool view_number(const console *self, size_t index, size_t column, int64_t *out) {
    const snapshot *from = self->snapshot;
    switch (self->view) {
    case VIEW_MACHINES:
        *out = from->fleet.machines[index].last_run_at;
        return column == PRESENT_MACHINE_LAST_RUN;
    case VIEW_PREFLIGHT:
        return board_number(&self->board_rows[index], (int)column, out);
    case VIEW_RUNS:
        return run_number(&from->runs.items[index], (int)column, out);
    case VIEW_SESSIONS:
        *out = from->sessions.items[index].since;
        return column == PRESENT_SESSION_SINCE;
    case VIEW_ACTIVITY:
        *out = column == PRESENT_ACTIVITY_AT ? from->activity.items[index].id : from->activity.items[index].undone_at;
        return column == PRESENT_ACTIVITY_AT || column == PRESENT_ACTIVITY_UNDONE;
    default:
        return false;
    }
}
