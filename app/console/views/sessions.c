/* The Windows sessions that runs left, locked or by mistake. */
#include "console/views/view.h"

#include <stdio.h>

#include "../../../resources/resource.h"
#include "console/ui/words.h"

static const list_column columns[] = {{IDS_COLUMN_MACHINE, 130, false}, {IDS_COLUMN_SESSION, 70, false}, {IDS_COLUMN_USER, 120, false},
                                      {IDS_COLUMN_STATE, 140, false},   {IDS_COLUMN_SINCE, 150, false},  {IDS_COLUMN_CONNECTION, 120, false},
                                      {IDS_COLUMN_RUN, 60, false}};

VIEW_ROWS(ns_session, sessions.items, sessions.count)

void view_session_cell(const ns_session *session, size_t column, char out[CELL_SIZE]) {
    out[0] = 0;
    switch (column) {
    case SESSION_MACHINE:
        cell_set(out, session->machine);
        break;
    case SESSION_ID:
        cell_set(out, session->session_id[0] ? session->session_id : "?");
        break;
    case SESSION_USER:
        cell_set(out, session->user);
        break;
    case SESSION_STATE:
        cell_set(out, words_utf8(IDS_SESSION_KEPT + (unsigned)session->state));
        break;
    case SESSION_SINCE:
        words_local_time(session->since, out, CELL_SIZE);
        break;
    case SESSION_CONNECTION:
        cell_set(out, session->connection);
        break;
    case SESSION_RUN:
        (void)snprintf(out, CELL_SIZE, "%lld", (long long)session->run_id);
        break;
    }
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    view_session_cell(at(data, index), column, out);
}

static bool number(const void *data, size_t index, size_t column, int64_t *out) {
    *out = at(data, index)->since;
    return column == SESSION_SINCE;
}

static int icon(const void *data, size_t index, size_t column) {
    const ns_session_state state = at(data, index)->state;
    (void)column;
    return state == NS_SESSION_KEPT ? ICON_PAUSE : state == NS_SESSION_LEFT ? ICON_BAD : ICON_WAIT;
}

const view view_sessions = {.rows = {VIEW_SAYS("sessions", IDS_SESSIONS), .number = number},
                            .things = THINGS_SESSIONS,
                            .icon = ICON_PAUSE,
                            .empty = IDS_EMPTY_SESSIONS,
                            .counted = IDS_STATUS_OTHER,
                            .menu = IDR_CONTEXT_SESSION,
                            .enter = ID_SESSION_SIGN_OUT,
                            .help = IDS_HELP_SESSIONS};
