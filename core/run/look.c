#include "run/look.h"

#include <stdlib.h>

#include "base/clock.h"

ns_status ns_look(const ns_target *const *targets, size_t count, const ns_probe_options *options, ns_probe_done done, void *context,
                  ns_error *error) {
    ns_probe_target *probed = calloc(count ? count : 1, sizeof *probed);
    ns_probe_options all = *options;
    ns_status status = NS_OK;
    uint32_t longest_ms = 0;
    if (!probed)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < count; i++) {
        const ns_machine *machine = &targets[i]->machine;
        probed[i] = (ns_probe_target){.name = machine->name,
                                      .host = machine->host,
                                      .port = machine->port,
                                      .answer_ms = (uint32_t)ns_target_integer(targets[i], NS_SETTING_PROBE_TIMEOUT) * 1000};
        if (probed[i].answer_ms > longest_ms)
            longest_ms = probed[i].answer_ms;
    }
    /* Where machines may take longer, so may all of them. */
    if (!all.total_ms && longest_ms > NS_PROBE_REPLY_MS)
        all.total_ms = (uint32_t)((uint64_t)NS_PROBE_TOTAL_MS * longest_ms / NS_PROBE_REPLY_MS);
    status = ns_probe_run(probed, count, &all, done, context, error);
    free(probed);
    return status;
}

static void take_facts(void *context, size_t index, ns_facts *facts) {
    (void)index;
    *(ns_facts *)context = *facts;
}

void ns_look_judge(const ns_target *target, const char *check, HANDLE cancel, ns_verdict *out) {
    const ns_probe_options options = {.cancel = cancel};
    ns_facts facts = {0};
    const ns_check_input in = {.facts = &facts, .machine = &target->machine, .group = &target->group.values, .now = ns_clock_utc_ms()};
    *out = (ns_verdict){0};
    if (ns_look(&target, 1, &options, take_facts, &facts, &(ns_error){0}) == NS_OK)
        ns_check_judge(ns_check_find(check), &in, out);
    ns_facts_clear(&facts);
}
