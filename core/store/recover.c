#include <stdlib.h>

#include "base/system.h"
#include "model/assignment.h"
#include "store/action.h"
#include "store/lease_clock.h"
#include "store/run_write.h"
#include "store/sessions.h"
#include "store/sign_in.h"
#include "store/sql.h"
#include "store/workers.h"

typedef struct held_run {
    ns_hold hold;
    char *owner;
    int64_t until;
    bool queued;
} held_run;

typedef struct held_runs {
    held_run *items;
    size_t count;
} held_runs;

static ns_status take_held(void *context, const ns_db_row *row, ns_error *error) {
    held_run *item = context;
    bool failed = false;
    item->hold = (ns_hold){ns_db_integer(row, 0), ns_db_integer(row, 1)};
    item->owner = ns_sql_text(row, 2, &failed);
    item->until = ns_db_integer(row, 3);
    item->queued = ns_db_integer(row, 4) != 0;
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_held, held_runs, held_run, items, count, take_held)

/* A process that is known to be dead holds nothing any more. */
static bool is_given_up(const held_run *run, int64_t now) {
    return run->until < now || ns_system_process_is_alive(run->owner) == 0;
}

/* A password goes out only after its phase was written down. The rest is the machine's signin.interval, in seconds. */
static ns_status rest_account(ns_store *store, int64_t run_id, ns_error *error) {
    int64_t seconds = -1;
    ns_status status = ns_sql_integer(
        store, &seconds, -1, error,
        "SELECT CAST(coalesce((SELECT s.value FROM machine_setting s WHERE s.machine_id = r.machine_id AND s.name = 'signin.interval'), "
        "(SELECT g.value FROM group_setting g JOIN machine m ON m.group_id = g.group_id WHERE m.id = r.machine_id AND g.name = 'signin.interval'), "
        "?) "
        "AS INTEGER) FROM run r WHERE r.id = ? AND EXISTS (SELECT 1 FROM run_phase p WHERE p.run_id = r.id AND p.name = 'sign-in')",
        "si", ns_setting_get(NS_SETTING_SIGNIN_INTERVAL)->initial, run_id);
    return status == NS_OK && seconds > 0 ? ns_sign_in_lost(store, run_id, seconds * 1000, error) : status;
}

/* In one transaction with a last look: its holder may be ending it at this moment. */
static ns_status close_lost(ns_store *store, const held_run *run, int64_t now, ns_error *error) {
    int64_t until = 0;
    ns_status status = ns_action_begin(store, "recover", error);
    if (status != NS_OK)
        return status;
    status =
        ns_sql_integer(store, &until, INT64_MAX, error, "SELECT lease_until FROM run WHERE id = ? AND epoch = ? AND state IN ('Queued', 'Running')",
                       "ii", run->hold.run_id, run->hold.epoch);
    if (status == NS_OK && (until == run->until || until < now)) {
        status = rest_account(store, run->hold.run_id, error);
        if (status == NS_OK)
            status = ns_session_remember_lost(store, run->hold.run_id, error);
        if (status == NS_OK) /* nobody holds it any more, nor what comes after it */
            status = ns_sql(store, NULL, NULL, error, "UPDATE run SET owner = '' WHERE id = ?", "i", run->hold.run_id);
        if (status == NS_OK)
            status = ns_run_write_end(store, run->hold.run_id, "Interrupted", NULL, run->queued ? "none" : "unconfirmed", error);
        if (status == NS_OK)
            status = ns_sql(store, NULL, NULL, error, "UPDATE run SET epoch = epoch + 1 WHERE id = ?", "i", run->hold.run_id);
    }
    return ns_action_end(store, status, error);
}

typedef struct late_run {
    int64_t id;
    bool of_group;
    char *why;
} late_run;

typedef struct late_runs {
    late_run *items;
    size_t count;
} late_runs;

static ns_status take_late(void *context, const ns_db_row *row, ns_error *error) {
    late_run *item = context;
    bool failed = false;
    item->id = ns_db_integer(row, 0);
    item->of_group = ns_db_integer(row, 1) != 0;
    item->why = ns_sql_phrase(row, 2, 3, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_late, late_runs, late_run, items, count, take_late)

#define LATE "state = 'Queued' AND queue <> 0 AND owner = '' AND queue_until <= ?"

static ns_status load_late(ns_store *store, int64_t now, late_runs *out, ns_error *error) {
    return ns_sql(store, append_late, out, error,
                  "SELECT id, group_id > 0, coalesce((SELECT detail FROM run_phase WHERE run_id = run.id AND duration_ms < 0), ''), "
                  "coalesce((SELECT detail_said FROM run_phase WHERE run_id = run.id AND duration_ms < 0), '') FROM run WHERE " LATE " LIMIT 100",
                  "i", now);
}

/* Those that nobody holds and that have waited for as long as they may. */
static ns_status end_late(ns_store *store, int64_t now, ns_error *error) {
    late_runs late = {0};
    ns_status status = load_late(store, now, &late, error);
    const bool any = late.count > 0;
    if (status == NS_OK && any)
        status = ns_action_begin(store, "recover", error);
    for (size_t i = 0; any && status == NS_OK && i < late.count; i++) {
        int64_t still = 0;
        char why[NS_QUEUE_WHY_SIZE];
        const char *code = ns_queue_timed_out(late.items[i].of_group, late.items[i].why, why);
        status = ns_sql_integer(store, &still, 0, error, "SELECT 1 FROM run WHERE id = ? AND " LATE, "ii", late.items[i].id, now);
        if (status == NS_OK && still)
            status = ns_run_write_end(store, late.items[i].id, code, why, "none", error);
    }
    if (any)
        status = ns_action_end(store, status, error);
    for (size_t i = 0; i < late.count; i++)
        free(late.items[i].why);
    free(late.items);
    return status;
}

ns_status ns_runs_recover(ns_store *store, ns_error *error) {
    held_runs held = {0};
    int64_t now = 0;
    ns_status status = ns_store_time(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(store, append_held, &held, error,
                        "SELECT id, epoch, owner, lease_until, state = 'Queued' FROM run WHERE state IN ('Queued', 'Running') AND owner <> ''", "");
    for (size_t i = 0; i < held.count && status == NS_OK; i++)
        if (is_given_up(&held.items[i], now))
            status = close_lost(store, &held.items[i], now, error);
    for (size_t i = 0; i < held.count; i++)
        free(held.items[i].owner);
    free(held.items);
    if (status == NS_OK)
        status = end_late(store, now, error);
    return status == NS_OK ? ns_workers_forget_dead(store, error) : status;
}
