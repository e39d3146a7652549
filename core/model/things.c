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

static void clear_values(ns_named_value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(values[i].name);
        free(values[i].value);
    }
    free(values);
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
    clear_values(run->inputs, run->input_count);
    clear_values(run->outputs, run->output_count);
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
