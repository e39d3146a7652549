/* The groups, which give their machines settings. */
#include "console/views/view.h"

#include <stdio.h>

#include "../../../resources/resource.h"

enum { GROUP_NAME, GROUP_MACHINES, GROUP_SETTINGS, GROUP_DESCRIPTION };

static const list_column columns[] = {
    {IDS_COLUMN_NAME, 150, false}, {IDS_COLUMN_MACHINES, 80, true}, {IDS_COLUMN_OWN_SETTINGS, 100, true}, {IDS_COLUMN_DESCRIPTION, 350, false}};

VIEW_ROWS(ns_group, fleet.groups, fleet.group_count)

static void cell_of(const ns_group *group, size_t column, char out[CELL_SIZE]) {
    int own = 0;
    out[0] = 0;
    switch (column) {
    case GROUP_NAME:
        cell_set(out, group->name);
        break;
    case GROUP_MACHINES:
        (void)snprintf(out, CELL_SIZE, "%lld", (long long)group->machine_count);
        break;
    case GROUP_SETTINGS:
        for (int id = 0; id < NS_SETTING_COUNT; id++)
            own += group->values.value[id] ? 1 : 0;
        (void)snprintf(out, CELL_SIZE, "%d", own);
        break;
    case GROUP_DESCRIPTION:
        cell_set(out, group->description);
        cell_make_line(out);
        break;
    }
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    cell_of(at(data, index), column, out);
}

VIEW_ICON(ICON_GROUP)

const view view_groups = {.rows = {VIEW_SAYS("groups", IDS_GROUPS), .can_rename = true},
                          .things = THINGS_GROUPS,
                          .icon = ICON_GROUP,
                          .empty = IDS_EMPTY_GROUPS,
                          .counted = IDS_STATUS_OTHER,
                          .menu = IDR_CONTEXT_GROUP,
                          .enter = ID_PROPERTIES,
                          .help = IDS_HELP_MACHINES,
                          .named = NS_NAMED_GROUP,
                          .remove = ns_groups_remove};
