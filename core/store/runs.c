#include "store/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "base/text.h"
#include "model/result_code.h"
#include "store/action.h"
#include "store/lease_clock.h"
#include "store/sessions.h"
#include "store/sql.h"

enum { LEASE_MS = 60000, HAND_OVER_MS = 15000, RENEW_MS = 10000 };

#define RUN_COLUMNS                                                                                                                                  \
    "SELECT id, coalesce(machine_id, 0), coalesce(flow_id, 0), coalesce(connection_id, 0), machine, flow, connection, state, code, message, "        \
    "remedy, exit_code, output_truncated, screen_width, screen_height, screen_scale, session_id, session_user, session_started_at, "                 \
    "session_end, created_at, started_at, ended_at, cancel_requested, EXISTS (SELECT 1 FROM run_screenshot WHERE run_id = run.id), "                 \
    "purpose, session_record, session_reused, message_said, "

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
    run->output = ns_sql_text(row, 29, &failed);
    run->environment = ns_sql_text(row, 30, &failed);
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

/* Begins a transaction for a run that is to be added; *until is when somebody must have taken it. */
static ns_status begin_adding(ns_store *store, int64_t *until, ns_error *error) {
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, until, error);
    *until += HAND_OVER_MS;
    return status == NS_OK ? NS_OK : ns_sql_end(store, status, error);
}

ns_status ns_run_add(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, const char *owner, int64_t *id, ns_error *error) {
    int64_t until = 0;
    ns_status status = begin_adding(store, &until, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_integer(store, id, 0, error,
                            "INSERT INTO run(machine_id, flow_id, connection_id, machine, flow, connection, state, created_at, owner, lease_until) "
                            "SELECT m.id, f.id, c.id, m.name, f.name, c.name, 'Queued', ?, ?, ? FROM machine m, flow f, connection c "
                            "WHERE m.id = ? AND f.id = ? AND c.id = ? RETURNING id",
                            "isiiii", ns_clock_utc_ms(), owner, until, machine_id, flow_id, connection_id);
    if (status == NS_OK && *id == 0)
        status =
            ns_error_set(error, NS_STATUS_NOT_FOUND, "MachineNotFound", "Choose again.", "The machine, flow or connection does not exist any more.");
    return ns_sql_end(store, status, error);
}

ns_status ns_run_add_sign_out(ns_store *store, int64_t session_record, const char *owner, int64_t *id, ns_error *error) {
    int64_t until = 0;
    ns_status status = begin_adding(store, &until, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_integer(
        store, id, 0, error,
        "INSERT INTO run(machine_id, flow_id, connection_id, machine, flow, connection, state, created_at, owner, lease_until, purpose, "
        "session_record) SELECT m.id, NULL, c.id, m.name, '', c.name, 'Queued', ?, ?, ?, 'sign-out', s.id "
        "FROM session s JOIN machine m ON m.id = s.machine_id JOIN connection c ON c.id = s.connection_id WHERE s.id = ? RETURNING id",
        "isii", ns_clock_utc_ms(), owner, until, session_record);
    if (status == NS_OK && *id == 0)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "SessionNotKnown", "See them with: nightshiftctl session list",
                              "That session, or the connection that it was signed in with, is not known any more.");
    return ns_sql_end(store, status, error);
}

ns_status ns_run_add_check(ns_store *store, int64_t machine_id, int64_t connection_id, ns_purpose purpose, const char *owner, int64_t *id,
                           ns_error *error) {
    int64_t until = 0;
    ns_status status = begin_adding(store, &until, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_integer(
        store, id, 0, error,
        "INSERT INTO run(machine_id, flow_id, connection_id, machine, flow, connection, state, created_at, owner, lease_until, purpose) "
        "SELECT m.id, NULL, c.id, m.name, '', c.name, 'Queued', ?, ?, ?, ? FROM machine m, connection c WHERE m.id = ? AND c.id = ? RETURNING id",
        "isisii", ns_clock_utc_ms(), owner, until, ns_purpose_name(purpose), machine_id, connection_id);
    if (status == NS_OK && *id == 0)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "MachineNotFound", "Choose again.", "The machine or connection does not exist any more.");
    return ns_sql_end(store, status, error);
}

ns_status ns_run_take(ns_store *store, int64_t id, const char *owner, ns_hold *out, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_sql_begin(store, error);
    *out = (ns_hold){.run_id = id};
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status = ns_sql_integer(store, &out->epoch, 0, error,
                                "UPDATE run SET owner = ?, lease_until = ?, epoch = epoch + 1 WHERE id = ? AND state = 'Queued' AND epoch = 0 "
                                "RETURNING epoch",
                                "sii", owner, now + LEASE_MS, id);
    if (status == NS_OK && out->epoch == 0)
        status =
            ns_error_set(error, NS_STATUS_REFUSED, "RunNotQueued", "Start a new run.", "Run %lld is not waiting to be carried out.", (long long)id);
    return ns_sql_end(store, status, error);
}

static ns_status lost(const ns_hold *hold, ns_error *error) {
    return ns_error_set(error, NS_STATUS_LOST, "RunLost", "Look at the machine's sessions, and start the run again.",
                        "Run %lld was closed by another program: this one was not heard of for more than a minute.", (long long)hold->run_id);
}

/* A transaction of the one who holds the run; it is open when NS_OK comes back. */
static ns_status begin_held(ns_store *store, const ns_hold *hold, ns_error *error) {
    int64_t held = 0;
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_integer(store, &held, 0, error, "SELECT 1 FROM run WHERE id = ? AND epoch = ? AND state IN ('Queued', 'Running')", "ii",
                            hold->run_id, hold->epoch);
    if (status == NS_OK && !held)
        status = lost(hold, error);
    return status == NS_OK ? NS_OK : ns_sql_end(store, status, error);
}

#define RUNS_BEFORE                                                                                                                                  \
    "(SELECT count(*) FROM run r WHERE r.machine_id = run.machine_id AND r.state IN ('Queued', 'Running') AND (r.state = 'Running' OR r.id < "       \
    "run.id))"

/* Looks before it writes: one that has to wait holds nobody up. */
ns_status ns_run_try_start(ns_store *store, const ns_hold *hold, int64_t session_max, bool *started, ns_error *error) {
    int64_t before = 0;
    ns_status status =
        ns_sql_integer(store, &before, INT64_MAX, error, "SELECT " RUNS_BEFORE " FROM run WHERE id = ? AND state = 'Queued'", "i", hold->run_id);
    *started = false;
    if (status != NS_OK || before >= session_max)
        return status;
    status = begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status =
        ns_sql(store, NULL, NULL, error, "UPDATE run SET state = 'Running', started_at = ? WHERE id = ? AND state = 'Queued' AND " RUNS_BEFORE " < ?",
               "iii", ns_clock_utc_ms(), hold->run_id, session_max);
    *started = status == NS_OK && ns_db_affected(store->db) > 0;
    return ns_sql_end(store, status, error);
}

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
        return lost(hold, error);
    if (status == NS_OK)
        status = ns_store_time(store, &now, error);
    if (status != NS_OK || held.until - now > LEASE_MS - RENEW_MS)
        return status;
    status = begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status = ns_store_time_keep(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET lease_until = ? WHERE id = ?", "ii", now + LEASE_MS, hold->run_id);
    return ns_sql_end(store, status, error);
}

ns_status ns_run_request_cancel(ns_store *store, int64_t id, ns_error *error) {
    ns_status status =
        ns_sql(store, NULL, NULL, error, "UPDATE run SET cancel_requested = 1 WHERE id = ? AND state IN ('Queued', 'Running')", "i", id);
    if (status == NS_OK && ns_db_affected(store->db) == 0) {
        int64_t exists = 0;
        status = ns_sql_integer(store, &exists, 0, error, "SELECT 1 FROM run WHERE id = ?", "i", id);
        if (status == NS_OK && !exists)
            return ns_error_set(error, NS_STATUS_NOT_FOUND, "RunNotFound", "See the runs with: nightshiftctl run list", "There is no run %lld.",
                                (long long)id);
        if (status == NS_OK)
            return ns_error_set(error, NS_STATUS_REFUSED, "RunEnded", "See how with: nightshiftctl run show", "Run %lld has already ended.",
                                (long long)id);
    }
    return status;
}

static ns_status end_phase(ns_store *store, int64_t id, int64_t at, ns_error *error) {
    return ns_sql(store, NULL, NULL, error,
                  "UPDATE run_phase SET duration_ms = CASE WHEN started_at < ? THEN ? - started_at ELSE 0 END WHERE run_id = ? AND duration_ms < 0",
                  "iii", at, at, id);
}

ns_status ns_run_add_phase(ns_store *store, const ns_hold *hold, const char *name, int64_t at, const char *detail, ns_error *error) {
    const int64_t id = hold->run_id;
    ns_sql_said said = {0};
    ns_status status = ns_sql_said_make(detail, &said, error);
    if (status == NS_OK)
        status = begin_held(store, hold, error);
    if (status == NS_OK) {
        status = end_phase(store, id, at, error);
        if (status == NS_OK && name)
            status = ns_sql(store, NULL, NULL, error,
                            "INSERT INTO run_phase(run_id, ordinal, name, started_at, detail, detail_said) "
                            "SELECT ?, coalesce(max(ordinal), 0) + 1, ?, ?, ?, ? FROM run_phase WHERE run_id = ?",
                            "isissi", id, name, at, said.text, said.said, id);
        status = ns_sql_end(store, status, error);
    }
    ns_sql_said_clear(&said);
    return status;
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
        status = begin_held(store, hold, error);
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
    ns_status status = begin_held(store, hold, error);
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
        status = begin_held(store, hold, error);
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
    ns_status status = begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    status =
        ns_sql(store, NULL, NULL, error, "INSERT INTO run_screenshot(run_id, png) VALUES (?, ?) ON CONFLICT(run_id) DO UPDATE SET png = excluded.png",
               "ib", hold->run_id, png, size);
    return ns_sql_end(store, status, error);
}

/* Within a transaction. */
static ns_status write_outcome(ns_store *store, const ns_run *run, const ns_sql_said *said, int64_t now, ns_error *error) {
    ns_status status =
        ns_sql(store, NULL, NULL, error,
               "UPDATE run SET state = ?, code = ?, message = ?, message_said = ?, remedy = ?, output = ?, output_truncated = ?, session_end = ?, "
               "ended_at = ? WHERE id = ? AND state IN ('Queued', 'Running')",
               "ssssssisii", ns_run_state_name(run->state), run->code, said->text, said->said, run->remedy, run->output ? run->output : "",
               (int64_t)run->output_truncated, run->session_end ? run->session_end : "", now, run->id);
    if (status == NS_OK && run->has_exit_code)
        status = ns_sql(store, NULL, NULL, error, "UPDATE run SET exit_code = ? WHERE id = ?", "ii", run->exit_code, run->id);
    return status == NS_OK ? end_phase(store, run->id, now, error) : status;
}

ns_status ns_run_finish(ns_store *store, const ns_hold *hold, const ns_run *run, ns_error *error) {
    ns_sql_said said = {0};
    ns_status status = ns_sql_said_make(run->message, &said, error);
    if (status == NS_OK)
        status = begin_held(store, hold, error);
    if (status == NS_OK)
        status = ns_sql_end(store, write_outcome(store, run, &said, ns_clock_utc_ms(), error), error);
    ns_sql_said_clear(&said);
    return status;
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

void ns_run_list_clear(ns_run_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_run_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

typedef struct picture {
    uint8_t *bytes;
    size_t size;
} picture;

static ns_status take_picture(void *context, const ns_db_row *row, ns_error *error) {
    picture *out = context;
    const void *bytes = ns_db_bytes(row, 0, &out->size);
    out->bytes = malloc(out->size ? out->size : 1);
    if (!out->bytes)
        return ns_error_set_memory(error);
    if (out->size)
        memcpy(out->bytes, bytes, out->size);
    return NS_OK;
}

ns_status ns_run_screenshot(ns_store *store, int64_t id, uint8_t **png, size_t *size, ns_error *error) {
    picture taken = {0};
    ns_status status = ns_sql(store, take_picture, &taken, error, "SELECT png FROM run_screenshot WHERE run_id = ?", "i", id);
    if (status == NS_OK && !taken.bytes)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NoPicture", "Set screenshot.policy=always to keep one of every run.",
                              "No screenshot was kept of run %lld.", (long long)id);
    *png = taken.bytes;
    *size = taken.size;
    return status;
}

typedef struct open_run {
    ns_hold hold;
    char *owner;
    int64_t until;
    bool queued;
} open_run;

typedef struct open_runs {
    open_run *items;
    size_t count;
} open_runs;

static ns_status append_open(void *context, const ns_db_row *row, ns_error *error) {
    open_runs *list = context;
    bool failed = false;
    void *items = list->items;
    open_run *item = ns_sql_grow(&items, &list->count, sizeof *item);
    list->items = items;
    if (!item)
        return ns_error_set_memory(error);
    item->hold = (ns_hold){ns_db_integer(row, 0), ns_db_integer(row, 1)};
    item->owner = ns_sql_text(row, 2, &failed);
    item->until = ns_db_integer(row, 3);
    item->queued = ns_db_integer(row, 4) != 0;
    return failed ? ns_error_set_memory(error) : NS_OK;
}

/* A process that is known to be dead holds nothing any more. Of a run that nobody has taken yet, the one that asked for it may have ended. */
static bool is_given_up(const open_run *run, int64_t now) {
    return run->until < now || (run->hold.epoch && ns_system_process_is_alive(run->owner) == 0);
}

/* In one transaction with a last look: its holder may be ending it at this moment. */
static ns_status close_lost(ns_store *store, const open_run *run, int64_t now, ns_error *error) {
    const ns_result_code *outcome = ns_result_code_find("Interrupted");
    const ns_run closed = {.id = run->hold.run_id,
                           .state = outcome->state,
                           .code = (char *)(uintptr_t)outcome->code,
                           .message = (char *)(uintptr_t)outcome->message,
                           .remedy = (char *)(uintptr_t)outcome->remedy,
                           .session_end = (char *)(uintptr_t)(run->queued ? "none" : "unconfirmed")};
    int64_t until = 0;
    ns_status status = ns_action_begin(store, "recover", error);
    if (status != NS_OK)
        return status;
    status =
        ns_sql_integer(store, &until, INT64_MAX, error, "SELECT lease_until FROM run WHERE id = ? AND epoch = ? AND state IN ('Queued', 'Running')",
                       "ii", run->hold.run_id, run->hold.epoch);
    if (status == NS_OK && (until == run->until || until < now)) {
        status = ns_session_remember_lost(store, run->hold.run_id, error);
        if (status == NS_OK)
            status = ns_run_finish(store, &run->hold, &closed, error);
        if (status == NS_OK)
            status = ns_sql(store, NULL, NULL, error, "UPDATE run SET epoch = epoch + 1 WHERE id = ?", "i", run->hold.run_id);
    }
    return ns_action_end(store, status, error);
}

ns_status ns_runs_recover(ns_store *store, ns_error *error) {
    open_runs open = {0};
    int64_t now = 0;
    ns_status status = ns_store_time(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(store, append_open, &open, error,
                        "SELECT id, epoch, owner, lease_until, state = 'Queued' FROM run WHERE state IN ('Queued', 'Running')", "");
    for (size_t i = 0; i < open.count && status == NS_OK; i++)
        if (is_given_up(&open.items[i], now))
            status = close_lost(store, &open.items[i], now, error);
    for (size_t i = 0; i < open.count; i++)
        free(open.items[i].owner);
    free(open.items);
    return status;
}
