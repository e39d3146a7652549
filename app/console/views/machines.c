/* The machines, all or of one group. */
#include "console/views/view.h"

#include "../../../resources/resource.h"
#include "console/model/thing_text.h"

static const list_column columns[] = {{IDS_COLUMN_NAME, 115, false},     {IDS_COLUMN_HOST, 105, false},  {IDS_COLUMN_GROUP, 90, false},
                                      {IDS_COLUMN_STATE, 95, false},     {IDS_COLUMN_REUSE, 65, false},  {IDS_COLUMN_SCREEN, 130, false},
                                      {IDS_COLUMN_LAST_RUN, 145, false}, {IDS_COLUMN_RESULT, 100, false}};
_Static_assert(NS_COUNT_OF(columns) == MACHINE_COLUMNS, "every column has a title");

VIEW_ROWS(ns_machine, fleet.machines, fleet.machine_count)

static bool belongs(const void *data, size_t index) {
    const view_data *self = data;
    return self->group_id == 0 || at(data, index)->group_id == self->group_id;
}

static const list_index *ready_index(const void *data) {
    return ((const view_data *)data)->snapshot->index;
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    snapshot_machine_cell(((const view_data *)data)->snapshot, index, column, out);
}

static bool number(const void *data, size_t index, size_t column, int64_t *out) {
    *out = at(data, index)->last_run_at;
    return column == MACHINE_LAST_RUN;
}

static int icon(const void *data, size_t index, size_t column) {
    const view_data *self = data;
    (void)column;
    return machine_icon(at(data, index), snapshot_group(self->snapshot, at(data, index)->group_id));
}

static void count_states(const view_data *data, const size_t *rows, size_t row_count, size_t counts[VIEW_STATES]) {
    for (size_t i = 0; data->snapshot->states && i < row_count; i++)
        counts[data->snapshot->states[rows[i]]]++;
}

const view view_machines = {
    .rows = {VIEW_SAYS("machines", IDS_MACHINES), .number = number, .belongs = belongs, .index = ready_index, .can_rename = true},
    .things = THINGS_MACHINES,
    .icon = ICON_MACHINE,
    .empty = IDS_EMPTY_MACHINES,
    .counted = IDS_STATUS_MACHINES,
    .menu = IDR_CONTEXT_MACHINE,
    .enter = ID_PROPERTIES,
    .help = IDS_HELP_MACHINES,
    .has_groups = true,
    .count_states = count_states,
    .named = NS_NAMED_MACHINE,
    .remove = ns_machines_remove};
