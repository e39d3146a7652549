#include <stdlib.h>

#include "rdp/dialer.h"

struct ns_dialer {
    ns_dial_target target;
};

ns_status ns_dialer_open(const ns_dial_target *target, bool (*confine)(void), ns_dialer **out, ns_error *error) {
    ns_dialer *self = calloc(1, sizeof *self);
    (void)confine;
    *out = self;
    if (!self)
        return ns_error_set_memory(error);
    self->target = *target;
    return NS_OK;
}

void ns_dialer_close(ns_dialer *dialer) {
    free(dialer);
}

intptr_t ns_dialer_first(ns_dialer *dialer, uint32_t timeout_ms, const bool *stop, size_t *at, ns_address_answer *best) {
    return ns_dial_first(&dialer->target.addresses, dialer->target.port, timeout_ms, stop, at, best);
}

intptr_t ns_dialer_again(ns_dialer *dialer, size_t at, uint32_t timeout_ms, ns_address_answer *answer) {
    return ns_dial(dialer->target.addresses.text[at], dialer->target.port, timeout_ms, answer);
}

const ns_dial_target *ns_dialer_target(const ns_dialer *dialer) {
    return &dialer->target;
}
