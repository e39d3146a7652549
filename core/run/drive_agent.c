/* The half of driving a run that talks with the agent in the session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "run/drive.h"
#include "run/phases.h"
#include "store/runs.h"

static bool same_name(const char *a, const char *b) {
    char *left = ns_system_fold_case(a);
    char *right = ns_system_fold_case(b);
    bool same = left && right && strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

/* A connection may name a user principal (user@domain), which need not resemble the account's own name: then only a
 * session that tells another principal is a stranger's. */
static bool same_user(const char *connection_user, const ns_agent_hello *hello) {
    if (same_name(connection_user, hello->user))
        return true;
    return strchr(connection_user, '@') && (!hello->principal[0] || same_name(connection_user, hello->principal));
}

static int64_t time_limit_s(const ns_drive *drive) {
    return drive->flow.timeout_s ? drive->flow.timeout_s : ns_target_integer(&drive->target, NS_SETTING_RUN_TIMEOUT);
}

static cJSON *flow_order(const ns_drive *drive) {
    cJSON *order = ns_agent_message("run", drive->nonce);
    bool whole = order && ns_json_add_string(order, "program", drive->flow.program) &&
                 ns_json_add_string(order, "arguments", drive->flow.arguments) && ns_json_add_string(order, "directory", drive->flow.directory) &&
                 ns_json_add_integer(order, "timeoutMs", time_limit_s(drive) * 1000) && cJSON_AddObjectToObject(order, "environment") != NULL;
    if (!whole) {
        cJSON_Delete(order);
        return NULL;
    }
    return order;
}

static void start_flow(ns_drive *drive) {
    ns_drive_phase(drive, "flow", drive->flow.program);
    drive->stage = NS_STAGE_FLOW;
    drive->deadline = ns_clock_monotonic_ms() + (uint64_t)time_limit_s(drive) * 1000 + NS_FLOW_GRACE_MS;
    drive->deadline_code = "DesktopFlowsActionTimeout";
    (void)ns_runner_send(drive->runner, flow_order(drive));
}

static void keep_session(ns_drive *drive, const ns_agent_hello *hello) {
    ns_run *run = &drive->run;
    char detail[400];
    ns_error error;
    long long width = ns_target_integer(&drive->target, NS_SETTING_SCREEN_WIDTH);
    long long height = ns_target_integer(&drive->target, NS_SETTING_SCREEN_HEIGHT);
    free(run->session_id);
    free(run->session_user);
    run->session_id = ns_string_copy(hello->session_id);
    run->session_user = ns_string_copy(hello->user);
    run->session_started_at = hello->session_started_at;
    run->screen_width = hello->width;
    run->screen_height = hello->height;
    run->screen_scale = hello->scale;
    (void)snprintf(detail, sizeof detail, "agent %.40s, session %.40s of %.60s on %.60s, screen %lldx%lld at %lld %%", hello->version,
                   hello->session_id, hello->user, hello->os, (long long)hello->width, (long long)hello->height, (long long)hello->scale);
    if (hello->width != width || hello->height != height) {
        size_t used = strlen(detail);
        (void)snprintf(detail + used, sizeof detail - used, " (asked for %lldx%lld)", width, height);
    }
    (void)!ns_run_set_phase_detail(drive->store, run->id, detail, &error);
    if (ns_run_set_session(drive->store, run, &error) != NS_OK)
        ns_drive_settle(drive, "StoreFailed", error.message);
}

static void on_hello(ns_drive *drive, const cJSON *message) {
    ns_agent_hello hello;
    ns_error error;
    char detail[400];
    bool first = !drive->hello_seen;
    if (ns_agent_hello_read(message, &hello, &error) != NS_OK) {
        ns_drive_settle(drive, "AgentProtocolError", error.message);
        return;
    }
    drive->hello_seen = true;
    if (drive->stage >= NS_STAGE_SIGN_OUT) {
        /* Once: an agent that says hello again and again must not put the end off. */
        if (drive->stage == NS_STAGE_SIGN_OUT && !drive->signout_sent && same_user(drive->connection.user, &hello))
            ns_drive_send_signout(drive);
        return;
    }
    if (!first) {
        /* The channel came back. An agent that does not know our run is another one: ours is gone. */
        if (drive->stage == NS_STAGE_FLOW && strcmp(hello.nonce, drive->nonce) != 0)
            ns_drive_settle(drive, "AgentLost", "Another agent answered in its place.");
        return;
    }
    if (!same_user(drive->connection.user, &hello)) {
        (void)snprintf(detail, sizeof detail, "It is %.100s, not %.100s.", hello.user, drive->connection.user);
        ns_drive_settle(drive, "WindowsIdentityIncorrect", detail);
        ns_drive_stop(drive); /* that session is not ours to sign out */
        return;
    }
    keep_session(drive, &hello);
    if (!drive->settled)
        start_flow(drive);
}

static void on_output(ns_drive *drive, const cJSON *message) {
    const char *data = ns_json_string(message, "data", "");
    if (drive->output.size + strlen(data) > NS_AGENT_OUTPUT_MAXIMUM * 2) {
        drive->run.output_truncated = true;
        return;
    }
    (void)ns_text_append_string(&drive->output, data);
    if (drive->observer && drive->observer->output)
        drive->observer->output(drive->observer->context, data);
}

static void on_exited(ns_drive *drive, const cJSON *message) {
    int64_t code = ns_json_integer(message, "code", -1);
    const char *codes = drive->flow.success_codes;
    char detail[128];
    drive->run.has_exit_code = true;
    drive->run.exit_code = code;
    drive->run.output_truncated = drive->run.output_truncated || ns_json_bool(message, "truncated", false);
    (void)snprintf(detail, sizeof detail, "exit code %lld after %lld ms", (long long)code, (long long)ns_json_integer(message, "durationMs", 0));
    (void)!ns_run_set_phase_detail(drive->store, drive->run.id, detail, &(ns_error){0});
    if (ns_json_bool(message, "timedOut", false)) {
        drive->run.has_exit_code = false;
        ns_drive_settle(drive, "DesktopFlowsActionTimeout", NULL);
    } else if (ns_success_codes_have(codes, code)) {
        ns_drive_settle(drive, "Succeeded", NULL);
    } else {
        (void)snprintf(detail, sizeof detail, "Exit code %lld; success is %.60s.", (long long)code, codes);
        ns_drive_settle(drive, "FlowFailed", detail);
    }
}

void ns_drive_on_agent(ns_drive *drive, const cJSON *message) {
    const char *type = ns_json_string(message, "type", "");
    bool ours = strcmp(ns_json_string(message, "nonce", ""), drive->nonce) == 0;
    drive->last_heard = ns_clock_monotonic_ms();
    if (strcmp(type, "hello") == 0)
        on_hello(drive, message);
    else if (!ours || !drive->hello_seen)
        return; /* an answer to somebody else, or out of turn */
    else if (drive->stage != NS_STAGE_FLOW)
        return;
    else if (strcmp(type, "output") == 0)
        on_output(drive, message);
    else if (strcmp(type, "exited") == 0)
        on_exited(drive, message);
    else if (strcmp(type, "failed") == 0)
        ns_drive_settle(drive, ns_json_string(message, "code", "FlowNotStarted"), ns_json_string(message, "message", ""));
}

void ns_drive_send_signout(ns_drive *drive) {
    drive->signout_sent = true;
    drive->deadline = ns_clock_monotonic_ms() + NS_SIGN_OUT_TIMEOUT_MS;
    if (!ns_runner_send(drive->runner, ns_agent_message("signout", drive->nonce)))
        ns_drive_stop(drive);
}

static void keep_picture(ns_drive *drive) {
    const char *policy = ns_target_value(&drive->target, NS_SETTING_SCREENSHOT_POLICY);
    bool failed = drive->result->state != NS_RUN_SUCCEEDED;
    uint8_t *png = NULL;
    size_t size = 0;
    ns_error error;
    char detail[64];
    if (strcmp(policy, "never") == 0 || (strcmp(policy, "failure") == 0 && !failed))
        return;
    if (ns_frame_png(ns_runner_frame(drive->runner), &png, &size, &error) != NS_OK)
        return; /* nothing was drawn yet */
    (void)snprintf(detail, sizeof detail, "%zu bytes", size);
    ns_drive_phase(drive, "screenshot", detail);
    (void)!ns_run_set_screenshot(drive->store, drive->run.id, png, size, &error);
    free(png);
}

void ns_drive_leave(ns_drive *drive) {
    if (drive->stage >= NS_STAGE_SIGN_OUT)
        return;
    keep_picture(drive);
    if (drive->ended)
        return;
    drive->stage = NS_STAGE_SIGN_OUT;
    if (drive->channel_open) {
        ns_drive_phase(drive, "sign-out", "");
        ns_drive_send_signout(drive);
    } else if (drive->session_may_exist && (drive->result->state == NS_RUN_CANCELLED || strcmp(drive->result->code, "StoreFailed") == 0)) {
        /* A session is coming up. Whoever signs in also signs out: wait a little for its agent. */
        ns_drive_phase(drive, "sign-out", "waiting for the agent");
        drive->deadline = ns_clock_monotonic_ms() + NS_LATE_AGENT_TIMEOUT_MS;
    } else {
        ns_drive_stop(drive);
    }
}

void ns_drive_stop(ns_drive *drive) {
    drive->stage = NS_STAGE_STOPPING;
    drive->deadline = ns_clock_monotonic_ms() + NS_RUNNER_STOP_TIMEOUT_MS;
    ns_runner_stop(drive->runner);
}
