#include <winpr/winsock.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/platform.h"
#include "rdp/addresses.h"

enum { NEXT_MS = 250, LOOK_MS = 5 };

static bool wait_for(SOCKET fd, bool reading, uint64_t deadline) {
    const uint64_t now = ns_clock_monotonic_ms();
    return ns_socket_wait((uintptr_t)fd, reading, (uint32_t)(deadline > now ? deadline - now : 0));
}

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

/* The socket when somebody answered, INVALID_SOCKET else. */
static SOCKET dial(const char *address, uint16_t port, uint64_t deadline, ns_address_answer *answer) {
    SOCKET fd = begin(address, port);
    *answer = fd != INVALID_SOCKET && wait_for(fd, false, deadline) ? answer_of(fd) : NS_ADDRESS_SILENT;
    if (fd != INVALID_SOCKET && *answer != NS_ADDRESS_ANSWERS) {
        (void)closesocket(fd);
        fd = INVALID_SOCKET;
    }
    return fd;
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

size_t ns_addresses_race(const ns_addresses *addresses, uint16_t port, uint32_t timeout_ms, const bool *stop, ns_address_answer *best) {
    const uint64_t deadline = ns_clock_monotonic_ms() + timeout_ms;
    uint64_t next_at = 0;
    size_t winner = 0;
    race self = {.best = NS_ADDRESS_SILENT};
    do {
        if (self.begun < addresses->count && (!self.open || ns_clock_monotonic_ms() >= next_at)) {
            self.fds[self.begun] = begin(addresses->text[self.begun], port);
            self.open += self.fds[self.begun] != INVALID_SOCKET;
            self.begun++;
            next_at = ns_clock_monotonic_ms() + NEXT_MS;
        }
        Sleep(LOOK_MS);
        winner = look(&self);
    } while (winner == self.begun && (self.open || self.begun < addresses->count) && !*stop && ns_clock_monotonic_ms() < deadline);
    for (size_t i = 0; i < self.begun; i++)
        if (self.fds[i] != INVALID_SOCKET)
            (void)closesocket(self.fds[i]);
    *best = self.best;
    return winner;
}

ns_address_answer ns_address_try(const char *address, uint16_t port, uint32_t timeout_ms) {
    ns_address_answer answer = NS_ADDRESS_SILENT;
    SOCKET fd = dial(address, port, ns_clock_monotonic_ms() + timeout_ms, &answer);
    if (fd != INVALID_SOCKET)
        (void)closesocket(fd);
    return answer;
}

size_t ns_address_ask(const char *address, uint16_t port, uint32_t timeout_ms, const void *request, size_t size, void *answer, size_t room) {
    const uint64_t deadline = ns_clock_monotonic_ms() + timeout_ms;
    ns_address_answer how = NS_ADDRESS_SILENT;
    SOCKET fd = dial(address, port, deadline, &how);
    int got = 0;
    if (fd == INVALID_SOCKET)
        return 0;
    if (_send(fd, request, (int)size, 0) == (int)size && wait_for(fd, true, deadline))
        got = _recv(fd, answer, (int)room, 0);
    (void)closesocket(fd);
    return got > 0 ? (size_t)got : 0;
}
