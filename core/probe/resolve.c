#include <stdio.h>
#include <string.h>
#include <winpr/winsock.h> /* the sockets of either system */

#include "base/platform.h"
#include "probe/net.h"

bool ns_net_resolve(const char *host, uint16_t port, bool numeric, ns_net_addresses *out, char *why, size_t why_size) {
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : 0)};
    struct addrinfo *list = NULL;
    char service[8];
    int failure = 0;
    ns_net_start();
    memset(out, 0, sizeof *out);
    (void)snprintf(service, sizeof service, "%u", port);
    failure = getaddrinfo(host, service, &hints, &list);
    if (failure != 0) {
        ns_net_resolver_text(failure, why, why_size);
        return false;
    }
    for (const struct addrinfo *p = list; p && out->count < NS_NET_ADDRESSES; p = p->ai_next) {
        ns_net_address *address = &out->items[out->count];
        if (p->ai_addrlen > sizeof address->bytes ||
            getnameinfo(p->ai_addr, (socklen_t)p->ai_addrlen, address->text, sizeof address->text, NULL, 0, NI_NUMERICHOST) != 0)
            continue;
        memcpy(address->bytes, p->ai_addr, p->ai_addrlen);
        address->size = (uint32_t)p->ai_addrlen;
        out->count++;
    }
    freeaddrinfo(list);
    (void)snprintf(why, why_size, "%s", out->count ? "" : "no address");
    return out->count > 0;
}
