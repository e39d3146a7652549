/* The half of driving a run that asks which session the sign-in led to: whether it is new, the one that was kept, or
 * somebody's, and whether the run may use it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "model/account.h"
#include "model/names.h"
#include "run/drive.h"
#include "run/phases.h"
#include "store/identity.h"
#include "store/machine_known.h"
#include "store/runs.h"
#include "store/sessions.h"

/* A connection may name a user principal (user@domain), which need not resemble the account's own name: then the SID that was known of it, the
 * session's own principal, or, where the session tells none, what the connection says of its account, or its name before the @. */
static bool same_user(const ns_connection *connection, const ns_agent_hello *hello) {
    if (ns_name_is_same(connection->user, hello->user))
        return true;
    if (connection->sid[0] && hello->sid[0])
        return strcmp(connection->sid, hello->sid) == 0;
    if (!strchr(connection->user, '@'))
        return false;
    if (hello->principal[0])
        return ns_name_is_same(connection->user, hello->principal);
    return ns_account_is_named(connection, hello->user);
}

static bool is_that_session(const ns_session *known, const char *session_id, int64_t started_at) {
    int64_t apart = known->started_at - started_at;
    return known->id && strcmp(known->session_id, session_id) == 0 &&
           (!known->started_at || !started_at || (apart < NS_SAME_START_MS && apart > -NS_SAME_START_MS));
}

/* ms, by the session's own account; -1 when it tells none. */
static int64_t age_of(const ns_agent_hello *hello) {
    return hello->session_age >= 0 ? hello->session_age : hello->session_started_at != 0 ? ns_clock_utc_ms() - hello->session_started_at : -1;
}

/* The name led to another address when that session was seen: nothing that is seen here tells whether it is still there. */
static bool is_elsewhere(const ns_drive *drive) {
    return drive->kept.address && drive->kept.address[0] && strcmp(drive->kept.address, drive->address) != 0;
}

/* What is known of this user's session there; a run that is to sign one out has brought that. */
static void look_up_session(ns_drive *drive, const ns_agent_hello *hello) {
    const ns_session like = {.machine_id = drive->target.machine.id,
                             .user = drive->connection.user,
                             .address = drive->address,
                             .session_id = (char *)(uintptr_t)hello->session_id,
                             .started_at = hello->session_started_at};
    ns_status status = NS_OK;
    ns_error error;
    if (drive->run.purpose != NS_PURPOSE_SIGN_OUT)
        NS_UNTIL_WRITTEN(drive, status, ns_session_find(drive->store, &like, &drive->kept, &error));
    if (status != NS_OK)
        ns_drive_fail(drive, &error);
    else if (is_that_session(&drive->kept, hello->session_id, hello->session_started_at) && drive->kept.address[0])
        (void)snprintf(drive->address, sizeof drive->address, "%s", drive->kept.address); /* one machine of two addresses */
}

/* A session that the store knows was there before, and so was one that is older than this run's sign-in, by its own account
 * of its age; its state before is the agent's to say. */
static ns_joined how_joined(const ns_drive *drive, const ns_agent_hello *hello) {
    const int64_t since_start = (int64_t)(ns_clock_monotonic_ms() - drive->opened_at);
    const int64_t age = age_of(hello);
    const bool known = is_that_session(&drive->kept, hello->session_id, hello->session_started_at);
    if (!known && age >= 0 && age <= since_start + NS_SESSION_SLACK_MS)
        return NS_JOINED_NEW;
    if (hello->joined == NS_JOINED_NEW || hello->joined == NS_JOINED_UNKNOWN)
        return known && drive->kept.state == NS_SESSION_KEPT ? NS_JOINED_DISCONNECTED : NS_JOINED_UNKNOWN;
    return hello->joined;
}

static bool write_session(ns_drive *drive) {
    ns_status status = NS_OK;
    ns_error error;
    NS_UNTIL_WRITTEN(drive, status, ns_run_set_session(drive->store, &drive->hold, &drive->run, &error));
    if (status != NS_OK)
        ns_drive_fail(drive, &error);
    return status == NS_OK;
}

static void keep_session(ns_drive *drive, const ns_agent_hello *hello) {
    ns_run *run = &drive->run;
    char detail[400];
    free(run->session_id);
    free(run->session_user);
    free(run->environment);
    run->session_id = ns_string_copy(hello->session_id);
    run->session_user = ns_string_copy(hello->user);
    run->environment = ns_string_copy(hello->environment);
    run->session_started_at = hello->session_started_at;
    run->screen_width = hello->width;
    run->screen_height = hello->height;
    run->screen_scale = hello->scale;
    drive->depth = hello->depth;
    drive->oem = hello->oem;
    drive->ansi = hello->ansi;
    ns_phrase_write(detail, sizeof detail, "agent %.40s, session %.40s of %.60s on %.60s, %s, screen %lldx%lld at %lld %%", hello->version,
                    hello->session_id, hello->user, hello->os, run->session_reused ? "reused" : "new", (long long)hello->width,
                    (long long)hello->height, (long long)hello->scale);
    ns_drive_detail(drive, detail);
    write_session(drive);
}

static void remember_as_left(ns_drive *drive, const ns_agent_hello *hello) {
    const ns_session session = {.machine_id = drive->target.machine.id,
                                .connection_id = drive->connection.id,
                                .connection = drive->connection.name,
                                .user = drive->connection.user,
                                .address = drive->address,
                                .session_id = (char *)(uintptr_t)hello->session_id,
                                .started_at = hello->session_started_at,
                                .width = hello->width,
                                .height = hello->height,
                                .depth = ns_target_integer(&drive->target, NS_SETTING_SCREEN_DEPTH),
                                .state = NS_SESSION_LEFT,
                                .run_id = drive->run.id,
                                .since = ns_clock_utc_ms()};
    (void)!ns_session_remember(drive->store, &session, &(ns_error){0});
}

/* Not this run's session: it stays as it was, and is listed so that somebody can decide about it. */
static void leave_alone(ns_drive *drive, const ns_agent_hello *hello, const char *code, ns_joined joined) {
    char detail[200];
    if (hello->others > 0)
        ns_phrase_write(detail, sizeof detail, "%lld other of its sessions there.", (long long)hello->others);
    else
        ns_phrase_write(detail, sizeof detail, "Session %.40s, %s before this run.", hello->session_id,
                        joined == NS_JOINED_UNKNOWN ? "there already" : ns_joined_name(joined));
    ns_drive_settle(drive, code, detail);
    if (joined == NS_JOINED_NEW) {
        drive->session_ours = true; /* begun by this sign-in, beside another one */
        keep_session(drive, hello);
        ns_drive_leave(drive);
        return;
    }
    if (!is_that_session(&drive->kept, hello->session_id, hello->session_started_at))
        remember_as_left(drive, hello);
    ns_drive_leave(drive);
}

/* Whether it may be the one that a broken-off run left, of which nothing was heard: one that is older than that run, or younger than its end, is
 * somebody else's. */
static bool may_be_left(const ns_drive *drive, const ns_agent_hello *hello) {
    const int64_t age = age_of(hello);
    const int64_t began = ns_clock_utc_ms() - age;
    return age >= 0 && drive->kept_run_at && began >= drive->kept_run_at - NS_SESSION_SLACK_MS && began <= drive->kept.since + NS_SESSION_SLACK_MS;
}

/* A run that is to sign a session out: is it this one? */
static void arrive_to_sign_out(ns_drive *drive, const ns_agent_hello *hello, ns_joined joined) {
    const bool known = drive->kept.session_id && drive->kept.session_id[0];
    char detail[160];
    const bool in_use = joined == NS_JOINED_ACTIVE || joined == NS_JOINED_UNKNOWN || !may_be_left(drive, hello);
    if (joined == NS_JOINED_NEW && is_elsewhere(drive)) {
        ns_phrase_write(detail, sizeof detail, "It was left at %.70s, and the name leads to %.70s.", drive->kept.address, drive->address);
        ns_drive_settle(drive, "SignOutNotConfirmed", detail);
    } else if (joined == NS_JOINED_NEW && hello->others > 0) {
        /* The machine made another one beside it: that goes again, and the one that was meant stays on the list. */
        ns_drive_settle(drive, "SignOutNotConfirmed", "The machine began another session beside it.");
    } else if (joined == NS_JOINED_NEW) {
        ns_drive_find(drive, "SessionAlreadyGone", NULL);
    } else if ((known && !is_that_session(&drive->kept, hello->session_id, hello->session_started_at)) || (!known && in_use)) {
        ns_phrase_write(detail, sizeof detail, "Session %.40s is there, not the one that was left.", hello->session_id);
        ns_drive_settle(drive, "SessionExistsForTheUserWhenUnattended", detail);
        ns_drive_leave(drive);
        return;
    }
    drive->session_ours = true;
    drive->run.session_reused = joined != NS_JOINED_NEW;
    keep_session(drive, hello);
    ns_drive_settle(drive, "SessionSignedOut", NULL);
    ns_drive_leave(drive);
}

/* What the store knew of this user's sessions, against what is there. */
static void settle_accounts(ns_drive *drive, const ns_agent_hello *hello) {
    char detail[120];
    const bool other =
        drive->kept.id && drive->kept.state == NS_SESSION_KEPT && !is_that_session(&drive->kept, hello->session_id, hello->session_started_at);
    if (other && is_elsewhere(drive)) {
        ns_phrase_write(detail, sizeof detail, "It was session %.40s at %.70s.", drive->kept.session_id, drive->kept.address);
        ns_drive_find(drive, "KeptSessionElsewhere", detail);
    } else if (other) {
        ns_phrase_write(detail, sizeof detail, "It was session %.40s.", drive->kept.session_id);
        ns_drive_find(drive, "KeptSessionGone", detail);
        (void)!ns_session_forget_by_id(drive->store, drive->kept.id, &(ns_error){0});
    }
    if (hello->elevated)
        ns_drive_find(drive, "AgentElevated", NULL);
}

static void arrive(ns_drive *drive, const ns_agent_hello *hello) {
    const ns_joined joined = how_joined(drive, hello);
    const ns_arrival arrival = {
        .joined = joined, .reuse = drive->reuse, .single_session = hello->single_session, .others = (size_t)(hello->others > 0 ? hello->others : 0)};
    const char *refusal = NULL;
    if (drive->run.purpose == NS_PURPOSE_SIGN_OUT) {
        arrive_to_sign_out(drive, hello, joined);
        return;
    }
    refusal = ns_arrival_refusal(&arrival);
    if (refusal) {
        leave_alone(drive, hello, refusal, joined);
        return;
    }
    drive->session_ours = true;
    drive->run.session_reused = joined != NS_JOINED_NEW;
    keep_session(drive, hello);
    settle_accounts(drive, hello);
    if (drive->settled)
        return;
    if (drive->run.session_reused && !ns_drive_has_size(drive)) {
        drive->stage = NS_STAGE_SCREEN; /* it may be on its way to the new size */
        drive->deadline = ns_clock_monotonic_ms() + NS_SCREEN_WAIT_MS;
        return;
    }
    ns_drive_start_flow(drive);
}

/* The channel came back while the run goes on. */
static void on_return(ns_drive *drive, const ns_agent_hello *hello) {
    if (drive->stage != NS_STAGE_FLOW || drive->settled)
        return;
    /* An agent that does not know our run is another one: ours is gone. So is a session of another number or start. */
    if (strcmp(hello->nonce, drive->nonce) != 0) {
        ns_drive_settle(drive, "AgentLost", "Another agent answered in its place.");
    } else if (strcmp(hello->session_id, drive->run.session_id) != 0 ||
               hello->session_started_at - drive->run.session_started_at > NS_SAME_START_MS) {
        ns_drive_settle(drive, "SessionNotFound", "Another session answered in its place.");
    } else if (drive->reconnected) {
        char detail[120];
        drive->reconnected = false;
        ns_phrase_write(detail, sizeof detail, "Session %.40s, as before.", hello->session_id);
        ns_drive_find(drive, "SessionReconnected", detail);
    }
}

/* What the agent says of the machine and of the account is true from here on for others too. */
static void note_who(ns_drive *drive, const ns_agent_hello *hello) {
    const ns_computer_seen seen = {drive->target.machine.id, hello->computer, drive->sha256, false};
    ns_status status = NS_OK;
    NS_UNTIL_WRITTEN(drive, status, ns_machines_note_computers(drive->store, &seen, 1, &(ns_error){0}));
    if (hello->sid[0] && !ns_account_is_local(&drive->connection, hello->computer))
        NS_UNTIL_WRITTEN(drive, status, ns_connection_note_sid(drive->store, drive->connection.id, hello->sid, &(ns_error){0}));
}

static void on_greeting(ns_drive *drive, const ns_agent_hello *hello) {
    char detail[400];
    const bool first = !drive->hello_seen;
    drive->hello_seen = true;
    /* Who knows the run's nonce is the one that was given it, on a channel of its own after the connection broke. */
    if (first || strcmp(hello->nonce, drive->nonce) == 0)
        drive->greeted = drive->channel;
    drive->on_xrdp = strncmp(hello->os, "Linux", 5) == 0;
    ns_drive_end_turn(drive, true);
    if (drive->stage == NS_STAGE_ARTIFACTS && strcmp(hello->nonce, drive->nonce) == 0)
        ns_drive_ask_artifacts(drive);
    if (drive->stage >= NS_STAGE_PICTURE) {
        /* Once: an agent that says hello again and again must not put the end off. A late agent of a run that was given up
         * signs out what the run began. */
        if (drive->stage == NS_STAGE_SIGN_OUT && !drive->leave_sent && same_user(&drive->connection, hello) &&
            (drive->session_ours || how_joined(drive, hello) == NS_JOINED_NEW)) {
            drive->session_ours = true;
            drive->greeted = drive->channel;
            keep_session(drive, hello);
            ns_drive_send_leave(drive);
        }
        return;
    }
    if (!first) {
        on_return(drive, hello);
        return;
    }
    if (!same_user(&drive->connection, hello)) {
        ns_phrase_write(detail, sizeof detail, "It is %.100s, not %.100s.", hello->user, drive->connection.user);
        ns_drive_settle(drive, "WindowsIdentityIncorrect", detail);
        ns_drive_stop(drive); /* that session is not ours to sign out */
        return;
    }
    ns_drive_keep_proven(drive, false);
    note_who(drive, hello);
    look_up_session(drive, hello);
    arrive(drive, hello);
}

void ns_drive_on_hello(ns_drive *drive, const cJSON *message) {
    ns_agent_hello hello;
    ns_error error;
    if (ns_agent_hello_read(message, &hello, &error) != NS_OK) {
        ns_drive_settle(drive, "AgentProtocolError", error.message);
        return;
    }
    on_greeting(drive, &hello);
    ns_agent_hello_clear(&hello);
}

void ns_drive_on_screen(ns_drive *drive, const cJSON *message) {
    const bool waiting = drive->stage == NS_STAGE_SCREEN;
    drive->run.screen_width = ns_json_integer(message, "width", 0);
    drive->run.screen_height = ns_json_integer(message, "height", 0);
    drive->run.screen_scale = ns_json_integer(message, "scale", 0);
    drive->depth = ns_json_integer(message, "depth", 0);
    if (write_session(drive) && waiting && ns_drive_has_size(drive))
        ns_drive_start_flow(drive);
}
