/* What the agent says while a run is driven, and in which stage it is listened to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/phrase.h"
#include "flow/kind.h"
#include "flow/ready.h"
#include "flow/start_error.h"
#include "run/drive.h"
#include "run/phases.h"
#include "store/runs.h"

static void on_facts(ns_drive *drive, const cJSON *message) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (drive->run.purpose != NS_PURPOSE_SESSION)
        return;
    (void)ns_text_append_string(&drive->output, ns_json_string(message, "data", ""));
    if (!ns_json_bool(message, "last", false))
        return;
    if (!drive->output.failed && ns_base64_decode(ns_text_string(&drive->output), &bytes, &size)) {
        ns_text_clear(&drive->output);
        (void)ns_utf8_append_lossy(&drive->output, bytes, size);
    } else {
        ns_text_clear(&drive->output);
    }
    free(bytes);
    ns_drive_settle(drive, "SessionChecked", NULL);
    ns_drive_leave(drive);
}

static void show_output(ns_drive *drive, const void *bytes, size_t size, bool last) {
    const char *added = ns_flow_output_add(&drive->flow_output, bytes, size, last);
    if (added[0] && drive->observer && drive->observer->output)
        drive->observer->output(drive->observer->context, added);
}

static void on_output(ns_drive *drive, const cJSON *message) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!ns_base64_decode(ns_json_string(message, "bytes", ""), &bytes, &size))
        return;
    if (drive->flow_output.bytes.size + size > NS_AGENT_OUTPUT_MAXIMUM)
        drive->run.output_truncated = true;
    else
        show_output(drive, bytes, size, false);
    free(bytes);
}

static uint64_t time_limit_ms(const ns_drive *drive) {
    return (uint64_t)ns_drive_time_limit_s(drive) * 1000 + NS_FLOW_GRACE_MS;
}

/* Before the flow begins, what it waits for; later, something to know: what it clicks and types goes nowhere meanwhile. */
static void on_desktop(ns_drive *drive, const cJSON *message) {
    const ns_readiness now = ns_readiness_parse(ns_json_string(message, "state", ""));
    char at[NS_CLOCK_TEXT_SIZE];
    char detail[300];
    if (!drive->started[0]) {
        ns_phrase_write(detail, sizeof detail, "waiting: %s", ns_readiness_words(now));
        ns_drive_detail(drive, detail);
        drive->deadline =
            drive->flow_asked_at + (uint64_t)ns_target_integer(&drive->target, NS_SETTING_DESKTOP_TIMEOUT) * 1000 + time_limit_ms(drive);
    } else if (now != NS_DESKTOP_READY) {
        ns_clock_format(ns_clock_utc_ms(), at);
        ns_phrase_write(detail, sizeof detail, "At %s: %s", at, ns_readiness_words(now));
        ns_drive_find(drive, "DesktopLost", detail);
    }
}

static void on_held_up(ns_drive *drive, const cJSON *message) {
    char detail[300];
    ns_phrase_write(detail, sizeof detail, "%.250s", ns_json_string(message, "names", ""));
    ns_drive_find(drive, "SignOutHeldUp", detail);
}

static void on_started(ns_drive *drive, const cJSON *message) {
    if (drive->started[0])
        return; /* the time limit begins once */
    drive->deadline = ns_clock_monotonic_ms() + time_limit_ms(drive);
    (void)snprintf(drive->started, sizeof drive->started, "%.399s", ns_json_string(message, "line", ""));
    ns_utf8_trim(drive->started);
    ns_drive_detail(drive, drive->started);
}

/* What it was read as, where that is not plain. */
static void end_output(ns_drive *drive) {
    char read_as[120];
    char detail[200];
    show_output(drive, "", 0, true);
    ns_decoder_tell(&drive->flow_output.decoder, read_as, sizeof read_as);
    if (!read_as[0] || strcmp(read_as, "UTF-8") == 0)
        return;
    ns_phrase_write(detail, sizeof detail, "It was read as %s.", read_as);
    ns_drive_find(drive, "OutputEncoding", detail);
}

static void note_left_processes(ns_drive *drive, const cJSON *message) {
    int64_t left = ns_json_integer(message, "left", 0);
    const int64_t outside = ns_json_integer(message, "outside", 0);
    char detail[400];
    if (outside > 0) {
        const char *names = ns_json_string(message, "outsideNames", "");
        if (ns_json_bool(message, "outsideEnded", false))
            ns_phrase_write(detail, sizeof detail, "%lld: %.300s. They were ended, as the flow asks.", (long long)outside, names);
        else
            ns_phrase_write(detail, sizeof detail, "%lld: %.300s.", (long long)outside, names);
        ns_drive_find(drive, "FlowLeftOutside", detail);
    }
    if (left <= 0)
        return;
    ns_phrase_write(detail, sizeof detail, "%lld (%.100s): %s.", (long long)left, ns_json_string(message, "leftNames", ""),
                    ns_json_bool(message, "kept", false) ? "they stay in the kept session" : "they were ended with it");
    ns_drive_find(drive, "FlowLeftProcesses", detail);
}

/* By the kind of flow; a code that no program gives by itself says more. */
static void settle_ended(ns_drive *drive, int64_t code) {
    char why[300];
    char detail[640];
    const char *outcome = ns_flow_judge(drive->flow.kind, code, ns_text_string(&drive->flow_output.text), drive->flow.success_codes, why, sizeof why);
    const char *meaning = drive->oem ? ns_exit_meaning(code) : NULL;
    if (strcmp(outcome, "Succeeded") == 0) {
        ns_drive_settle(drive, outcome, NULL);
        return;
    }
    if (!why[0])
        ns_phrase_write(detail, sizeof detail, "Exit code %lld; success is %.60s.", (long long)code, drive->flow.success_codes);
    else
        ns_phrase_write(detail, sizeof detail, "%s", why);
    if (meaning)
        ns_phrase_write(why, sizeof why, "%s %s", detail, meaning);
    ns_drive_settle(drive, outcome, meaning ? why : detail);
}

/* What the records of another program say of the run that it was handed. */
static void settle_by_record(ns_drive *drive, const cJSON *record) {
    static const struct {
        const char *state;
        const char *code;
    } rows[] = {{"succeeded", "Succeeded"}, {"failed", "FlowFailed"}, {"not-started", "FlowNotStarted"}};
    const char *state = ns_json_string(record, "state", "");
    const char *code = "OutcomeUnknown";
    char *detail = ns_phrase_of_member(record, "message");
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        if (strcmp(rows[i].state, state) == 0)
            code = rows[i].code;
    ns_drive_settle(drive, code, detail);
    free(detail);
}

static void on_exited(ns_drive *drive, const cJSON *message) {
    const cJSON *record = cJSON_GetObjectItemCaseSensitive(message, "record");
    int64_t code = ns_json_integer(message, "code", -1);
    char detail[640];
    end_output(drive);
    drive->run.has_exit_code = true;
    drive->run.exit_code = code;
    drive->run.output_truncated = drive->run.output_truncated || ns_json_bool(message, "truncated", false);
    ns_phrase_write(detail, sizeof detail, "exit code %lld after %lld ms: %s", (long long)code, (long long)ns_json_integer(message, "durationMs", 0),
                    drive->started);
    ns_drive_detail(drive, detail);
    note_left_processes(drive, message);
    if (ns_json_bool(message, "timedOut", false)) {
        drive->run.has_exit_code = false;
        ns_drive_settle(drive, "DesktopFlowsActionTimeout", NULL);
    } else if (drive->restarting && !ns_success_codes_have(drive->flow.success_codes, code)) { /* which ends everybody's programs */
        ns_drive_settle(drive, "MachineRestarted", detail);
    } else if (drive->ending_told && !ns_success_codes_have(drive->flow.success_codes, code)) { /* which ends this session's */
        ns_drive_settle(drive, "SessionHasLoggedOff", detail);
    } else if (record) {
        settle_by_record(drive, record);
    } else {
        settle_ended(drive, code);
    }
}

static void on_failed(ns_drive *drive, const cJSON *message) {
    char *why = ns_phrase_of_member(message, "message");
    drive->remedy = ns_start_remedy(ns_json_integer(message, "windowsError", 0));
    ns_drive_settle(drive, ns_agent_failed_code(message), why);
    free(why);
}

/* The session is about to end, and not by our order; or somebody held that up. */
static void on_ending(ns_drive *drive, const cJSON *message) {
    const char *reason = ns_json_string(message, "reason", "");
    drive->ending_told = strcmp(reason, "none") != 0;
    drive->restarting = strcmp(reason, "restart") == 0;
}

static void on_other_user(ns_drive *drive, const cJSON *message) {
    char detail[128];
    ns_phrase_write(detail, sizeof detail, "It is %.80s.", ns_json_string(message, "user", "?"));
    ns_drive_find(drive, "OtherUserSignedIn", detail);
}

static void on_locked(ns_drive *drive, const cJSON *message) {
    drive->locked = ns_json_bool(message, "locked", false);
    if (!drive->locked) {
        char *why = ns_phrase_of_member(message, "message");
        ns_drive_detail(drive, why ? why : "");
        free(why);
    }
    ns_drive_stop(drive);
}

typedef struct handler {
    const char *type;
    ns_stage from; /* the stages in which it is listened to */
    ns_stage to;
    void (*handle)(ns_drive *drive, const cJSON *message);
} handler;

static const handler handlers[] = {
    {"started", NS_STAGE_FLOW, NS_STAGE_FLOW, on_started},
    {"output", NS_STAGE_FLOW, NS_STAGE_FLOW, on_output},
    {"exited", NS_STAGE_FLOW, NS_STAGE_FLOW, on_exited},
    {"failed", NS_STAGE_FLOW, NS_STAGE_FLOW, on_failed},
    {"screen", NS_STAGE_SCREEN, NS_STAGE_FLOW, ns_drive_on_screen},
    {"facts", NS_STAGE_AGENT, NS_STAGE_AGENT, on_facts},
    {"ending", NS_STAGE_AGENT, NS_STAGE_FLOW, on_ending},
    {"other-user", NS_STAGE_AGENT, NS_STAGE_FLOW, on_other_user},
    {"screenshot", NS_STAGE_PICTURE, NS_STAGE_PICTURE, ns_drive_on_screenshot},
    {"artifacts", NS_STAGE_ARTIFACTS, NS_STAGE_ARTIFACTS, ns_drive_on_artifacts},
    {"artifact", NS_STAGE_ARTIFACTS, NS_STAGE_ARTIFACTS, ns_drive_on_artifact},
    {"desktop", NS_STAGE_FLOW, NS_STAGE_FLOW, on_desktop},
    {"held-up", NS_STAGE_SIGN_OUT, NS_STAGE_SIGN_OUT, on_held_up},
    {"locked", NS_STAGE_SIGN_OUT, NS_STAGE_SIGN_OUT, on_locked},
};

/* Output is bounded by its own limit and held up by the pipe; of everything else a run has little, and each may be written to the store. */
static bool says_too_much(ns_drive *drive, const char *type) {
    static const char *const many[] = {"output", "facts", "screenshot", "artifacts", "artifact", "pong"};
    for (size_t i = 0; i < NS_COUNT_OF(many); i++)
        if (strcmp(type, many[i]) == 0)
            return false;
    return ++drive->agent_said > NS_AGENT_SAYS_MAXIMUM;
}

void ns_drive_on_agent(ns_drive *drive, const cJSON *message) {
    const char *type = ns_json_string(message, "type", "");
    bool ours = strcmp(ns_json_string(message, "nonce", ""), drive->nonce) == 0;
    drive->last_heard = ns_clock_monotonic_ms();
    if (says_too_much(drive, type)) {
        ns_drive_settle(drive, "AgentProtocolError", "It said far more than an agent has to say.");
        return;
    }
    if (strcmp(type, "hello") == 0) {
        ns_drive_on_hello(drive, message);
        return;
    }
    if (!ours || !drive->hello_seen)
        return; /* an answer to somebody else, or out of turn */
    for (size_t i = 0; i < NS_COUNT_OF(handlers); i++)
        if (strcmp(type, handlers[i].type) == 0 && drive->stage >= handlers[i].from && drive->stage <= handlers[i].to)
            handlers[i].handle(drive, message);
}
