/* Jobs that are one call of core about things: by id, by several ids, or with a new name. A failure goes to `failed`, if the window is
 * still there. UI thread. */
#ifndef NS_CONSOLE_THING_JOBS_H
#define NS_CONSOLE_THING_JOBS_H

#include "console/model/jobs.h"
#include "store/by_name.h"

typedef struct thing_caller {
    jobs *jobs;
    HWND window;
    void (*failed)(HWND window, const ns_error *error);
} thing_caller;

void thing_do(const thing_caller *by, ns_status (*call)(ns_store *store, int64_t id, ns_error *error), int64_t id);
/* Takes the ids. */
void things_do(const thing_caller *by, ns_status (*call)(ns_store *store, const int64_t *ids, size_t count, ns_error *error), int64_t *ids,
               size_t count);
void thing_rename(const thing_caller *by, ns_named kind, int64_t id, const char *name, int64_t since);

#endif
