#include <winpr/winsock.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/platform.h"
#include "rdp/addresses.h"

enum { NEXT_MS = 250, LOOK_MS = 2 };

/* A connection that is being made; INVALID_SOCKET when it cannot be. */
static SOCKET begin(const char *address, uint16_t port) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    u_long on = 1;
    SOCKET fd = INVALID_SOCKET;
    char service[8];
    (void)snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return INVALID_SOCKET;
    fd = _socket(found->ai_family, SOCK_STREAM, 0);
    if (fd != INVALID_SOCKET && _ioctlsocket(fd, (long)FIONBIO, &on) == 0)
        (void)_connect(fd, found->ai_addr, (int)found->ai_addrlen);
    freeaddrinfo(found);
    return fd;
}

/* Of one that can be written to, which is what a refused one becomes as well. */
static ns_address_answer answer_of(SOCKET fd) {
    struct sockaddr_storage peer;
    int size = sizeof peer;
    if (_getpeername(fd, (struct sockaddr *)&peer, &size) == 0)
        return NS_ADDRESS_ANSWERS;
    return ns_socket_was_refused((uintptr_t)fd) ? NS_ADDRESS_REFUSES : NS_ADDRESS_SILENT;
}

intptr_t ns_dial(const char *address, uint16_t port, uint32_t timeout_ms, ns_address_answer *answer) {
    SOCKET fd = begin(address, port);
    *answer = fd != INVALID_SOCKET && ns_socket_wait((uintptr_t)fd, false, timeout_ms) ? answer_of(fd) : NS_ADDRESS_SILENT;
    if (fd != INVALID_SOCKET && *answer != NS_ADDRESS_ANSWERS) {
        (void)closesocket(fd);
        fd = INVALID_SOCKET;
    }
    return (intptr_t)fd;
}

typedef struct race {
    SOCKET fds[NS_ADDRESSES_MAXIMUM];
    size_t begun;
    size_t open;
    ns_address_answer best;
} race;

/* The index of one that answers; `begun` for none. */
static size_t look(race *self) {
    for (size_t i = 0; i < self->begun; i++) {
        ns_address_answer answer = NS_ADDRESS_SILENT;
        if (self->fds[i] == INVALID_SOCKET || !ns_socket_wait((uintptr_t)self->fds[i], false, 0))
            continue;
        answer = answer_of(self->fds[i]);
        self->best = answer > self->best ? answer : self->best;
        if (answer == NS_ADDRESS_ANSWERS)
            return i;
        (void)closesocket(self->fds[i]);
        self->fds[i] = INVALID_SOCKET;
        self->open--;
    }
    return self->begun;
}

intptr_t ns_dial_first(const ns_addresses *addresses, uint16_t port, uint32_t timeout_ms, const bool *stop, size_t *at, ns_address_answer *best) {
    const uint64_t deadline = ns_clock_monotonic_ms() + timeout_ms;
    uint64_t next_at = 0;
    race self = {.best = NS_ADDRESS_SILENT};
    intptr_t fd = -1;
    do {
        if (self.begun < addresses->count && (!self.open || ns_clock_monotonic_ms() >= next_at)) {
            self.fds[self.begun] = begin(addresses->text[self.begun], port);
            self.open += self.fds[self.begun] != INVALID_SOCKET;
            self.begun++;
            next_at = ns_clock_monotonic_ms() + NEXT_MS;
        }
        *at = look(&self);
        if (*at == self.begun)
            Sleep(LOOK_MS);
    } while (*at == self.begun && (self.open || self.begun < addresses->count) && !*stop && ns_clock_monotonic_ms() < deadline);
    if (*at < self.begun) {
        fd = (intptr_t)self.fds[*at];
        self.fds[*at] = INVALID_SOCKET;
    }
    for (size_t i = 0; i < self.begun; i++)
        if (self.fds[i] != INVALID_SOCKET)
            (void)closesocket(self.fds[i]);
    *best = self.best;
    return fd;
}
