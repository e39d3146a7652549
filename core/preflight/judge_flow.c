/* The flows themselves: whether what they need is there for the run's user, and whether Power Automate lets itself be asked. Sources of the latter:
 * https://learn.microsoft.com/power-automate/desktop-flows/governance and
 * https://learn.microsoft.com/power-automate/desktop-flows/run-desktop-flows-url-shortcuts */
#include <stdio.h>

#include "preflight/judge.h"

NS_JUDGE(ns_judge_flows) {
    const ns_fact *fact = ns_facts_find(in->facts, "flows.there");
    const cJSON *each = NULL;
    ns_text names;
    int count = 0;
    int missing = 0;
    if (!fact || !fact->value) {
        ns_judge_not_read(out, in->facts, "flows.there");
        return;
    }
    ns_text_init(&names, 300);
    cJSON_ArrayForEach(each, fact->value) {
        count++;
        if (ns_json_string(each, "problem", NULL) && missing++ < 10)
            (void)ns_text_appendf(&names, "%s%s", names.size ? ", " : "", ns_json_string(each, "name", ""));
    }
    if (missing)
        ns_judge_warn(out, "%d of %d flows do not find here what they are started with: %.300s.", missing, count, ns_text_string(&names));
    else if (count)
        ns_judge_pass(out, "What the %d flows are started with is there.", count);
    else
        ns_judge_pass(out, "There is no flow.");
    ns_text_clear(&names);
}

/* In either view of the registry: Power Automate is installed in one or the other. */
static bool read_either(const ns_check_input *in, const char *name, int64_t *value) {
    char fact[100];
    int64_t narrow = 0;
    bool read = false;
    (void)snprintf(fact, sizeof fact, "pad.64.%s", name);
    read = ns_judge_number(in, fact, 0, value);
    (void)snprintf(fact, sizeof fact, "pad.32.%s", name);
    read = ns_judge_number(in, fact, 0, &narrow) || read;
    *value = *value ? *value : narrow;
    return read;
}

NS_JUDGE(ns_judge_desktop_flows) {
    int64_t external = 0;
    int64_t copy = 0;
    int64_t kept = 0;
    int64_t asks = 1;
    const bool known = read_either(in, "ConfigureExternalRuns", &external);
    const bool asked = ns_judge_number(in, "pad.user.EnableAskBeforeRunningAFlowExternally", 1, &asks);
    if (!ns_is_one_of("desktop-flow", ns_facts_string(in->facts, "store.flow-kinds", "")))
        ns_judge_pass(out, "No flow is of Power Automate.");
    else if (external == 2)
        ns_judge_fail(out, "FlowNotStarted", "A policy (ConfigureExternalRuns) forbids that flows are run from outside Power Automate.");
    else if (external == 1)
        ns_judge_fail(out, "FlowNotStarted", "A policy (ConfigureExternalRuns) has Power Automate ask before each run, and nobody answers.");
    else if (asked && asks != 0)
        ns_judge_fail(out, "FlowNotStarted",
                      "Power Automate asks this user before each run (EnableAskBeforeRunningAFlowExternally), and nobody answers.");
    else if (known &&
             (!read_either(in, "KeepRunDefinitionFilesCopy", &copy) || !read_either(in, "DisableRunFilesCleanup", &kept) || copy != 1 || kept != 1))
        ns_judge_warn(out, "Power Automate removes the records of its runs: how they ended is not known.");
    else if (!known)
        ns_judge_not_read(out, in->facts, "pad.64.ConfigureExternalRuns");
    else if (!asked)
        ns_judge_not_read(out, in->facts, "pad.user.EnableAskBeforeRunningAFlowExternally");
    else
        ns_judge_pass(out, "Power Automate does not ask, and keeps the records of its runs.");
}
