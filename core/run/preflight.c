#include "run/preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "facts/collect.h"
#include "model/result_code.h"
#include "run/execute.h"
#include "run/known.h"
#include "run/look.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/machine_known.h"
#include "store/preflights.h"
#include "store/runs.h"

enum { COLLECTORS = 48, COLLECT_MS = 8000 };

typedef struct subject {
    ns_target target;
    ns_facts facts;
    ns_facts collected; /* by the collectors; joined to `facts` when they are done */
    ns_row row;
} subject;

typedef struct preflight {
    const char *store_locator;
    ns_store *store;
    const ns_preflight_options *options;
    const ns_preflight_observer *observer;
    subject *subjects;
    size_t count;
    ns_connection connection;
    volatile LONG next; /* the first subject that no collector took */
    size_t probed;
    bool unsure; /* a machine left a sign-in window standing: it may have refused the password without saying so */
} preflight;

static bool is_cancelled(const preflight *self) {
    return self->options->cancel && WaitForSingleObject(self->options->cancel, 0) == WAIT_OBJECT_0;
}

static ns_check_input input_of(const preflight *self, size_t index, const ns_check_fleet *fleet) {
    const subject *each = &self->subjects[index];
    return (ns_check_input){.facts = &each->facts,
                            .machine = &each->target.machine,
                            .group = &each->target.group.values,
                            .connection = self->options->connection_id ? &self->connection : NULL,
                            .fleet = fleet,
                            .now = ns_clock_utc_ms()};
}

static void judge(preflight *self, size_t index, const ns_check_fleet *fleet, bool final) {
    const ns_check_input in = input_of(self, index, fleet);
    ns_row_judge(&in, &self->options->checks, &self->subjects[index].row);
    if (self->observer->row)
        self->observer->row(self->observer->context, index, &in, &self->subjects[index].row, final);
}

static void tell_progress(const preflight *self, size_t done) {
    if (self->observer->progress)
        self->observer->progress(self->observer->context, done, self->count);
}

static ns_status load(preflight *self, ns_error *error) {
    ns_status status = ns_store_open(self->store_locator, &self->store, error);
    if (status == NS_OK && self->options->connection_id)
        status = ns_connection_load_by_id(self->store, self->options->connection_id, &self->connection, error);
    for (size_t i = 0; status == NS_OK && i < self->count; i++) {
        subject *each = &self->subjects[i];
        status = ns_target_load(self->store, self->options->machine_ids[i], &each->target, error);
        if (status == NS_OK) {
            ns_facts_init(&each->facts, each->target.machine.name);
            ns_facts_init(&each->collected, each->target.machine.name);
            status = ns_known_facts(self->store, &each->target, self->options->connection_id ? &self->connection : NULL, &each->facts, error);
        }
    }
    return status;
}

static void on_probed(void *context, size_t index, ns_facts *facts) {
    preflight *self = context;
    ns_facts_merge(&self->subjects[index].facts, facts);
    ns_facts_clear(facts);
    judge(self, index, NULL, false);
    tell_progress(self, ++self->probed);
}

static DWORD WINAPI collect(LPVOID context) {
    preflight *self = context;
    for (LONG at = InterlockedIncrement(&self->next) - 1; (size_t)at < self->count && !is_cancelled(self);
         at = InterlockedIncrement(&self->next) - 1) {
        subject *each = &self->subjects[at];
        const ns_collect_request request = {.host = each->target.machine.host,
                                            .user = self->connection.user ? self->connection.user : "",
                                            .domain = self->connection.domain ? self->connection.domain : ""};
        ns_facts_collect(&request, COLLECT_MS, &each->collected);
    }
    return 0;
}

static ns_status probe(preflight *self, ns_error *error) {
    const ns_target **targets = calloc(self->count ? self->count : 1, sizeof *targets);
    ns_probe_options options = self->options->probe;
    ns_status status = NS_OK;
    options.cancel = self->options->cancel;
    if (!targets)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < self->count; i++)
        targets[i] = &self->subjects[i].target;
    status = ns_look(targets, self->count, &options, on_probed, self, error);
    free((void *)targets);
    return status;
}

/* Before anybody signs in: a user of the machine itself may be written with its name. */
static ns_status note_computers(preflight *self, ns_error *error) {
    ns_computer_seen *seen = calloc(self->count ? self->count : 1, sizeof *seen);
    ns_status status = NS_OK;
    if (!seen)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < self->count; i++) {
        const ns_facts *facts = &self->subjects[i].facts;
        const ns_fact *certificate = ns_facts_find(facts, "tls.certificate");
        seen[i] = (ns_computer_seen){self->subjects[i].target.machine.id, ns_facts_string(facts, "ntlm.computer", ""),
                                     certificate && certificate->value ? ns_json_string(certificate->value, "sha256", "") : "",
                                     strcmp(ns_facts_string(facts, "rdp.nla", "absent"), "absent") != 0};
    }
    status = ns_machines_note_computers(self->store, seen, self->count, error);
    free(seen);
    return status;
}

/* Network and Windows side by side: the collectors wait for RPC, the probe for nobody. */
static ns_status look(preflight *self, ns_error *error) {
    HANDLE threads[COLLECTORS] = {0};
    size_t count = 0;
    ns_status status = NS_OK;
    while (count < COLLECTORS && count < self->count) {
        threads[count] = CreateThread(NULL, 0, collect, self, 0, NULL);
        if (!threads[count])
            break;
        count++;
    }
    status = probe(self, error);
    if (count == 0)
        (void)collect(self);
    for (size_t i = 0; i < count; i++) {
        (void)WaitForSingleObject(threads[i], INFINITE);
        (void)CloseHandle(threads[i]);
    }
    for (size_t i = 0; i < self->count; i++)
        ns_facts_merge(&self->subjects[i].facts, &self->subjects[i].collected);
    return status == NS_OK ? note_computers(self, error) : status;
}

/* How far a check's run proved the credential. */
static const char *proof_of(const char *code) {
    return strcmp(code, "SignInAllowed") == 0    ? "early user authorization"
           : strcmp(code, "SignInProven") == 0   ? "CredSSP"
           : strcmp(code, "SessionChecked") == 0 ? "session"
                                                 : "none";
}

/* What the agent read inside the session is nearer to the truth than what was seen from outside; what it could not read says
 * nothing. */
static void note_agent(subject *each, const char *json, const char *own_version) {
    cJSON *document = cJSON_Parse(json);
    ns_facts told = {0};
    const char *version = NULL;
    if (document && ns_facts_read(document, &told, &(ns_error){0}) == NS_OK) {
        for (size_t i = 0; i < told.count; i++) {
            char source[300];
            if (!told.items[i].value)
                continue;
            (void)snprintf(source, sizeof source, "agent in the session: %.250s", told.items[i].source);
            ns_facts_add(&each->facts, told.items[i].name, cJSON_Duplicate(told.items[i].value, true), source, told.items[i].at);
        }
        version = ns_facts_string(&told, "agent.version", NULL);
        if (version && own_version)
            ns_facts_add_bool(&each->facts, "agent.current", strcmp(version, own_version) == 0, "agent in the session", ns_clock_utc_ms());
    }
    ns_facts_clear(&told);
    cJSON_Delete(document);
}

/* What a sign-in or a session showed, as facts. */
static void note_run(subject *each, const ns_run *run, const char *own_version) {
    const ns_result_code *row = ns_result_code_find(run->code);
    const int64_t at = ns_clock_utc_ms();
    const bool proven = strcmp(proof_of(run->code), "none") != 0 || strcmp(run->code, "SignInNotProven") == 0;
    char source[48];
    cJSON *screen = NULL;
    (void)snprintf(source, sizeof source, "run %lld", (long long)run->id);
    ns_facts_add_string(&each->facts, "signin.result", proven ? "Succeeded" : row->code, source, at);
    ns_facts_add_string(&each->facts, "signin.proof", proof_of(run->code), source, at);
    if (!run->screen_width)
        return;
    note_agent(each, run->output, own_version);
    screen = cJSON_CreateObject();
    (void)ns_json_add_integer(screen, "width", run->screen_width);
    (void)ns_json_add_integer(screen, "height", run->screen_height);
    (void)ns_json_add_integer(screen, "scale", run->screen_scale);
    ns_facts_add(&each->facts, "session.screen", screen, source, at);
}

/* One after the other: the first refusal must be known before the next machine is asked. */
static ns_status try_one(preflight *self, subject *each, ns_error *error) {
    const ns_purpose purpose = self->options->session ? NS_PURPOSE_SESSION : NS_PURPOSE_SIGN_IN;
    ns_run run = {0};
    ns_hold hold = {0};
    ns_error refusal = {0};
    ns_status status = NS_OK;
    if (strcmp(ns_facts_string(&each->facts, "tcp.state", ""), "open") != 0)
        return NS_OK;
    if (self->unsure) {
        ns_facts_add_string(&each->facts, "signin.result", "SignInHeldBack", "Nightshift", ns_clock_utc_ms());
        return NS_OK;
    }
    status = ns_check_ask(self->store, each->target.machine.id, self->options->connection_id, purpose, &hold, &refusal);
    if (status != NS_OK) {
        ns_facts_add_string(&each->facts, "signin.result", refusal.code, "Nightshift", ns_clock_utc_ms());
        return status == NS_STATUS_REFUSED ? NS_OK : ns_error_set(error, status, refusal.code, refusal.remedy, "%s", refusal.message);
    }
    status = ns_run_execute(ns_store_locator(self->store), &hold, self->options->cancel, NULL, error);
    if (status == NS_OK)
        status = ns_run_load(self->store, hold.run_id, &run, error);
    if (status == NS_OK) {
        note_run(each, &run, self->options->version);
        self->unsure = strcmp(run.code, "SessionCreationUserPromptedForCredentialsAfterConnection") == 0;
    }
    ns_run_clear(&run);
    return status;
}

static ns_status try_credentials(preflight *self, ns_error *error) {
    ns_status status = NS_OK;
    if (!self->options->connection_id || !(self->options->sign_in || self->options->session))
        return NS_OK;
    for (size_t i = 0; status == NS_OK && i < self->count && !is_cancelled(self); i++) {
        status = try_one(self, &self->subjects[i], error);
        judge(self, i, NULL, false);
        tell_progress(self, i + 1);
    }
    ns_connection_clear(&self->connection);
    return status == NS_OK ? ns_connection_load_by_id(self->store, self->options->connection_id, &self->connection, error) : status;
}

static ns_status judge_all(preflight *self, ns_error *error) {
    const ns_facts **facts = calloc(self->count ? self->count : 1, sizeof *facts);
    const char **groups = calloc(self->count ? self->count : 1, sizeof *groups);
    if (facts && groups) {
        const ns_check_fleet fleet = {.facts = facts, .groups = groups, .count = self->count};
        for (size_t i = 0; i < self->count; i++) {
            facts[i] = &self->subjects[i].facts;
            groups[i] = self->subjects[i].target.machine.group_name;
        }
        for (size_t i = 0; i < self->count; i++)
            judge(self, i, &fleet, true);
    }
    free((void *)facts);
    free((void *)groups);
    return facts && groups ? NS_OK : ns_error_set_memory(error);
}

/* In one transaction, after everything is known. */
static ns_status keep(preflight *self, ns_error *error) {
    ns_preflight_record *records = calloc(self->count ? self->count : 1, sizeof *records);
    ns_status status = NS_OK;
    if (!records)
        return ns_error_set_memory(error);
    for (size_t i = 0; status == NS_OK && i < self->count; i++) {
        const ns_check_input in = input_of(self, i, NULL);
        cJSON *row = ns_row_write_brief(&in, &self->subjects[i].row);
        cJSON *facts = ns_facts_write(&self->subjects[i].facts);
        records[i] = (ns_preflight_record){.machine_id = self->subjects[i].target.machine.id,
                                           .at = ns_clock_utc_ms(),
                                           .connection = ns_string_copy(self->options->connection_id ? self->connection.name : ""),
                                           .verdict = ns_string_copy(ns_verdict_name(self->subjects[i].row.verdict)),
                                           .forecast = ns_string_copy(self->subjects[i].row.forecast),
                                           .summary = ns_row_summarise(&self->subjects[i].row),
                                           .row = ns_json_print(row),
                                           .facts = ns_json_print(facts)};
        cJSON_Delete(row);
        cJSON_Delete(facts);
        if (!records[i].connection || !records[i].verdict || !records[i].forecast || !records[i].summary || !records[i].row || !records[i].facts)
            status = ns_error_set_memory(error);
    }
    if (status == NS_OK)
        status = ns_preflight_save(self->store, records, self->count, error);
    for (size_t i = 0; i < self->count; i++)
        ns_preflight_record_clear(&records[i]);
    free(records);
    return status;
}

ns_status ns_preflight_run(const char *store_locator, const ns_preflight_options *options, const ns_preflight_observer *observer, ns_error *error) {
    preflight self = {.store_locator = store_locator, .options = options, .observer = observer, .count = options->count};
    ns_status status = NS_OK;
    self.subjects = calloc(self.count ? self.count : 1, sizeof *self.subjects);
    status = self.subjects ? load(&self, error) : ns_error_set_memory(error);
    if (status == NS_OK && options->facts && self.count == 1)
        ns_facts_merge(&self.subjects[0].facts, options->facts);
    else if (status == NS_OK)
        status = look(&self, error);
    if (status == NS_OK && !options->facts)
        status = try_credentials(&self, error);
    if (status == NS_OK)
        status = judge_all(&self, error);
    if (status == NS_OK && options->keep && !is_cancelled(&self))
        status = keep(&self, error);
    for (size_t i = 0; self.subjects && i < self.count; i++) {
        ns_target_clear(&self.subjects[i].target);
        ns_facts_clear(&self.subjects[i].facts);
        ns_facts_clear(&self.subjects[i].collected);
    }
    free(self.subjects);
    ns_connection_clear(&self.connection);
    ns_store_close(self.store);
    return status;
}
