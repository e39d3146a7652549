/* The parts of the collector, each of which asks Windows for one kind of thing. Private to core/facts. */
#ifndef NS_FACTS_INTERNAL_WIN32_H
#define NS_FACTS_INTERNAL_WIN32_H

#include "base/wide.h"
#include "model/fact.h"

typedef struct ns_collect_target {
    const char *host;       /* "" for this computer */
    const WCHAR *wide_host; /* NULL for this computer */
    const char *user;
    const char *domain;
    uint32_t timeout_ms;
} ns_collect_target;

/* registry_win32.c: policies, settings, versions, credential providers, pending restart.
 * https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regconnectregistryw */
void ns_collect_registry(const ns_collect_target *target, ns_facts *out);
/* system_facts_win32.c: services, join, uptime, disk, memory. */
void ns_collect_services(const ns_collect_target *target, ns_facts *out);
void ns_collect_system(const ns_collect_target *target, ns_facts *out);
/* account_win32.c: the account and the rights of its groups. */
void ns_collect_account(const ns_collect_target *target, ns_facts *out);
void ns_collect_rights(const ns_collect_target *target, ns_facts *out);

/* The system's words for a number, for a fact that could not be read. */
const char *ns_collect_reason(DWORD native, char *out, size_t size);

#endif
