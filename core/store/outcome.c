/* How a run ends: its outcome, and whether its flow is tried once more. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/text.h"
#include "model/result_code.h"
#include "model/retry.h"
#include "store/lease_clock.h"
#include "store/run_values.h"
#include "store/run_write.h"
#include "store/sql.h"

typedef struct policy {
    ns_flow flow;
    int64_t attempt;
} policy;

static ns_status take_policy(void *context, const ns_db_row *row, ns_error *error) {
    policy *self = context;
    bool failed = false;
    self->attempt = ns_db_integer(row, 0);
    self->flow.retry_count = ns_db_integer(row, 1);
    self->flow.retry_delay_s = ns_db_integer(row, 2);
    self->flow.retry_codes = ns_sql_text(row, 3, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

/* Within a transaction. The next attempt stands in the same queue, held by the same process where one holds it itself. */
static ns_status queue_retry(ns_store *store, const policy *of, int64_t id, const char *code, ns_error *error) {
    char why[200];
    int64_t now = 0;
    int64_t next = 0;
    ns_status status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status = ns_sql_integer(
            store, &next, 0, error,
            "INSERT INTO run(machine_id, machine, group_id, machine_group, flow_id, flow, connection_id, connection, lane, state, created_at, "
            "purpose, "
            "owner, epoch, lease_until, queue, priority, rest_until, queue_ms, queue_until, retry_of, attempt) "
            "SELECT CASE WHEN group_id > 0 THEN NULL ELSE machine_id END, CASE WHEN group_id > 0 THEN '' ELSE machine END, group_id, machine_group, "
            "flow_id, flow, connection_id, connection, lane, 'Queued', ?, purpose, CASE WHEN worker_id = 0 THEN owner ELSE '' END, "
            "CASE WHEN worker_id = 0 AND owner <> '' THEN 1 ELSE 0 END, ?, 0, priority, ?, queue_ms, 0, id, attempt + 1 FROM run WHERE id = ? "
            "RETURNING id",
            "iiii", ns_clock_utc_ms(), now + NS_LEASE_MS, now + of->flow.retry_delay_s * 1000, id);
    ns_phrase_write(why, sizeof why, "attempt %lld of %lld, since run %lld ended as %s", (long long)of->attempt + 1,
                    (long long)of->flow.retry_count + 1, (long long)id, code);
    if (status == NS_OK)
        status = ns_run_copy_inputs(store, id, next, error);
    return status == NS_OK ? ns_run_write_phase(store, next, "queued", ns_clock_utc_ms(), why, error) : status;
}

/* Within a transaction. */
static ns_status try_again(ns_store *store, int64_t id, const char *code, ns_error *error) {
    policy of = {0};
    ns_status status =
        ns_sql(store, take_policy, &of, error,
               "SELECT r.attempt, f.retry_count, f.retry_delay_s, f.retry_codes FROM run r JOIN flow f ON f.id = r.flow_id "
               "WHERE r.id = ? AND r.purpose = 'flow' AND r.connection_id IS NOT NULL AND (r.group_id > 0 OR r.machine_id IS NOT NULL)",
               "i", id);
    if (status == NS_OK && of.attempt && ns_retry_is_due(&of.flow, of.attempt, code))
        status = queue_retry(store, &of, id, code, error);
    ns_flow_clear(&of.flow);
    return status;
}

ns_status ns_run_write_outcome(ns_store *store, const ns_run *run, ns_error *error) {
    const int64_t now = ns_clock_utc_ms();
    ns_sql_said said = {0};
    ns_status status = ns_sql_said_make(run->message, &said, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error,
                        "UPDATE run SET state = ?, code = ?, message = ?, message_said = ?, remedy = ?, output = ?, output_truncated = ?, "
                        "session_end = ?, ended_at = ? WHERE id = ? AND state IN ('Queued', 'Running')",
                        "ssssssisii", ns_run_state_name(run->state), run->code, said.text, said.said, run->remedy, run->output ? run->output : "",
                        (int64_t)run->output_truncated, run->session_end ? run->session_end : "", now, run->id);
    if (status == NS_OK && run->has_exit_code)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET exit_code = ? WHERE id = ?", "ii", run->exit_code, run->id);
    ns_sql_said_clear(&said);
    if (status == NS_OK)
        status = ns_run_end_phase(store, run->id, now, error);
    if (status == NS_OK)
        status = try_again(store, run->id, run->code, error);
    return status == NS_OK ? ns_run_forget_secrets(store, run->id, error) : status;
}

ns_status ns_run_write_end(ns_store *store, int64_t id, const char *code, const char *detail, const char *session_end, ns_error *error) {
    const ns_result_code *outcome = ns_result_code_find(code);
    ns_run ended = {.id = id,
                    .state = outcome->state,
                    .code = (char *)(uintptr_t)outcome->code,
                    .remedy = (char *)(uintptr_t)outcome->remedy,
                    .session_end = (char *)(uintptr_t)session_end};
    ns_text message;
    ns_status status = NS_OK;
    ns_text_init(&message, 8192);
    (void)ns_phrase_append_id(&message, outcome->message);
    if (detail && detail[0])
        (void)ns_text_appendf(&message, " %s", detail);
    ended.message = ns_text_take(&message);
    status = ended.message ? ns_run_write_outcome(store, &ended, error) : ns_error_set_memory(error);
    free(ended.message);
    return status;
}

ns_status ns_run_finish(ns_store *store, const ns_hold *hold, const ns_run *run, ns_error *error) {
    const ns_status status = ns_run_begin_held(store, hold, error);
    return status == NS_OK ? ns_sql_end(store, ns_run_write_outcome(store, run, error), error) : status;
}

static ns_status take_hold(void *context, const ns_db_row *row, ns_error *error) {
    (void)error;
    *(ns_hold *)context = (ns_hold){ns_db_integer(row, 0), ns_db_integer(row, 1)};
    return NS_OK;
}

ns_status ns_run_next_attempt(ns_store *store, int64_t id, const char *owner, ns_hold *out, ns_error *error) {
    *out = (ns_hold){0};
    return ns_sql(store, take_hold, out, error, "SELECT id, epoch FROM run WHERE retry_of > 0 AND retry_of = ? AND state = 'Queued' AND owner = ?",
                  "is", id, owner);
}
