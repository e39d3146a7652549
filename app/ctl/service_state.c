#include "service_state.h"

static bool is_passing(const service_state *self) {
    return self->state == SERVICE_IS_STARTING || self->state == SERVICE_IS_STOPPING;
}

void service_enter(service_state *self, uint32_t state) {
    self->state = state;
    self->checkpoint = is_passing(self) ? 1 : 0;
}

service_order service_on_control(service_state *self, uint32_t control, uint32_t *answer) {
    *answer = 0;
    switch (control) {
    case SERVICE_TOLD_INTERROGATE:
        return SERVICE_GOES_ON;
    case SERVICE_TOLD_STOP:
        if (self->state == SERVICE_IS_RUNNING)
            service_enter(self, SERVICE_IS_STOPPING);
        return SERVICE_FINISHES;
    case SERVICE_TOLD_SHUTDOWN:
    case SERVICE_TOLD_PRESHUTDOWN:
        if (self->state != SERVICE_IS_STOPPING)
            service_enter(self, SERVICE_IS_STOPPING);
        return SERVICE_ENDS_NOW;
    default:
        *answer = SERVICE_NOT_IMPLEMENTED;
        return SERVICE_GOES_ON;
    }
}

bool service_on_time(service_state *self) {
    if (is_passing(self))
        self->checkpoint++;
    return is_passing(self);
}

service_report service_report_of(const service_state *self) {
    service_report out = {.state = self->state, .checkpoint = self->checkpoint};
    if (self->state == SERVICE_IS_RUNNING)
        out.accepted = SERVICE_TAKES_STOP | SERVICE_TAKES_PRESHUTDOWN;
    else if (self->state == SERVICE_IS_STOPPING) /* it may take hours until the runs are done, and the computer goes down in between */
        out.accepted = SERVICE_TAKES_PRESHUTDOWN;
    out.wait_hint_ms = is_passing(self) ? SERVICE_HINT_MS : 0;
    return out;
}
