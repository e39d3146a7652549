#include "base/clock.h"
#include "facts/collect.h"

void ns_facts_collect(const ns_collect_request *request, uint32_t timeout_ms, ns_facts *out) {
    static const char reason[] = "A machine's own settings can be read from Windows only: run Nightshift there, or judge a file that "
                                 "nightshiftctl facts collect wrote on the machine.";
    static const char *const names[] = {"sessions.list",
                                        "os.product-type",
                                        "os.edition",
                                        "os.build",
                                        "os.join",
                                        "os.domain-controller",
                                        "os.uptime-s",
                                        "os.free-bytes",
                                        "os.memory-bytes",
                                        "os.processors",
                                        "os.reboot-pending",
                                        "service.TermService",
                                        "service.UIFlowService",
                                        "setting.fDenyTSConnections",
                                        "setting.fSingleSessionPerUser",
                                        "setting.fPromptForPassword",
                                        "setting.SecurityLayer",
                                        "setting.PortNumber",
                                        "setting.MaxIdleTime",
                                        "setting.MaxConnectionTime",
                                        "setting.MaxDisconnectionTime",
                                        "policy.InactivityTimeoutSecs",
                                        "policy.legalnoticecaption",
                                        "winlogon.AutoAdminLogon",
                                        "logon.providers",
                                        "pad.version",
                                        "pad.screen.64.Width",
                                        "pad.screen.32.Width",
                                        "agent.run",
                                        "agent.installed",
                                        "account.flags",
                                        "account.expires",
                                        "account.password-expired",
                                        "rights.groups",
                                        "rights.SeDenyRemoteInteractiveLogonRight",
                                        "rights.SeNetworkLogonRight"};
    const int64_t at = ns_clock_utc_ms();
    (void)request;
    (void)timeout_ms;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ns_facts_add_unknown(out, names[i], reason, "Windows", at);
}

void ns_facts_collect_own(ns_facts *out) {
    (void)out;
}
