/* The rows of the preflight board: the last result of each machine from the snapshot, and over it what a preflight that goes
 * on has found so far. The preflight runs in a thread of its own; the UI thread takes what is new a few times a second. */
#ifndef NS_CONSOLE_BOARD_H
#define NS_CONSOLE_BOARD_H

#include <winsock2.h>
#include <windows.h>

#include "console/model/board_row.h"
#include "console/model/snapshot.h"
#include "run/preflight.h"

typedef struct board board;

typedef struct board_request {
    const int64_t *machine_ids;
    size_t count;
    int64_t connection_id; /* 0 for none */
    bool sign_in;
    bool session;
} board_request;

/* Sends WM_APP_BOARD to `notify` when there is something new, not more often than it is taken. NULL when memory ran out. */
board *board_create(HWND notify, const char *store_locator);
/* False while another goes on. */
bool board_start(board *self, const board_request *request, ns_error *error);
void board_cancel(board *self);
bool board_is_running(board *self, size_t *done, size_t *count);
/* On WM_APP_BOARD: the error with which the preflight ended, status NS_OK when it did not. */
ns_error board_take_news(board *self);
/* Makes the rows anew; borrowed until the next call. UI thread. */
const board_row *board_rows(board *self, const snapshot *from, size_t *count);
/* Cancels and waits. */
void board_destroy(board *self);

#define WM_APP_BOARD (WM_APP + 3)

#endif
