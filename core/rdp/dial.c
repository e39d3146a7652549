#include <winpr/winsock.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "rdp/addresses.h"

static bool wait_for(SOCKET fd, bool reading, uint64_t deadline) {
    const uint64_t now = ns_clock_monotonic_ms();
    return ns_socket_wait((uintptr_t)fd, reading, (uint32_t)(deadline > now ? deadline - now : 0));
}

/* The socket when somebody answered, INVALID_SOCKET else. */
static SOCKET dial(const char *address, uint16_t port, uint64_t deadline, ns_address_answer *answer) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    struct sockaddr_storage peer;
    int size = sizeof peer;
    u_long on = 1;
    SOCKET fd = INVALID_SOCKET;
    char service[8];
    *answer = NS_ADDRESS_SILENT;
    (void)snprintf(service, sizeof service, "%u", port);
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return INVALID_SOCKET;
    fd = _socket(found->ai_family, SOCK_STREAM, 0);
    if (fd != INVALID_SOCKET && _ioctlsocket(fd, (long)FIONBIO, &on) == 0) {
        (void)_connect(fd, found->ai_addr, (int)found->ai_addrlen);
        if (wait_for(fd, false, deadline)) {
            /* Writable is what a refused one becomes as well. */
            *answer = _getpeername(fd, (struct sockaddr *)&peer, &size) == 0 ? NS_ADDRESS_ANSWERS
                      : ns_socket_was_refused((uintptr_t)fd)                 ? NS_ADDRESS_REFUSES
                                                                             : NS_ADDRESS_SILENT;
        }
    }
    freeaddrinfo(found);
    if (fd != INVALID_SOCKET && *answer != NS_ADDRESS_ANSWERS) {
        (void)closesocket(fd);
        fd = INVALID_SOCKET;
    }
    return fd;
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
