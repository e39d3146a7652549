/* One run from the start of its runner to its end: the runner's events, the clock, and the wish to cancel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "probe/authority.h"
#include "probe/resolver.h"
#include "run/credential.h"
#include "run/drive.h"
#include "run/look.h"
#include "run/phases.h"
#include "store/fleet.h"
#include "store/machine_known.h"
#include "store/runs.h"

enum { TICK_MS = 200, BEAT_MS = 400, AGENT_FIRST_MS = 150, PAUSE_MS = 3000, EVENTS_AT_ONCE = 256, RESOLVE_TICK_MS = 5 };

static void set_deadline(ns_drive *drive, const char *phase) {
    const ns_phase_rule *rule = ns_phase_rule_find(phase);
    uint32_t sign_in_ms = (uint32_t)ns_target_integer(&drive->target, NS_SETTING_SIGNIN_TIMEOUT) * 1000;
    if (!rule)
        return;
    drive->deadline = ns_clock_monotonic_ms() + (rule->deadline_ms ? rule->deadline_ms : sign_in_ms);
    drive->deadline_code = rule->code;
    drive->session_may_exist = rule->session_may_exist;
}

static void enter(ns_drive *drive, const char *phase, const char *detail) {
    ns_drive_phase(drive, phase, detail);
    set_deadline(drive, phase);
}

static bool cancel_asked(ns_drive *drive) {
    bool asked = false;
    uint64_t now = ns_clock_monotonic_ms();
    if (drive->cancel && WaitForSingleObject(drive->cancel, 0) == WAIT_OBJECT_0)
        return true;
    if (now >= drive->next_beat) {
        ns_error error;
        drive->next_beat = now + BEAT_MS;
        if (ns_run_renew(drive->store, &drive->hold, &asked, &error) != NS_OK && error.status != NS_STATUS_STORE && error.status != NS_STATUS_AGAIN)
            ns_drive_fail(drive, &error);
    }
    return asked;
}

/* Before the runner is in its cage, which has no resolver. Cancelling and losing the run are heeded meanwhile. */
static void resolve(ns_drive *drive, ns_runner_request *request) {
    const ns_machine *machine = &drive->target.machine;
    ns_resolved found = {0};
    ns_resolver *resolver = NULL;
    enter(drive, "resolve", machine->host);
    found.done = ns_net_resolve(machine->host, machine->port, true, &found.addresses, found.why, sizeof found.why);
    resolver = found.done ? NULL : ns_resolver_create(1);
    if (resolver)
        ns_resolver_ask(resolver, 0, machine->host, machine->port);
    while (resolver && !found.done && !drive->settled) {
        ns_resolver_look(resolver, 0, &found);
        if (cancel_asked(drive) && !drive->settled)
            ns_drive_settle(drive, "Cancelled", NULL);
        else if (!found.done && ns_clock_monotonic_ms() >= drive->deadline)
            ns_drive_settle(drive, drive->deadline_code, NULL);
        else if (!found.done)
            Sleep(RESOLVE_TICK_MS);
    }
    ns_resolver_leave(resolver);
    for (size_t i = 0; i < found.addresses.count && i < NS_RUNNER_ADDRESSES; i++)
        (void)snprintf(request->addresses[request->address_count++], sizeof request->addresses[0], "%s", found.addresses.items[i].text);
    if (!drive->settled && !request->address_count)
        ns_drive_settle(drive, "DnsError", found.why);
}

static ns_status start_runner(ns_drive *drive, ns_error *error) {
    ns_runner_request request = {0};
    const ns_machine *machine = &drive->target.machine;
    ns_status status = ns_agent_make_nonce(drive->nonce, error);
    const bool as_shell =
        ns_agent_is_shell(ns_target_value(&drive->target, NS_SETTING_AGENT_START), ns_target_value(&drive->target, NS_SETTING_SIGNIN_SECURITY));
    if (status != NS_OK)
        return status;
    resolve(drive, &request);
    if (drive->settled)
        return NS_OK;
    (void)snprintf(request.host, sizeof request.host, "%s", machine->host);
    request.port = machine->port;
    (void)snprintf(request.user, sizeof request.user, "%s", drive->connection.user);
    (void)snprintf(request.domain, sizeof request.domain, "%s", drive->connection.domain);
    request.width = (uint32_t)ns_target_integer(&drive->target, NS_SETTING_SCREEN_WIDTH);
    request.height = (uint32_t)ns_target_integer(&drive->target, NS_SETTING_SCREEN_HEIGHT);
    request.scale = (uint32_t)ns_target_integer(&drive->target, NS_SETTING_SCREEN_SCALE);
    request.depth = (uint32_t)ns_target_integer(&drive->target, NS_SETTING_SCREEN_DEPTH);
    if (drive->run.purpose == NS_PURPOSE_SIGN_OUT && drive->kept.width && drive->kept.height) {
        /* xrdp returns to a session only at its own colour depth; and there is no need to resize what is to go. */
        request.width = (uint32_t)(drive->kept.width & ~1);
        request.height = (uint32_t)drive->kept.height;
        request.depth = drive->kept.depth ? (uint32_t)drive->kept.depth : request.depth;
    }
    request.trust = ns_trust_rules_of(machine, &drive->target.group.values);
    (void)snprintf(request.agent_command, sizeof request.agent_command, "%s",
                   as_shell ? ns_target_value(&drive->target, NS_SETTING_AGENT_COMMAND) : "");
    (void)snprintf(request.client_name, sizeof request.client_name, "NS-RUN-%u", (unsigned)(drive->run.id % 100000000));
    request.connect_timeout_ms = NS_CONNECT_TIMEOUT_MS;
    request.sign_in_only = drive->run.purpose == NS_PURPOSE_SIGN_IN;
    return ns_runner_start(&request, &drive->runner, error);
}

/* The address that answered tells which entries of the list are one machine. */
static void note_address(ns_drive *drive, const char *phase, const char *detail) {
    ns_status status = NS_OK;
    if (strcmp(phase, "connect") == 0)
        (void)snprintf(drive->address, sizeof drive->address, "%s", detail);
    else if (strcmp(phase, "negotiate") == 0 && drive->address[0])
        NS_UNTIL_WRITTEN(drive, status, ns_machine_note_address(drive->store, drive->target.machine.id, drive->address, &(ns_error){0}));
}

/* In preflight's words, which are nearer to the case than the code's own: it looks at the machine once more. */
static void settle_refused(ns_drive *drive, const char *code) {
    const char *check = strcmp(code, "TlsFailed") == 0 ? "tls.version" : strcmp(code, "CertificateUntrusted") == 0 ? "tls.certificate" : "tls.pin";
    ns_verdict why;
    ns_look_judge(&drive->target, check, drive->cancel, &why);
    if (why.kind != NS_VERDICT_FAIL || strcmp(why.code, code) != 0) {
        ns_drive_settle(drive, code, NULL);
        return;
    }
    drive->remedy = why.remedy;
    ns_drive_settle(drive, code, why.message);
}

/* What certificate.policy=ca asks; the runner in its cage cannot. */
static bool is_vouched_for(ns_drive *drive) {
    char why[300];
    const ns_trust_rules rules = ns_trust_rules_of(&drive->target.machine, &drive->target.group.values);
    bool vouched = rules.certificate != NS_CERTIFICATE_AUTHORITY;
    if (!vouched)
        vouched = drive->pem && ns_authority_vouches(drive->pem, drive->target.machine.host, why, sizeof why);
    if (!vouched && drive->stage == NS_STAGE_ARTIFACTS) {
        ns_drive_end_artifacts(drive); /* the outcome stays */
    } else if (!vouched) {
        ns_drive_stop(drive); /* some machines talk to one at a time */
        settle_refused(drive, "CertificateUntrusted");
    }
    return vouched;
}

/* It is written down that the password goes out, by the one whose run it is. A connection that broke is made again with the one that is kept then. */
static void let_sign_in(ns_drive *drive) {
    ns_error error;
    const bool over = drive->settled && drive->stage != NS_STAGE_ARTIFACTS; /* for which a broken connection is made again, too */
    if (over || !is_vouched_for(drive))
        return;
    if (!drive->password.size && ns_credential_get(drive->store, &drive->connection, &drive->password, &error) != NS_OK)
        ns_drive_settle(drive, error.code, error.message);
    else
        (void)ns_runner_let_sign_in(drive->runner, &drive->password, ns_clock_monotonic_ms() + NS_SIGN_IN_WITHIN_MS);
    ns_secret_clear(&drive->password);
}

static void on_phase(ns_drive *drive, const cJSON *event) {
    const char *name = ns_json_string(event, "name", "?");
    const char *detail = ns_json_string(event, "detail", "");
    if (drive->stage == NS_STAGE_OPENING) {
        enter(drive, name, detail);
        note_address(drive, name, detail);
    }
    if (strcmp(name, "sign-in") == 0)
        let_sign_in(drive);
}

static void on_certificate(ns_drive *drive, const cJSON *event) {
    const char *sha256 = ns_json_string(event, "sha256", "");
    char detail[400];
    drive->certificate_new = !ns_json_bool(event, "known", true);
    (void)snprintf(drive->sha256, sizeof drive->sha256, "%s", sha256);
    ns_phrase_write(detail, sizeof detail, "SHA-256 %.64s%s, %.200s", sha256, drive->certificate_new ? " (seen first)" : "",
                    ns_json_string(event, "subject", ""));
    ns_drive_detail(drive, detail);
    free(drive->pem);
    drive->pem = ns_string_copy(ns_json_string(event, "pem", ""));
}

static void on_picture(ns_drive *drive, const cJSON *event) {
    char detail[64];
    drive->desktop_seen = true;
    if (drive->stage >= NS_STAGE_SCREEN)
        return; /* a new size, or the picture after a reconnect */
    ns_phrase_write(detail, sizeof detail, "%lldx%lld", (long long)ns_json_integer(event, "width", 0),
                    (long long)ns_json_integer(event, "height", 0));
    ns_drive_detail(drive, detail);
    if (drive->observer && drive->observer->frame)
        drive->observer->frame(drive->observer->context, ns_runner_frame(drive->runner));
    if (drive->stage == NS_STAGE_OPENING) {
        drive->stage = NS_STAGE_AGENT;
        enter(drive, "agent", "");
    }
}

static void on_channel(ns_drive *drive, const cJSON *event) {
    drive->channel_open = ns_json_bool(event, "open", false);
    drive->channel = (uint32_t)ns_json_integer(event, "number", 0);
    drive->channel_lost_at = drive->channel_open ? 0 : ns_clock_monotonic_ms();
    if (drive->channel_open)
        drive->last_heard = ns_clock_monotonic_ms();
    if (drive->channel_open && drive->stage == NS_STAGE_OPENING) {
        drive->stage = NS_STAGE_AGENT; /* an agent that is quicker than the first picture */
        enter(drive, "agent", "");
    }
}

static void on_question(ns_drive *drive, const cJSON *event) {
    const char *code = ns_json_string(event, "code", "");
    char detail[80];
    if (!code[0] || drive->settled)
        return;
    ns_phrase_write(detail, sizeof detail, "Logon error 0x%08llx, session %lld.", (unsigned long long)ns_json_integer(event, "logonError", 0),
                    (long long)ns_json_integer(event, "data", 0));
    ns_drive_settle(drive, code, detail);
    ns_drive_leave(drive);
}

static void on_still(ns_drive *drive, const cJSON *event) {
    (void)event;
    if (drive->settled || drive->hello_seen)
        return;
    ns_drive_settle(drive, "SessionCreationUserPromptedForCredentialsAfterConnection", NULL);
    ns_drive_leave(drive);
}

/* The connection broke, and the machine gave a cookie to come back with. */
static void on_reconnect(ns_drive *drive, const cJSON *event) {
    char detail[96];
    drive->reconnecting = !ns_json_bool(event, "done", false);
    drive->channel_open = false;
    drive->channel_lost_at = ns_clock_monotonic_ms();
    drive->reconnected = drive->reconnected || !drive->reconnecting;
    ns_phrase_write(detail, sizeof detail, drive->reconnecting ? "the connection was lost; coming back, attempt %lld" : "connected again",
                    (long long)ns_json_integer(event, "attempt", 0));
    ns_drive_detail(drive, detail);
}

static const char *ended_code(const ns_drive *drive, const char *code) {
    const bool signed_out = drive->signed_out || strcmp(code, "SessionHasLoggedOff") == 0;
    /* A shell that cannot start ends the session at once, before any agent spoke: that is no sign-out by somebody. */
    if (!drive->hello_seen && signed_out)
        return "SessionCreationError";
    if (drive->restarting)
        return "MachineRestarted";
    if (drive->stage == NS_STAGE_FLOW && drive->channel_lost_at && drive->signed_out && !drive->ending_told &&
        ns_clock_monotonic_ms() - drive->channel_lost_at > AGENT_FIRST_MS)
        return "AgentLost"; /* it went first; when the session is signed out, both go at once */
    if (strcmp(code, "RdpConnectionClosed") == 0 && drive->signed_out)
        return "SessionHasLoggedOff";
    if (strcmp(code, "SessionHasLoggedOff") == 0 && !drive->signed_out)
        return "RdpConnectionClosed";
    return code[0] ? code : "UnknownError";
}

/* xrdp says "signed out by the user" of a connection that somebody took over as well. It is true when that was ordered, when
 * the agent told that the session ends, or when the agent was gone for a moment before. Before any agent spoke, it is a
 * shell that ended. */
static bool means_signed_out(const ns_drive *drive) {
    return drive->signout_sent || drive->ending_told || !drive->hello_seen ||
           (drive->channel_lost_at && ns_clock_monotonic_ms() - drive->channel_lost_at > AGENT_FIRST_MS);
}

static void on_ended(ns_drive *drive, const cJSON *event) {
    const bool ultimatum = ns_json_bool(event, "ultimatum", false);
    const bool said = ns_json_bool(event, "signedOut", false);
    const char *code = ns_json_string(event, "code", "");
    drive->ended = true;
    drive->signed_out = drive->signed_out || (said && !drive->on_xrdp) || ((said || ultimatum) && means_signed_out(drive));
    if (drive->settled)
        return;
    if (strcmp(code, "TlsFailed") == 0 || strncmp(code, "Certificate", strlen("Certificate")) == 0)
        settle_refused(drive, code);
    else
        ns_drive_settle(drive, ended_code(drive, code), ns_json_string(event, "detail", ""));
}

/* CredSSP takes a credential only from a machine that has proven itself ([MS-CSSP] 3.1.5); the other event is a session's own word of a logon. */
static void on_accepted(ns_drive *drive, const cJSON *event) {
    drive->accepted = true;
    ns_drive_end_turn(drive, true);
    ns_drive_keep_proven(drive, strcmp(ns_json_string(event, "type", ""), "accepted") == 0);
}

static void on_agent(ns_drive *drive, const cJSON *event) {
    ns_drive_on_agent(drive, cJSON_GetObjectItemCaseSensitive(event, "message"));
}

/* What a machine said stands in it, and passes through here. */
static void on_event(ns_drive *drive, cJSON *event) {
    static const struct {
        const char *type;
        void (*handle)(ns_drive *drive, const cJSON *event);
    } handlers[] = {{"phase", on_phase},       {"certificate", on_certificate}, {"picture", on_picture},
                    {"channel", on_channel},   {"question", on_question},       {"still", on_still},
                    {"accepted", on_accepted}, {"logon", on_accepted},          {"agent", on_agent},
                    {"ended", on_ended},       {"reconnect", on_reconnect}};
    const char *type = ns_json_string(event, "type", "");
    ns_phrase_strip_json(event);
    for (size_t i = 0; i < NS_COUNT_OF(handlers); i++)
        if (strcmp(type, handlers[i].type) == 0)
            handlers[i].handle(drive, event);
}

static void on_deadline(ns_drive *drive) {
    char detail[128];
    switch (drive->stage) {
    case NS_STAGE_STOPPING:
        ns_runner_kill(drive->runner);
        drive->deadline = ns_clock_monotonic_ms() + NS_RUNNER_STOP_TIMEOUT_MS;
        break;
    case NS_STAGE_SIGN_OUT:
        ns_drive_stop(drive);
        break;
    case NS_STAGE_PICTURE:
        ns_drive_picture_timed_out(drive);
        break;
    case NS_STAGE_ARTIFACTS:
        ns_drive_end_artifacts(drive);
        break;
    case NS_STAGE_SCREEN: /* it keeps its size: the run goes on and says so */
        ns_drive_start_flow(drive);
        break;
    default:
        ns_phrase_write(detail, sizeof detail, "The phase \"%s\" took too long.", drive->phase);
        ns_drive_settle(drive, drive->deadline_code, detail);
        ns_drive_leave(drive);
        break;
    }
}

/* While the flow runs: pings, and what their silence means. */
static void keep_in_touch(ns_drive *drive, uint64_t now) {
    if (!drive->settled && now - drive->last_heard >= NS_SILENCE_MS) {
        ns_drive_settle(drive, "SessionNotFound", "The agent in it no longer answers.");
        drive->channel_open = false; /* nobody is there to be told to sign out */
        ns_drive_leave(drive);
    } else {
        ns_drive_ping(drive);
    }
}

/* The channel closed while the session is ours. After a reconnect the agent may need its own time to see it. */
static void look_for_agent(ns_drive *drive, uint64_t now) {
    const uint64_t patience = drive->reconnected ? NS_REJOIN_WAIT_MS : NS_RECONNECT_WAIT_MS;
    if (!drive->hello_seen || !drive->channel_lost_at || drive->reconnecting || now - drive->channel_lost_at < patience)
        return;
    ns_drive_settle(drive, "AgentLost", NULL);
    ns_drive_leave(drive);
}

static void look_at_picture(ns_drive *drive, uint64_t now) {
    const ns_frame_view view = ns_frame_look(ns_runner_frame(drive->runner));
    if (view.sequence == drive->frame_sequence)
        return;
    drive->frame_sequence = view.sequence;
    drive->frame_changed_at = now;
}

/* What time brings: the wish to cancel, a channel that did not come back, a phase that lasts too long. */
static void on_tick(ns_drive *drive) {
    uint64_t now = ns_clock_monotonic_ms();
    look_at_picture(drive, now);
    if (cancel_asked(drive)) {
        if (drive->stage == NS_STAGE_ARTIFACTS)
            ns_drive_end_artifacts(drive); /* the outcome stays */
        else if (!drive->settled) {
            ns_drive_settle(drive, "Cancelled", NULL);
            ns_drive_leave(drive);
        }
    }
    if (!drive->settled)
        look_for_agent(drive, now);
    if (drive->settled && drive->stage < NS_STAGE_PICTURE)
        ns_drive_leave(drive);
    if (drive->channel_open && (drive->stage == NS_STAGE_FLOW || drive->stage == NS_STAGE_ARTIFACTS))
        keep_in_touch(drive, now);
    if (drive->stage == NS_STAGE_FLOW)
        ns_drive_accompany(drive, now);
    if (now >= drive->deadline && !drive->ended)
        on_deadline(drive);
}

/* A turn of the loop that took far longer than it may: this program or the computer stood still, or the store was locked. Nobody else was late for
 * that, and what they said meanwhile may still be on its way. */
static void allow_for_pause(ns_drive *drive, uint64_t waited_ms) {
    if (waited_ms < TICK_MS + PAUSE_MS)
        return;
    drive->deadline += waited_ms;
    drive->last_heard = drive->last_heard ? ns_clock_monotonic_ms() : 0;
    drive->next_ping = 0; /* at once: it has not heard of us either */
    if (drive->channel_lost_at)
        drive->channel_lost_at += waited_ms;
}

void ns_drive_run(ns_drive *drive) {
    ns_error error;
    drive->stage = NS_STAGE_OPENING;
    drive->opened_at = ns_clock_monotonic_ms();
    if (start_runner(drive, &error) != NS_OK)
        ns_drive_settle(drive, error.code, error.message);
    if (!drive->runner) {
        ns_drive_end_turn(drive, false);
        return;
    }
    for (uint64_t before = drive->opened_at; !drive->ended;) {
        cJSON *event = ns_runner_next(drive->runner, drive->settled ? NULL : drive->cancel, TICK_MS);
        const uint64_t now = ns_clock_monotonic_ms();
        allow_for_pause(drive, now - before);
        before = now;
        for (int taken = 0; event && !drive->ended; event = ++taken < EVENTS_AT_ONCE ? ns_runner_next(drive->runner, NULL, 0) : NULL) {
            on_event(drive, event);
            cJSON_Delete(event);
        }
        cJSON_Delete(event);
        if (!drive->ended)
            on_tick(drive);
    }
    if (drive->stage < NS_STAGE_PICTURE)
        ns_drive_leave(drive); /* for the picture: it outlives its runner */
    else if (drive->stage == NS_STAGE_PICTURE)
        ns_drive_picture_timed_out(drive);
    else if (drive->stage == NS_STAGE_ARTIFACTS)
        ns_drive_end_artifacts(drive);
    if (drive->observer && drive->observer->frame)
        drive->observer->frame(drive->observer->context, NULL);
    ns_drive_end_turn(drive, false);
    ns_drive_close_session(drive);
}
