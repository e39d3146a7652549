#include "store/queue.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "model/result_code.h"
#include "store/journal.h"
#include "store/lease_clock.h"
#include "store/run_values.h"
#include "store/run_write.h"
#include "store/sign_in.h"
#include "store/sql.h"

static int64_t queue_of(const ns_queued_run *run) {
    return run->machine_id ? run->machine_id : -run->group_id;
}

/* Within a transaction. */
static ns_status check_length(ns_store *store, const ns_queued_run *run, ns_error *error) {
    int64_t waiting = 0;
    ns_status status = NS_OK;
    if (!run->queue_maximum)
        return NS_OK;
    status = ns_sql_integer(store, &waiting, 0, error,
                            "SELECT count(*) FROM (SELECT 1 FROM run WHERE state = 'Queued' AND queue <> 0 AND queue = ? LIMIT ?) waiting", "ii",
                            queue_of(run), run->queue_maximum);
    if (status == NS_OK && waiting >= run->queue_maximum)
        status = ns_error_set(error, NS_STATUS_REFUSED, "QueueFull", "Wait for them, cancel some, or raise queue.max.",
                              "%lld runs wait for that target already.", (long long)waiting);
    return status;
}

/* Within a transaction. */
static ns_status insert(ns_store *store, const ns_queued_run *run, const char *owner, int64_t now, ns_hold *hold, ns_error *error) {
    const int64_t queue = ns_purpose_is_check(run->purpose) || run->not_before ? 0 : queue_of(run);
    return ns_sql_integer(
        store, &hold->run_id, 0, error,
        "INSERT INTO run(machine_id, machine, group_id, machine_group, flow_id, flow, connection_id, connection, lane, state, created_at, purpose, "
        "session_record, owner, epoch, lease_until, queue, priority, not_before, queue_ms, queue_until) "
        "SELECT nullif(?, 0), coalesce((SELECT name FROM machine WHERE id = ?), ''), ?, coalesce((SELECT name FROM machine_group WHERE id = ?), ''), "
        "nullif(?, 0), coalesce((SELECT name FROM flow WHERE id = ?), ''), c.id, c.name, c.id, 'Queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
        "FROM connection c WHERE c.id = ? AND (? = 0 OR EXISTS (SELECT 1 FROM machine WHERE id = ?)) "
        "AND (? = 0 OR EXISTS (SELECT 1 FROM machine_group WHERE id = ?)) AND (? = 0 OR EXISTS (SELECT 1 FROM flow WHERE id = ?)) "
        "AND (? = 0 OR EXISTS (SELECT 1 FROM session WHERE id = ?)) RETURNING id",
        "iiiiiiisisiiiiiiiiiiiiiiii", run->machine_id, run->machine_id, run->group_id, run->group_id, run->flow_id, run->flow_id, ns_clock_utc_ms(),
        ns_purpose_name(run->purpose), run->session_record, owner ? owner : "", hold->epoch, owner ? now + NS_LEASE_MS : (int64_t)0, queue,
        (int64_t)run->high, ns_purpose_is_check(run->purpose) ? (int64_t)-1 : run->not_before, run->queue_ms, now + run->queue_ms, run->connection_id,
        run->machine_id, run->machine_id, run->group_id, run->group_id, run->flow_id, run->flow_id, run->session_record, run->session_record);
}

static ns_status take_note(void *context, const ns_db_row *row, ns_error *error) {
    cJSON *object = context;
    const int64_t queue = ns_db_integer(row, 1);
    char name[200];
    (void)error;
    (void)snprintf(name, sizeof name, "%lld %.150s", (long long)ns_db_integer(row, 0), ns_db_text(row, 2));
    (void)ns_json_add_string(object, "name", name);
    (void)ns_json_add_string(object, queue < 0 ? "group" : "machine", ns_db_text(row, queue < 0 ? 4 : 3));
    (void)ns_json_add_string(object, "connection", ns_db_text(row, 5));
    (void)ns_json_add_string(object, "priority", ns_db_integer(row, 6) ? "high" : "normal");
    (void)ns_json_add_string(object, "top", ns_db_integer(row, 7) ? "yes" : "no");
    (void)ns_json_add_string(object, "cancel", ns_db_integer(row, 8) ? "yes" : "no");
    return NS_OK;
}

/* What the activity says of a run, as JSON; the caller frees. */
static ns_status read_note(ns_store *store, int64_t id, char **json, ns_error *error) {
    cJSON *object = cJSON_CreateObject();
    ns_status status = ns_sql(store, take_note, object, error,
                              "SELECT id, CASE WHEN group_id > 0 THEN -1 ELSE 1 END, CASE WHEN purpose = 'flow' THEN flow ELSE purpose END, machine, "
                              "machine_group, connection, priority, moved, cancel_requested = 1 OR code = 'Cancelled' FROM run WHERE id = ?",
                              "i", id);
    *json = status == NS_OK ? ns_json_print(object) : NULL;
    cJSON_Delete(object);
    return status == NS_OK && !*json ? ns_error_set_memory(error) : status;
}

/* Within a transaction: who did what to the run. Takes `before`, NULL for a run that is new. */
static ns_status note(ns_store *store, const char *verb, int64_t id, char *before, ns_error *error) {
    ns_journal journal = {.verb = verb};
    char *after = NULL;
    ns_status status = read_note(store, id, &after, error);
    if (status == NS_OK)
        status = ns_journal_note(store, &journal, "run", id, before, after, error);
    free(before);
    free(after);
    return status;
}

ns_status ns_queue_add(ns_store *store, const ns_queued_run *run, const char *owner, ns_hold *hold, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_sql_begin(store, error);
    *hold = (ns_hold){.epoch = owner ? 1 : 0};
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status = check_length(store, run, error);
    if (status == NS_OK)
        status = insert(store, run, owner, now, hold, error);
    if (status == NS_OK && hold->run_id == 0)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "MachineNotFound", "Choose again.",
                              "The machine, group, flow, connection or session does not exist any more.");
    if (status == NS_OK)
        status = ns_run_write_phase(store, hold->run_id, "queued", ns_clock_utc_ms(), "", error);
    if (status == NS_OK && run->inputs)
        status = ns_run_write_inputs(store, hold->run_id, run->inputs, error);
    if (status == NS_OK && !ns_purpose_is_check(run->purpose)) /* those are parts of a preflight */
        status = note(store, "start", hold->run_id, NULL, error);
    return ns_sql_end(store, status, error);
}

ns_status ns_queue_hand_back(ns_store *store, const ns_hold *hold, const char *owner, const char *why, ns_hold *out, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status =
            ns_sql(store, NULL, NULL, error,
                   "UPDATE run SET state = 'Queued', started_at = 0, owner = ?, worker_id = 0, epoch = epoch + 1, lease_until = ?, place = '', "
                   "machine = CASE WHEN group_id > 0 THEN '' ELSE machine END, machine_id = CASE WHEN group_id > 0 THEN NULL ELSE machine_id END "
                   "WHERE id = ?",
                   "sii", owner ? owner : "", owner ? now + NS_LEASE_MS : (int64_t)0, hold->run_id);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE sign_in SET holder = '' WHERE run_id = ?", "i", hold->run_id);
    if (status == NS_OK)
        status = ns_run_write_phase(store, hold->run_id, "queued", ns_clock_utc_ms(), why, error);
    status = ns_sql_end(store, status, error);
    if (status == NS_OK)
        *out = (ns_hold){hold->run_id, hold->epoch + 1};
    return status;
}

typedef struct open_run {
    bool is_there;
    bool is_queued;
    bool is_running;
    bool is_held;
    char *before; /* for `end_of` */
} open_run;

static ns_status take_open(void *context, const ns_db_row *row, ns_error *error) {
    open_run *self = context;
    (void)error;
    self->is_there = true;
    self->is_queued = ns_db_integer(row, 0) != 0;
    self->is_running = ns_db_integer(row, 1) != 0;
    self->is_held = ns_db_integer(row, 2) != 0;
    return NS_OK;
}

/* Begins a transaction in which the run is what *out says, unless there is no such run. */
static ns_status begin_of(ns_store *store, int64_t id, open_run *out, ns_error *error) {
    ns_status status = ns_sql_begin(store, error);
    *out = (open_run){0};
    if (status != NS_OK)
        return status;
    status = ns_sql(store, take_open, out, error, "SELECT state = 'Queued', state = 'Running', owner <> '' FROM run WHERE id = ?", "i", id);
    if (status == NS_OK && !out->is_there)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "RunNotFound", "See the runs with: nightshiftctl run list", "There is no run %lld.",
                              (long long)id);
    if (status == NS_OK)
        status = read_note(store, id, &out->before, error);
    return status == NS_OK ? NS_OK : ns_sql_end(store, status, error);
}

/* Ends that transaction, and notes what was done. */
static ns_status end_of(ns_store *store, int64_t id, open_run *run, const char *verb, ns_status status, ns_error *error) {
    if (status == NS_OK)
        status = note(store, verb, id, run->before, error);
    else
        free(run->before);
    return ns_sql_end(store, status, error);
}

ns_status ns_run_request_cancel(ns_store *store, int64_t id, ns_error *error) {
    open_run run;
    ns_status status = begin_of(store, id, &run, error);
    if (status != NS_OK)
        return status;
    if (!run.is_queued && !run.is_running)
        status =
            ns_error_set(error, NS_STATUS_REFUSED, "RunEnded", "See how with: nightshiftctl run show", "Run %lld has already ended.", (long long)id);
    else if (run.is_held)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET cancel_requested = 1 WHERE id = ?", "i", id);
    else
        status = ns_run_write_end(store, id, "Cancelled", NULL, "none", error);
    return end_of(store, id, &run, "cancel", status, error);
}

static ns_status check_queued(const open_run *run, int64_t id, ns_error *error) {
    return run->is_queued ? NS_OK
                          : ns_error_set(error, NS_STATUS_REFUSED, "RunNotQueued", "See how it stands with: nightshiftctl run show",
                                         "Run %lld does not wait in a queue.", (long long)id);
}

ns_status ns_queue_prioritise(ns_store *store, int64_t id, bool high, ns_error *error) {
    open_run run;
    ns_status status = begin_of(store, id, &run, error);
    if (status != NS_OK)
        return status;
    status = check_queued(&run, id, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET priority = ? WHERE id = ?", "ii", (int64_t)high, id);
    return end_of(store, id, &run, "queue", status, error);
}

ns_status ns_queue_move(ns_store *store, int64_t id, bool to_top, ns_error *error) {
    open_run run;
    int64_t top = 0;
    ns_status status = begin_of(store, id, &run, error);
    if (status != NS_OK)
        return status;
    status = check_queued(&run, id, error);
    if (status == NS_OK && to_top)
        status = ns_sql_integer(store, &top, 1, error,
                                "SELECT coalesce(max(moved), 0) + 1 FROM run WHERE state IN ('Queued', 'Running') AND state = 'Queued'", "");
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET moved = ? WHERE id = ?", "ii", top, id);
    return end_of(store, id, &run, "queue", status, error);
}
