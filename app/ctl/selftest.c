/* Runs against a machine that show how it behaves, above all a real Windows: what docs/verification.md lists as not yet
 * seen. It works on a copy of the machine's entry, which goes again, and signs out what it began. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "command.h"
#include "viewer/catalogue.h"
#include "common/entry.h"
#include "run/execute.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/machine_known.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/runs.h"
#include "store/sessions.h"

enum { BEGUN_MAXIMUM = 8 };

typedef struct begun {
    char session_id[80];
    int64_t started_at; /* ms UTC, by the machine */
} begun;

typedef struct selftest {
    command *command;
    ns_machine machine; /* the copy */
    int64_t connection;
    int64_t flow;
    bool windows;
    bool all_seen;
    begun begun[BEGUN_MAXIMUM]; /* the sessions that its runs began: no other may be signed out */
    size_t begun_count;
    cJSON *checks;
} selftest;

static void see(selftest *self, bool seen, const char *id, const char *what, const char *detail) {
    cJSON *object = self->checks ? cJSON_CreateObject() : NULL;
    self->all_seen = self->all_seen && seen;
    if (object) {
        (void)ns_json_add_string(object, "id", id);
        (void)cJSON_AddBoolToObject(object, "seen", seen);
        (void)ns_phrase_add_member(object, "detail", detail);
        (void)cJSON_AddItemToArray(self->checks, object);
    } else {
        (void)printf("%-9s %s%s%s\n", seen ? "seen" : "NOT SEEN", what, detail[0] ? ": " : "", catalogue_say(detail));
        (void)fflush(stdout);
    }
}

static void note_begun(selftest *self, const ns_run *run) {
    begun *each = &self->begun[self->begun_count];
    if (run->session_reused || !run->session_id[0] || self->begun_count == BEGUN_MAXIMUM)
        return;
    (void)snprintf(each->session_id, sizeof each->session_id, "%s", run->session_id);
    each->started_at = run->session_started_at;
    self->begun_count++;
}

static bool has_begun(const selftest *self, const ns_session *session) {
    for (size_t i = 0; i < self->begun_count; i++)
        if (strcmp(self->begun[i].session_id, session->session_id) == 0 && self->begun[i].started_at == session->started_at)
            return true;
    return false;
}

/* Carries a queued run out; its record is the caller's to clear. */
static ns_status carry_out(selftest *self, ns_hold *hold, HANDLE cancel, ns_run *out, ns_error *error) {
    const ns_run_observer observer = {0};
    ns_status status = ns_run_execute(ns_store_locator(self->command->store), hold, cancel, &observer, error);
    return status == NS_OK ? ns_run_load(self->command->store, hold->run_id, out, error) : status;
}

static ns_status run_flow(selftest *self, ns_run *out, ns_error *error) {
    const ns_run_request request = {.machine_id = self->machine.id, .flow_id = self->flow, .connection_id = self->connection};
    ns_hold hold = {0};
    ns_status status = ns_run_ask(self->command->store, &request, &hold, error);
    memset(out, 0, sizeof *out);
    if (status == NS_OK)
        status = carry_out(self, &hold, ns_entry_cancel_event(), out, error);
    if (status == NS_OK)
        note_begun(self, out);
    return status;
}

static ns_status set_reuse(selftest *self, const char *value, ns_error *error) {
    const ns_setting_change change = {NS_SETTING_SESSION_REUSE, value};
    return ns_machine_set(self->command->store, self->machine.id, &change, 1, error);
}

static bool has_finding(const ns_run *run, const char *code) {
    for (size_t i = 0; i < run->finding_count; i++)
        if (strcmp(run->findings[i].code, code) == 0)
            return true;
    return false;
}

static const char *detail_of(const ns_run *run, const char *phase) {
    for (size_t i = 0; i < run->phase_count; i++)
        if (strcmp(run->phases[i].name, phase) == 0)
            return run->phases[i].detail;
    return "";
}

/* A new session, and what it says of itself. False when there is nothing to go on with. */
static ns_status try_new_session(selftest *self, bool *goes_on, ns_error *error) {
    ns_run run;
    ns_status status = set_reuse(self, "off", error);
    if (status == NS_OK)
        status = run_flow(self, &run, error);
    if (status != NS_OK)
        return status;
    *goes_on = strcmp(run.code, "Succeeded") == 0;
    self->windows = strstr(detail_of(&run, "agent"), "Windows") != NULL;
    see(self, *goes_on, "run", "a run in a new session succeeds", *goes_on ? detail_of(&run, "agent") : run.message);
    if (*goes_on) {
        see(self, run.session_started_at != 0, "session.start", "the session tells when it began", "");
        see(self, !has_finding(&run, "ScreenSizeDiffers"), "screen.size", "the screen has the size that was asked for", "");
        see(self, !has_finding(&run, "ScreenScaleDiffers"), "screen.scale", "the screen has the scale that was asked for", "");
        see(self, run.environment[0] && strcmp(run.environment, "{}") != 0, "environment", "the session's look and language are told",
            run.environment);
        see(self, strcmp(run.session_end, "signed-out") == 0, "sign-out", "the session is signed out and seen to be gone", run.session_end);
    }
    ns_run_clear(&run);
    return status;
}

static ns_status sign_out(selftest *self, int64_t session, ns_error *error) {
    ns_run run = {0};
    ns_hold hold = {0};
    ns_status status = ns_sign_out_ask(self->command->store, session, &hold, error);
    if (status == NS_OK)
        status = carry_out(self, &hold, NULL, &run, error); /* even when the rest was cancelled */
    if (status == NS_OK)
        see(self, strcmp(run.code, "SessionSignedOut") == 0, "sign-out.kept", "a kept session can be signed out from here", run.message);
    ns_run_clear(&run);
    return status;
}

/* A session that a run only found is somebody's: it stays, and goes from the copy's list. One that a run may have left is signed out only if it is
 * as young as that run. */
static ns_status sign_out_begun(selftest *self, ns_error *error) {
    ns_session_list sessions;
    ns_status status = ns_sessions_load(self->command->store, self->machine.id, &sessions, error);
    for (size_t i = 0; status == NS_OK && i < sessions.count; i++)
        status = sessions.items[i].state == NS_SESSION_POSSIBLE || has_begun(self, &sessions.items[i])
                     ? sign_out(self, sessions.items[i].id, error)
                     : ns_session_forget_by_id(self->command->store, sessions.items[i].id, error);
    ns_session_list_clear(&sessions);
    return status;
}

static ns_status try_reuse(selftest *self, ns_error *error) {
    ns_run first = {0};
    ns_run second = {0};
    ns_run refused = {0};
    ns_status status = set_reuse(self, "on", error);
    if (status == NS_OK)
        status = run_flow(self, &first, error);
    if (status == NS_OK)
        see(self, strcmp(first.session_end, "locked") == 0, "lock", "the session is locked and seen to be locked",
            first.session_end[0] ? first.session_end : first.message);
    if (status == NS_OK)
        status = run_flow(self, &second, error);
    if (status == NS_OK)
        see(self, second.session_reused && strcmp(first.session_id, second.session_id) == 0 && first.session_started_at == second.session_started_at,
            "reuse", "the next run returns to the same session", second.code);
    if (status == NS_OK)
        status = set_reuse(self, "off", error);
    if (status == NS_OK)
        status = run_flow(self, &refused, error);
    if (status == NS_OK)
        see(self, strncmp(refused.code, "UnattendedUserSession", 21) == 0, "reuse.off", "with reuse off, the kept session is not taken",
            refused.code);
    if (status == NS_OK)
        status = sign_out_begun(self, error);
    ns_run_clear(&first);
    ns_run_clear(&second);
    ns_run_clear(&refused);
    return status;
}

/* A flow that leaves a process behind. */
static ns_status try_left_processes(selftest *self, ns_error *error) {
    ns_flow flow = {.id = self->flow,
                    .name = self->machine.name,
                    .program = (char *)(uintptr_t)(self->windows ? "cmd.exe" : "sh"),
                    .arguments = (char *)(uintptr_t)(self->windows ? "/c start /b ping -n 60 127.0.0.1" : "-c \"sleep 60 & true\"")};
    ns_run run = {0};
    ns_status status = ns_flow_save(self->command->store, &flow, error);
    if (status == NS_OK)
        status = run_flow(self, &run, error);
    if (status == NS_OK)
        see(self, has_finding(&run, "FlowLeftProcesses"), "left-processes", "what a flow leaves behind is found and ended", run.code);
    ns_run_clear(&run);
    return status;
}

static ns_status copy_machine(selftest *self, const ns_machine *from, ns_error *error) {
    ns_text name;
    ns_status status = NS_OK;
    ns_text_init(&name, 400);
    (void)ns_text_appendf(&name, "%.60s", from->name);
    if (name.bytes)
        ns_utf8_trim(name.bytes);
    self->machine.name = ns_string_copy(ns_text_string(&name));
    ns_text_clear(&name);
    (void)ns_text_appendf(&name, "%s (self-test %lld)", self->machine.name ? self->machine.name : "", (long long)ns_clock_utc_ms());
    free(self->machine.name);
    self->machine.name = ns_text_take(&name);
    self->machine.host = ns_string_copy(from->host);
    self->machine.description = ns_string_copy("");
    self->machine.port = from->port;
    self->machine.group_id = from->group_id;
    if (!self->machine.name || !self->machine.host || !self->machine.description)
        return ns_error_set_memory(error);
    status = ns_machine_save(self->command->store, &self->machine, error);
    if (status == NS_OK)
        status = ns_machine_note_shown(self->command->store, self->machine.id, from->pin, from->nla_before, error);
    for (int i = 0; status == NS_OK && i < NS_SETTING_COUNT; i++) {
        const ns_setting_change change = {(ns_setting_id)i, from->values.value[i]};
        if (change.text)
            status = ns_machine_set(self->command->store, self->machine.id, &change, 1, error);
    }
    return status;
}

static ns_status prepare(selftest *self, ns_error *error) {
    ns_machine machine = {0};
    ns_connection connection = {0};
    ns_flow flow = {.program = (char *)(uintptr_t) "hostname"}; /* Windows and Linux have it both */
    ns_status status = ns_machine_load(self->command->store, self->command->arguments.words[0], &machine, error);
    if (status == NS_OK)
        status = ns_connection_load(self->command->store, option_value(self->command, "connection", ""), &connection, error);
    if (status == NS_OK)
        status = copy_machine(self, &machine, error);
    self->connection = connection.id;
    flow.name = self->machine.name;
    if (status == NS_OK)
        status = ns_flow_save(self->command->store, &flow, error);
    self->flow = flow.id;
    ns_machine_clear(&machine);
    ns_connection_clear(&connection);
    return status;
}

static void clean_up(selftest *self) {
    ns_session_list left = {0};
    if (self->flow)
        (void)!ns_flow_remove(self->command->store, self->flow, &(ns_error){0});
    /* A session that could not be signed out stays on the list, with the copy that it belongs to. */
    if (self->machine.id && ns_sessions_load(self->command->store, self->machine.id, &left, &(ns_error){0}) == NS_OK && left.count == 0)
        (void)!ns_machine_remove(self->command->store, self->machine.id, &(ns_error){0});
    ns_session_list_clear(&left);
    ns_machine_clear(&self->machine);
}

static ns_status run_selftest(command *given, int *exit_code, ns_error *error) {
    selftest self = {.command = given, .all_seen = true};
    cJSON *document = given->json ? cJSON_CreateObject() : NULL;
    bool goes_on = false;
    ns_error ignored;
    ns_status status = NS_OK;
    if (!option_given(given, "connection"))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Add --connection C.", "A self-test needs a connection.");
    if (document) {
        (void)ns_json_add_string(document, "machine", given->arguments.words[0]);
        self.checks = cJSON_AddArrayToObject(document, "checks");
    }
    status = prepare(&self, error);
    if (status == NS_OK)
        status = try_new_session(&self, &goes_on, error);
    if (status == NS_OK && goes_on)
        status = try_reuse(&self, error);
    if (status == NS_OK && goes_on)
        status = try_left_processes(&self, error);
    /* What a test that was broken off has left. */
    if (self.machine.id && sign_out_begun(&self, &ignored) != NS_OK)
        self.all_seen = false;
    clean_up(&self);
    *exit_code = self.all_seen ? EXIT_DONE : EXIT_BAD_ANSWER;
    if (document)
        print_json(document);
    return status;
}

const verb selftest_verbs[] = {
    {"selftest", "", "MACHINE --connection C",
     "Makes runs on the machine that show how it behaves (new session, lock, reuse, sign-out, what is left), and says what was seen. The machine's "
     "own "
     "entry and settings stay as they are.",
     "selftest pc17 --connection robot", "connection=", 1, 1, run_selftest},
    {0},
};
