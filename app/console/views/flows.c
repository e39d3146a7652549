/* The flows: what a run starts in the session. */
#include "console/views/view.h"

#include "../../../resources/resource.h"

static const list_column columns[] = {{IDS_COLUMN_NAME, 150, false},
                                      {IDS_COLUMN_PROGRAM, 250, false},
                                      {IDS_COLUMN_ARGUMENTS, 250, false},
                                      {IDS_COLUMN_SUCCESS, 110, false},
                                      {IDS_COLUMN_KIND, 100, false}};

VIEW_ROWS(ns_flow, flows.items, flows.count)

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    const ns_flow *flow = at(data, index);
    const char *const cells[NS_COUNT_OF(columns)] = {flow->name, flow->program, flow->arguments, flow->success_codes, flow->kind};
    cell_set(out, column < NS_COUNT_OF(columns) ? cells[column] : "");
}

VIEW_ICON(ICON_FLOW)

const view view_flows = {.rows = {VIEW_SAYS("flows", IDS_FLOWS), .can_rename = true},
                         .things = THINGS_FLOWS,
                         .icon = ICON_FLOW,
                         .empty = IDS_EMPTY_FLOWS,
                         .counted = IDS_STATUS_OTHER,
                         .menu = IDR_CONTEXT_OTHER,
                         .enter = ID_PROPERTIES,
                         .help = IDS_HELP_FLOWS,
                         .named = NS_NAMED_FLOW,
                         .remove = ns_flows_remove};
