/* Makes the connections of one session: to the machine's addresses and to nothing else. On Linux a process of its own does it, begun before anything
 * of the machine is read, so that the one that reads it needs no right to connect (app/runner/cage.h); dialer_posix.c. On Windows the session's own
 * process does; dialer_win32.c. One thread at a time, but for `stop`. */
#ifndef NS_RDP_DIALER_H
#define NS_RDP_DIALER_H

#include "base/status.h"
#include "rdp/addresses.h"

typedef struct ns_dialer ns_dialer;

typedef struct ns_dial_target {
    ns_addresses addresses;
    uint16_t port;
} ns_dial_target;

/* While the process has one thread. `confine`, which may be NULL, is called in that process of its own before it does anything. */
NS_MUST_USE ns_status ns_dialer_open(const ns_dial_target *target, bool (*confine)(void), ns_dialer **out, ns_error *error);
void ns_dialer_close(ns_dialer *dialer);
/* As ns_dial_first and ns_dial. */
intptr_t ns_dialer_first(ns_dialer *dialer, uint32_t timeout_ms, const bool *stop, size_t *at, ns_address_answer *best);
intptr_t ns_dialer_again(ns_dialer *dialer, size_t at, uint32_t timeout_ms, ns_address_answer *answer);
/* What it was opened with. */
const ns_dial_target *ns_dialer_target(const ns_dialer *dialer);

#endif
