#include "model/things.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void ns_group_clear(ns_group *group) {
    free(group->name);
    free(group->description);
    ns_setting_values_clear(&group->values);
    memset(group, 0, sizeof *group);
}

void ns_machine_clear(ns_machine *machine) {
    free(machine->name);
    free(machine->host);
    free(machine->description);
    free(machine->group_name);
    free(machine->pin);
    free(machine->last_run_state);
    free(machine->last_run_code);
    ns_setting_values_clear(&machine->values);
    memset(machine, 0, sizeof *machine);
}

void ns_connection_clear(ns_connection *connection) {
    free(connection->name);
    free(connection->user);
    free(connection->domain);
    free(connection->account);
    free(connection->sid);
    free(connection->refused_code);
    memset(connection, 0, sizeof *connection);
}

void ns_flow_clear(ns_flow *flow) {
    free(flow->name);
    free(flow->program);
    free(flow->arguments);
    free(flow->directory);
    free(flow->success_codes);
    free(flow->retry_codes);
    memset(flow, 0, sizeof *flow);
}

void ns_run_clear(ns_run *run) {
    char **texts[] = {&run->machine, &run->group,  &run->flow,       &run->connection,   &run->waits,       &run->code,       &run->message,
                      &run->remedy,  &run->output, &run->session_id, &run->session_user, &run->session_end, &run->environment};
    for (size_t i = 0; i < NS_COUNT_OF(texts); i++)
        free(*texts[i]);
    for (size_t i = 0; i < run->phase_count; i++) {
        free(run->phases[i].name);
        free(run->phases[i].detail);
    }
    for (size_t i = 0; i < run->finding_count; i++) {
        free(run->findings[i].code);
        free(run->findings[i].message);
    }
    free(run->phases);
    free(run->findings);
    memset(run, 0, sizeof *run);
}

static const char *const kind_names[] = {"password", "certificate", "entra"};

const char *ns_connection_kind_name(ns_connection_kind kind) {
    return kind_names[kind];
}

ns_status ns_connection_kind_parse(const char *name, ns_connection_kind *out, ns_error *error) {
    for (size_t i = 0; i < NS_COUNT_OF(kind_names); i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *out = (ns_connection_kind)i;
            return NS_OK;
        }
    }
    return ns_error_set(error, NS_STATUS_INVALID, "InvalidKind", "Give password, certificate or entra.", "\"%.40s\" is not a kind of connection.",
                        name);
}

static const char *const state_names[] = {"Queued", "Running", "Succeeded", "Failed", "Cancelled", "TimedOut", "Interrupted"};

const char *ns_run_state_name(ns_run_state state) {
    return state_names[state];
}

bool ns_run_state_parse(const char *name, ns_run_state *out) {
    for (size_t i = 0; i < NS_COUNT_OF(state_names); i++) {
        if (strcmp(state_names[i], name) == 0) {
            *out = (ns_run_state)i;
            return true;
        }
    }
    return false;
}

bool ns_run_state_is_final(ns_run_state state) {
    return state != NS_RUN_QUEUED && state != NS_RUN_RUNNING;
}

/* Calls for each code in the list; false when a part is no code. */
static bool each_code(const char *codes, int64_t wanted, bool *found) {
    char part[24];
    while (*codes) {
        size_t size = strcspn(codes, ",");
        const char *from = codes + strspn(codes, " ");
        long long value = 0;
        size_t used = size - (size_t)(from - codes > (ptrdiff_t)size ? (ptrdiff_t)size : from - codes);
        while (used && from[used - 1] == ' ')
            used--;
        if (used == 0 || used >= sizeof part)
            return false;
        memcpy(part, from, used);
        part[used] = 0;
        if (!ns_parse_integer(part, INT32_MIN, UINT32_MAX, &value))
            return false;
        /* Windows exit codes are 32 bits that people write either way: -1 is 4294967295. */
        *found = *found || (uint32_t)value == (uint32_t)wanted;
        codes += size;
        if (*codes == ',' && !*++codes)
            return false;
    }
    return true;
}

ns_status ns_success_codes_check(const char *codes, ns_error *error) {
    bool found = false;
    if (!codes[0] || !each_code(codes, 0, &found))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidSuccessCodes", "Write whole numbers with commas between them, such as 0,3010.",
                            "\"%.60s\" is not a list of exit codes.", codes);
    return NS_OK;
}

bool ns_success_codes_have(const char *codes, int64_t code) {
    bool found = false;
    return each_code(codes, code, &found) && found;
}

static const char *const purpose_names[] = {"flow", "sign-out", "sign-in", "session"};

const char *ns_purpose_name(ns_purpose purpose) {
    return purpose_names[purpose];
}

ns_purpose ns_purpose_parse(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(purpose_names); i++)
        if (strcmp(purpose_names[i], name) == 0)
            return (ns_purpose)i;
    return NS_PURPOSE_FLOW;
}

bool ns_purpose_is_check(ns_purpose purpose) {
    return purpose == NS_PURPOSE_SIGN_IN || purpose == NS_PURPOSE_SESSION;
}
