/* A run that this console carries out: a thread of its own, and what it told so far. Counted: the thread and the window
 * that shows it each hold it. The UI thread reads under the lock; the thread tells by one message. */
#ifndef NS_CONSOLE_LIVE_RUN_H
#define NS_CONSOLE_LIVE_RUN_H

#include <winsock2.h>
#include <windows.h>

#include "base/frame.h"
#include "base/text.h"
#include "store/runs.h"

typedef struct live_phase {
    char name[32];
    char detail[640];   /* a phrase */
    int64_t started_at; /* ms UTC */
} live_phase;

typedef struct live_run {
    volatile LONG references;
    HWND notify;
    char *store_locator;
    int64_t id;
    ns_hold hold;  /* as it was queued */
    HANDLE cancel; /* manual */
    CRITICAL_SECTION lock;
    /* Under the lock. */
    live_phase phases[16];
    size_t phase_count;
    ns_text output;
    ns_frame *frame; /* NULL when there is no live picture */
    bool finished;
    unsigned changes; /* grows with each */
} live_run;

/* Sent to `notify` when something changed; lParam is the run. */
#define WM_APP_RUN (WM_APP + 2)

/* Starts the thread. NULL when memory ran out; the run is then closed by the next start. */
live_run *live_run_start(HWND notify, const char *store_locator, const ns_hold *hold);
void live_run_cancel(live_run *self);
void live_run_release(live_run *self);
bool live_run_is_finished(live_run *self);

/* All of them, 64 at most. UI thread. */
enum { RUNS_MAXIMUM = 64 };
typedef struct runs runs;
/* `notify` gets WM_APP_RUN for each. NULL when memory ran out. */
runs *runs_create(HWND notify, const char *store_locator);
/* Lets them go; those that go on end with the program. May be NULL. */
void runs_destroy(runs *self);
bool runs_have_room(const runs *self);
/* Carries out a run that is queued and held by this process. False when there is no room or no memory. */
bool runs_start(runs *self, const ns_hold *hold);
/* NULL when it is none of these. Borrowed until runs_take_finished. */
live_run *runs_find(const runs *self, int64_t id);
live_run *runs_at(const runs *self, size_t index);
size_t runs_count(const runs *self);
size_t runs_going_on(const runs *self);
/* On WM_APP_RUN: lets the run go if it has ended, and tells so. */
bool runs_take_finished(runs *self, int64_t id);
void runs_cancel_all(runs *self);

#endif
