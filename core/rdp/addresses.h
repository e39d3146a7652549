/* The addresses of a host, in the order in which the system would try them; and breaking off a socket that somebody
 * else waits on. addresses_win32.c and addresses_posix.c implement it. Private to core/rdp. */
#ifndef NS_RDP_ADDRESSES_H
#define NS_RDP_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ns_addresses {
    char text[16][64]; /* numeric */
    size_t count;
} ns_addresses;

/* Blocks as long as the system's resolver does. False when the name is not known. */
bool ns_addresses_resolve(const char *host, ns_addresses *out);
void ns_socket_shutdown(int fd);
/* Whether somebody is at the other end; a refused connection is closed. FreeRDP 3.15 takes it for a connected one. */
bool ns_socket_keep_if_connected(int fd);

#endif
