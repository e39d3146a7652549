/* From the settled outcome to the end: the picture, and signing the session out or locking it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/phrase.h"
#include "facts/sessions.h"
#include "run/drive.h"
#include "run/phases.h"
#include "store/runs.h"
#include "store/sessions.h"

enum { OUTSIDE_TIMEOUT_MS = 8000 };

static const uint8_t png_magic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

static bool picture_is_wanted(const ns_drive *drive) {
    const char *policy = ns_target_value(&drive->target, NS_SETTING_SCREENSHOT_POLICY);
    return strcmp(policy, "always") == 0 || (strcmp(policy, "failure") == 0 && drive->result->state != NS_RUN_SUCCEEDED);
}

static void write_picture(ns_drive *drive, const uint8_t *png, size_t size) {
    char detail[64];
    ns_status status = NS_OK;
    ns_phrase_write(detail, sizeof detail, "%zu bytes", size);
    ns_drive_phase(drive, "screenshot", detail);
    NS_UNTIL_WRITTEN(drive, status, ns_run_set_screenshot(drive->store, &drive->hold, png, size, &(ns_error){0}));
}

static void keep_own_picture(ns_drive *drive) {
    uint8_t *png = NULL;
    size_t size = 0;
    ns_error error;
    if (ns_frame_png(ns_runner_frame(drive->runner), &png, &size, &error) != NS_OK)
        return; /* nothing was drawn yet */
    write_picture(drive, png, size);
    free(png);
}

/* A desktop is never all black; a connection that brings no picture any more is. */
static bool own_picture_is_poor(const ns_drive *drive) {
    const ns_frame_view view = ns_frame_look(ns_runner_frame(drive->runner));
    const size_t count = (size_t)view.width * view.height;
    if (count == 0 || ns_clock_monotonic_ms() - drive->frame_changed_at >= NS_PICTURE_STALE_MS)
        return true;
    for (size_t i = 0; i < count; i++)
        if (view.pixels[i * 4] || view.pixels[i * 4 + 1] || view.pixels[i * 4 + 2])
            return false;
    return true;
}

static bool keep_agents_picture(ns_drive *drive) {
    uint8_t *png = NULL;
    size_t size = 0;
    bool kept = !drive->picture.failed && ns_base64_decode(ns_text_string(&drive->picture), &png, &size) && size > sizeof png_magic &&
                memcmp(png, png_magic, sizeof png_magic) == 0;
    if (kept) {
        write_picture(drive, png, size);
        ns_drive_find(drive, "ScreenshotByAgent", NULL);
    }
    free(png);
    return kept;
}

static bool locks(const ns_drive *drive) {
    return drive->reuse && drive->flow_begun;
}

void ns_drive_send_leave(ns_drive *drive) {
    const bool lock = locks(drive);
    drive->leave_sent = true;
    drive->signout_sent = !lock;
    drive->deadline = ns_clock_monotonic_ms() + (lock ? NS_LOCK_TIMEOUT_MS : NS_SIGN_OUT_TIMEOUT_MS);
    if (!ns_runner_send(drive->runner, ns_agent_message(lock ? "lock" : "signout", drive->nonce), drive->greeted))
        ns_drive_stop(drive);
}

void ns_drive_leave_session(ns_drive *drive) {
    if (drive->ended) {
        drive->stage = NS_STAGE_STOPPING;
        return;
    }
    drive->stage = NS_STAGE_SIGN_OUT;
    if (drive->hello_seen && !drive->session_ours) {
        /* Somebody's session: it stays as it was, and its agent looks out for the next console. */
        (void)ns_runner_send(drive->runner, ns_agent_message("release", drive->nonce), drive->greeted);
        drive->deadline = ns_clock_monotonic_ms() + NS_RELEASE_MS;
    } else if (drive->channel_open && (drive->hello_seen || drive->session_ours)) {
        ns_drive_phase(drive, locks(drive) ? "lock" : "sign-out", "");
        ns_drive_send_leave(drive);
    } else if (drive->session_may_exist && (drive->result->state == NS_RUN_CANCELLED || strcmp(drive->result->code, "StoreFailed") == 0)) {
        /* A session is coming up. Whoever signs in also signs out: wait a little for its agent. */
        ns_drive_phase(drive, "sign-out", "waiting for the agent");
        drive->deadline = ns_clock_monotonic_ms() + NS_LATE_AGENT_TIMEOUT_MS;
    } else {
        ns_drive_stop(drive);
    }
}

/* What the flow made is fetched first, while its session is there; but nobody who cancels waits for that. */
static void fetch_or_leave(ns_drive *drive) {
    const bool kept = strcmp(drive->result->code, "RunLost") != 0 && strcmp(drive->result->code, "StoreFailed") != 0; /* what comes can be */
    const bool wanted = drive->flow.artifacts && drive->flow.artifacts[0] && drive->started[0] && drive->result->state != NS_RUN_CANCELLED && kept;
    if (!wanted || !drive->channel_open || !drive->session_ours || drive->ended || drive->ending_told) {
        if (wanted)
            ns_drive_find(drive, "ArtifactsMissing", "The session was out of reach by then.");
        ns_drive_leave_session(drive);
        return;
    }
    drive->stage = NS_STAGE_ARTIFACTS;
    ns_drive_phase(drive, "artifacts", "");
    drive->fetch.until = ns_clock_monotonic_ms() + NS_ARTIFACTS_TIMEOUT_MS;
    drive->deadline = ns_clock_monotonic_ms() + NS_ARTIFACT_TIMEOUT_MS;
    if (!ns_runner_send(drive->runner, ns_agent_message("artifacts", drive->nonce), drive->greeted))
        ns_drive_leave_session(drive);
}

void ns_drive_leave(ns_drive *drive) {
    if (drive->leave_begun)
        return;
    drive->leave_begun = true;
    if (picture_is_wanted(drive)) {
        if (drive->channel_open && drive->session_ours && !drive->ended && own_picture_is_poor(drive) &&
            ns_runner_send(drive->runner, ns_agent_message("screenshot", drive->nonce), drive->greeted)) {
            drive->stage = NS_STAGE_PICTURE;
            drive->deadline = ns_clock_monotonic_ms() + NS_PICTURE_TIMEOUT_MS;
            return;
        }
        keep_own_picture(drive);
    }
    fetch_or_leave(drive);
}

void ns_drive_picture_timed_out(ns_drive *drive) {
    keep_own_picture(drive);
    fetch_or_leave(drive);
}

void ns_drive_on_screenshot(ns_drive *drive, const cJSON *message) {
    (void)ns_text_append_string(&drive->picture, ns_json_string(message, "data", ""));
    if (!ns_json_bool(message, "last", false))
        return;
    if (!keep_agents_picture(drive))
        keep_own_picture(drive);
    fetch_or_leave(drive);
}

void ns_drive_stop(ns_drive *drive) {
    drive->stage = NS_STAGE_STOPPING;
    drive->deadline = ns_clock_monotonic_ms() + NS_RUNNER_STOP_TIMEOUT_MS;
    ns_runner_stop(drive->runner);
}

/* Results that the machine gives in place of a session. */
static bool no_session_came(const ns_drive *drive) {
    static const char *const codes[] = {"SessionCreationUserPromptedForCredentialsAfterConnection",
                                        "Win10AlreadyHasActiveSession",
                                        "DisconnectRefused",
                                        "LegalNoticeShown",
                                        "SessionLogonQuestion",
                                        "RdpPermissionNotGranted",
                                        "TooManyActiveSessions",
                                        "SessionCreationError",
                                        "SessionCreationWinLogonFailure",
                                        "WindowsIdentityIncorrect",
                                        "RDPIsNotEnabled",
                                        "FreshCredentialsRequired"};
    if ((!drive->desktop_seen && !drive->accepted) || drive->result->refuses_secret || drive->run.purpose == NS_PURPOSE_SIGN_IN)
        return true;
    for (size_t i = 0; i < NS_COUNT_OF(codes); i++)
        if (strcmp(drive->result->code, codes[i]) == 0)
            return true;
    return false;
}

static void remember(ns_drive *drive, ns_session_state state) {
    const ns_run *run = &drive->run;
    const bool known = run->session_id && run->session_id[0];
    const ns_session session = {.machine_id = drive->target.machine.id,
                                .connection_id = drive->connection.id,
                                .connection = drive->connection.name,
                                .user = drive->connection.user, /* by which it is found again, in whatever form it is written */
                                .address = drive->address,
                                .session_id = (char *)(uintptr_t)(known ? run->session_id : ""),
                                .started_at = run->session_started_at,
                                .width = run->screen_width,
                                .height = run->screen_height,
                                .depth = run->purpose == NS_PURPOSE_SIGN_OUT ? drive->kept.depth
                                                                             : ns_target_integer(&drive->target, NS_SETTING_SCREEN_DEPTH),
                                .state = state,
                                .run_id = run->id,
                                .since = ns_clock_utc_ms()};
    int tries = 0;
    if (!drive->target.machine.id)
        return;
    while (ns_drive_tries_again(drive, ns_session_remember(drive->store, &session, &(ns_error){0}), &tries)) {
    }
    if (state != NS_SESSION_KEPT)
        ns_drive_find(drive, "SessionLeft", known ? NULL : "There may be one: the run broke off while it was being made.");
}

/* The agent was told to and could not, or died: from outside, where this user's rights allow that. A session that somebody
 * else took, or disconnected, is theirs to end. */
static bool sign_out_from_outside(ns_drive *drive) {
    const ns_run *run = &drive->run;
    ns_error error;
    return (drive->signout_sent || strcmp(drive->result->code, "AgentLost") == 0) && run->session_id && run->session_id[0] &&
           ns_facts_sign_out(drive->target.machine.host, run->session_id, drive->connection.user, run->session_started_at, OUTSIDE_TIMEOUT_MS,
                             &error) == NS_OK;
}

/* A session that this run was to leave signed out. */
static const char *close_own_session(ns_drive *drive) {
    const ns_run *run = &drive->run;
    const bool known = run->session_id && run->session_id[0];
    const ns_session gone = {.machine_id = drive->target.machine.id,
                             .user = drive->connection.user,
                             .address = drive->address,
                             .session_id = run->session_id,
                             .since = ns_clock_utc_ms()};
    int tries = 0;
    if (!drive->signed_out && !sign_out_from_outside(drive)) {
        remember(drive, known ? NS_SESSION_LEFT : NS_SESSION_POSSIBLE);
        return "unconfirmed";
    }
    while (known && ns_drive_tries_again(drive, ns_session_forget(drive->store, &gone, &(ns_error){0}), &tries)) {
    }
    while (run->session_record && drive->result->state == NS_RUN_SUCCEEDED &&
           ns_drive_tries_again(drive, ns_session_forget_by_id(drive->store, run->session_record, &(ns_error){0}), &tries)) {
    }
    return "signed-out";
}

static const char *close_session(ns_drive *drive) {
    if (drive->locked) {
        remember(drive, NS_SESSION_KEPT);
        return "locked";
    }
    if (drive->session_ours)
        return close_own_session(drive);
    if (drive->hello_seen || !drive->session_may_exist || no_session_came(drive))
        return "none"; /* somebody else's, or there is none */
    if (drive->signed_out)
        return "signed-out";
    if (drive->run.purpose == NS_PURPOSE_SIGN_OUT)
        return "unconfirmed"; /* what is known of it stays known */
    remember(drive, NS_SESSION_POSSIBLE);
    return "unconfirmed";
}

void ns_drive_close_session(ns_drive *drive) {
    const char *end = close_session(drive);
    free(drive->run.session_end);
    drive->run.session_end = ns_string_copy(end);
    if (drive->run.purpose == NS_PURPOSE_SIGN_OUT && drive->result->state == NS_RUN_SUCCEEDED && strcmp(end, "signed-out") != 0) {
        drive->result = ns_result_code_find("SignOutNotConfirmed");
        drive->detail[0] = 0;
    }
}
