#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "probe/net.h"

enum { POLL_MAXIMUM = 1024 };

void ns_net_start(void) {
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets that may be closed */
}

void ns_net_resolver_text(int failure, char *out, size_t size) {
    (void)snprintf(out, size, "%s", gai_strerror(failure));
}

ns_net ns_net_connect(const ns_net_address *address) {
    const struct sockaddr *to = (const struct sockaddr *)(const void *)address->bytes;
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return NS_NET_NONE;
    ns_net_start();
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (connect(fd, to, address->size) == 0 || errno == EINPROGRESS || errno == ECONNREFUSED)
        return fd;
    (void)close(fd);
    return NS_NET_NONE;
}

ns_net_state ns_net_look(ns_net socket) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    int failure = 0;
    socklen_t failure_size = sizeof failure;
    if (getpeername((int)socket, (struct sockaddr *)&peer, &size) == 0)
        return NS_NET_OPEN;
    if (getsockopt((int)socket, SOL_SOCKET, SO_ERROR, &failure, &failure_size) != 0)
        return NS_NET_UNREACHABLE;
    return failure == 0 ? NS_NET_CONNECTING : failure == ECONNREFUSED ? NS_NET_REFUSED : NS_NET_UNREACHABLE;
}

void ns_net_close(ns_net socket) {
    if (socket != NS_NET_NONE)
        (void)close((int)socket);
}

void ns_net_hang_up(ns_net socket) {
    const struct linger not_at_once = {0};
    if (socket == NS_NET_NONE)
        return;
    (void)setsockopt((int)socket, SOL_SOCKET, SO_LINGER, &not_at_once, sizeof not_at_once);
    (void)shutdown((int)socket, SHUT_WR);
    (void)close((int)socket);
}

static ptrdiff_t outcome(ssize_t done, bool receiving) {
    if (done > 0)
        return done;
    if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return 0;
    return receiving || done < 0 ? -1 : 0;
}

ptrdiff_t ns_net_send(ns_net socket, const void *bytes, size_t size) {
    return outcome(send((int)socket, bytes, size, MSG_NOSIGNAL), false);
}

ptrdiff_t ns_net_receive(ns_net socket, void *bytes, size_t size) {
    return outcome(recv((int)socket, bytes, size, 0), true);
}

void ns_net_poll(ns_net_wait *waits, size_t count, uint32_t timeout_ms) {
    struct pollfd each[POLL_MAXIMUM];
    const size_t watched = count < POLL_MAXIMUM ? count : POLL_MAXIMUM;
    for (size_t i = 0; i < watched; i++)
        each[i] = (struct pollfd){.fd = (int)waits[i].socket, .events = waits[i].writing ? POLLOUT : POLLIN};
    for (size_t i = 0; i < count; i++)
        waits[i].ready = false;
    if (poll(each, watched, (int)timeout_ms) > 0)
        for (size_t i = 0; i < watched; i++)
            waits[i].ready = each[i].revents != 0;
}
