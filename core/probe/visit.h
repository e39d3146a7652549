/* One machine of a probe: its addresses, and the conversations with it. Private to core/probe; one thread. */
#ifndef NS_PROBE_VISIT_H
#define NS_PROBE_VISIT_H

#include "model/fact.h"
#include "probe/resolver.h"
#include "probe/talk.h"

/* The questions of freerdp.md 2.2, each on a connection of its own: the best that the machine has, and after TCP is known to
 * be open whether it takes TLS without NLA, plain RDP, RDSTLS and RDS AAD. TLS alone is asked for only when the
 * best did not choose TLS already. The last is asked for when the best gave no
 * certificate and TLS alone may; and what the rules of TLS refused is asked once more with
 * everything allowed, to tell why. */
typedef enum ns_visit_talk {
    NS_TALK_BEST,
    NS_TALK_TLS,
    NS_TALK_RDP,
    NS_TALK_RDSTLS,
    NS_TALK_ENTRA,
    NS_TALK_AGAIN,
    NS_TALK_WHY,
    NS_TALK_COUNT
} ns_visit_talk;

typedef enum ns_visit_state { NS_VISIT_RESOLVING, NS_VISIT_TALKING, NS_VISIT_DONE } ns_visit_state;

typedef struct ns_visit {
    size_t index; /* of the machine */
    const char *name;
    const char *host;
    uint16_t port;
    ns_visit_state state;
    uint64_t resolve_deadline; /* ms, monotonic; 0 before the name was asked for */
    uint64_t deadline;         /* ms, monotonic; 0 before the first packet */
    ns_resolved resolved;
    size_t address; /* which of them is tried */
    ns_talk talks[NS_TALK_COUNT];
    bool out_of_time;
} ns_visit;

/* Goes on with what can go on, opening at most `sockets` more connections. */
void ns_visit_step(ns_visit *visit, const ns_talk_rules *rules, uint32_t machine_ms, size_t sockets);
size_t ns_visit_open_sockets(const ns_visit *visit);
/* Writes down what was found out. */
void ns_visit_report(const ns_visit *visit, ns_facts *out);
void ns_visit_clear(ns_visit *visit);

#endif
