/* What a Windows service tells and is told: the rules of https://learn.microsoft.com/windows/win32/services/service-status-transitions and of
 * https://learn.microsoft.com/windows/win32/services/service-control-handler-function. Pure: the numbers are winsvc.h's own. */
#ifndef NS_CTL_SERVICE_STATE_H
#define NS_CTL_SERVICE_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SERVICE_TOLD_STOP = 1,
    SERVICE_TOLD_INTERROGATE = 4,
    SERVICE_TOLD_SHUTDOWN = 5,
    SERVICE_TOLD_PRESHUTDOWN = 15,

    SERVICE_IS_STOPPED = 1,
    SERVICE_IS_STARTING = 2,
    SERVICE_IS_STOPPING = 3,
    SERVICE_IS_RUNNING = 4,

    SERVICE_TAKES_STOP = 1,
    SERVICE_TAKES_PRESHUTDOWN = 0x100,

    SERVICE_HINT_MS = 30000, /* who waits for it may take it for dead after so long without a new report */
    SERVICE_REPORT_EACH_MS = 10000,
    SERVICE_NOT_IMPLEMENTED = 120 /* ERROR_CALL_NOT_IMPLEMENTED */
};

typedef struct service_state {
    uint32_t state;
    uint32_t checkpoint; /* goes up while it starts or stops */
} service_state;

/* What the worker has to do. */
typedef enum service_order {
    SERVICE_GOES_ON,
    SERVICE_FINISHES, /* takes nothing any more, and ends when what it has is done: as Ctrl+C */
    SERVICE_ENDS_NOW  /* the computer goes down: cancels what it has, whose sessions are signed out */
} service_order;

typedef struct service_report {
    uint32_t state;
    uint32_t accepted;
    uint32_t checkpoint;
    uint32_t wait_hint_ms;
} service_report;

/* A control came; *answer is what its handler returns. The state is to be reported anew in any case but SERVICE_NOT_IMPLEMENTED. */
service_order service_on_control(service_state *self, uint32_t control, uint32_t *answer);
void service_enter(service_state *self, uint32_t state);
/* Some time has passed. Whether there is something to report. */
bool service_on_time(service_state *self);
service_report service_report_of(const service_state *self);

#endif
