/* Starting runs: one, several, or a wave after the other; carried out here, or left in the queue for a worker. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/pipe.h"
#include "base/program.h"
#include "command.h"
#include "common/entry.h"
#include "model/canary.h"
#include "model/result_code.h"
#include "run/execute.h"
#include "run/request.h"
#include "store/action.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/workers.h"
#include "transfer/junit.h"
#include "viewer/catalogue.h"

enum { RUNS_AT_ONCE = 500 };

static void on_phase(void *context, const char *name, const char *detail) {
    (void)context;
    (void)fprintf(stderr, "  %-12s %s\n", name, catalogue_say(detail));
}

ns_status run_carry_out(command *self, ns_hold *hold, int *exit_code, ns_error *error) {
    const ns_run_observer observer = {.phase = ns_entry_is_terminal() && !self->json ? on_phase : NULL};
    ns_status status = ns_run_execute(ns_store_locator(self->store), hold, ns_entry_cancel_event(), &observer, error);
    return status == NS_OK ? run_print(self, hold->run_id, exit_code, error) : status;
}

/* A program that works the queue in the background, for as long as there is something to do. */
static ns_status start_worker(command *self, ns_error *error) {
    char *program = ns_program_path("nightshiftctl");
    const char *const words[] = {program, "--store", ns_store_locator(self->store), "worker", "--idle", "60", NULL};
    const ns_child_options options = {.arguments = words, .inherited = -1, .detached = true};
    ns_child *none = NULL;
    const ns_status status = program ? ns_child_start(&options, &none, error) : ns_error_set_memory(error);
    free(program);
    return status;
}

ns_status run_read_priority(const char *word, bool *high, ns_error *error) {
    *high = strcmp(word, "high") == 0;
    if (!*high && strcmp(word, "normal") != 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Give high or normal.", "\"%.40s\" is no priority.", word);
    return NS_OK;
}

/* "group:NAME", or a machine's name. */
static ns_status find_target(command *self, ns_run_request *out, ns_error *error) {
    static const char prefix[] = "group:";
    const char *name = self->arguments.words[0];
    ns_machine machine = {0};
    ns_status status = NS_OK;
    if (strncmp(name, prefix, sizeof prefix - 1) == 0)
        return ns_group_find(self->store, name + sizeof prefix - 1, &out->group_id, error);
    status = ns_machine_load(self->store, name, &machine, error);
    out->machine_id = machine.id;
    ns_machine_clear(&machine);
    return status;
}

/* When it may begin. A run that waits for a time of day waits for a worker. */
static ns_status read_not_before(command *self, ns_run_request *out, ns_error *error) {
    const char *text = option_value(self, "not-before", NULL);
    if (!text)
        return NS_OK;
    out->not_before = ns_clock_parse(text);
    if (!out->not_before)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Write it as 2026-12-24T22:00:00Z.", "\"%.40s\" is no time.", text);
    if (!out->by_worker)
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Leave out one of them.",
                            "--not-before is for a worker; with --wait this program carries the run out.");
    return NS_OK;
}

/* "name=value" */
static ns_status take_input(ns_flow_inputs *inputs, const char *text, ns_error *error) {
    const char *equals = strchr(text, '=');
    ns_text name;
    ns_status status = NS_OK;
    if (!equals)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Write --input NAME=VALUE.", "\"%.60s\" gives an input no value.", text);
    ns_text_init(&name, 1000);
    (void)ns_text_append(&name, text, (size_t)(equals - text));
    status = ns_flow_inputs_give(inputs, ns_text_string(&name), equals + 1, false, error);
    ns_text_clear(&name);
    return status;
}

/* Asked for at a terminal; else the next line of standard input. */
static ns_status take_secret_input(ns_flow_inputs *inputs, const char *name, ns_error *error) {
    char prompt[120];
    ns_secret secret = {0};
    ns_status status = NS_OK;
    (void)snprintf(prompt, sizeof prompt, "%s: ", name);
    status = read_secret(prompt, &secret, error);
    if (status == NS_OK)
        status = ns_flow_inputs_give(inputs, name, secret.bytes ? secret.bytes : "", true, error);
    ns_secret_clear(&secret);
    return status;
}

static ns_status read_inputs(command *self, ns_flow_inputs *inputs, ns_error *error) {
    const arguments *given = &self->arguments;
    ns_status status = NS_OK;
    for (size_t i = 0; i < given->option_count && status == NS_OK; i++) {
        if (strcmp(given->options[i].name, "input") == 0)
            status = take_input(inputs, given->options[i].value, error);
        else if (strcmp(given->options[i].name, "secret-input") == 0)
            status = take_secret_input(inputs, given->options[i].value, error);
    }
    return status;
}

static ns_status read_request(command *self, ns_run_request *out, ns_error *error) {
    ns_flow flow = {0};
    ns_connection connection = {0};
    ns_status status = NS_OK;
    *out = (ns_run_request){.by_worker = !option_given(self, "wait")};
    if (!option_given(self, "flow") || !option_given(self, "connection"))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Add --flow F --connection C.", "A run needs a flow and a connection.");
    if (option_given(self, "worker") && strcmp(option_value(self, "worker", ""), "auto") != 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Give auto, or leave it out.", "\"%.40s\" is no way to get a worker.",
                            option_value(self, "worker", ""));
    if (option_given(self, "junit") && out->by_worker && !option_given(self, "canary"))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Add --wait or --canary.",
                            "--junit tells how runs ended that are waited for.");
    status = find_target(self, out, error);
    if (status == NS_OK)
        status = ns_flow_load(self->store, option_value(self, "flow", ""), &flow, error);
    if (status == NS_OK)
        status = ns_connection_load(self->store, option_value(self, "connection", ""), &connection, error);
    if (status == NS_OK)
        status = run_read_priority(option_value(self, "priority", "normal"), &out->high, error);
    if (status == NS_OK)
        status = read_not_before(self, out, error);
    out->flow_id = flow.id;
    out->connection_id = connection.id;
    ns_flow_clear(&flow);
    ns_connection_clear(&connection);
    return status;
}

/* What became of a run that only stands in the queue: its number, and whether anybody takes it. */
static ns_status tell_queued(command *self, const ns_run_request *request, const ns_hold *holds, size_t count, ns_error *error) {
    const bool automatic = option_given(self, "worker");
    int64_t workers = 0;
    ns_status status = ns_workers_count(self->store, request->machine_id, request->group_id, &workers, error);
    if (status == NS_OK && automatic && workers == 0)
        status = start_worker(self, error);
    if (status != NS_OK)
        return status;
    if (self->json) {
        cJSON *document = cJSON_CreateObject();
        cJSON *ids = cJSON_AddArrayToObject(document, "ids");
        (void)ns_json_add_integer(document, "id", holds[0].run_id);
        for (size_t i = 0; i < count; i++)
            (void)cJSON_AddItemToArray(ids, cJSON_CreateNumber((double)holds[i].run_id));
        (void)ns_json_add_integer(document, "workers", workers + (automatic && workers == 0));
        print_json(document);
    } else if (count > 1) {
        (void)printf("Queued runs %lld to %lld.\n", (long long)holds[0].run_id, (long long)holds[count - 1].run_id);
    } else {
        (void)printf("Queued run %lld.\n", (long long)holds[0].run_id);
    }
    if (workers == 0 && !automatic)
        (void)fprintf(stderr, "No worker is there to carry it out. Start one with: nightshiftctl worker (or add --worker auto).\n");
    return NS_OK;
}

/* One that is carried out here, by a thread of its own. */
typedef struct waited {
    command *command;
    ns_hold hold;
    HANDLE thread;
    ns_status status;
    ns_error error;
} waited;

static DWORD WINAPI carry_out_one(LPVOID context) {
    waited *self = context;
    self->status = ns_run_execute(ns_store_locator(self->command->store), &self->hold, ns_entry_cancel_event(), NULL, &self->error);
    return 0;
}

/* All at once, as the queue lets them. */
static ns_status carry_out_all(command *self, ns_hold *holds, size_t count, ns_error *error) {
    waited *all = calloc(count, sizeof *all);
    ns_status status = all ? NS_OK : ns_error_set_memory(error);
    (void)ns_entry_cancel_event();
    for (size_t i = 0; i < count && all; i++) {
        all[i] = (waited){.command = self, .hold = holds[i]};
        all[i].thread = CreateThread(NULL, 0, carry_out_one, &all[i], 0, NULL);
        if (!all[i].thread)
            all[i].status = ns_error_set_memory(&all[i].error);
    }
    for (size_t i = 0; i < count && all; i++) {
        if (all[i].thread) {
            (void)WaitForSingleObject(all[i].thread, INFINITE);
            CloseHandle(all[i].thread);
        }
        holds[i] = all[i].hold; /* of its last attempt */
        if (status == NS_OK && all[i].status != NS_OK) {
            status = all[i].status;
            *error = all[i].error;
        }
    }
    free(all);
    return status;
}

typedef struct canary {
    command *command;
    ns_run_request request;
    int64_t *machines; /* of the group, by name */
    ns_hold *holds;
    char **codes; /* of those that have had their run */
    size_t count;
    size_t done;
} canary;

/* Queued all or none, and carried out. */
static ns_status canary_wave(canary *self, size_t wave, ns_error *error) {
    ns_store *store = self->command->store;
    ns_status status = ns_action_begin(store, "start", error);
    if (status != NS_OK)
        return status;
    for (size_t i = self->done; i < self->done + wave && status == NS_OK; i++) {
        self->request.machine_id = self->machines[i];
        status = ns_run_ask(store, &self->request, &self->holds[i], error);
    }
    status = ns_action_end(store, status, error);
    if (status == NS_OK)
        status = carry_out_all(self->command, self->holds + self->done, wave, error);
    for (size_t i = self->done; i < self->done + wave && status == NS_OK; i++) {
        ns_run run = {0};
        status = ns_run_load(store, self->holds[i].run_id, &run, error);
        self->codes[i] = run.code;
        run.code = NULL;
        ns_run_clear(&run);
    }
    self->done += status == NS_OK ? wave : 0;
    return status;
}

/* What became of them, for continuous integration. */
static ns_status write_junit(command *self, const ns_hold *holds, size_t count, ns_error *error) {
    const char *path = option_value(self, "junit", NULL);
    ns_run *runs = path ? calloc(count + 1, sizeof *runs) : NULL;
    char *text = NULL;
    ns_status status = path && !runs ? ns_error_set_memory(error) : NS_OK;
    for (size_t i = 0; runs && i < count && status == NS_OK; i++)
        status = ns_run_load(self->store, holds[i].run_id, &runs[i], error);
    if (runs && status == NS_OK)
        status = ns_junit_write(self->arguments.words[0], runs, count, catalogue_say, &text, error);
    if (text)
        status = ns_file_write(path, text, strlen(text), error);
    for (size_t i = 0; runs && i < count; i++)
        ns_run_clear(&runs[i]);
    free(runs);
    free(text);
    return status;
}

static bool is_cancelled(void) {
    return WaitForSingleObject(ns_entry_cancel_event(), 0) == WAIT_OBJECT_0;
}

static ns_status canary_waves(canary *self, int *exit_code, ns_error *error) {
    const char *systemic = NULL;
    size_t wave = ns_canary_wave(self->count, self->done);
    ns_status status = NS_OK;
    while (status == NS_OK && wave && !systemic && !is_cancelled()) {
        status = canary_wave(self, wave, error);
        systemic = ns_canary_systemic((const char *const *)self->codes, self->done);
        wave = ns_canary_wave(self->count, self->done);
    }
    if (status == NS_OK)
        status = run_print_list(self->command, self->holds, self->done, exit_code, error);
    if (status == NS_OK)
        status = write_junit(self->command, self->holds, self->done, error);
    if (status == NS_OK && systemic && self->done < self->count)
        (void)fprintf(stderr, "Stopped after %zu of %zu machines: two of them failed with %s.\n", self->done, self->count, systemic);
    return status;
}

static ns_status load_members(canary *self, ns_error *error) {
    ns_fleet fleet;
    const ns_status status = ns_fleet_load(self->command->store, &fleet, error);
    if (status != NS_OK)
        return status;
    self->machines = calloc(fleet.machine_count + 1, sizeof *self->machines);
    self->holds = calloc(fleet.machine_count + 1, sizeof *self->holds);
    self->codes = calloc(fleet.machine_count + 1, sizeof *self->codes);
    if (!self->machines || !self->holds || !self->codes) {
        ns_fleet_clear(&fleet);
        return ns_error_set_memory(error);
    }
    for (size_t i = 0; i < fleet.machine_count; i++)
        if (fleet.machines[i].group_id == self->request.group_id)
            self->machines[self->count++] = fleet.machines[i].id;
    ns_fleet_clear(&fleet);
    return self->count ? NS_OK : ns_result_code_refuse("GroupIsEmpty", error);
}

/* On every machine of the group, in waves, until it is seen that they fail for the same reason. */
static ns_status start_canary(command *self, ns_run_request *request, int *exit_code, ns_error *error) {
    canary all = {.command = self, .request = *request};
    ns_status status = NS_OK;
    if (!request->group_id || option_given(self, "count") || option_given(self, "not-before"))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Name a group, and leave out --count and --not-before.",
                            "--canary runs once on each machine of a group, and waits for them.");
    status = load_members(&all, error);
    all.request.group_id = 0;
    all.request.by_worker = false;
    if (status == NS_OK)
        status = canary_waves(&all, exit_code, error);
    for (size_t i = 0; all.codes && i < all.count; i++)
        free(all.codes[i]);
    free(all.machines);
    free(all.holds);
    free(all.codes);
    return status;
}

/* All of them, or none. */
static ns_status queue_all(command *self, const ns_run_request *request, ns_hold *holds, size_t count, ns_error *error) {
    ns_status status = count > 1 ? ns_action_begin(self->store, "start", error) : NS_OK;
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = ns_run_ask(self->store, request, &holds[i], error);
    return count > 1 ? ns_action_end(self->store, status, error) : status;
}

static ns_status start_count(command *self, const ns_run_request *request, long long count, int *exit_code, ns_error *error) {
    ns_hold *holds = calloc((size_t)count, sizeof *holds);
    ns_status status = NS_OK;
    if (!holds)
        return ns_error_set_memory(error);
    status = queue_all(self, request, holds, (size_t)count, error);
    if (status == NS_OK && request->by_worker)
        status = tell_queued(self, request, holds, (size_t)count, error);
    else if (status == NS_OK && count == 1)
        status = run_carry_out(self, &holds[0], exit_code, error);
    else if (status == NS_OK)
        status = carry_out_all(self, holds, (size_t)count, error);
    if (status == NS_OK && !request->by_worker && count > 1)
        status = run_print_list(self, holds, (size_t)count, exit_code, error);
    if (status == NS_OK)
        status = write_junit(self, holds, (size_t)count, error);
    free(holds);
    return status;
}

ns_status run_start(command *self, int *exit_code, ns_error *error) {
    ns_run_request request = {0};
    ns_flow_inputs inputs = {0};
    long long count = 0;
    ns_status status = option_integer(self, "count", 1, RUNS_AT_ONCE, 1, &count, error);
    if (status == NS_OK)
        status = read_request(self, &request, error);
    if (status == NS_OK)
        status = read_inputs(self, &inputs, error);
    request.inputs = &inputs;
    if (status == NS_OK && option_given(self, "canary"))
        status = start_canary(self, &request, exit_code, error);
    else if (status == NS_OK)
        status = start_count(self, &request, count, exit_code, error);
    ns_flow_inputs_clear(&inputs);
    return status;
}
