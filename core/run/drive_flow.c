/* The beginning of a flow in the session that was found, and what the settings ask for against what the session has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "flow/try.h"
#include "run/drive.h"
#include "run/phases.h"
#include "store/flows.h"
#include "store/run_files.h"

bool ns_drive_has_size(const ns_drive *drive) {
    return drive->run.screen_width == ns_target_integer(&drive->target, NS_SETTING_SCREEN_WIDTH) &&
           drive->run.screen_height == ns_target_integer(&drive->target, NS_SETTING_SCREEN_HEIGHT);
}

static void compare_screen(ns_drive *drive) {
    const ns_run *run = &drive->run;
    const long long width = ns_target_integer(&drive->target, NS_SETTING_SCREEN_WIDTH);
    const long long height = ns_target_integer(&drive->target, NS_SETTING_SCREEN_HEIGHT);
    const long long scale = ns_target_integer(&drive->target, NS_SETTING_SCREEN_SCALE);
    const long long depth = ns_target_integer(&drive->target, NS_SETTING_SCREEN_DEPTH);
    char detail[120];
    if (!ns_drive_has_size(drive)) {
        ns_phrase_write(detail, sizeof detail, "It is %lldx%lld, asked for %lldx%lld.", (long long)run->screen_width, (long long)run->screen_height,
                        width, height);
        ns_drive_find(drive, "ScreenSizeDiffers", detail);
    }
    if (run->screen_scale && run->screen_scale != scale) {
        ns_phrase_write(detail, sizeof detail, "It is %lld %%, asked for %lld %%.", (long long)run->screen_scale, scale);
        ns_drive_find(drive, "ScreenScaleDiffers", detail);
    }
    /* 32 bits are 24 of colour. */
    if (drive->depth && drive->depth != depth && !(drive->depth >= 24 && depth >= 24)) {
        ns_phrase_write(detail, sizeof detail, "It is %lld bit, asked for %lld bit.", (long long)drive->depth, depth);
        ns_drive_find(drive, "ScreenDepthDiffers", detail);
    }
}

/* A picture that is like the one before says nothing. */
static void add_to_film(ns_drive *drive) {
    uint8_t *png = NULL;
    size_t size = 0;
    ns_status status = NS_OK;
    const ns_frame_view view = ns_frame_look(ns_runner_frame(drive->runner));
    if (drive->film_count == NS_FILM_MAXIMUM || drive->film_bytes >= NS_FILM_BYTES_MAXIMUM ||
        (drive->film_count && view.sequence == drive->film_sequence) ||
        ns_frame_png(ns_runner_frame(drive->runner), &png, &size, &(ns_error){0}) != NS_OK)
        return;
    drive->film_sequence = view.sequence;
    drive->film_count++;
    drive->film_bytes += size;
    NS_UNTIL_WRITTEN(drive, status, ns_film_add(drive->store, &drive->hold, ns_clock_utc_ms(), png, size, &(ns_error){0}));
    free(png);
}

void ns_drive_accompany(ns_drive *drive, uint64_t now) {
    if (!drive->started[0] || drive->settled)
        return;
    if (drive->flow.picture_every_s && now >= drive->next_film) {
        drive->next_film = now + (uint64_t)drive->flow.picture_every_s * 1000;
        add_to_film(drive);
    }
    if (drive->flow.keep_awake_s && now >= drive->next_awake) {
        drive->next_awake = now + (uint64_t)drive->flow.keep_awake_s * 1000;
        ns_runner_keep_awake(drive->runner);
    }
}

int64_t ns_drive_time_limit_s(const ns_drive *drive) {
    return drive->flow.timeout_s ? drive->flow.timeout_s : ns_target_integer(&drive->target, NS_SETTING_RUN_TIMEOUT);
}

static bool add_texts(const ns_drive *drive, cJSON *order) {
    const ns_flow *flow = &drive->flow;
    return ns_json_add_string(order, "kind", flow->kind) && ns_json_add_string(order, "program", flow->program) &&
           ns_json_add_string(order, "arguments", flow->arguments) && ns_json_add_string(order, "directory", flow->directory) &&
           ns_json_add_string(order, "scope", flow->scope) && ns_json_add_string(order, "artifacts", flow->artifacts);
}

/* What the flow leaves open stays open in a session that is kept for the next run: that is what it is kept for. */
static cJSON *flow_order(const ns_drive *drive) {
    cJSON *order = ns_agent_message("run", drive->nonce);
    const bool whole = order && add_texts(drive, order) && ns_json_add_integer(order, "timeoutMs", ns_drive_time_limit_s(drive) * 1000) &&
                       ns_json_add_integer(order, "readyMs", ns_target_integer(&drive->target, NS_SETTING_DESKTOP_TIMEOUT) * 1000) &&
                       cJSON_AddBoolToObject(order, "keepChildren", drive->reuse) &&
                       cJSON_AddBoolToObject(order, "endOutside", strcmp(drive->flow.end_outside, "on") == 0) &&
                       cJSON_AddBoolToObject(order, "ownConsole", strcmp(drive->flow.console, "own") == 0) &&
                       cJSON_AddBoolToObject(order, "makeFolder", strcmp(drive->flow.make_folder, "on") == 0) &&
                       ns_flow_inputs_write(&drive->inputs, order);
    if (!whole) {
        cJSON_Delete(order);
        return NULL;
    }
    return order;
}

/* A session check: what the machine tells the run's user from inside. An agent that does not know the question leaves the time to
 * run out, and the check stands without. */
static void ask_for_facts(ns_drive *drive) {
    cJSON *question = ns_agent_message("facts", drive->nonce);
    ns_flow_list flows = {0};
    ns_status status = NS_OK;
    ns_drive_phase(drive, "facts", "");
    drive->stage = NS_STAGE_AGENT;
    drive->deadline = ns_clock_monotonic_ms() + NS_FACTS_TIMEOUT_MS;
    drive->deadline_code = "SessionChecked";
    NS_UNTIL_WRITTEN(drive, status, ns_flows_load(drive->store, &flows, &(ns_error){0}));
    if (status == NS_OK)
        (void)ns_flow_ask(question, flows.items, flows.count);
    ns_flow_list_clear(&flows);
    (void)ns_runner_send(drive->runner, question, drive->greeted);
}

void ns_drive_start_flow(ns_drive *drive) {
    compare_screen(drive);
    if (drive->run.purpose == NS_PURPOSE_SESSION) {
        ask_for_facts(drive);
        return;
    }
    ns_drive_phase(drive, "flow", drive->flow.program);
    drive->stage = NS_STAGE_FLOW;
    drive->flow_begun = true;
    drive->last_heard = ns_clock_monotonic_ms();
    drive->flow_asked_at = drive->last_heard;
    drive->deadline = ns_clock_monotonic_ms() + (uint64_t)ns_drive_time_limit_s(drive) * 1000 + NS_FLOW_GRACE_MS;
    drive->deadline_code = "DesktopFlowsActionTimeout";
    ns_flow_output_init(&drive->flow_output, NS_AGENT_OUTPUT_MAXIMUM, drive->flow.encoding, (unsigned)drive->oem, (unsigned)drive->ansi);
    drive->outputs_begun = true;
    ns_flow_inputs_take_types(&drive->inputs, drive->flow.inputs);
    (void)ns_runner_send(drive->runner, flow_order(drive), drive->greeted);
    ns_flow_inputs_clear(&drive->inputs); /* the agent has them */
}
