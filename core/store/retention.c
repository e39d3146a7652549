#include "store/retention.h"

#include <stdio.h>

#include "base/clock.h"
#include "store/sql.h"

enum { DAY_MS = 86400000, AT_ONCE = 200, PICTURES_AT_ONCE = 20, PARTS_AT_ONCE = 40 };

/* Order: ns_keep. */
static const ns_keep_rule rules[] = {
    {"run-days", "How many days a run's record is kept.", 365, 1, 36500},
    {"runs", "How many of the newest runs are kept.", 100000, 100, 100000000},
    {"picture-days", "How many days a run's picture is kept.", 30, 1, 36500},
    {"output-days", "How many days what a flow wrote is kept.", 90, 1, 36500},
    {"artifact-days", "How many days the files and the film strip that a run brought back are kept.", 30, 1, 36500},
    {"activity-days", "How many days a change is kept in the activity, and can be undone.", 365, 1, 36500},
};
_Static_assert(NS_COUNT_OF(rules) == NS_KEEP_COUNT, "every rule is there");

const ns_keep_rule *ns_keep_rule_get(ns_keep keep) {
    return &rules[keep];
}

static ns_status load_one(ns_store *store, ns_keep keep, int64_t *value, ns_error *error) {
    char name[40];
    (void)snprintf(name, sizeof name, "keep-%s", rules[keep].key);
    return ns_sql_integer(store, value, rules[keep].initial, error, "SELECT value FROM store_state WHERE name = ?", "s", name);
}

ns_status ns_keep_load(ns_store *store, int64_t values[NS_KEEP_COUNT], ns_error *error) {
    ns_status status = NS_OK;
    for (int keep = 0; keep < NS_KEEP_COUNT && status == NS_OK; keep++)
        status = load_one(store, (ns_keep)keep, &values[keep], error);
    return status;
}

static ns_status write_state(ns_store *store, const char *name, int64_t value, ns_error *error) {
    return ns_sql(store, NULL, NULL, error,
                  "INSERT INTO store_state(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", "si", name, value);
}

ns_status ns_keep_set(ns_store *store, ns_keep keep, int64_t value, ns_error *error) {
    char name[40];
    if (value < rules[keep].minimum || value > rules[keep].maximum)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidRetention", "Give a whole number in that range.", "%s is from %lld to %lld, not %lld.",
                            rules[keep].key, (long long)rules[keep].minimum, (long long)rules[keep].maximum, (long long)value);
    (void)snprintf(name, sizeof name, "keep-%s", rules[keep].key);
    return write_state(store, name, value, error);
}

static int64_t days_ago(int64_t days) {
    return ns_clock_utc_ms() - days * DAY_MS;
}

/* The oldest by number are the oldest by time: only they are looked at. What is large goes first, a little at a time (remove_brought). */
static ns_status remove_runs(ns_store *store, int64_t before, int64_t newest, int64_t *removed, ns_error *error) {
    const ns_status status =
        ns_sql(store, NULL, NULL, error,
               "DELETE FROM run WHERE id < (SELECT coalesce(min(id), 0) FROM run WHERE state NOT IN ('Queued', 'Running')) + ? "
               "AND state NOT IN ('Queued', 'Running') AND NOT EXISTS (SELECT 1 FROM run_artifact a WHERE a.run_id = run.id) AND "
               "NOT EXISTS (SELECT 1 FROM run_film f WHERE f.run_id = run.id) AND "
               "(created_at < ? OR id <= (SELECT coalesce(max(id), 0) FROM run) - ?)",
               "iii", (int64_t)AT_ONCE, before, newest);
    *removed += status == NS_OK ? ns_db_affected(store->db) : 0;
    return status;
}

static ns_status remove_pictures(ns_store *store, int64_t before, int64_t *removed, ns_error *error) {
    const ns_status status = ns_sql(store, NULL, NULL, error,
                                    "DELETE FROM run_screenshot WHERE run_id IN (SELECT s.run_id FROM run_screenshot s JOIN run r ON r.id = s.run_id "
                                    "WHERE s.run_id <= (SELECT max(o.run_id) FROM (SELECT run_id FROM run_screenshot ORDER BY run_id LIMIT ?) o) AND "
                                    "r.created_at < ?)",
                                    "ii", (int64_t)PICTURES_AT_ONCE, before);
    *removed += status == NS_OK ? ns_db_affected(store->db) : 0;
    return status;
}

/* From where it stopped: an output that is gone cannot be told from one that never was. */
static ns_status remove_outputs(ns_store *store, int64_t before, int64_t *removed, ns_error *error) {
    int64_t from = 0;
    int64_t to = 0;
    ns_status status = ns_sql_integer(store, &from, 0, error, "SELECT value FROM store_state WHERE name = 'output-removed-to'", "");
    if (status == NS_OK)
        status = ns_sql_integer(store, &to, 0, error,
                                "SELECT coalesce(max(o.id), 0) FROM (SELECT id, created_at, state FROM run WHERE id > ? ORDER BY id LIMIT ?) o WHERE "
                                "o.created_at < ? AND o.state NOT IN ('Queued', 'Running')",
                                "iii", from, (int64_t)AT_ONCE, before);
    if (status != NS_OK || to == 0)
        return status;
    status = ns_sql(store, NULL, NULL, error,
                    "UPDATE run SET output = '' WHERE id > ? AND id <= ? AND output <> '' AND created_at < ? AND state NOT IN ('Queued', 'Running')",
                    "iii", from, to, before);
    *removed += to - from;
    return status == NS_OK ? write_state(store, "output-removed-to", to, error) : status;
}

/* The bytes that an output was, and what a flow brought back: few at once, since each may be large. */
static ns_status remove_values(ns_store *store, int64_t before, int64_t at_once, const char *sql, int64_t *removed, ns_error *error) {
    const ns_status status = ns_sql(store, NULL, NULL, error, sql, "ii", before, at_once);
    *removed += status == NS_OK ? ns_db_affected(store->db) : 0;
    return status;
}

static ns_status remove_brought(ns_store *store, int64_t before, int64_t *removed, ns_error *error) {
    static const struct {
        int64_t at_once;
        const char *sql;
    } kinds[] = {
        {PARTS_AT_ONCE, "DELETE FROM run_artifact_part WHERE (artifact_id, from_byte) IN (SELECT p.artifact_id, p.from_byte FROM run r "
                        "JOIN run_artifact a ON a.run_id = r.id JOIN run_artifact_part p ON p.artifact_id = a.id WHERE r.created_at < ? AND r.state "
                        "NOT IN ('Queued', 'Running') LIMIT ?)"},
        {AT_ONCE, "DELETE FROM run_artifact WHERE id IN (SELECT a.id FROM run r JOIN run_artifact a ON a.run_id = r.id WHERE r.created_at < ? AND "
                  "r.state NOT IN ('Queued', 'Running') AND "
                  "NOT EXISTS (SELECT 1 FROM run_artifact_part p WHERE p.artifact_id = a.id) LIMIT ?)"},
        {PICTURES_AT_ONCE, "DELETE FROM run_film WHERE (run_id, at) IN (SELECT f.run_id, f.at FROM run r JOIN run_film f ON f.run_id = r.id WHERE "
                           "r.created_at < ? AND r.state NOT IN ('Queued', 'Running') LIMIT ?)"},
    };
    ns_status status = NS_OK;
    for (size_t i = 0; i < NS_COUNT_OF(kinds) && status == NS_OK; i++)
        status = remove_values(store, before, kinds[i].at_once, kinds[i].sql, removed, error);
    return status;
}

/* What goes with its run goes before it. */
static int64_t brought_before(ns_store *store, const int64_t values[NS_KEEP_COUNT]) {
    const int64_t days = values[NS_KEEP_ARTIFACT_DAYS] < values[NS_KEEP_RUN_DAYS] ? values[NS_KEEP_ARTIFACT_DAYS] : values[NS_KEEP_RUN_DAYS];
    int64_t newest = 0; /* of those that are too many */
    if (ns_sql_integer(store, &newest, 0, &(ns_error){0},
                       "SELECT coalesce(max(created_at), 0) FROM run WHERE id <= (SELECT coalesce(max(id), 0) FROM run) - ?", "i",
                       values[NS_KEEP_RUNS]) != NS_OK)
        newest = 0;
    return newest + 1 > days_ago(days) ? newest + 1 : days_ago(days);
}

/* The newest change stays: numbers of things that are gone are not given again. */
static ns_status remove_activity(ns_store *store, int64_t before, int64_t *removed, ns_error *error) {
    const ns_status status = ns_sql(store, NULL, NULL, error,
                                    "DELETE FROM activity WHERE id < (SELECT coalesce(min(id), 0) FROM activity) + ? AND at < ? AND "
                                    "id < (SELECT max(id) FROM activity)",
                                    "ii", (int64_t)AT_ONCE, before);
    *removed += status == NS_OK ? ns_db_affected(store->db) : 0;
    return status;
}

ns_status ns_store_tidy(ns_store *store, bool *more, ns_error *error) {
    int64_t values[NS_KEEP_COUNT] = {0};
    int64_t removed = 0;
    ns_status status = ns_sql_begin(store, error);
    *more = false;
    if (status != NS_OK)
        return status;
    status = ns_keep_load(store, values, error);
    if (status == NS_OK)
        status = remove_brought(store, brought_before(store, values), &removed, error);
    if (status == NS_OK)
        status = remove_runs(store, days_ago(values[NS_KEEP_RUN_DAYS]), values[NS_KEEP_RUNS], &removed, error);
    if (status == NS_OK)
        status = remove_pictures(store, days_ago(values[NS_KEEP_PICTURE_DAYS]), &removed, error);
    if (status == NS_OK)
        status = remove_outputs(store, days_ago(values[NS_KEEP_OUTPUT_DAYS]), &removed, error);
    if (status == NS_OK)
        status =
            remove_values(store, days_ago(values[NS_KEEP_OUTPUT_DAYS]), PICTURES_AT_ONCE,
                          "DELETE FROM run_raw_output WHERE run_id IN (SELECT o.run_id FROM run_raw_output o JOIN run r ON r.id = o.run_id WHERE "
                          "r.created_at < ? AND r.state NOT IN ('Queued', 'Running') LIMIT ?)",
                          &removed, error);
    if (status == NS_OK)
        status = remove_activity(store, days_ago(values[NS_KEEP_ACTIVITY_DAYS]), &removed, error);
    status = ns_sql_end(store, status, error);
    *more = status == NS_OK && removed > 0;
    return status;
}

static ns_status take_part(void *context, const ns_db_row *row, ns_error *error) {
    ns_store_part *part = context;
    (void)error;
    part->count = ns_db_integer(row, 0);
    part->bytes = ns_db_integer(row, 1);
    return NS_OK;
}

ns_status ns_store_measure(ns_store *store, ns_store_part parts[NS_STORE_PARTS], int64_t *file, ns_error *error) {
    static const struct {
        const char *name;
        const char *sql;
    } kinds[] = {
        {"runs", "SELECT count(*), coalesce(sum(length(message) + length(message_said) + length(environment) + 200), 0) FROM run"},
        {"output", "SELECT count(*), coalesce(sum(length(output)), 0) FROM run WHERE output <> ''"},
        {"pictures", "SELECT count(*), coalesce(sum(length(png)), 0) FROM run_screenshot"},
        {"artifacts", "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM run_artifact_part"},
        {"film", "SELECT count(*), coalesce(sum(length(png)), 0) FROM run_film"},
        {"preflights", "SELECT count(*), coalesce(sum(length(row) + length(facts)), 0) FROM preflight"},
        {"activity", "SELECT count(*), coalesce(sum(length(coalesce(before, '')) + length(coalesce(after, ''))), 0) FROM activity_change"},
        {"machines", "SELECT count(*), coalesce(sum(length(name) + length(host) + length(description)), 0) FROM machine"},
    };
    _Static_assert(NS_COUNT_OF(kinds) == NS_STORE_PARTS, "every part is measured");
    ns_status status = ns_db_size(store->db, file, error);
    for (size_t i = 0; i < NS_STORE_PARTS && status == NS_OK; i++) {
        parts[i] = (ns_store_part){.name = kinds[i].name};
        status = ns_sql(store, take_part, &parts[i], error, kinds[i].sql, "");
    }
    return status;
}
