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

bool ns_socket_keep_if_connected(int fd) {
    struct sockaddr_storage peer;
    int size = sizeof peer;
    if (getpeername((SOCKET)fd, (struct sockaddr *)&peer, &size) == 0)
        return true;
    (void)closesocket((SOCKET)fd);
    return false;
}
