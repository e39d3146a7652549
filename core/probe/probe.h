/* What machines tell anyone who asks, over all of them at once: addresses, TCP, what their RDP agrees to, the certificate and
 * the NTLM challenge, as facts. No credential is sent, no user named. A bounded number of sockets; every machine ends
 * within its time, whether it answers or not, and none delays another. */
#ifndef NS_PROBE_PROBE_H
#define NS_PROBE_PROBE_H

#include "base/platform.h"
#include "model/fact.h"

typedef struct ns_probe_target {
    const char *name; /* what the facts are called by */
    const char *host; /* a name or an address */
    uint16_t port;
    uint32_t answer_ms; /* for connecting and for each answer of this machine; TLS has 5/3 of it, the machine four times; 0: the options' */
} ns_probe_target;

typedef struct ns_probe_options {
    uint32_t connect_ms; /* TCP, an address; 0 for the default of each */
    uint32_t reply_ms;
    uint32_t tls_ms;
    uint32_t machine_ms; /* one machine from its first packet on */
    uint32_t total_ms;   /* all of them; what was not reached by then is unknown */
    size_t sockets;      /* open at once */
    HANDLE cancel;       /* may be NULL; once set, what is left ends at once as unknown */
} ns_probe_options;

enum { NS_PROBE_CONNECT_MS = 3000, NS_PROBE_REPLY_MS = 3000, NS_PROBE_TLS_MS = 5000, NS_PROBE_MACHINE_MS = 12000, NS_PROBE_TOTAL_MS = 120000 };
enum { NS_PROBE_SOCKETS = 256, NS_PROBE_SOCKETS_MAXIMUM = 900 };

/* Called once for each machine, in the thread of ns_probe_run, as they end; takes the facts. */
typedef void (*ns_probe_done)(void *context, size_t index, ns_facts *facts);

/* Blocks until every machine has ended. Names of facts: docs/facts.md. */
NS_MUST_USE ns_status ns_probe_run(const ns_probe_target *targets, size_t count, const ns_probe_options *options, ns_probe_done done, void *context,
                                   ns_error *error);

#endif
