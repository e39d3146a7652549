/* The addresses of a machine, and connections to them, made in this process. addresses_win32.c and addresses_posix.c implement what differs. Private
 * to core/rdp. */
#ifndef NS_RDP_ADDRESSES_H
#define NS_RDP_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NS_ADDRESSES_MAXIMUM = 16 };

typedef struct ns_addresses {
    char text[NS_ADDRESSES_MAXIMUM][64]; /* numeric */
    size_t count;
} ns_addresses;

void ns_socket_shutdown(intptr_t fd);
void ns_socket_close(intptr_t fd);
/* What is written goes out at once. */
void ns_socket_hurry(intptr_t fd);
/* Whether the connection that this socket tried was refused, and not only impossible. */
bool ns_socket_was_refused(uintptr_t fd);
/* Until the socket can be read (or written), for at most timeout_ms. */
bool ns_socket_wait(uintptr_t fd, bool reading, uint32_t timeout_ms);
/* From the least willing to the most. */
typedef enum ns_address_answer { NS_ADDRESS_SILENT, NS_ADDRESS_REFUSES, NS_ADDRESS_ANSWERS } ns_address_answer;

/* dial.c: a connected socket, which the caller closes; -1 for none. Blocks for at most timeout_ms. */
intptr_t ns_dial(const char *address, uint16_t port, uint32_t timeout_ms, ns_address_answer *answer);
/* The first to answer, *at: each is asked a quarter of a second after the one before, or as soon as all before it have refused (RFC 8305, 5). Until
 * `stop`. `*best` is what the most willing one did. */
intptr_t ns_dial_first(const ns_addresses *addresses, uint16_t port, uint32_t timeout_ms, const bool *stop, size_t *at, ns_address_answer *best);

#endif
