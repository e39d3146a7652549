/* The preflight board: what was found on each machine, with a column for each check. */
#include "console/views/view.h"

#include "../../../resources/resource.h"
#include "console/model/thing_text.h"
#include "console/ui/words.h"

enum { BOARD_MACHINE, BOARD_VERDICT, BOARD_FORECAST, BOARD_AT, BOARD_CHECKS };

static const list_column columns[] = {
    {IDS_COLUMN_MACHINE, 130, false}, {IDS_COLUMN_VERDICT, 80, false}, {IDS_COLUMN_FORECAST, 380, false}, {IDS_COLUMN_LOOKED_AT, 150, false}};
_Static_assert(NS_COUNT_OF(columns) == BOARD_CHECKS, "the checks follow");

static size_t count(const void *data) {
    return ((const view_data *)data)->board_count;
}

static const board_row *at(const void *data, size_t index) {
    return &((const view_data *)data)->board[index];
}

static int64_t id(const void *data, size_t index) {
    return at(data, index)->machine_id;
}

static const char *more(size_t which, const char **name) {
    const ns_check *check = ns_check_at(which);
    *name = check ? check->id : NULL;
    return check ? check->title : NULL;
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    const board_row *row = at(data, index);
    out[0] = 0;
    if (column == BOARD_MACHINE)
        cell_set(out, row->name);
    else if (column == BOARD_VERDICT)
        cell_set(out, words_utf8(IDS_VERDICT_PASS + (unsigned)row->verdict));
    else if (column == BOARD_FORECAST)
        cell_set(out, words_of_core(row->forecast));
    else if (column == BOARD_AT && row->at)
        words_local_time(row->at, out, CELL_SIZE);
    else if (column == BOARD_AT)
        cell_set(out, words_utf8(IDS_LOOKING));
    else if (row->kinds[column - BOARD_CHECKS])
        cell_set(out, words_utf8(IDS_VERDICT_PASS + row->kinds[column - BOARD_CHECKS] - 1u));
    ns_utf8_trim(out);
}

static bool number(const void *data, size_t index, size_t column, int64_t *out) {
    const board_row *row = at(data, index);
    if (column == BOARD_VERDICT)
        *out = row->verdict;
    else if (column == BOARD_AT)
        *out = row->at;
    else if (column >= BOARD_CHECKS)
        *out = row->kinds[column - BOARD_CHECKS];
    else
        return false;
    return true;
}

static int icon(const void *data, size_t index, size_t column) {
    const board_row *row = at(data, index);
    if (column == BOARD_MACHINE)
        return ICON_MACHINE;
    if (column == BOARD_VERDICT)
        return verdict_icon(row->verdict);
    return column >= BOARD_CHECKS && row->kinds[column - BOARD_CHECKS] ? verdict_icon((ns_verdict_kind)(row->kinds[column - BOARD_CHECKS] - 1))
                                                                       : ICON_NONE;
}

const view view_preflight = {.rows = {VIEW_SAYS("preflight", IDS_PREFLIGHT), .more = more, .number = number, .sort = BOARD_VERDICT,
                                      .descending = true, .has_icons_in_cells = true},
                             .things = THINGS_MACHINES,
                             .icon = ICON_OK,
                             .empty = IDS_EMPTY_PREFLIGHT,
                             .counted = IDS_STATUS_OTHER,
                             .menu = IDR_CONTEXT_PREFLIGHT,
                             .enter = ID_CHECKS,
                             .checks = BOARD_CHECKS,
                             .help = IDS_HELP_PREFLIGHT,
                             .is_preflight = true};
