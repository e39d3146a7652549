#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdio.h>
#include <string.h>

#include "base/native_text.h"
#include "base/text.h"
#include "probe/net.h"

enum { POLL_MAXIMUM = 1024 };

/* Once for the process, and never undone: it is counted. */
void ns_net_start(void) {
    static volatile LONG started;
    WSADATA data;
    if (InterlockedExchange(&started, 1) == 0)
        (void)WSAStartup(MAKEWORD(2, 2), &data);
}

void ns_net_resolver_text(int failure, char *out, size_t size) {
    ns_native_text((uint32_t)failure, out, size);
}

ns_net ns_net_connect(const ns_net_address *address) {
    const struct sockaddr *to = (const struct sockaddr *)(const void *)address->bytes;
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    u_long on = 1;
    SOCKET fd = WSASocketW(to->sa_family, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (fd == INVALID_SOCKET)
        return NS_NET_NONE;
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once);
    if (ioctlsocket(fd, (long)FIONBIO, &on) == 0 && (connect(fd, to, (int)address->size) == 0 || WSAGetLastError() == WSAEWOULDBLOCK))
        return (ns_net)fd;
    (void)closesocket(fd);
    return NS_NET_NONE;
}

ns_net_state ns_net_look(ns_net socket) {
    struct sockaddr_storage peer;
    int size = sizeof peer;
    int failure = 0;
    int failure_size = sizeof failure;
    if (getpeername((SOCKET)socket, (struct sockaddr *)&peer, &size) == 0)
        return NS_NET_OPEN;
    if (getsockopt((SOCKET)socket, SOL_SOCKET, SO_ERROR, (char *)&failure, &failure_size) != 0)
        return NS_NET_UNREACHABLE;
    return failure == 0 ? NS_NET_CONNECTING : failure == WSAECONNREFUSED ? NS_NET_REFUSED : NS_NET_UNREACHABLE;
}

void ns_net_close(ns_net socket) {
    if (socket != NS_NET_NONE)
        (void)closesocket((SOCKET)socket);
}

void ns_net_hang_up(ns_net socket) {
    const struct linger not_at_once = {0};
    if (socket == NS_NET_NONE)
        return;
    (void)setsockopt((SOCKET)socket, SOL_SOCKET, SO_LINGER, (const char *)&not_at_once, sizeof not_at_once);
    (void)shutdown((SOCKET)socket, SD_SEND);
    (void)closesocket((SOCKET)socket);
}

static ptrdiff_t outcome(int done, bool receiving) {
    if (done > 0)
        return done;
    if (done < 0 && WSAGetLastError() == WSAEWOULDBLOCK)
        return 0;
    return receiving || done < 0 ? -1 : 0;
}

ptrdiff_t ns_net_send(ns_net socket, const void *bytes, size_t size) {
    return outcome(send((SOCKET)socket, bytes, (int)size, 0), false);
}

ptrdiff_t ns_net_receive(ns_net socket, void *bytes, size_t size) {
    return outcome(recv((SOCKET)socket, bytes, (int)size, 0), true);
}

/* Before Windows 10 2004 WSAPoll did not tell of a connection that was refused: whoever connects looks for himself from
 * time to time (ns_net_look). */
void ns_net_poll(ns_net_wait *waits, size_t count, uint32_t timeout_ms) {
    WSAPOLLFD each[POLL_MAXIMUM];
    const size_t watched = count < POLL_MAXIMUM ? count : POLL_MAXIMUM;
    for (size_t i = 0; i < watched; i++)
        each[i] = (WSAPOLLFD){.fd = (SOCKET)waits[i].socket, .events = waits[i].writing ? POLLOUT : POLLIN};
    for (size_t i = 0; i < count; i++)
        waits[i].ready = false;
    if (watched == 0)
        Sleep(timeout_ms);
    else if (WSAPoll(each, (ULONG)watched, (INT)timeout_ms) > 0)
        for (size_t i = 0; i < watched; i++)
            waits[i].ready = each[i].revents != 0;
}
