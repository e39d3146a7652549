#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rdp/addresses.h"

bool ns_addresses_resolve(const char *host, ns_addresses *out) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *list = NULL;
    memset(out, 0, sizeof *out);
    if (getaddrinfo(host, NULL, &hints, &list) != 0)
        return false;
    for (const struct addrinfo *p = list; p && out->count < sizeof out->text / sizeof out->text[0]; p = p->ai_next)
        if (getnameinfo(p->ai_addr, p->ai_addrlen, out->text[out->count], sizeof out->text[0], NULL, 0, NI_NUMERICHOST) == 0)
            out->count++;
    freeaddrinfo(list);
    return out->count > 0;
}

void ns_socket_shutdown(int fd) {
    (void)shutdown(fd, SHUT_RDWR);
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

bool ns_socket_keep_if_connected(int fd) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0)
        return true;
    (void)close(fd);
    return false;
}
