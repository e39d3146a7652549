/* Sockets that never wait (net_posix.c and net_win32.c), and the system's resolver, which does (resolve.c). Any thread; a socket belongs
 * to one at a time. */
#ifndef NS_PROBE_NET_H
#define NS_PROBE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef intptr_t ns_net;
#define NS_NET_NONE ((ns_net)-1)

enum { NS_NET_ADDRESSES = 16, NS_NET_TEXT_SIZE = 64 };

typedef struct ns_net_address {
    _Alignas(8) unsigned char bytes[128]; /* the system's sockaddr */
    uint32_t size;
    char text[NS_NET_TEXT_SIZE]; /* numeric, without the port */
} ns_net_address;

typedef struct ns_net_addresses {
    ns_net_address items[NS_NET_ADDRESSES];
    size_t count;
} ns_net_addresses;

/* What each system does before its first socket, and the words of its resolver. For resolve.c. */
void ns_net_start(void);
void ns_net_resolver_text(int failure, char *out, size_t size);

/* Every address of both families, in the system's order. `numeric`: only reads an address, and never waits. Else blocks as
 * long as the system's resolver does. False with the system's words in `why` when there is none. */
bool ns_net_resolve(const char *host, uint16_t port, bool numeric, ns_net_addresses *out, char *why, size_t why_size);

typedef enum ns_net_state { NS_NET_CONNECTING, NS_NET_OPEN, NS_NET_REFUSED, NS_NET_UNREACHABLE } ns_net_state;

/* Begins to connect. NS_NET_NONE when the system has no socket to give or no way there. */
ns_net ns_net_connect(const ns_net_address *address);
ns_net_state ns_net_look(ns_net socket);
/* Ends it at once, by a reset: thousands of probes must not leave thousands of ports waiting. */
void ns_net_close(ns_net socket);
/* Ends it as TCP has it (RFC 9293 section 3.6), or by a reset where something has come that was not received; the port waits for a while. */
void ns_net_hang_up(ns_net socket);
/* Bytes done; 0 when it would have to wait; -1 when the other side is gone. */
ptrdiff_t ns_net_send(ns_net socket, const void *bytes, size_t size);
ptrdiff_t ns_net_receive(ns_net socket, void *bytes, size_t size);

typedef struct ns_net_wait {
    ns_net socket;
    bool writing; /* waits until it can be written, else read */
    bool ready;
} ns_net_wait;

/* Until one of them is ready, for at most timeout_ms; sets `ready` on each that is. */
void ns_net_poll(ns_net_wait *waits, size_t count, uint32_t timeout_ms);

#endif
