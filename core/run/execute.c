#include "run/execute.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "facts/sessions.h"
#include "model/result_code.h"
#include "run/credential.h"
#include "run/drive.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/reserve.h"
#include "store/runs.h"
#include "store/sessions.h"
#include "store/sign_in.h"

enum { QUEUE_POLL_MS = 250, RECOVERY_MS = 5000, TURN_POLL_MS = 100, FACTS_TIMEOUT_MS = 3000, LOCKED_MS = 1000 };

/* Or until the run is cancelled by this program. */
static void pause_ms(const ns_drive *drive, uint32_t ms) {
    if (drive->cancel)
        (void)WaitForSingleObject(drive->cancel, ms);
    else
        Sleep(ms);
}

static bool cancel_asked(ns_drive *drive) {
    bool asked = false;
    ns_error error;
    if (ns_run_renew(drive->store, &drive->hold, &asked, &error) == NS_STATUS_LOST)
        ns_drive_fail(drive, &error);
    return asked || (drive->cancel && WaitForSingleObject(drive->cancel, 0) == WAIT_OBJECT_0);
}

/* While a run waits for another: that one may have lost its program. */
static bool gives_up(ns_drive *drive, uint64_t deadline) {
    if (ns_clock_monotonic_ms() >= drive->next_recovery) {
        drive->next_recovery = ns_clock_monotonic_ms() + RECOVERY_MS;
        (void)!ns_runs_recover(drive->store, &(ns_error){0});
    }
    if (cancel_asked(drive))
        ns_drive_settle(drive, "Cancelled", NULL);
    else if (ns_clock_monotonic_ms() >= deadline)
        ns_drive_settle(drive, "QueueTimeout", NULL);
    return drive->settled;
}

/* As many at once as the machine's settings say now. */
static ns_status try_to_start(ns_drive *drive, bool *started, ns_error *error) {
    ns_target now = {0};
    ns_status status = ns_target_load(drive->store, drive->run.machine_id, &now, error);
    if (status == NS_OK)
        status = ns_run_try_start(drive->store, &drive->hold, ns_target_integer(&now, NS_SETTING_SESSION_MAX), started, error);
    ns_target_clear(&now);
    if (status == NS_OK && !*started && (drive->run.purpose == NS_PURPOSE_SIGN_IN || drive->run.purpose == NS_PURPOSE_SESSION))
        ns_drive_settle(drive, "MachineBusy", NULL); /* a preflight asks how things are now, for many machines: it does not wait for one */
    return status;
}

/* The queue: until a place on the machine is free, the run is cancelled, or it has waited too long. Nothing is asked while nobody changes the
 * store; one that is locked is no reason to end. */
static ns_status wait_for_place(ns_drive *drive, ns_error *error) {
    const uint64_t deadline = ns_clock_monotonic_ms() + (uint64_t)ns_target_integer(&drive->target, NS_SETTING_QUEUE_TIMEOUT) * 1000;
    int64_t seen = -1;
    bool started = false;
    ns_drive_phase(drive, "queued", "");
    while (!started && !gives_up(drive, deadline)) {
        const int64_t mark = ns_store_change_mark(drive->store);
        ns_status status = NS_OK;
        if (mark < 0 || mark != seen)
            status = try_to_start(drive, &started, error);
        if (status != NS_OK && status != NS_STATUS_AGAIN)
            return status;
        seen = status == NS_OK ? mark : -1;
        if (!started && !drive->settled)
            pause_ms(drive, QUEUE_POLL_MS);
    }
    return NS_OK;
}

static ns_status load(ns_drive *drive, ns_error *error) {
    char *owner = ns_system_process_identity();
    ns_status status = owner ? ns_run_take(drive->store, drive->run.id, owner, &drive->hold, error) : ns_error_set_memory(error);
    free(owner);
    if (status == NS_OK)
        status = ns_run_load(drive->store, drive->run.id, &drive->run, error);
    if (status == NS_OK)
        status = ns_target_load(drive->store, drive->run.machine_id, &drive->target, error);
    if (status == NS_OK && drive->run.purpose == NS_PURPOSE_FLOW)
        status = ns_flow_load_by_id(drive->store, drive->run.flow_id, &drive->flow, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(drive->store, drive->run.connection_id, &drive->connection, error);
    return status;
}

static bool is_same_text(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

static bool is_same_account(const ns_connection *a, const ns_connection *b) {
    return a->id == b->id && a->kind == b->kind && is_same_text(a->user, b->user) && is_same_text(a->domain, b->domain);
}

/* What was true when the run was queued may not be true when its turn comes: the machine, its settings, the user and the password are those of one
 * moment, and what is checked here is what is used. */
static ns_status look_again(ns_drive *drive, ns_error *error) {
    ns_error refusal = {0};
    ns_target now = {0};
    ns_connection connection = {0};
    ns_status status = ns_store_begin_reading(drive->store, error);
    ns_secret_clear(&drive->password);
    if (status != NS_OK)
        return status;
    status = ns_target_load(drive->store, drive->run.machine_id, &now, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(drive->store, drive->run.connection_id, &connection, error);
    if (status == NS_OK && ns_run_check(drive->store, &now, &connection, &refusal) != NS_OK)
        ns_drive_settle(drive, refusal.code, NULL);
    else if (status == NS_OK && ns_credential_get(drive->store, &connection, &drive->password, &refusal) != NS_OK)
        ns_drive_settle(drive, refusal.code, refusal.message);
    status = ns_store_end_reading(drive->store, status);
    if (status != NS_OK) {
        ns_target_clear(&now);
        ns_connection_clear(&connection);
        return status;
    }
    if (!is_same_account(&drive->connection, &connection))
        ns_drive_end_turn(drive, false); /* it was taken for another user */
    ns_target_clear(&drive->target);
    ns_connection_clear(&drive->connection);
    drive->target = now;
    drive->connection = connection;
    return NS_OK;
}

/* One sign-in at a time for an account: the first refusal must be known before the second is made. */
static ns_status wait_for_turn(ns_drive *drive, ns_error *error) {
    const int64_t interval_ms = ns_target_integer(&drive->target, NS_SETTING_SIGNIN_INTERVAL) * 1000;
    const uint64_t deadline = ns_clock_monotonic_ms() + (uint64_t)ns_target_integer(&drive->target, NS_SETTING_QUEUE_TIMEOUT) * 1000;
    ns_sign_in_turn turn = NS_TURN_WAIT;
    ns_status status = NS_OK;
    bool told = false;
    while (status == NS_OK && turn == NS_TURN_WAIT && !gives_up(drive, deadline)) {
        status = ns_sign_in_begin(drive->store, &drive->connection, drive->target.machine.id, drive->run.id, interval_ms, &turn, error);
        if (status == NS_STATUS_AGAIN) {
            status = NS_OK;
            turn = NS_TURN_WAIT;
        } else if (status == NS_OK && turn == NS_TURN_WAIT && !told) {
            ns_drive_phase(drive, "account", "another run is signing in with this account");
            told = true;
        }
        if (status == NS_OK && turn == NS_TURN_WAIT)
            pause_ms(drive, TURN_POLL_MS);
    }
    drive->turn_held = status == NS_OK && turn == NS_TURN_YOURS;
    if (status == NS_OK && turn == NS_TURN_HELD)
        ns_drive_settle(drive, "SignInHeldBack", NULL);
    return status;
}

/* What is known of this user's session there: of a kept one, or of the one that is to go. */
static ns_status look_up_session(ns_drive *drive, ns_error *error) {
    drive->reuse = strcmp(ns_target_value(&drive->target, NS_SETTING_SESSION_REUSE), "on") == 0;
    if (drive->run.purpose == NS_PURPOSE_SIGN_OUT) {
        ns_run left = {0};
        const ns_status status = ns_session_load_by_id(drive->store, drive->run.session_record, &drive->kept, error);
        if (status == NS_OK && ns_run_load(drive->store, drive->kept.run_id, &left, &(ns_error){0}) == NS_OK)
            drive->kept_run_at = left.started_at;
        ns_run_clear(&left);
        return status;
    }
    return ns_session_find(drive->store, drive->target.machine.id, drive->connection.user, &drive->kept, error);
}

/* The machine's own list of sessions, where this user may read it: a run that cannot have one is not tried. */
static ns_status ask_machine(ns_drive *drive, ns_error *error) {
    ns_session_facts_read facts;
    ns_session_forecast forecast;
    ns_error unread;
    (void)error;
    if (drive->run.purpose == NS_PURPOSE_SIGN_OUT) {
        /* Where rights allow, without signing in at all. */
        if (drive->kept.session_id[0] && ns_facts_sign_out(drive->target.machine.host, drive->kept.session_id, drive->kept.user,
                                                           drive->kept.started_at, FACTS_TIMEOUT_MS, &unread) == NS_OK) {
            (void)!ns_session_forget_by_id(drive->store, drive->kept.id, &unread);
            free(drive->run.session_end);
            drive->run.session_end = ns_string_copy("signed-out");
            ns_drive_settle(drive, "SessionSignedOut", "It was done from outside.");
        }
        return NS_OK;
    }
    if (ns_facts_sessions_read(drive->target.machine.host, FACTS_TIMEOUT_MS, &facts, &unread) != NS_OK)
        return NS_OK; /* then the sign-in itself will tell */
    ns_session_forecast_make(&facts.facts, drive->connection.user, drive->reuse, &forecast);
    if (forecast.code)
        ns_drive_settle(drive, forecast.code, forecast.detail);
    ns_facts_sessions_clear(&facts);
    return NS_OK;
}

/* The turn, and what is used while it lasts. */
static ns_status take_turn(ns_drive *drive, ns_error *error) {
    ns_status status = NS_OK;
    while (status == NS_OK && !drive->settled && !drive->turn_held) {
        status = wait_for_turn(drive, error);
        if (status == NS_OK && !drive->settled)
            status = look_again(drive, error);
    }
    return status;
}

static ns_status finish(ns_drive *drive, ns_error *error) {
    ns_drive_phase(drive, "done", "");
    return ns_drive_record(drive, error);
}

/* What is known is said at least, where it cannot be written down. */
static ns_status tell_unrecorded(const ns_drive *drive, ns_error *error) {
    const ns_error why = *error;
    return ns_error_set(error, why.status, "RunNotRecorded", "Make room on the disk. Until it can be closed, the run's record says that it goes on.",
                        "Run %lld ended as %s, and that could not be written down: %s", (long long)drive->run.id, drive->result->code, why.message);
}

/* What a run must pass before it signs in; each may settle it. */
static ns_status get_ready(ns_drive *drive, ns_error *error) {
    static ns_status (*const steps[])(ns_drive * drive, ns_error * error) = {wait_for_place, look_again, look_up_session, ask_machine, take_turn};
    ns_status status = NS_OK;
    for (size_t i = 0; i < NS_COUNT_OF(steps) && status == NS_OK && !drive->settled; i++)
        status = steps[i](drive, error);
    return status;
}

ns_status ns_run_execute(const char *store_path, int64_t run_id, HANDLE cancel, const ns_run_observer *observer, ns_error *error) {
    ns_drive drive;
    ns_status status = NS_OK;
    ns_drive_init(&drive, observer, cancel);
    drive.run.id = run_id;
    status = ns_store_open(store_path, &drive.store, error);
    if (status == NS_OK) {
        ns_store_wait_at_most(drive.store, LOCKED_MS);
        ns_store_keep_reserve(drive.store);
    }
    if (status == NS_OK)
        status = load(&drive, error);
    if (status == NS_OK)
        status = get_ready(&drive, error);
    if (status == NS_OK && !drive.settled)
        ns_drive_run(&drive);
    if (status != NS_OK && drive.hold.epoch) {
        /* It cannot be carried out; say so in its record as well, if the store still takes it. */
        ns_drive_settle(&drive, status == NS_STATUS_STORE || status == NS_STATUS_AGAIN ? "StoreFailed" : error->code, error->message);
        (void)!finish(&drive, &(ns_error){0});
    } else if (status == NS_OK) {
        status = finish(&drive, error);
        if (status != NS_OK && status != NS_STATUS_LOST)
            (void)tell_unrecorded(&drive, error);
    }
    ns_drive_clear(&drive);
    return status;
}
