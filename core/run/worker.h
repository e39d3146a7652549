/* A worker: carries out what waits in the queue, as many runs at once as it may, until it is told to stop. Blocks the calling thread; each run has a
 * thread and a connection to the store of its own. */
#ifndef NS_RUN_WORKER_H
#define NS_RUN_WORKER_H

#include "base/status.h"
#include "base/system.h"

enum { NS_WORKER_CAPACITY_MAXIMUM = 1000 };

typedef struct ns_worker_options {
    const char *store_locator;
    const char *version;      /* of this program */
    int64_t capacity;         /* runs at once, 1 to NS_WORKER_CAPACITY_MAXIMUM */
    const int64_t *group_ids; /* only these groups and their machines; with group_count 0 all */
    size_t group_count;
    int64_t idle_ms; /* it ends when nothing was to be done for so long; 0: it does not */
    HANDLE stop;     /* manual event: takes nothing any more, and ends when what it has is done */
    HANDLE stop_now; /* manual event: cancels what it has; may be NULL */
    /* Called by the calling thread; may be NULL. `code` is the result's; "" when the run begins,
     * and "Queued" when it was given back to the queue. */
    void (*told)(void *context, int64_t run_id, const char *code);
    void *context;
} ns_worker_options;

/* NS_OK when it stopped as it was told to. NS_STATUS_LOST (WorkerLost) when it was taken for dead: each of its runs then knows that for itself. */
NS_MUST_USE ns_status ns_worker_work(const ns_worker_options *options, ns_error *error);

#endif
