#include <winsock2.h>
#include <ws2tcpip.h>

#include <string.h>

#include "rdp/addresses.h"

bool ns_addresses_resolve(const char *host, ns_addresses *out) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    memset(out, 0, sizeof *out);
    if (getaddrinfo(host, NULL, &hints, &list) != 0)
        return false;
    for (const struct addrinfo *p = list; p && out->count < sizeof out->text / sizeof out->text[0]; p = p->ai_next)
        if (getnameinfo(p->ai_addr, (socklen_t)p->ai_addrlen, out->text[out->count], sizeof out->text[0], NULL, 0, NI_NUMERICHOST) == 0)
            out->count++;
    freeaddrinfo(list);
    return out->count > 0;
}

void ns_socket_shutdown(int fd) {
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

bool ns_socket_keep_if_connected(int fd) {
    struct sockaddr_storage peer;
    int size = sizeof peer;
    if (getpeername((SOCKET)fd, (struct sockaddr *)&peer, &size) == 0)
        return true;
    (void)closesocket((SOCKET)fd);
    return false;
}
