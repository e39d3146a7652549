#include <winsock2.h>
#include <ws2tcpip.h>

#include "rdp/addresses.h"

void ns_socket_shutdown(intptr_t fd) {
    (void)shutdown((SOCKET)fd, SD_BOTH);
}

bool ns_socket_was_refused(uintptr_t fd) {
    int failure = 0;
    int size = sizeof failure;
    return getsockopt((SOCKET)fd, SOL_SOCKET, SO_ERROR, (char *)&failure, &size) == 0 && failure == WSAECONNREFUSED;
}

/* Not WSAPoll: before Windows 10 2004 it did not report a refused connection. */
bool ns_socket_wait(uintptr_t fd, bool reading, uint32_t timeout_ms) {
    struct timeval time = {.tv_sec = (long)(timeout_ms / 1000), .tv_usec = (long)(timeout_ms % 1000 * 1000)};
    fd_set wanted;
    fd_set failed;
    FD_ZERO(&wanted);
    FD_SET((SOCKET)fd, &wanted);
    failed = wanted;
    return select(0, reading ? &wanted : NULL, reading ? NULL : &wanted, &failed, &time) > 0;
}

void ns_socket_close(intptr_t fd) {
    (void)closesocket((SOCKET)fd);
}

void ns_socket_hurry(intptr_t fd) {
    const int on = 1;
    (void)setsockopt((SOCKET)fd, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on);
}
