/* How Windows on the machine is set up. */
#include <stdio.h>
#include <string.h>

#include "model/names.h"
#include "preflight/judge.h"

#define GIBIBYTE (1LL << 30)

enum {
    BUILD_LEAST = 14393, /* Windows 10 1607, Windows Server 2016 */
    UPTIME_WARN_DAYS = 30,
    DISK_FAIL_GIB = 1,
    DISK_WARN_GIB = 5,
    MEMORY_WARN_GIB = 4,
    PROCESSORS_LEAST = 4,
    SECURITY_LAYER_RDP = 0
};

NS_JUDGE(ns_judge_rdp_enabled) {
    int64_t denied = 1;
    const char *from = NULL;
    if (!ns_judge_effective(in, "fDenyTSConnections", 1, &denied, &from))
        ns_judge_not_read(out, in->facts, "setting.fDenyTSConnections");
    else if (denied)
        ns_judge_fail(out, "RDPIsNotEnabled", "Remote Desktop is switched off (%s).", from);
    else
        ns_judge_pass(out, "Remote Desktop is switched on (%s).", from);
}

NS_JUDGE(ns_judge_rdp_port) {
    int64_t port = 3389;
    if (!ns_judge_number(in, "setting.PortNumber", 3389, &port))
        ns_judge_not_read(out, in->facts, "setting.PortNumber");
    else if (port != in->machine->port)
        ns_judge_warn(out, "The machine listens on port %lld, and Nightshift goes to %u.", (long long)port, in->machine->port);
    else
        ns_judge_pass(out, "The machine listens on port %lld.", (long long)port);
}

static void judge_service(const ns_check_input *in, ns_verdict *out, const char *fact, const char *code, const char *name) {
    const char *state = ns_judge_member(in->facts, fact, "state", NULL);
    if (!state)
        ns_judge_not_read(out, in->facts, fact);
    else if (strcmp(state, "running") == 0)
        ns_judge_pass(out, "%s is running.", name);
    else
        ns_judge_fail(out, code, "%s is %.40s (start type %.40s).", name, state, ns_judge_member(in->facts, fact, "start", "?"));
}

NS_JUDGE(ns_judge_rdp_service) {
    judge_service(in, out, "service.TermService", "RDPIsNotEnabled", "Remote Desktop Services");
}

NS_JUDGE(ns_judge_security_layer) {
    int64_t layer = 2;
    const char *from = NULL;
    if (!ns_judge_effective(in, "SecurityLayer", 2, &layer, &from))
        ns_judge_not_read(out, in->facts, "setting.SecurityLayer");
    else if (layer == SECURITY_LAYER_RDP)
        ns_judge_fail(out, "SecurityNegotiationFailed", "The machine is set to plain RDP security (%s).", from);
    else
        ns_judge_pass(out, layer == 1 ? "The machine negotiates its security." : "The machine asks for TLS.");
}

/* On a machine that is not joined to Entra alone it takes all three values to be asked. */
NS_JUDGE(ns_judge_prompt) {
    int64_t prompt = 0;
    int64_t layer = 2;
    int64_t nla = 1;
    const char *from = NULL;
    const char *unused = NULL;
    if (!ns_judge_effective(in, "fPromptForPassword", 0, &prompt, &from)) {
        ns_judge_not_read(out, in->facts, "setting.fPromptForPassword");
        return;
    }
    (void)ns_judge_effective(in, "SecurityLayer", 2, &layer, &unused);
    (void)ns_judge_effective(in, "UserAuthentication", 1, &nla, &unused);
    if (prompt == 1 && (ns_judge_is_entra_joined(in) == 1 || (layer == 0 && nla == 0)))
        ns_judge_fail(out, "SessionCreationUserPromptedForCredentialsAfterConnection", "The machine always asks for the password (%s).", from);
    else if (prompt == 1)
        ns_judge_warn(out, "The machine is set to ask for the password (%s); with TLS or Network Level Authentication it does not.", from);
    else
        ns_judge_pass(out, "The machine does not ask for the password again.");
}

NS_JUDGE(ns_judge_notice) {
    static const char *const facts[] = {"policy.legalnoticecaption", "policy.legalnoticetext", "winlogon.LegalNoticeCaption",
                                        "winlogon.LegalNoticeText"};
    bool known = false;
    for (size_t i = 0; i < NS_COUNT_OF(facts); i++) {
        const ns_fact *fact = ns_facts_find(in->facts, facts[i]);
        known = known || (fact && fact->value);
        if (ns_facts_string(in->facts, facts[i], "")[0]) {
            ns_judge_fail(out, "LegalNoticeShown", "A notice is shown before every sign-in: \"%.120s\".", ns_facts_string(in->facts, facts[i], ""));
            return;
        }
    }
    if (known)
        ns_judge_pass(out, "No notice is shown before a sign-in.");
    else
        ns_judge_not_read(out, in->facts, facts[0]);
}

/* Microsoft's article on SessionCreationErrorWithThirdPartyCredentialProvider names these. */
static const struct {
    const char *id;
    const char *name;
} bad_providers[] = {{"{0094A34B-0BF0-4789-8B2D-8339E469D756}", "SailPoint"},
                     {"{36ED98C6-02FF-47E8-B7FE-957A411CEA16}", "SIDCredentialProvider"},
                     {"{BDA6DA5B-7E7E-482C-9B3E-67AFF0C838C0}", "CGWinLogon"}};

NS_JUDGE(ns_judge_providers) {
    const ns_fact *fact = ns_facts_find(in->facts, "logon.providers");
    const cJSON *each = NULL;
    if (!fact || !fact->value) {
        ns_judge_not_read(out, in->facts, "logon.providers");
        return;
    }
    ns_judge_pass(out, "None of the %d credential providers is known to stop a sign-in.", cJSON_GetArraySize(fact->value));
    cJSON_ArrayForEach(each, fact->value) {
        const char *id = ns_json_string(each, "id", "");
        for (size_t i = 0; i < NS_COUNT_OF(bad_providers); i++) {
            if (!ns_name_is_same(id, bad_providers[i].id))
                continue;
            ns_judge_fail(out, "SessionCreationErrorWithThirdPartyCredentialProvider",
                          "The credential provider of %s is installed, which stops unattended sign-ins.", bad_providers[i].name);
            return;
        }
        if (!ns_json_bool(each, "microsoft", true))
            ns_judge_warn(out, "The credential provider %.100s does not come with Windows.", ns_json_string(each, "name", id));
    }
}

NS_JUDGE(ns_judge_auto_logon) {
    const char *on = ns_facts_string(in->facts, "winlogon.AutoAdminLogon", NULL);
    const ns_fact *fact = ns_facts_find(in->facts, "winlogon.AutoAdminLogon");
    if (!fact || !fact->value)
        ns_judge_not_read(out, in->facts, "winlogon.AutoAdminLogon");
    else if (on && strcmp(on, "1") == 0 && ns_judge_is_client(in) == 1)
        ns_judge_fail(out, "Win10AlreadyHasActiveSession", "The machine signs %.80s in by itself at its console, which blocks every run.",
                      ns_facts_string(in->facts, "winlogon.DefaultUserName", "somebody"));
    else if (on && strcmp(on, "1") == 0)
        ns_judge_warn(out, "The machine signs %.80s in by itself at its console.",
                      ns_facts_string(in->facts, "winlogon.DefaultUserName", "somebody"));
    else
        ns_judge_pass(out, "The machine signs nobody in by itself.");
}

NS_JUDGE(ns_judge_edition) {
    const char *edition = ns_facts_string(in->facts, "os.edition", NULL);
    const char *product = ns_facts_string(in->facts, "os.product", edition);
    static const char *const home[] = {"Core", "CoreN", "CoreSingleLanguage", "CoreCountrySpecific"};
    if (!edition) {
        ns_judge_not_read(out, in->facts, "os.edition");
        return;
    }
    ns_judge_pass(out, "%.100s (%.60s).", product, edition);
    for (size_t i = 0; i < NS_COUNT_OF(home); i++)
        if (strcmp(edition, home[i]) == 0)
            ns_judge_fail(out, "RDPIsNotEnabled", "%.100s takes no Remote Desktop connections.", product);
}

NS_JUDGE(ns_judge_multi_session) {
    const char *edition = ns_facts_string(in->facts, "os.edition", NULL);
    if (!edition)
        ns_judge_not_read(out, in->facts, "os.edition");
    else if (strcmp(edition, "ServerRdsh") == 0)
        ns_judge_warn(out, "Windows Enterprise multi-session: Microsoft does not say whether the rules of clients or of servers hold.");
    else
        ns_judge_pass(out, "The edition is not Windows Enterprise multi-session.");
}

/* From the registry, or from the NTLM challenge that anyone may have. */
NS_JUDGE(ns_judge_version) {
    const char *told = ns_facts_string(in->facts, "ntlm.build", NULL);
    const char *build = ns_facts_string(in->facts, "os.build", NULL);
    const char *dot = told ? strrchr(told, '.') : NULL;
    long long number = 0;
    if (!build)
        build = dot ? dot + 1 : NULL;
    if (!build || !ns_parse_integer(build, 1, 10000000, &number))
        ns_judge_not_read(out, in->facts, "os.build");
    else if (number < BUILD_LEAST)
        ns_judge_warn(out, "Build %lld is older than Windows 10 1607 and Windows Server 2016.", number);
    else
        ns_judge_pass(out, "Build %lld.", number);
}

NS_JUDGE(ns_judge_reboot) {
    const int pending = ns_facts_bool(in->facts, "os.reboot-pending");
    if (pending < 0)
        ns_judge_not_read(out, in->facts, "os.reboot-pending");
    else if (pending)
        ns_judge_warn(out, "Windows waits for a restart, which would end a run.");
    else
        ns_judge_pass(out, "Windows does not wait for a restart.");
}

NS_JUDGE(ns_judge_uptime) {
    int64_t seconds = 0;
    if (!ns_judge_number(in, "os.uptime-s", 0, &seconds))
        ns_judge_not_read(out, in->facts, "os.uptime-s");
    else if (seconds > UPTIME_WARN_DAYS * 86400LL)
        ns_judge_warn(out, "The machine has been up for %lld days.", (long long)(seconds / 86400));
    else
        ns_judge_pass(out, "The machine has been up for %lld h.", (long long)(seconds / 3600));
}

NS_JUDGE(ns_judge_disk) {
    int64_t bytes = 0;
    if (!ns_judge_number(in, "os.free-bytes", 0, &bytes))
        ns_judge_not_read(out, in->facts, "os.free-bytes");
    else if (bytes < DISK_FAIL_GIB * GIBIBYTE)
        ns_judge_fail(out, "TotalChunksMismatch", "Only %lld MiB are free on the system drive.", (long long)(bytes >> 20));
    else if (bytes < DISK_WARN_GIB * GIBIBYTE)
        ns_judge_warn(out, "%lld MiB are free on the system drive.", (long long)(bytes >> 20));
    else
        ns_judge_pass(out, "%lld GiB are free on the system drive.", (long long)(bytes / GIBIBYTE));
}

NS_JUDGE(ns_judge_memory) {
    int64_t bytes = 0;
    if (!ns_judge_number(in, "os.memory-bytes", 0, &bytes))
        ns_judge_not_read(out, in->facts, "os.memory-bytes");
    else if (bytes < MEMORY_WARN_GIB * GIBIBYTE * 95 / 100) /* firmware takes some */
        ns_judge_warn(out, "The machine has %lld MiB of memory; an unattended session wants %d GiB.", (long long)(bytes >> 20), MEMORY_WARN_GIB);
    else
        ns_judge_pass(out, "The machine has %lld MiB of memory.", (long long)(bytes >> 20));
}

NS_JUDGE(ns_judge_processors) {
    int64_t count = 0;
    if (!ns_judge_number(in, "os.processors", 0, &count))
        ns_judge_not_read(out, in->facts, "os.processors");
    else if (count < PROCESSORS_LEAST)
        ns_judge_warn(out, "The machine has %lld processors; Microsoft asks for %d for unattended runs.", (long long)count, PROCESSORS_LEAST);
    else
        ns_judge_pass(out, "The machine has %lld processors.", (long long)count);
}

NS_JUDGE(ns_judge_pa_service) {
    const char *state = ns_judge_member(in->facts, "service.UIFlowService", "state", NULL);
    if (!state)
        ns_judge_not_read(out, in->facts, "service.UIFlowService");
    else if (strcmp(state, "absent") == 0)
        ns_judge_pass(out, "Power Automate's service is not installed; Nightshift does not need it.");
    else if (strcmp(state, "running") == 0)
        ns_judge_warn(out, "Power Automate's service is running: its runs and Nightshift's may want the machine at the same time.");
    else
        ns_judge_pass(out, "Power Automate's service is installed and %.40s.", state);
}

NS_JUDGE(ns_judge_pa_version) {
    const ns_fact *fact = ns_facts_find(in->facts, "pad.version");
    const char *version = ns_facts_string(in->facts, "pad.version", NULL);
    int major = 0;
    int minor = 0;
    if (!fact || !fact->value)
        ns_judge_not_read(out, in->facts, "pad.version");
    else if (!version)
        ns_judge_pass(out, "Power Automate for desktop is not installed.");
    else if (sscanf(version, "%4d.%4d", &major, &minor) == 2 && (major < 2 || (major == 2 && minor < 35))) /* NOLINT(cert-err34-c): bounded */
        ns_judge_warn(out, "Power Automate for desktop %.40s does not read its resolution from the registry.", version);
    else
        ns_judge_pass(out, "Power Automate for desktop %.40s.", version);
}

NS_JUDGE(ns_judge_domain_controller) {
    const char *join = ns_facts_string(in->facts, "os.join", NULL);
    const ns_fact *fact = ns_facts_find(in->facts, "os.domain-controller");
    if (!join)
        ns_judge_not_read(out, in->facts, "os.join");
    else if (strcmp(join, "domain") != 0 && strcmp(join, "hybrid") != 0)
        ns_judge_pass(out, "The machine is in no domain.");
    else if (!fact || !fact->value)
        ns_judge_not_read(out, in->facts, "os.domain-controller");
    else if (!ns_facts_string(in->facts, "os.domain-controller", NULL))
        ns_judge_fail(out, "NoLogonServers", "No domain controller of %.100s answers.", ns_facts_string(in->facts, "os.domain", "the domain"));
    else
        ns_judge_pass(out, "The domain controller %.100s answers.", ns_facts_string(in->facts, "os.domain-controller", ""));
}
