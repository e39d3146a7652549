#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "command.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/sessions.h"

/* How a session is named on the command line: by the machine's number, or by its record where that is not known. */
static void name_of(const ns_session *session, char *out, size_t size) {
    if (session->session_id[0])
        (void)snprintf(out, size, "%s", session->session_id);
    else
        (void)snprintf(out, size, "#%lld", (long long)session->id);
}

static cJSON *describe(const ns_session *session) {
    cJSON *object = cJSON_CreateObject();
    char name[80];
    name_of(session, name, sizeof name);
    (void)ns_json_add_string(object, "machine", session->machine);
    (void)ns_json_add_string(object, "id", name);
    (void)snprintf(name, sizeof name, "#%lld", (long long)session->id);
    (void)ns_json_add_string(object, "record", name);
    (void)ns_json_add_string(object, "user", session->user);
    (void)ns_json_add_string(object, "connection", session->connection);
    (void)ns_json_add_string(object, "state", ns_session_state_name(session->state));
    (void)ns_json_add_time(object, "startedAt", session->started_at);
    (void)ns_json_add_time(object, "since", session->since);
    (void)ns_json_add_integer(object, "run", session->run_id);
    return object;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 8, 20, 9, 24};
    static const char *const titles[] = {"MACHINE", "SESSION", "USER", "STATE", "SINCE", "RUN"};
    ns_machine machine = {0};
    ns_session_list sessions = {0};
    cJSON *document = NULL;
    cJSON *array = NULL;
    ns_status status = self->arguments.count ? ns_machine_load(self->store, self->arguments.words[0], &machine, error) : NS_OK;
    (void)exit_code;
    if (status == NS_OK)
        status = ns_sessions_load(self->store, machine.id, &sessions, error);
    if (status == NS_OK && self->json) {
        document = cJSON_CreateObject();
        array = cJSON_AddArrayToObject(document, "sessions");
    } else if (status == NS_OK) {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < sessions.count; i++) {
        const ns_session *session = &sessions.items[i];
        char name[80];
        char since[NS_CLOCK_TEXT_SIZE];
        char run[24];
        if (array) {
            (void)cJSON_AddItemToArray(array, describe(session));
            continue;
        }
        name_of(session, name, sizeof name);
        ns_clock_format(session->since, since);
        (void)snprintf(run, sizeof run, "%lld", (long long)session->run_id);
        const char *const cells[] = {session->machine, name, session->user, ns_session_state_name(session->state), since, run};
        print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document)
        print_json(document);
    ns_session_list_clear(&sessions);
    ns_machine_clear(&machine);
    return status;
}

static ns_status find(command *self, ns_session *out, ns_error *error) {
    ns_machine machine = {0};
    ns_status status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    if (status == NS_OK)
        status = ns_session_load(self->store, machine.id, self->arguments.words[1], out, error);
    ns_machine_clear(&machine);
    return status;
}

static ns_status sign_out(command *self, int *exit_code, ns_error *error) {
    ns_session session = {0};
    ns_hold hold = {0};
    ns_status status = find(self, &session, error);
    if (status == NS_OK)
        status = ns_sign_out_ask(self->store, session.id, &hold, error);
    if (status == NS_OK)
        status = run_carry_out(self, &hold, exit_code, error);
    ns_session_clear(&session);
    return status;
}

static ns_status forget(command *self, int *exit_code, ns_error *error) {
    ns_session session = {0};
    ns_status status = find(self, &session, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_session_forget_by_id(self->store, session.id, error);
    ns_session_clear(&session);
    return status;
}

const verb session_verbs[] = {
    {"session", "list", "[MACHINE]",
     "Lists the sessions that are known to be on machines: kept for the next run, left over, or possible after a run that broke off.",
     "session list pc17 --json", "", 0, 1, list},
    {"session", "signout", "MACHINE ID",
     "Signs a listed session out: from outside where your rights allow that, else by signing in to it with the connection that it belongs to.",
     "session signout pc17 3", "", 2, 2, sign_out},
    {"session", "forget", "MACHINE ID", "Takes a session off the list without touching the machine: somebody else has seen to it.",
     "session forget pc17 3", "", 2, 2, forget},
    {0},
};
