/* What Windows on a machine tells: sessions, edition and version, policies and settings in both places and both registry
 * views, services, the account and its rights. With the caller's own Windows identity, never prompting; what cannot be read
 * becomes a fact without a value, with the reason. collect_win32.c; elsewhere collect_posix.c says that it takes Windows.
 * Nothing is changed. Any thread. docs/facts.md lists the names. */
#ifndef NS_FACTS_COLLECT_H
#define NS_FACTS_COLLECT_H

#include "model/fact.h"

typedef struct ns_collect_request {
    const char *host;   /* "" for this computer */
    const char *user;   /* whose account and rights are looked at; "" for nobody's */
    const char *domain; /* "" or "." for the machine's own */
} ns_collect_request;

/* Adds to `out`. Blocks as long as RPC does, up to timeout_ms; what was not read by then is unknown. */
void ns_facts_collect(const ns_collect_request *request, uint32_t timeout_ms, ns_facts *out);

/* What Windows keeps of the user that this process runs as, and of nobody else: for the agent. Elsewhere nothing. */
void ns_facts_collect_own(ns_facts *out);

#endif
