/* The runs that this console carries out, 64 at most. UI thread. */
#ifndef NS_CONSOLE_LIVE_RUNS_H
#define NS_CONSOLE_LIVE_RUNS_H

#include "console/model/live_run.h"

enum { RUNS_MAXIMUM = 64 };

typedef struct runs runs;

/* `notify` gets WM_APP_RUN for each. NULL when memory ran out. */
runs *runs_create(HWND notify, const char *store_path);
/* Lets them go; those that go on end with the program. May be NULL. */
void runs_destroy(runs *self);
bool runs_have_room(const runs *self);
/* Carries out a run that is queued. False when there is no room or no memory. */
bool runs_start(runs *self, int64_t id);
/* NULL when it is none of these. Borrowed until runs_take_finished. */
live_run *runs_find(const runs *self, int64_t id);
live_run *runs_at(const runs *self, size_t index);
size_t runs_count(const runs *self);
size_t runs_going_on(const runs *self);
/* On WM_APP_RUN: lets the run go if it has ended, and tells so. */
bool runs_take_finished(runs *self, int64_t id);
void runs_cancel_all(runs *self);

#endif
