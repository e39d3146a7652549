#include "run/phases.h"

#include <string.h>

#include "base/platform.h"

static const ns_phase_rule rules[] = {
    {"resolve", 10000, "DnsError", false},         {"connect", NS_CONNECT_TIMEOUT_MS + 500, "ConnectionTimeout", false},
    {"negotiate", 10000, "NotRdp", false},         {"certificate", 10000, "TlsTimeout", false},
    {"sign-in", 0, "MachineNotAnswering", true},   {"desktop", 0, "MachineNotAnswering", true},
    {"agent", 0, "UIFlowAgentNotAvailable", true},
};

const ns_phase_rule *ns_phase_rule_find(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(rules); i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return NULL;
}
