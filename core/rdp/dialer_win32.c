#include <stdlib.h>

#include "rdp/dialer.h"

struct ns_dialer {
    ns_addresses addresses;
    uint16_t port;
};

ns_status ns_dialer_open(const ns_addresses *addresses, uint16_t port, bool (*confine)(void), ns_dialer **out, ns_error *error) {
    ns_dialer *self = calloc(1, sizeof *self);
    (void)confine;
    *out = self;
    if (!self)
        return ns_error_set_memory(error);
    self->addresses = *addresses;
    self->port = port;
    return NS_OK;
}

void ns_dialer_close(ns_dialer *dialer) {
    free(dialer);
}

intptr_t ns_dialer_first(ns_dialer *dialer, uint32_t timeout_ms, const bool *stop, size_t *at, ns_address_answer *best) {
    return ns_dial_first(&dialer->addresses, dialer->port, timeout_ms, stop, at, best);
}

intptr_t ns_dialer_again(ns_dialer *dialer, size_t at, uint32_t timeout_ms, ns_address_answer *answer) {
    return ns_dial(dialer->addresses.text[at], dialer->port, timeout_ms, answer);
}

const char *ns_dialer_address(const ns_dialer *dialer, size_t at) {
    return dialer->addresses.text[at];
}

size_t ns_dialer_count(const ns_dialer *dialer) {
    return dialer->addresses.count;
}

uint16_t ns_dialer_port(const ns_dialer *dialer) {
    return dialer->port;
}
