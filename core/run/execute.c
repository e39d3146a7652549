#include "run/execute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "facts/sessions.h"
#include "model/result_code.h"
#include "run/credential.h"
#include "run/drive.h"
#include "run/request.h"
#include "store/claim.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/queue.h"
#include "store/reserve.h"
#include "store/run_values.h"
#include "store/sessions.h"
#include "store/sign_in.h"

enum { QUEUE_POLL_MS = 50, RECOVERY_MS = 5000, FACTS_TIMEOUT_MS = 3000, LOCKED_MS = 1000, RENEWAL_MS = 10000 };

/* Or until the run is cancelled by this program. */
static void pause_ms(const ns_drive *drive, uint32_t ms) {
    if (drive->cancel)
        (void)WaitForSingleObject(drive->cancel, ms);
    else
        Sleep(ms);
}

/* What another program may have asked for. A store that could not be read is asked again at once. */
static bool cancel_asked(ns_drive *drive) {
    bool asked = false;
    ns_error error;
    const ns_status status = ns_run_renew(drive->store, &drive->hold, &asked, &error);
    if (status == NS_STATUS_LOST)
        ns_drive_fail(drive, &error);
    drive->next_renewal = status == NS_OK ? ns_clock_monotonic_ms() + RENEWAL_MS : 0;
    return asked;
}

/* While runs wait for others: those may have lost their program. Once for all that wait in this one. */
static void recover(ns_drive *drive) {
    static volatile LONG64 next;
    const LONG64 now = (LONG64)ns_clock_monotonic_ms();
    const LONG64 due = InterlockedCompareExchange64(&next, 0, 0);
    if (now >= due && InterlockedCompareExchange64(&next, now + RECOVERY_MS, due) == due)
        (void)!ns_runs_recover(drive->store, &(ns_error){0});
}

static bool gives_up(ns_drive *drive, uint64_t deadline, bool changed) {
    recover(drive);
    if (drive->cancel && WaitForSingleObject(drive->cancel, 0) == WAIT_OBJECT_0) {
        ns_drive_settle(drive, "Cancelled", NULL);
    } else if ((changed || ns_clock_monotonic_ms() >= drive->next_renewal) && cancel_asked(drive)) {
        ns_drive_settle(drive, "Cancelled", NULL);
    } else if (ns_clock_monotonic_ms() >= deadline) {
        char why[NS_QUEUE_WHY_SIZE];
        const char *code = ns_queue_timed_out(drive->run.group_id != 0, drive->waits, why);
        ns_drive_settle(drive, code, why);
    }
    return drive->settled;
}

/* It was not claimed: whether it ends, and why it waits. */
static void heed(ns_drive *drive, const ns_claim *claim) {
    if (claim->code)
        ns_drive_settle(drive, claim->code, NULL);
    else if (ns_purpose_is_check(drive->run.purpose) && claim->wait == NS_WAIT_PLACE)
        ns_drive_settle(drive, "MachineBusy", NULL);
    else if (ns_purpose_is_check(drive->run.purpose) && claim->wait == NS_WAIT_MAINTENANCE)
        ns_drive_settle(drive, "MachineInMaintenance", NULL);
    if (strcmp(claim->why, drive->waits) == 0)
        return;
    (void)snprintf(drive->waits, sizeof drive->waits, "%s", claim->why);
    if (drive->observer && drive->observer->phase)
        drive->observer->phase(drive->observer->context, "queued", drive->waits);
}

/* The queue: until the run has a place on a machine and the account's turn, is cancelled, or has waited too long. Nothing is asked while nobody
 * changes the store; one that is locked is no reason to end. */
static ns_status wait_for_claim(ns_drive *drive, ns_error *error) {
    const uint64_t deadline = ns_clock_monotonic_ms() + (uint64_t)drive->run.queue_ms;
    const ns_claimant claimant = {.hold = &drive->hold, .owner = drive->owner, .random = (uint32_t)ns_clock_monotonic_ms()};
    ns_claim claim = {0};
    int64_t seen = -1;
    uint64_t look_at = 0;
    while (!drive->claimed) {
        const int64_t mark = ns_claim_mark(drive->store);
        const bool changed = mark < 0 || mark != seen;
        ns_status status = NS_OK;
        if (gives_up(drive, deadline, changed))
            return NS_OK;
        if (!changed && !(look_at && ns_clock_monotonic_ms() >= look_at)) {
            pause_ms(drive, QUEUE_POLL_MS);
            continue;
        }
        status = ns_run_claim(drive->store, &claimant, &claim, error);
        if (status != NS_OK && status != NS_STATUS_AGAIN)
            return status;
        seen = status == NS_OK ? mark : -1;
        look_at = claim.again_ms > 0 ? ns_clock_monotonic_ms() + (uint64_t)claim.again_ms : 0;
        drive->claimed = status == NS_OK && claim.claimed;
        if (drive->claimed)
            drive->hold = claim.hold;
        else if (status == NS_OK)
            heed(drive, &claim);
    }
    return NS_OK;
}

/* It stands in the queue again, where it stood: what it was claimed with is not so any more. */
static ns_status hand_back(ns_drive *drive, const char *why, ns_error *error) {
    ns_status status = NS_OK;
    NS_UNTIL_WRITTEN(drive, status, ns_queue_hand_back(drive->store, &drive->hold, drive->by_worker ? NULL : drive->owner, why, &drive->hold, error));
    drive->claimed = false;
    drive->turn_held = false;
    drive->handed_back = drive->by_worker && status == NS_OK;
    return status;
}

static ns_status read_used(ns_drive *drive, bool *has_turn, ns_error *refusal, ns_error *error) {
    const int64_t id = drive->run.id;
    ns_status status = ns_run_load(drive->store, id, &drive->run, error);
    drive->run.id = id;
    if (status == NS_OK)
        status = ns_target_load(drive->store, drive->run.machine_id, &drive->target, error);
    if (status == NS_OK && drive->run.purpose == NS_PURPOSE_FLOW)
        status = ns_flow_load_by_id(drive->store, drive->run.flow_id, &drive->flow, error);
    if (status == NS_OK && drive->run.purpose == NS_PURPOSE_FLOW)
        status = ns_run_load_inputs(drive->store, id, &drive->inputs, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(drive->store, drive->run.connection_id, &drive->connection, error);
    if (status == NS_OK)
        status = ns_sign_in_has(drive->store, &drive->connection, drive->target.machine.id, id, has_turn, error);
    if (status == NS_OK && ns_run_check(drive->store, &drive->target, &drive->connection, refusal) == NS_OK)
        (void)!ns_credential_get(drive->store, &drive->connection, &drive->password, refusal);
    return status;
}

/* What was true when the run was queued may not be true when its turn comes: the machine, its settings, the flow, the user and the password are those
 * of one moment, and what is checked here is what is used. */
static ns_status look_again(ns_drive *drive, ns_error *error) {
    ns_error refusal = {0};
    bool has_turn = false;
    ns_status status = ns_store_begin_reading(drive->store, error);
    if (status != NS_OK)
        return status;
    ns_run_clear(&drive->run);
    ns_target_clear(&drive->target);
    ns_flow_clear(&drive->flow);
    ns_flow_inputs_clear(&drive->inputs);
    ns_connection_clear(&drive->connection);
    ns_secret_clear(&drive->password);
    drive->run.id = drive->hold.run_id;
    status = ns_store_end_reading(drive->store, read_used(drive, &has_turn, &refusal, error));
    if (status != NS_OK)
        return status;
    if (!has_turn)
        return hand_back(drive, "the connection was changed", error);
    drive->turn_held = true;
    if (drive->run.purpose != NS_PURPOSE_SIGN_OUT && strcmp(ns_target_value(&drive->target, NS_SETTING_MAINTENANCE), "on") == 0)
        return hand_back(drive, "", error);
    if (refusal.status != NS_OK)
        ns_drive_settle(drive, refusal.code, strcmp(refusal.code, "CredentialNotFound") == 0 ? refusal.message : NULL);
    return NS_OK;
}

/* What is known of the session that is to go; of any other it is asked when the agent says which one it is in. */
static ns_status look_up_session(ns_drive *drive, ns_error *error) {
    ns_run left = {0};
    ns_status status = NS_OK;
    drive->reuse = strcmp(ns_target_value(&drive->target, NS_SETTING_SESSION_REUSE), "on") == 0;
    if (drive->run.purpose != NS_PURPOSE_SIGN_OUT)
        return NS_OK;
    status = ns_session_load_by_id(drive->store, drive->run.session_record, &drive->kept, error);
    if (status == NS_OK && ns_run_load(drive->store, drive->kept.run_id, &left, &(ns_error){0}) == NS_OK)
        drive->kept_run_at = left.started_at;
    ns_run_clear(&left);
    return status;
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

/* Its turn, and what is used while it lasts. */
static ns_status take_turn(ns_drive *drive, ns_error *error) {
    ns_status status = NS_OK;
    bool looked = false;
    while (status == NS_OK && !looked && !drive->settled && !drive->handed_back) {
        if (!drive->claimed)
            status = wait_for_claim(drive, error);
        if (status == NS_OK && drive->claimed) {
            status = look_again(drive, error);
            looked = drive->claimed;
        }
    }
    return status;
}

/* What a run must pass before it signs in; each may settle it. */
static ns_status get_ready(ns_drive *drive, ns_error *error) {
    static ns_status (*const steps[])(ns_drive * drive, ns_error * error) = {take_turn, look_up_session, ask_machine};
    ns_status status = NS_OK;
    for (size_t i = 0; i < NS_COUNT_OF(steps) && status == NS_OK && !drive->settled && !drive->handed_back; i++)
        status = steps[i](drive, error);
    return status;
}

static ns_status begin(ns_drive *drive, const char *store_locator, ns_error *error) {
    ns_status status = ns_store_open(store_locator, &drive->store, error);
    if (status != NS_OK)
        return status;
    ns_store_wait_at_most(drive->store, LOCKED_MS);
    ns_store_keep_reserve(drive->store);
    drive->owner = ns_system_process_identity();
    if (!drive->claimed && drive->observer && drive->observer->phase)
        drive->observer->phase(drive->observer->context, "queued", "");
    return drive->owner ? ns_run_load(drive->store, drive->hold.run_id, &drive->run, error) : ns_error_set_memory(error);
}

static ns_status carry_out(ns_drive *drive, const char *store_locator, ns_error *error) {
    ns_status status = begin(drive, store_locator, error);
    if (status == NS_OK)
        status = get_ready(drive, error);
    if (status == NS_OK && !drive->settled && !drive->handed_back)
        ns_drive_run(drive);
    drive->run.id = drive->hold.run_id; /* also where it could not be read */
    return status;
}

/* From the queue, or from its claim, to the record. *next: the attempt after it, which this process holds. */
static ns_status execute(ns_drive *drive, const char *store_locator, ns_hold *next, ns_error *error) {
    ns_status status = carry_out(drive, store_locator, error);
    if (status != NS_OK && drive->store) {
        /* It cannot be carried out; say so in its record as well, if the store still takes it. */
        ns_drive_settle(drive, status == NS_STATUS_STORE || status == NS_STATUS_AGAIN ? "StoreFailed" : error->code, error->message);
        (void)!finish(drive, &(ns_error){0});
    } else if (status == NS_OK && !drive->handed_back) {
        status = finish(drive, error);
        if (status != NS_OK && status != NS_STATUS_LOST)
            (void)tell_unrecorded(drive, error);
    }
    *next = (ns_hold){0};
    if (status == NS_OK)
        status = ns_run_next_attempt(drive->store, drive->hold.run_id, drive->owner, next, error);
    ns_drive_clear(drive);
    return status;
}

ns_status ns_run_execute(const char *store_locator, ns_hold *hold, HANDLE cancel, const ns_run_observer *observer, ns_error *error) {
    ns_hold next = *hold;
    ns_status status = NS_OK;
    while (status == NS_OK && next.run_id) {
        ns_drive drive;
        *hold = next;
        ns_drive_init(&drive, observer, cancel);
        drive.hold = *hold;
        status = execute(&drive, store_locator, &next, error);
    }
    return status;
}

ns_status ns_run_carry_out(const char *store_locator, const ns_hold *claimed, HANDLE cancel, const ns_run_observer *observer, ns_error *error) {
    ns_hold none = {0};
    ns_drive drive;
    ns_drive_init(&drive, observer, cancel);
    drive.hold = *claimed;
    drive.claimed = true;
    drive.by_worker = true;
    return execute(&drive, store_locator, &none, error);
}
