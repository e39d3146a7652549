/* Carries out one run: waits for its machine, has a runner sign in, drives the agent, and writes down what
 * happened. Blocks the calling thread, which also calls the observer. The store it opens is its own. */
#ifndef NS_RUN_EXECUTE_H
#define NS_RUN_EXECUTE_H

#include "base/frame.h"
#include "base/status.h"
#include "store/runs.h"

typedef struct ns_run_observer {
    void *context;
    /* A phase began, or told more of itself. Any member may be NULL. */
    void (*phase)(void *context, const char *name, const char *detail);
    void (*output)(void *context, const char *text);
    /* The live picture; NULL before it is taken away. */
    void (*frame)(void *context, ns_frame *frame);
} ns_run_observer;

/* `hold` is of a queued run that this process holds (ns_run_ask), and then of the last attempt where its flow is tried again. `cancel` is a manual
 * event, or NULL; a cancel that another program asked for through the store is heeded too. NS_OK when the run reached an end that was written down,
 * whatever the end; else the run could not be carried out or recorded, and `error` says why. */
NS_MUST_USE ns_status ns_run_execute(const char *store_locator, ns_hold *hold, HANDLE cancel, const ns_run_observer *observer, ns_error *error);
/* The same of a run that was claimed. NS_OK as well when it was handed back to the queue, since what it was claimed with had changed. */
NS_MUST_USE ns_status ns_run_carry_out(const char *store_locator, const ns_hold *claimed, HANDLE cancel, const ns_run_observer *observer,
                                       ns_error *error);

#endif
