/* What windows and dialogs work with: of the program, this and nothing more, and what all of them use of ui. The shell keeps it; UI
 * thread. */
#ifndef NS_CONSOLE_APP_H
#define NS_CONSOLE_APP_H

#include <winsock2.h>
#include <windows.h>
#include <windowsx.h>

#include <commctrl.h>

#include "../../../resources/resource.h"
#include "base/text.h"
#include "base/wide.h"
#include "console/model/board.h"
#include "console/model/jobs.h"
#include "console/model/live_run.h"
#include "console/model/queue_worker.h"
#include "console/ui/controls.h"
#include "console/ui/dialogs.h"
#include "console/ui/events.h"
#include "console/ui/message.h"
#include "console/ui/words_win32.h"

typedef struct app {
    HWND window; /* the main window: owner of the others */
    HFONT font;
    const char *store_locator; /* NULL: the default place */
    jobs *jobs;
    runs *runs;
    queue_worker *worker; /* NULL while it works nothing but what is started in it */
    board *board;
    const snapshot *snapshot; /* the newest; NULL until the store was read */
    const events *events;
    bool closing; /* nothing new begins */
} app;

/* A job's `done` for a dialog that saves: closes it, or shows in it what is wrong and lets it be corrected. */
void app_on_saved(job *head);
/* Shows the button that leads to somebody else's change, in a dialog that has one (IDC_LOOK); hides it with 0. */
void app_offer_look(HWND dialog, int64_t activity);
/* It was pressed. */
void app_look(const app *self, HWND dialog);
/* The choices of a box: groups with "none" before them, connections, flows. The wanted one is chosen. */
void app_fill_groups(const app *self, HWND box, int64_t wanted);
void app_fill_connections(const app *self, HWND box, int64_t wanted);
void app_fill_flows(const app *self, HWND box, int64_t wanted);
/* Sets a window's text to a text with one insert; the machine's name, "" when it is gone. */
void app_set_title(const app *self, HWND window, unsigned format, int64_t machine_id);

#endif
