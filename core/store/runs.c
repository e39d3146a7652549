#include "store/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/text.h"
#include "store/lease_clock.h"
#include "store/run_values.h"
#include "store/run_write.h"
#include "store/sql.h"

#define RUN_COLUMNS                                                                                                                                  \
    "SELECT id, coalesce(machine_id, 0), coalesce(flow_id, 0), coalesce(connection_id, 0), machine, flow, connection, state, code, message, "        \
    "remedy, exit_code, output_truncated, screen_width, screen_height, screen_scale, session_id, session_user, session_started_at, "                 \
    "session_end, created_at, started_at, ended_at, cancel_requested, EXISTS (SELECT 1 FROM run_screenshot WHERE run_id = run.id), "                 \
    "purpose, session_record, session_reused, message_said, group_id, machine_group, priority, moved, not_before, queue_ms, attempt, retry_of, "     \
    "owner <> '', "                                                                                                                                  \
    "CASE WHEN state = 'Queued' THEN (SELECT detail FROM run_phase WHERE run_id = run.id AND duration_ms < 0) END, "                                 \
    "CASE WHEN state = 'Queued' THEN (SELECT detail_said FROM run_phase WHERE run_id = run.id AND duration_ms < 0) END, "

static ns_status take_run(void *context, const ns_db_row *row, ns_error *error) {
    ns_run *run = context;
    bool failed = false;
    ns_run_clear(run);
    run->id = ns_db_integer(row, 0);
    run->machine_id = ns_db_integer(row, 1);
    run->flow_id = ns_db_integer(row, 2);
    run->connection_id = ns_db_integer(row, 3);
    run->machine = ns_sql_text(row, 4, &failed);
    run->flow = ns_sql_text(row, 5, &failed);
    run->connection = ns_sql_text(row, 6, &failed);
    (void)ns_run_state_parse(ns_db_text(row, 7), &run->state);
    run->code = ns_sql_text(row, 8, &failed);
    run->message = ns_sql_phrase(row, 9, 28, &failed);
    run->remedy = ns_sql_text(row, 10, &failed);
    run->has_exit_code = !ns_db_is_null(row, 11);
    run->exit_code = ns_db_integer(row, 11);
    run->output_truncated = ns_db_integer(row, 12) != 0;
    run->screen_width = ns_db_integer(row, 13);
    run->screen_height = ns_db_integer(row, 14);
    run->screen_scale = ns_db_integer(row, 15);
    run->session_id = ns_sql_text(row, 16, &failed);
    run->session_user = ns_sql_text(row, 17, &failed);
    run->session_started_at = ns_db_integer(row, 18);
    run->session_end = ns_sql_text(row, 19, &failed);
    run->created_at = ns_db_integer(row, 20);
    run->started_at = ns_db_integer(row, 21);
    run->ended_at = ns_db_integer(row, 22);
    run->cancel_requested = ns_db_integer(row, 23) != 0;
    run->has_screenshot = ns_db_integer(row, 24) != 0;
    run->purpose = ns_purpose_parse(ns_db_text(row, 25));
    run->session_record = ns_db_integer(row, 26);
    run->session_reused = ns_db_integer(row, 27) != 0;
    run->group_id = ns_db_integer(row, 29);
    run->group = ns_sql_text(row, 30, &failed);
    run->high = ns_db_integer(row, 31) > 0;
    run->moved = ns_db_integer(row, 32);
    run->not_before = ns_db_integer(row, 33);
    run->queue_ms = ns_db_integer(row, 34);
    run->attempt = ns_db_integer(row, 35);
    run->retry_of = ns_db_integer(row, 36);
    run->held = ns_db_integer(row, 37) != 0;
    run->waits = ns_sql_phrase(row, 38, 39, &failed);
    run->output = ns_sql_text(row, 40, &failed);
    run->environment = ns_sql_text(row, 41, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_run, ns_run_list, ns_run, items, count, take_run)

static ns_status take_phase(void *context, const ns_db_row *row, ns_error *error) {
    ns_phase_record *phase = context;
    bool failed = false;
    phase->name = ns_sql_text(row, 0, &failed);
    phase->started_at = ns_db_integer(row, 1);
    phase->duration_ms = ns_db_integer(row, 2);
    phase->detail = ns_sql_phrase(row, 3, 4, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_phase, ns_run, ns_phase_record, phases, phase_count, take_phase)

static ns_status take_finding(void *context, const ns_db_row *row, ns_error *error) {
    ns_finding *finding = context;
    bool failed = false;
    finding->code = ns_sql_text(row, 0, &failed);
    finding->message = ns_sql_phrase(row, 1, 2, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_finding, ns_run, ns_finding, findings, finding_count, take_finding)

typedef struct held_run {
    bool is_there;
    bool cancel_requested;
    int64_t until;
} held_run;

static ns_status take_held(void *context, const ns_db_row *row, ns_error *error) {
    held_run *self = context;
    (void)error;
    self->is_there = true;
    self->cancel_requested = ns_db_integer(row, 0) != 0;
    self->until = ns_db_integer(row, 1);
    return NS_OK;
}

ns_status ns_run_renew(ns_store *store, const ns_hold *hold, bool *cancel_requested, ns_error *error) {
    held_run held = {0};
    int64_t now = 0;
    ns_status status = ns_sql(store, take_held, &held, error,
                              "SELECT cancel_requested, lease_until FROM run WHERE id = ? AND epoch = ? AND state IN ('Queued', 'Running')", "ii",
                              hold->run_id, hold->epoch);
    *cancel_requested = held.cancel_requested;
    if (status == NS_OK && !held.is_there)
        return ns_run_lost(hold, error);
    if (status == NS_OK)
        status = ns_store_time(store, &now, error);
    if (status != NS_OK || held.until - now > NS_LEASE_MS - NS_RENEW_MS)
        return status;
    status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET lease_until = ? WHERE id = ?", "ii", now + NS_LEASE_MS, hold->run_id);
    return ns_sql_end(store, status, error);
}

ns_status ns_run_end_phase(ns_store *store, int64_t id, int64_t at, ns_error *error) {
    return ns_sql(store, NULL, NULL, error,
                  "UPDATE run_phase SET duration_ms = CASE WHEN started_at < ? THEN ? - started_at ELSE 0 END WHERE run_id = ? AND duration_ms < 0",
                  "iii", at, at, id);
}

ns_status ns_run_write_phase(ns_store *store, int64_t id, const char *name, int64_t at, const char *detail, ns_error *error) {
    ns_sql_said said = {0};
    ns_status status = ns_run_end_phase(store, id, at, error);
    if (status == NS_OK && name)
        status = ns_sql_said_make(detail, &said, error);
    if (status == NS_OK && name)
        status = ns_sql(store, NULL, NULL, error,
                        "INSERT INTO run_phase(run_id, ordinal, name, started_at, detail, detail_said) "
                        "SELECT ?, coalesce(max(ordinal), 0) + 1, ?, ?, ?, ? FROM run_phase WHERE run_id = ?",
                        "isissi", id, name, at, said.text, said.said, id);
    ns_sql_said_clear(&said);
    return status;
}

ns_status ns_run_add_phase(ns_store *store, const ns_hold *hold, const char *name, int64_t at, const char *detail, ns_error *error) {
    const ns_status status = ns_run_begin_held(store, hold, error);
    return status == NS_OK ? ns_sql_end(store, ns_run_write_phase(store, hold->run_id, name, at, detail, error), error) : status;
}

ns_status ns_run_set_phase_detail(ns_store *store, const ns_hold *hold, const char *detail, ns_error *error) {
    /* Such texts come from buffers that may have cut a character, and from machines. */
    ns_text clean;
    ns_sql_said said = {0};
    ns_status status = NS_OK;
    ns_text_init(&clean, 4096);
    (void)ns_utf8_append_lossy(&clean, detail, strlen(detail));
    status = ns_sql_said_make(ns_text_string(&clean), &said, error);
    if (status == NS_OK)
        status = ns_run_begin_held(store, hold, error);
    if (status == NS_OK)
        status = ns_sql_end(store,
                            ns_sql(store, NULL, NULL, error, "UPDATE run_phase SET detail = ?, detail_said = ? WHERE run_id = ? AND duration_ms < 0",
                                   "ssi", said.text, said.said, hold->run_id),
                            error);
    ns_sql_said_clear(&said);
    ns_text_clear(&clean);
    return status;
}

ns_status ns_run_set_session(ns_store *store, const ns_hold *hold, const ns_run *run, ns_error *error) {
    ns_status status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status = ns_sql(store, NULL, NULL, error,
                    "UPDATE run SET screen_width = ?, screen_height = ?, screen_scale = ?, session_id = ?, session_user = ?, "
                    "session_started_at = ?, session_reused = ?, environment = ? WHERE id = ?",
                    "iiissiisi", run->screen_width, run->screen_height, run->screen_scale, run->session_id ? run->session_id : "",
                    run->session_user ? run->session_user : "", run->session_started_at, (int64_t)run->session_reused,
                    run->environment ? run->environment : "", hold->run_id);
    return ns_sql_end(store, status, error);
}

ns_status ns_run_add_finding(ns_store *store, const ns_hold *hold, const char *code, const char *message, ns_error *error) {
    ns_sql_said said = {0};
    ns_status status = ns_sql_said_make(message, &said, error);
    if (status == NS_OK)
        status = ns_run_begin_held(store, hold, error);
    if (status == NS_OK)
        status = ns_sql_end(store,
                            ns_sql(store, NULL, NULL, error,
                                   "INSERT INTO run_finding(run_id, ordinal, code, message, message_said) "
                                   "SELECT ?, coalesce(max(ordinal), 0) + 1, ?, ?, ? FROM run_finding WHERE run_id = ?",
                                   "isssi", hold->run_id, code, said.text, said.said, hold->run_id),
                            error);
    ns_sql_said_clear(&said);
    return status;
}

ns_status ns_run_set_screenshot(ns_store *store, const ns_hold *hold, const void *png, size_t size, ns_error *error) {
    ns_status status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status =
        ns_sql(store, NULL, NULL, error, "INSERT INTO run_screenshot(run_id, png) VALUES (?, ?) ON CONFLICT(run_id) DO UPDATE SET png = excluded.png",
               "ib", hold->run_id, png, size);
    return ns_sql_end(store, status, error);
}

ns_status ns_run_load(ns_store *store, int64_t id, ns_run *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, take_run, out, error, RUN_COLUMNS "output, environment FROM run WHERE id = ?", "i", id);
    if (status == NS_OK && out->id == 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "RunNotFound", "See the runs with: nightshiftctl run list", "There is no run %lld.",
                            (long long)id);
    if (status == NS_OK)
        status = ns_sql(store, append_phase, out, error,
                        "SELECT name, started_at, duration_ms, detail, detail_said FROM run_phase WHERE run_id = ? ORDER BY ordinal", "i", id);
    if (status == NS_OK)
        status = ns_sql(store, append_finding, out, error, "SELECT code, message, message_said FROM run_finding WHERE run_id = ? ORDER BY ordinal",
                        "i", id);
    if (status == NS_OK)
        status = ns_run_read_values(store, id, out, error);
    if (status != NS_OK)
        ns_run_clear(out);
    return status;
}

ns_status ns_runs_load(ns_store *store, int64_t machine_id, int64_t limit, ns_run_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = machine_id ? ns_sql(store, append_run, out, error, RUN_COLUMNS "'', '' FROM run WHERE machine_id = ? ORDER BY id DESC LIMIT ?", "ii",
                                 machine_id, limit)
                        : ns_sql(store, append_run, out, error, RUN_COLUMNS "'', '' FROM run ORDER BY id DESC LIMIT ?", "i", limit);
    if (status != NS_OK)
        ns_run_list_clear(out);
    return status;
}

static int64_t target_of(const ns_run *run) {
    return run->group_id ? -run->group_id : run->machine_id;
}

static int by_target(const void *a, const void *b) {
    const ns_run *const *left = a;
    const ns_run *const *right = b;
    if (target_of(*left) != target_of(*right))
        return target_of(*left) < target_of(*right) ? -1 : 1;
    return *left < *right ? -1 : *left > *right; /* as they stand in the list */
}

/* The place of each among those of its target. */
static ns_status number(ns_run_list *list, ns_error *error) {
    ns_run **sorted = calloc(list->count + 1, sizeof(ns_run *));
    if (!sorted)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->items[i];
    qsort(sorted, list->count, sizeof(ns_run *), by_target);
    for (size_t i = 0; i < list->count; i++)
        sorted[i]->position = i && target_of(sorted[i]) == target_of(sorted[i - 1]) ? sorted[i - 1]->position + 1 : 1;
    free(sorted);
    return NS_OK;
}

/* Nobody has looked at it yet, and nobody will. */
static ns_status explain_idle(ns_store *store, ns_run_list *list, ns_error *error) {
    int64_t now = 0;
    int64_t workers = 0;
    ns_status status = ns_store_time(store, &now, error);
    if (status == NS_OK)
        status = ns_sql_integer(store, &workers, 0, error, "SELECT count(*) FROM worker WHERE lease_until > ? AND stopping = 0", "i", now);
    for (size_t i = 0; status == NS_OK && workers == 0 && i < list->count; i++) {
        ns_text why;
        if (list->items[i].held)
            continue;
        ns_text_init(&why, 200);
        (void)ns_phrase_append_id(&why, "no worker is there to carry it out");
        free(list->items[i].waits);
        list->items[i].waits = ns_text_take(&why);
        if (!list->items[i].waits)
            status = ns_error_set_memory(error);
    }
    return status;
}

ns_status ns_runs_load_queued(ns_store *store, int64_t limit, ns_run_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, append_run, out, error,
                    RUN_COLUMNS "'', '' FROM run WHERE state IN ('Queued', 'Running') AND state = 'Queued' AND not_before >= 0 "
                                "ORDER BY priority DESC, moved DESC, id LIMIT ?",
                    "i", limit);
    if (status == NS_OK)
        status = number(out, error);
    if (status == NS_OK)
        status = explain_idle(store, out, error);
    if (status != NS_OK)
        ns_run_list_clear(out);
    return status;
}

void ns_run_list_clear(ns_run_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_run_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

ns_status ns_run_screenshot(ns_store *store, int64_t id, uint8_t **png, size_t *size, ns_error *error) {
    ns_sql_bytes taken = {0};
    ns_status status = ns_sql(store, ns_sql_take_bytes, &taken, error, "SELECT png FROM run_screenshot WHERE run_id = ?", "i", id);
    if (status == NS_OK && !taken.bytes)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NoPicture", "Set screenshot.policy=always to keep one of every run.",
                              "No screenshot was kept of run %lld.", (long long)id);
    *png = taken.bytes;
    *size = taken.size;
    return status;
}
