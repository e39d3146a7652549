/* How a run is shown: as JSON and as text. */
#include <stdio.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "command.h"
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

static cJSON *describe_values(const ns_named_value *values, size_t count) {
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < count; i++)
        (void)ns_json_add_string(object, values[i].name, values[i].secret ? NULL : values[i].value);
    return object;
}

cJSON *run_describe(const ns_run *run, bool whole) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_integer(object, "id", run->id);
    (void)ns_json_add_string(object, "state", ns_run_state_name(run->state));
    (void)ns_json_add_string(object, "code", run->code[0] ? run->code : NULL);
    (void)ns_phrase_add_member(object, "message", run->message);
    (void)ns_json_add_string(object, "remedy", run->remedy);
    (void)ns_json_add_string(object, "purpose", ns_purpose_name(run->purpose));
    (void)ns_json_add_string(object, "machine", run->machine[0] ? run->machine : NULL);
    (void)ns_json_add_string(object, "group", run->group[0] ? run->group : NULL);
    (void)ns_json_add_string(object, "priority", run->high ? "high" : "normal");
    (void)ns_json_add_string(object, "flow", run->purpose == NS_PURPOSE_FLOW ? run->flow : NULL);
    (void)ns_json_add_string(object, "connection", run->connection);
    (void)ns_json_add_time(object, "createdAt", run->created_at);
    (void)ns_json_add_time(object, "startedAt", run->started_at);
    (void)ns_json_add_time(object, "endedAt", run->ended_at);
    if (run->state == NS_RUN_QUEUED)
        (void)ns_phrase_add_member(object, "waits", run->waits);
    if (run->not_before > 0)
        (void)ns_json_add_time(object, "notBefore", run->not_before);
    (void)ns_json_add_integer(object, "attempt", run->attempt);
    if (run->retry_of)
        (void)ns_json_add_integer(object, "retryOf", run->retry_of);
    if (run->has_exit_code)
        (void)ns_json_add_integer(object, "exitCode", run->exit_code);
    else
        (void)cJSON_AddNullToObject(object, "exitCode");
    (void)cJSON_AddBoolToObject(object, "screenshot", run->has_screenshot);
    if (whole) {
        (void)ns_json_add_string(object, "output", run->output);
        (void)cJSON_AddBoolToObject(object, "outputTruncated", run->output_truncated);
        (void)cJSON_AddBoolToObject(object, "outputRaw", run->has_raw_output);
        (void)cJSON_AddItemToObject(object, "inputs", describe_values(run->inputs, run->input_count));
        (void)cJSON_AddItemToObject(object, "outputs", describe_values(run->outputs, run->output_count));
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

static void print_values(const ns_run *run) {
    for (size_t i = 0; i < run->input_count; i++)
        (void)printf("  input %s = %s\n", run->inputs[i].name, run->inputs[i].secret ? "(secret)" : run->inputs[i].value);
    for (size_t i = 0; i < run->output_count; i++)
        (void)printf("  output %s = %s\n", run->outputs[i].name, run->outputs[i].value);
}

static void print_run(const ns_run *run) {
    char at[NS_CLOCK_TEXT_SIZE];
    ns_clock_format(run->created_at, at);
    (void)printf("run %lld  %s  %s\n  %s on %s%s%s%s as %s, %s\n  %s\n", (long long)run->id, ns_run_state_name(run->state), run->code,
                 run->purpose == NS_PURPOSE_FLOW ? run->flow : ns_purpose_name(run->purpose), run->machine,
                 run->group[0] && run->machine[0] ? ", of " : "", run->group[0] ? "group " : "", run->group, run->connection, at,
                 catalogue_say(run->message[0] ? run->message : run->waits));
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
    print_values(run);
    if (run->has_exit_code)
        (void)printf("  exit code %lld\n", (long long)run->exit_code);
    if (run->output[0])
        (void)printf("  output%s:\n%s\n", run->output_truncated ? " (cut)" : "", run->output);
}

ns_status run_print(command *self, int64_t id, int *exit_code, ns_error *error) {
    ns_run run = {0};
    ns_status status = ns_run_load(self->store, id, &run, error);
    if (status == NS_OK) {
        *exit_code = ns_run_state_is_final(run.state) && run.state != NS_RUN_SUCCEEDED ? EXIT_BAD_ANSWER : EXIT_DONE;
        if (self->json)
            print_json(run_describe(&run, true));
        else
            print_run(&run);
    }
    ns_run_clear(&run);
    return status;
}

ns_status run_print_list(command *self, const ns_hold *holds, size_t count, int *exit_code, ns_error *error) {
    static const int widths[] = {6, 11, 24};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "runs") : NULL;
    ns_status status = NS_OK;
    for (size_t i = 0; i < count && status == NS_OK; i++) {
        ns_run run = {0};
        char id[24];
        status = ns_run_load(self->store, holds[i].run_id, &run, error);
        if (status == NS_OK && run.state != NS_RUN_SUCCEEDED)
            *exit_code = EXIT_BAD_ANSWER;
        (void)snprintf(id, sizeof id, "%lld", (long long)holds[i].run_id);
        if (status == NS_OK && array) {
            (void)cJSON_AddItemToArray(array, run_describe(&run, true));
        } else if (status == NS_OK) {
            const char *const cells[] = {id, ns_run_state_name(run.state), run.machine[0] ? run.machine : run.group, run.code};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
        ns_run_clear(&run);
    }
    if (document && status == NS_OK)
        print_json(document);
    else
        cJSON_Delete(document);
    return status;
}
