#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rdp/addresses.h"

void ns_socket_shutdown(intptr_t fd) {
    (void)shutdown((int)fd, SHUT_RDWR);
}

bool ns_socket_was_refused(uintptr_t fd) {
    int failure = 0;
    socklen_t size = sizeof failure;
    return getsockopt((int)fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 && failure == ECONNREFUSED;
}

bool ns_socket_wait(uintptr_t fd, bool reading, uint32_t timeout_ms) {
    struct pollfd each = {.fd = (int)fd, .events = reading ? POLLIN : POLLOUT, .revents = 0};
    return poll(&each, 1, (int)timeout_ms) > 0;
}

void ns_socket_close(intptr_t fd) {
    (void)close((int)fd);
}

void ns_socket_hurry(intptr_t fd) {
    const int on = 1;
    (void)setsockopt((int)fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
