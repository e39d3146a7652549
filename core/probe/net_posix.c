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

bool ns_net_resolve(const char *host, uint16_t port, bool numeric, ns_net_addresses *out, char *why, size_t why_size) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : 0)};
    struct addrinfo *list = NULL;
    char service[8];
    int failure = 0;
    memset(out, 0, sizeof *out);
    (void)snprintf(service, sizeof service, "%u", port);
    failure = getaddrinfo(host, service, &hints, &list);
    if (failure != 0) {
        (void)snprintf(why, why_size, "%s", gai_strerror(failure));
        return false;
    }
    for (const struct addrinfo *p = list; p && out->count < NS_NET_ADDRESSES; p = p->ai_next) {
        ns_net_address *address = &out->items[out->count];
        if (p->ai_addrlen > sizeof address->bytes ||
            getnameinfo(p->ai_addr, p->ai_addrlen, address->text, sizeof address->text, NULL, 0, NI_NUMERICHOST) != 0)
            continue;
        memcpy(address->bytes, p->ai_addr, p->ai_addrlen);
        address->size = (uint32_t)p->ai_addrlen;
        out->count++;
    }
    freeaddrinfo(list);
    (void)snprintf(why, why_size, "%s", out->count ? "" : "no address");
    return out->count > 0;
}

ns_net ns_net_connect(const ns_net_address *address) {
    const struct sockaddr *to = (const struct sockaddr *)(const void *)address->bytes;
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0}; /* thousands of probes must not leave thousands of ports waiting */
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return NS_NET_NONE;
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets that may be closed */
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
