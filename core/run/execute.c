#include "run/execute.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/result_code.h"
#include "run/drive.h"
#include "run/request.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/runs.h"

enum { QUEUE_POLL_MS = 250, RECOVERY_MS = 5000 };

/* The queue: until a place on the machine is free, the run is cancelled, or it has waited too long. */
static ns_status wait_for_place(ns_drive *drive, HANDLE cancel, ns_error *error) {
    const uint64_t deadline = ns_clock_monotonic_ms() + (uint64_t)ns_target_integer(&drive->target, NS_SETTING_QUEUE_TIMEOUT) * 1000;
    const int64_t places = ns_target_integer(&drive->target, NS_SETTING_SESSION_MAX);
    uint64_t next_recovery = ns_clock_monotonic_ms() + RECOVERY_MS;
    bool started = false;
    ns_drive_phase(drive, "queued", "");
    while (!started) {
        bool asked = false;
        ns_status status = ns_run_beat(drive->store, drive->run.id, &asked, error);
        if (status != NS_OK)
            return status;
        if (asked || (cancel && WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0)) {
            ns_drive_settle(drive, "Cancelled", NULL);
            return NS_OK;
        }
        if (ns_clock_monotonic_ms() >= next_recovery) {
            /* The run that is waited for may have lost its program. */
            next_recovery = ns_clock_monotonic_ms() + RECOVERY_MS;
            (void)!ns_runs_recover(drive->store, &(ns_error){0});
        }
        if (ns_clock_monotonic_ms() >= deadline) {
            ns_drive_settle(drive, "QueueTimeout", NULL);
            return NS_OK;
        }
        status = ns_run_try_start(drive->store, drive->run.id, places, &started, error);
        if (status != NS_OK)
            return status;
        if (!started && cancel)
            (void)WaitForSingleObject(cancel, QUEUE_POLL_MS);
        else if (!started)
            Sleep(QUEUE_POLL_MS);
    }
    return NS_OK;
}

static ns_status load(ns_drive *drive, ns_error *error) {
    ns_status status = ns_run_load(drive->store, drive->run.id, &drive->run, error);
    if (status == NS_OK)
        status = ns_target_load(drive->store, drive->run.machine_id, &drive->target, error);
    if (status == NS_OK)
        status = ns_flow_load_by_id(drive->store, drive->run.flow_id, &drive->flow, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(drive->store, drive->run.connection_id, &drive->connection, error);
    return status;
}

/* What was true when the run was queued may not be true when its turn comes. */
static ns_status look_again(ns_drive *drive, ns_error *error) {
    ns_error refusal = {0};
    ns_target now = {0};
    ns_connection connection = {0};
    ns_status status = ns_target_load(drive->store, drive->run.machine_id, &now, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(drive->store, drive->run.connection_id, &connection, error);
    if (status != NS_OK) {
        ns_target_clear(&now);
        return status;
    }
    ns_target_clear(&drive->target);
    ns_connection_clear(&drive->connection);
    drive->target = now;
    drive->connection = connection;
    if (ns_run_check(&drive->target, &drive->connection, &refusal) != NS_OK)
        ns_drive_settle(drive, refusal.code, NULL);
    return NS_OK;
}

static ns_status finish(ns_drive *drive, ns_error *error) {
    ns_drive_phase(drive, "done", "");
    return ns_drive_record(drive, error);
}

ns_status ns_run_execute(const char *store_path, int64_t run_id, HANDLE cancel, const ns_run_observer *observer, ns_error *error) {
    ns_drive drive;
    ns_status status = NS_OK;
    ns_drive_init(&drive, observer, cancel);
    drive.run.id = run_id;
    status = ns_store_open(store_path, &drive.store, error);
    if (status == NS_OK)
        status = load(&drive, error);
    if (status == NS_OK)
        status = wait_for_place(&drive, cancel, error);
    if (status == NS_OK && !drive.settled)
        status = look_again(&drive, error);
    if (status == NS_OK && !drive.settled)
        ns_drive_run(&drive);
    if (status != NS_OK && drive.store && drive.run.id) {
        /* It cannot be carried out; say so in its record as well, if the store still takes it. */
        ns_drive_settle(&drive, status == NS_STATUS_STORE ? "StoreFailed" : error->code, error->message);
        (void)!finish(&drive, &(ns_error){0});
    } else if (status == NS_OK) {
        status = finish(&drive, error);
    }
    ns_drive_clear(&drive);
    return status;
}
