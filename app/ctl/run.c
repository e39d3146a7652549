#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/phrase.h"
#include "base/pipe.h"
#include "base/system.h"
#include "command.h"
#include "common/entry.h"
#include "run/execute.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/runs.h"
#include "viewer/catalogue.h"

static cJSON *describe_phases(const ns_run *run) {
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < run->phase_count; i++) {
        const ns_phase_record *phase = &run->phases[i];
        cJSON *object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "name", phase->name);
        (void)ns_json_add_time(object, "startedAt", phase->started_at);
        if (phase->duration_ms >= 0)
            (void)ns_json_add_integer(object, "durationMs", phase->duration_ms);
        else
            (void)cJSON_AddNullToObject(object, "durationMs");
        (void)ns_phrase_add_member(object, "detail", phase->detail);
        (void)cJSON_AddItemToArray(array, object);
    }
    return array;
}

static void describe_session(cJSON *object, const ns_run *run) {
    cJSON *screen = cJSON_CreateObject();
    cJSON *session = cJSON_CreateObject();
    (void)ns_json_add_integer(screen, "width", run->screen_width);
    (void)ns_json_add_integer(screen, "height", run->screen_height);
    (void)ns_json_add_integer(screen, "scale", run->screen_scale);
    (void)ns_json_add_string(session, "id", run->session_id);
    (void)ns_json_add_string(session, "user", run->session_user);
    (void)ns_json_add_time(session, "startedAt", run->session_started_at);
    (void)cJSON_AddBoolToObject(session, "reused", run->session_reused);
    (void)ns_json_add_string(session, "end", run->session_end[0] ? run->session_end : NULL);
    (void)cJSON_AddItemToObject(object, "screen", run->screen_width ? screen : cJSON_CreateNull());
    (void)cJSON_AddItemToObject(object, "session", run->session_id[0] ? session : cJSON_CreateNull());
    if (!run->screen_width)
        cJSON_Delete(screen);
    if (!run->session_id[0])
        cJSON_Delete(session);
}

static cJSON *describe_findings(const ns_run *run) {
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < run->finding_count; i++) {
        cJSON *object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "code", run->findings[i].code);
        (void)ns_phrase_add_member(object, "message", run->findings[i].message);
        (void)cJSON_AddItemToArray(array, object);
    }
    return array;
}

static cJSON *describe(const ns_run *run, bool whole) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_integer(object, "id", run->id);
    (void)ns_json_add_string(object, "state", ns_run_state_name(run->state));
    (void)ns_json_add_string(object, "code", run->code[0] ? run->code : NULL);
    (void)ns_phrase_add_member(object, "message", run->message);
    (void)ns_json_add_string(object, "remedy", run->remedy);
    (void)ns_json_add_string(object, "purpose", ns_purpose_name(run->purpose));
    (void)ns_json_add_string(object, "machine", run->machine);
    (void)ns_json_add_string(object, "flow", run->purpose == NS_PURPOSE_FLOW ? run->flow : NULL);
    (void)ns_json_add_string(object, "connection", run->connection);
    (void)ns_json_add_time(object, "createdAt", run->created_at);
    (void)ns_json_add_time(object, "startedAt", run->started_at);
    (void)ns_json_add_time(object, "endedAt", run->ended_at);
    if (run->has_exit_code)
        (void)ns_json_add_integer(object, "exitCode", run->exit_code);
    else
        (void)cJSON_AddNullToObject(object, "exitCode");
    (void)cJSON_AddBoolToObject(object, "screenshot", run->has_screenshot);
    if (whole) {
        (void)ns_json_add_string(object, "output", run->output);
        (void)cJSON_AddBoolToObject(object, "outputTruncated", run->output_truncated);
        describe_session(object, run);
        (void)cJSON_AddItemToObject(object, "findings", describe_findings(run));
        if (run->environment[0])
            (void)cJSON_AddRawToObject(object, "environment", run->environment);
        else
            (void)cJSON_AddNullToObject(object, "environment");
        (void)cJSON_AddItemToObject(object, "phases", describe_phases(run));
    }
    return object;
}

static void print_run(const ns_run *run) {
    char at[NS_CLOCK_TEXT_SIZE];
    ns_clock_format(run->created_at, at);
    (void)printf("run %lld  %s  %s\n  %s on %s as %s, %s\n  %s\n", (long long)run->id, ns_run_state_name(run->state), run->code,
                 run->purpose == NS_PURPOSE_FLOW ? run->flow : ns_purpose_name(run->purpose), run->machine, run->connection, at,
                 catalogue_say(run->message));
    if (run->remedy[0])
        (void)printf("  What to do: %s\n", catalogue_say(run->remedy));
    if (run->session_id[0])
        (void)printf("  session %s of %s, %s, screen %lldx%lld at %lld %%, %s\n", run->session_id, run->session_user,
                     run->session_reused ? "reused" : "new", (long long)run->screen_width, (long long)run->screen_height,
                     (long long)run->screen_scale, run->session_end);
    for (size_t i = 0; i < run->finding_count; i++)
        (void)printf("  found: %s [%s]\n", catalogue_say(run->findings[i].message), run->findings[i].code);
    for (size_t i = 0; i < run->phase_count; i++)
        (void)printf("  %-12s %8lld ms  %s\n", run->phases[i].name, (long long)run->phases[i].duration_ms, catalogue_say(run->phases[i].detail));
    if (run->has_exit_code)
        (void)printf("  exit code %lld\n", (long long)run->exit_code);
    if (run->output[0])
        (void)printf("  output%s:\n%s\n", run->output_truncated ? " (cut)" : "", run->output);
}

static ns_status print_by_id(command *self, int64_t id, int *exit_code, ns_error *error) {
    ns_run run = {0};
    ns_status status = ns_run_load(self->store, id, &run, error);
    if (status == NS_OK) {
        *exit_code = ns_run_state_is_final(run.state) && run.state != NS_RUN_SUCCEEDED ? EXIT_BAD_ANSWER : EXIT_DONE;
        if (self->json)
            print_json(describe(&run, true));
        else
            print_run(&run);
    }
    ns_run_clear(&run);
    return status;
}

static void on_phase(void *context, const char *name, const char *detail) {
    (void)context;
    (void)fprintf(stderr, "  %-12s %s\n", name, catalogue_say(detail));
}

static ns_status detach(command *self, int64_t id, ns_error *error) {
    char number[24];
    ns_text program;
    char *folder = ns_system_program_folder();
    ns_status status = NS_OK;
    ns_text_init(&program, 40000);
    (void)snprintf(number, sizeof number, "%lld", (long long)id);
    if (!folder || !ns_text_appendf(&program, "%s/nightshiftctl%s", folder, ns_system_program_suffix())) {
        status = ns_error_set_memory(error);
    } else {
        const char *const words[] = {ns_text_string(&program), "--store", ns_store_path(self->store), "run", "execute", number, NULL};
        const ns_child_options options = {.arguments = words, .inherited = -1, .detached = true};
        ns_child *none = NULL;
        status = ns_child_start(&options, &none, error);
    }
    ns_text_clear(&program);
    free(folder);
    return status;
}

ns_status run_carry_out(command *self, int64_t id, int *exit_code, ns_error *error) {
    const ns_run_observer observer = {.phase = ns_entry_is_terminal() && !self->json ? on_phase : NULL};
    ns_status status = ns_run_execute(ns_store_path(self->store), id, ns_entry_cancel_event(), &observer, error);
    return status == NS_OK ? print_by_id(self, id, exit_code, error) : status;
}

static ns_status begin(command *self, int64_t id, int *exit_code, ns_error *error) {
    ns_status status = NS_OK;
    if (option_given(self, "wait"))
        return run_carry_out(self, id, exit_code, error);
    status = detach(self, id, error);
    if (status == NS_OK && self->json) {
        cJSON *document = cJSON_CreateObject();
        (void)ns_json_add_integer(document, "id", id);
        print_json(document);
    } else if (status == NS_OK) {
        (void)printf("Started run %lld.\n", (long long)id);
    }
    return status;
}

static ns_status start(command *self, int *exit_code, ns_error *error) {
    ns_machine machine = {0};
    ns_flow flow = {0};
    ns_connection connection = {0};
    int64_t id = 0;
    ns_status status = NS_OK;
    if (!option_given(self, "flow") || !option_given(self, "connection"))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Add --flow F --connection C.", "A run needs a flow and a connection.");
    status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    if (status == NS_OK)
        status = ns_flow_load(self->store, option_value(self, "flow", ""), &flow, error);
    if (status == NS_OK)
        status = ns_connection_load(self->store, option_value(self, "connection", ""), &connection, error);
    if (status == NS_OK)
        status = ns_run_request(self->store, machine.id, flow.id, connection.id, &id, error);
    if (status == NS_OK)
        status = begin(self, id, exit_code, error);
    ns_machine_clear(&machine);
    ns_flow_clear(&flow);
    ns_connection_clear(&connection);
    return status;
}

static ns_status take_id(command *self, int64_t *id, ns_error *error) {
    long long value = 0;
    if (!ns_parse_integer(self->arguments.words[0], 1, INT64_MAX, &value))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "See the numbers with: nightshiftctl run list",
                            "\"%.40s\" is no run's number.", self->arguments.words[0]);
    *id = value;
    return NS_OK;
}

static ns_status execute(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    const ns_status status = take_id(self, &id, error);
    return status == NS_OK ? run_carry_out(self, id, exit_code, error) : status;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {6, 24, 11, 16, 16, 16};
    static const char *const titles[] = {"ID", "CREATED", "STATE", "MACHINE", "FLOW", "CONNECTION", "CODE"};
    ns_run_list runs;
    cJSON *document = NULL;
    cJSON *array = NULL;
    long long limit = 0;
    ns_status status = option_integer(self, "limit", 1, 1000000, 50, &limit, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_runs_load(self->store, 0, limit, &runs, error);
    if (status != NS_OK)
        return status;
    if (self->json) {
        document = cJSON_CreateObject();
        array = cJSON_AddArrayToObject(document, "runs");
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < runs.count; i++) {
        const ns_run *run = &runs.items[i];
        char at[NS_CLOCK_TEXT_SIZE];
        char id[24];
        if (self->json) {
            (void)cJSON_AddItemToArray(array, describe(run, false));
            continue;
        }
        ns_clock_format(run->created_at, at);
        (void)snprintf(id, sizeof id, "%lld", (long long)run->id);
        const char *const cells[] = {id,
                                     at,
                                     ns_run_state_name(run->state),
                                     run->machine,
                                     run->purpose == NS_PURPOSE_FLOW ? run->flow : ns_purpose_name(run->purpose),
                                     run->connection,
                                     run->code};
        print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document)
        print_json(document);
    ns_run_list_clear(&runs);
    return NS_OK;
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    int ignored = 0; /* to look at a failed run is no failure */
    ns_status status = take_id(self, &id, error);
    (void)exit_code;
    return status == NS_OK ? print_by_id(self, id, &ignored, error) : status;
}

static ns_status cancel(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    ns_status status = take_id(self, &id, error);
    (void)exit_code;
    return status == NS_OK ? ns_run_request_cancel(self->store, id, error) : status;
}

static ns_status screenshot(command *self, int *exit_code, ns_error *error) {
    const char *path = self->arguments.words[1];
    int64_t id = 0;
    uint8_t *png = NULL;
    size_t size = 0;
    ns_status status = take_id(self, &id, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_run_screenshot(self->store, id, &png, &size, error);
    if (status == NS_OK)
        status = ns_file_write(path, png, size, error);
    free(png);
    return status;
}

const verb run_verbs[] = {
    {"run", "start", "MACHINE --flow F --connection C [--wait]",
     "Starts a test unattended run. With --wait it is carried out here and its record printed; Ctrl+C cancels it. Without, its number comes back at "
     "once.",
     "run start pc17 --flow invoices --connection robot --wait --json", "flow= connection= wait", 1, 1, start},
    {"run", "list", "[--limit N]", "Lists the newest runs.", "run list --limit 10", "limit=", 0, 0, list},
    {"run", "show", "ID", "Shows a run's record.", "run show 12 --json", "", 1, 1, show},
    {"run", "cancel", "ID", "Cancels a run; its session is signed out.", "run cancel 12", "", 1, 1, cancel},
    {"run", "screenshot", "ID FILE", "Writes the picture kept of a run as PNG.", "run screenshot 12 desktop.png", "", 2, 2, screenshot},
    {"run", "execute", "ID", "", "", "", 1, 1, execute},
    {0},
};
