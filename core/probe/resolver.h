/* Names to addresses for many machines at once: a few threads that wait for the system's resolver, so that nobody else has
 * to. A resolver that hangs is left behind and cleans up after itself. One thread owns it. */
#ifndef NS_PROBE_RESOLVER_H
#define NS_PROBE_RESOLVER_H

#include "base/platform.h"
#include "probe/net.h"

typedef struct ns_resolver ns_resolver;

typedef struct ns_resolved {
    bool done;
    bool found;
    ns_net_addresses addresses;
    char why[160]; /* the system's words when nothing was found */
} ns_resolved;

/* For `count` names that are asked for by their index. NULL when memory ran out. */
ns_resolver *ns_resolver_create(size_t count);
/* Asks for a name once. */
void ns_resolver_ask(ns_resolver *resolver, size_t index, const char *host, uint16_t port);
/* Copies what is known of it so far. */
void ns_resolver_look(ns_resolver *resolver, size_t index, ns_resolved *out);
/* Does not wait for a thread that hangs. */
void ns_resolver_leave(ns_resolver *resolver);

#endif
