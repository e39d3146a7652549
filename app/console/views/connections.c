/* The connections: the credentials with which runs sign in. */
#include "console/views/view.h"

#include <stdio.h>

#include "../../../resources/resource.h"
#include "console/ui/words.h"

enum { CONNECTION_NAME, CONNECTION_USER, CONNECTION_DOMAIN, CONNECTION_REFUSED };

static const list_column columns[] = {
    {IDS_COLUMN_NAME, 150, false}, {IDS_COLUMN_USER, 180, false}, {IDS_COLUMN_DOMAIN, 120, false}, {IDS_COLUMN_REFUSED, 320, false}};

VIEW_ROWS(ns_connection, connections.items, connections.count)

static void cell_of(const ns_connection *connection, size_t column, char out[CELL_SIZE]) {
    char at[64] = {0};
    out[0] = 0;
    switch (column) {
    case CONNECTION_NAME:
        cell_set(out, connection->name);
        break;
    case CONNECTION_USER:
        cell_set(out, connection->user);
        break;
    case CONNECTION_DOMAIN:
        cell_set(out, connection->domain);
        break;
    case CONNECTION_REFUSED:
        if (connection->refused_at) {
            words_local_time(connection->refused_at, at, sizeof at);
            (void)snprintf(out, CELL_SIZE, "%s  %s", at, connection->refused_code);
        }
        break;
    }
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    cell_of(at(data, index), column, out);
}

VIEW_ICON(ICON_CONNECTION)

const view view_connections = {.rows = {VIEW_SAYS("connections", IDS_CONNECTIONS), .can_rename = true},
                               .things = THINGS_CONNECTIONS,
                               .icon = ICON_CONNECTION,
                               .empty = IDS_EMPTY_CONNECTIONS,
                               .counted = IDS_STATUS_OTHER,
                               .menu = IDR_CONTEXT_OTHER,
                               .enter = ID_PROPERTIES,
                               .help = IDS_HELP_CONNECTIONS,
                               .named = NS_NAMED_CONNECTION,
                               .remove = ns_connections_remove};
