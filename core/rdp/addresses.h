/* The addresses of a host, in the order in which the system would try them; and breaking off a socket that somebody
 * else waits on. addresses_win32.c and addresses_posix.c implement it. Private to core/rdp. */
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

/* Blocks as long as the system's resolver does. False when the name is not known. */
bool ns_addresses_resolve(const char *host, ns_addresses *out);
void ns_socket_shutdown(int fd);
/* Whether the connection that this socket tried was refused, and not only impossible. */
bool ns_socket_was_refused(uintptr_t fd);
/* Until the socket can be read (or written), for at most timeout_ms. */
bool ns_socket_wait(uintptr_t fd, bool reading, uint32_t timeout_ms);
/* Whether somebody is at the other end; a refused connection is closed. FreeRDP 3.15 takes it for a connected one. */
bool ns_socket_keep_if_connected(int fd);

/* From the least willing to the most. */
typedef enum ns_address_answer { NS_ADDRESS_SILENT, NS_ADDRESS_REFUSES, NS_ADDRESS_ANSWERS } ns_address_answer;

/* dial.c: a connection of its own to a numeric address, only to see who answers. Blocks for at most timeout_ms. */
ns_address_answer ns_address_try(const char *address, uint16_t port, uint32_t timeout_ms);
/* The index of the first to answer: each is asked a quarter of a second after the one before, or as soon as all before it have refused (RFC 8305, 5).
 * Blocks for at most timeout_ms, or until `stop`. `*best` is what the most willing one did. */
size_t ns_addresses_race(const ns_addresses *addresses, uint16_t port, uint32_t timeout_ms, const bool *stop, ns_address_answer *best);
/* Sends `request` and reads one answer of at most `room` bytes; returns its size, 0 for none. */
size_t ns_address_ask(const char *address, uint16_t port, uint32_t timeout_ms, const void *request, size_t size, void *answer, size_t room);

#endif
