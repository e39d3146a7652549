#include "run/shown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "preflight/check.h"
#include "run/look.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/machine_known.h"

typedef struct looking {
    ns_target *targets;
    ns_shown *items;
} looking;

/* The first check on the way to a certificate that fails. */
static void tell_why(const ns_facts *facts, const ns_target *target, ns_shown *out) {
    static const char *const checks[] = {"dns", "tcp", "rdp.protocol", "tls.version"};
    const ns_check_input in = {.facts = facts, .machine = &target->machine, .group = &target->group.values, .now = ns_clock_utc_ms()};
    ns_verdict verdict = {0};
    for (size_t i = 0; i < NS_COUNT_OF(checks) && verdict.kind != NS_VERDICT_FAIL; i++)
        ns_check_judge(ns_check_find(checks[i]), &in, &verdict);
    (void)snprintf(out->why, sizeof out->why, "%s", verdict.message);
}

static void on_looked(void *context, size_t index, ns_facts *facts) {
    const looking *self = context;
    ns_shown *out = &self->items[index];
    const ns_fact *fact = ns_facts_find(facts, "tls.certificate");
    const char *nla = ns_facts_string(facts, "rdp.nla", "absent");
    const cJSON *certificate = fact ? fact->value : NULL;
    if (certificate) {
        (void)snprintf(out->sha256, sizeof out->sha256, "%s", ns_json_string(certificate, "sha256", ""));
        out->subject = ns_string_copy(ns_json_string(certificate, "subject", ""));
        out->not_after = ns_string_copy(ns_json_string(certificate, "notAfter", ""));
    } else {
        tell_why(facts, &self->targets[index], out);
    }
    out->nla = strcmp(nla, "absent") != 0;
    ns_facts_clear(facts);
}

static ns_status look(ns_store *store, const int64_t *machine_ids, size_t count, HANDLE cancel, looking *self, ns_error *error) {
    const ns_target **targets = calloc(count ? count : 1, sizeof *targets);
    const ns_probe_options options = {.cancel = cancel};
    ns_status status = NS_OK;
    if (!targets)
        return ns_error_set_memory(error);
    for (size_t i = 0; status == NS_OK && i < count; i++) {
        targets[i] = &self->targets[i];
        status = ns_target_load(store, machine_ids[i], &self->targets[i], error);
        self->items[i].machine_id = machine_ids[i];
        self->items[i].name = ns_string_copy(self->targets[i].machine.name);
        self->items[i].was = ns_string_copy(self->targets[i].machine.pin);
    }
    if (status == NS_OK)
        status = ns_look(targets, count, &options, on_looked, self, error);
    for (size_t i = 0; status == NS_OK && i < count; i++)
        if (!self->items[i].name || !self->items[i].was || (self->items[i].sha256[0] && (!self->items[i].subject || !self->items[i].not_after)))
            status = ns_error_set_memory(error);
    free((void *)targets);
    return status;
}

ns_status ns_shown_look(ns_store *store, const int64_t *machine_ids, size_t count, HANDLE cancel, ns_shown **out, ns_error *error) {
    looking self = {calloc(count ? count : 1, sizeof(ns_target)), calloc(count ? count : 1, sizeof(ns_shown))};
    ns_status status = self.targets && self.items ? look(store, machine_ids, count, cancel, &self, error) : ns_error_set_memory(error);
    for (size_t i = 0; self.targets && i < count; i++)
        ns_target_clear(&self.targets[i]);
    free(self.targets);
    if (status != NS_OK) {
        ns_shown_free(self.items, count);
        self.items = NULL;
    }
    *out = self.items;
    return status;
}

void ns_shown_free(ns_shown *items, size_t count) {
    for (size_t i = 0; items && i < count; i++) {
        free(items[i].name);
        free(items[i].was);
        free(items[i].subject);
        free(items[i].not_after);
    }
    free(items);
}

ns_status ns_shown_trust(ns_store *store, const ns_shown *items, size_t count, ns_error *error) {
    ns_trusted *trusted = calloc(count ? count : 1, sizeof *trusted);
    ns_status status = NS_OK;
    size_t kept = 0;
    if (!trusted)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < count; i++)
        if (items[i].sha256[0])
            trusted[kept++] = (ns_trusted){items[i].machine_id, items[i].was, items[i].sha256, items[i].nla};
    if (kept)
        status = ns_machines_trust(store, trusted, kept, error);
    free(trusted);
    return status;
}
