#include "run/fixes.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "model/names.h"
#include "preflight/fix.h"
#include "store/changes.h"

const char *ns_fix_host(const ns_machine *machine) {
    static const char *const own[] = {"localhost", "127.0.0.1", "::1", "."};
    for (size_t i = 0; i < NS_COUNT_OF(own); i++)
        if (ns_name_is_same(machine->host, own[i]))
            return "";
    return machine->host;
}

bool ns_fix_is_possible(const ns_check *check) {
    ns_fix fix;
    return ns_fix_read(check->fix, &fix);
}

static ns_status read_fix(const ns_check *check, ns_fix *out, ns_error *error) {
    if (ns_fix_read(check->fix, out))
        return NS_OK;
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "NoSuchFix", check->remedy, "What the check %s asks for cannot be done from here.", check->id);
}

static ns_registry_number number_of(const ns_fix *fix) {
    return (ns_registry_number){.key = fix->key, .name = fix->name, .there = fix->there, .value = fix->value};
}

/* The number points into `fix`, which must outlive it. */
static ns_status look(const ns_machine *machine, const ns_fix *fix, ns_registry_number *out, ns_error *error) {
    *out = number_of(fix);
    return ns_registry_read_numbers(ns_fix_host(machine), out, 1, error);
}

ns_status ns_fix_look(const ns_machine *machine, const ns_check *check, ns_registry_number *out, ns_error *error) {
    ns_fix fix;
    ns_status status = read_fix(check, &fix, error);
    if (status == NS_OK)
        status = look(machine, &fix, out, error);
    out->key = out->name = ""; /* they were this function's */
    return status;
}

/* "5", or "null" for a value that is not there. */
static void write_value(const ns_registry_number *number, char out[16]) {
    if (number->there)
        (void)snprintf(out, 16, "%u", (unsigned)number->value);
    else
        (void)snprintf(out, 16, "null");
}

static void what_of(const ns_check *check, char out[64]) {
    (void)snprintf(out, 64, "check:%.50s", check->id);
}

/* What a policy sets, the machine's own value does not change. */
static ns_status refuse_under_policy(const ns_machine *machine, const ns_fix *fix, ns_error *error) {
    ns_registry_number policy = {.key = "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services", .name = fix->name};
    ns_status status = NS_OK;
    if (!strstr(fix->key, "Control\\Terminal Server"))
        return NS_OK;
    status = ns_registry_read_numbers(ns_fix_host(machine), &policy, 1, error);
    if (status == NS_OK && policy.there)
        status = ns_error_set(error, NS_STATUS_REFUSED, "PolicyDecides", "Change it in the policy; gpresult /h shows which.",
                              "A policy sets %.60s to %u on %.80s, and wins over the machine's own value.", fix->name, (unsigned)policy.value,
                              machine->name);
    return status;
}

ns_status ns_fix_apply(ns_store *store, const ns_machine *machine, const ns_check *check, ns_error *error) {
    ns_fix fix;
    ns_registry_number before;
    ns_registry_number after;
    char what[64];
    char then[16];
    char now[16];
    int64_t id = 0;
    ns_status status = read_fix(check, &fix, error);
    if (status == NS_OK)
        status = refuse_under_policy(machine, &fix, error);
    if (status == NS_OK)
        status = look(machine, &fix, &before, error);
    if (status != NS_OK)
        return status;
    after = number_of(&fix);
    what_of(check, what);
    write_value(&before, then);
    write_value(&after, now);
    status = ns_change_add(store, &(ns_change){.machine_id = machine->id, .what = what, .before = then, .after = now}, &id, error);
    if (status == NS_OK) {
        status = ns_registry_write_numbers(ns_fix_host(machine), &after, &before, 1, error);
        if (status != NS_OK && strcmp(error->code, "MachineNotChanged") == 0) /* else it is there to be undone */
            (void)!ns_change_forget(store, id, &(ns_error){0});
    }
    return status;
}

ns_status ns_fix_undo(ns_store *store, const ns_machine *machine, const ns_check *check, ns_error *error) {
    ns_change last = {0};
    ns_fix fix;
    ns_registry_number now = {0};
    ns_registry_number then;
    char what[64];
    long long value = 0;
    ns_status status = read_fix(check, &fix, error);
    what_of(check, what);
    if (status == NS_OK)
        status = ns_change_load_last(store, machine->id, what, &last, error);
    if (status == NS_OK && !last.id)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NothingToUndo", NULL, "Nightshift has not changed that on %.80s.", machine->name);
    if (status == NS_OK)
        status = look(machine, &fix, &now, error);
    if (status == NS_OK) {
        then = now;
        then.there = ns_parse_integer(last.before, 0, UINT32_MAX, &value);
        then.value = (uint32_t)value;
        status = ns_registry_write_numbers(ns_fix_host(machine), &then, &now, 1, error);
    }
    if (status == NS_OK)
        status = ns_change_mark_undone(store, last.id, error);
    ns_change_clear(&last);
    return status;
}
