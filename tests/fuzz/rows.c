/* A store whose rows say anything at all, and the command line. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system.h"
#include "ctl/line.h"
#include "fuzz.h"
#include "run/request.h"
#include "store/activity.h"
#include "store/changes.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/machine_known.h"
#include "store/preflights.h"
#include "store/queue.h"
#include "store/retention.h"
#include "store/sessions.h"
#include "store/sign_in.h"
#include "store/workers.h"
#include "transfer/transfer.h"
#include "viewer/catalogue.h"

enum { COLUMNS_MAXIMUM = 400, COMMAND_WORDS = 64 };

typedef struct column {
    char table[64];
    char name[64];
} column;

static int take_column(void *context, int count, char **values, char **names) {
    column *columns = context;
    size_t at = 0;
    (void)count;
    (void)names;
    while (at < COLUMNS_MAXIMUM && columns[at].table[0])
        at++;
    if (at == COLUMNS_MAXIMUM)
        abort();
    (void)snprintf(columns[at].table, sizeof columns[at].table, "%s", values[0]);
    (void)snprintf(columns[at].name, sizeof columns[at].name, "%s", values[1]);
    return 0;
}

/* One value of the input: where it goes, what it is, how long it is. Returns how many bytes that took. */
static size_t put_value(sqlite3 *db, const column *columns, size_t count, const uint8_t *data, size_t size) {
    const column *into = &columns[((size_t)data[0] | (size_t)data[1] << 8) % count];
    const size_t length = data[3] < size - 4 ? data[3] : size - 4;
    const uint8_t *bytes = data + 4;
    char *sql = sqlite3_mprintf("UPDATE \"%w\" SET \"%w\" = ?", into->table, into->name);
    sqlite3_stmt *statement = NULL;
    int64_t number = 0;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK) {
        memcpy(&number, bytes, length < sizeof number ? length : sizeof number);
        if (data[2] % 4 == 0)
            (void)sqlite3_bind_int64(statement, 1, number);
        else if (data[2] % 4 == 1)
            (void)sqlite3_bind_text(statement, 1, (const char *)bytes, (int)length, SQLITE_TRANSIENT);
        else if (data[2] % 4 == 2)
            (void)sqlite3_bind_blob(statement, 1, bytes, (int)length, SQLITE_TRANSIENT);
        (void)sqlite3_step(statement); /* one that the schema refuses stays as it was */
    }
    (void)sqlite3_finalize(statement);
    sqlite3_free(sql);
    return 4 + length;
}

static void put_values(const char *path, const uint8_t *data, size_t size) {
    static column columns[COLUMNS_MAXIMUM];
    static size_t count;
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        abort();
    (void)sqlite3_exec(db, "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON", NULL, NULL, NULL);
    if (!count)
        (void)sqlite3_exec(
            db, "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'",
            take_column, columns, NULL);
    while (count < COLUMNS_MAXIMUM && columns[count].table[0])
        count++;
    while (size >= 4) {
        const size_t used = put_value(db, columns, count, data, size);
        data += used;
        size -= used;
    }
    (void)sqlite3_close(db);
}

static void load_lists(ns_store *store) {
    ns_fleet fleet = {0};
    ns_connection_list connections = {0};
    ns_flow_list flows = {0};
    ns_run_list runs = {0};
    ns_session_list sessions = {0};
    ns_activity_list activities = {0};
    ns_change_list changes = {0};
    ns_preflight_list preflights = {0};
    ns_worker_list workers = {0};
    ns_error error;
    (void)!ns_fleet_load(store, &fleet, &error);
    (void)!ns_connections_load(store, &connections, &error);
    (void)!ns_flows_load(store, &flows, &error);
    (void)!ns_runs_load_queued(store, 100, &runs, &error);
    ns_run_list_clear(&runs);
    (void)!ns_runs_load(store, 0, 100, &runs, &error);
    (void)!ns_sessions_load(store, 0, &sessions, &error);
    (void)!ns_activity_load(store, 100, &activities, &error);
    (void)!ns_changes_load(store, 0, &changes, &error);
    (void)!ns_preflight_load_newest(store, &preflights, &error);
    (void)!ns_workers_load(store, &workers, &error);
    ns_worker_list_clear(&workers);
    ns_preflight_list_clear(&preflights);
    ns_change_list_clear(&changes);
    ns_activity_list_clear(&activities);
    ns_session_list_clear(&sessions);
    ns_run_list_clear(&runs);
    ns_flow_list_clear(&flows);
    ns_connection_list_clear(&connections);
    ns_fleet_clear(&fleet);
}

static void load_each(ns_store *store, int64_t id) {
    ns_run run = {0};
    ns_target target = {0};
    ns_connection connection = {0};
    ns_preflight_record preflight = {0};
    ns_secret secret = {0};
    ns_sign_in_turn turn;
    ns_text names;
    int64_t by = 0;
    uint8_t *png = NULL;
    size_t size = 0;
    ns_error error;
    ns_text_init(&names, 1 << 16);
    if (ns_run_load(store, id, &run, &error) == NS_OK)
        ns_run_clear(&run);
    if (ns_run_screenshot(store, id, &png, &size, &error) == NS_OK)
        free(png);
    if (ns_target_load(store, id, &target, &error) == NS_OK)
        (void)!ns_machine_other_entries(store, id, &names, &error);
    if (ns_connection_load_by_id(store, id, &connection, &error) == NS_OK) {
        (void)!ns_sign_in_look(store, &connection, id, 1000, &turn, &by, &error);
        (void)!ns_connection_secret(store, id, &secret, &error);
    }
    (void)!ns_preflight_load(store, id, &preflight, &error);
    ns_preflight_record_clear(&preflight);
    ns_secret_clear(&secret);
    ns_connection_clear(&connection);
    ns_target_clear(&target);
    ns_text_clear(&names);
}

/* What changes a store goes by what is in it as well. */
static void change(ns_store *store) {
    char *owner = ns_system_process_identity();
    const ns_claimant claimant = {.worker_id = 1, .owner = owner};
    ns_claim claim;
    char *text = NULL;
    bool more = false;
    ns_error error;
    (void)!ns_run_claim(store, &claimant, &claim, &error);
    (void)!ns_runs_recover(store, &error);
    (void)!ns_store_tidy(store, &more, &error);
    for (int64_t id = 9; id >= 0; id--)
        (void)!ns_activity_undo(store, id, &error);
    if (ns_transfer_export(store, &text, &error) == NS_OK) {
        fuzz_must_be_text(text);
        free(text);
    }
    free(owner);
}

static void read_rows(const uint8_t *data, size_t size) {
    const char *path = fuzz_store_path();
    ns_store *store = NULL;
    ns_error error;
    put_values(path, data, size);
    if (ns_store_open(path, &store, &error) != NS_OK)
        return;
    load_lists(store);
    for (int64_t id = 1; id <= 3; id++)
        load_each(store, id);
    change(store);
    load_lists(store);
    ns_store_close(store);
}

/* A whole file of ours, taken in. */
static void read_import(const uint8_t *data, size_t size) {
    const ns_import_options options = {.update = size && (data[0] & 1)};
    ns_store *store = NULL;
    ns_import_report report;
    ns_error error;
    if (ns_store_open(fuzz_store_path(), &store, &error) != NS_OK)
        abort();
    (void)!ns_transfer_import(store, data, size, &options, &report, &error);
    ns_import_report_clear(&report);
    load_lists(store);
    ns_store_close(store);
}

/* What asks somebody, waits, reads files or talks to machines is only read. */
static bool may_run(const command *self, const verb *found) {
    static const char *const nouns[] = {"machine", "group", "flow", "settings", "connection", "activity", "run"};
    static const char *const not [] = {"trust", "password", "start", "watch", "queue", "cancel"};
    bool may = false;
    for (size_t i = 0; i < NS_COUNT_OF(nouns); i++)
        may = may || strcmp(found->noun, nouns[i]) == 0;
    for (size_t i = 0; i < NS_COUNT_OF(not ); i++)
        may = may && strcmp(found->name, not [i]) != 0;
    return may && !option_given(self, "screenshot") &&
           (strcmp(found->noun, "connection") != 0 || strcmp(found->name, "add") != 0 || option_given(self, "password-stdin"));
}

static void run_verb(command *self, const verb *found) {
    ns_error error = {0};
    int exit_code = 0;
    if (ns_store_open(fuzz_store_path(), &self->store, &error) != NS_OK)
        abort();
    if (found->run(self, &exit_code, &error) != NS_OK)
        fuzz_must_be_text(catalogue_say(error.message));
    ns_store_close(self->store);
}

/* Its words are lines. */
static void read_line(const uint8_t *data, size_t size) {
    static command self;
    static bool quiet;
    char *text = fuzz_text(data, size);
    char *words[COMMAND_WORDS];
    int count = 0;
    line given;
    ns_error error;
    if (!quiet && catalogue_load() && freopen("/dev/null", "w", stdout) && freopen("/dev/null", "r", stdin))
        quiet = true;
    for (char *at = text; at && count < COMMAND_WORDS;)
        words[count++] = strsep(&at, "\n");
    if (line_read(count, words, &given, &error) == NS_OK && given.verb && line_read_arguments(&given, &self.arguments, &error) == NS_OK) {
        self.json = given.json;
        self.noun = given.verb->noun;
        if (may_run(&self, given.verb))
            run_verb(&self, given.verb);
    }
    free(text);
}

const fuzz_input store_inputs[] = {
    {"rows",
     "core/store/fleet.c:take_machine core/store/fleet.c:take_group core/store/fleet.c:take_value core/store/fleet.c:by_id "
     "core/store/fleet.c:take_owners_value core/store/fleet.c:load_values core/store/fleet.c:ns_fleet_load "
     "core/store/fleet.c:ns_machine_load_by_id core/store/fleet.c:ns_group_load_by_id core/store/runs.c:take_run "
     "core/store/runs.c:take_phase core/store/runs.c:take_finding core/store/runs.c:ns_run_load core/store/runs.c:ns_runs_load "
     "core/store/runs.c:target_of core/store/runs.c:by_target core/store/runs.c:number core/store/runs.c:explain_idle "
     "core/store/runs.c:ns_runs_load_queued core/store/runs.c:take_picture core/store/runs.c:ns_run_screenshot "
     "core/store/sessions.c:take core/store/sessions.c:ns_sessions_load core/store/preflights.c:take "
     "core/store/preflights.c:take_whole core/store/preflights.c:ns_preflight_load_newest core/store/preflights.c:ns_preflight_load "
     "core/store/activity.c core/store/journal.c:kind_of core/store/journal.c:take_thing core/store/journal.c:take_setting "
     "core/store/journal.c:read_thing core/store/journal.c:write_row core/store/journal.c:write_settings "
     "core/store/journal.c:remove_thing core/store/journal.c:is_equal core/store/journal.c:settle_learned "
     "core/store/journal.c:write_rest core/store/journal.c:find_group core/store/journal.c:ns_thing_write "
     "core/store/journal.c:ns_thing_is_same core/store/identity.c:take_connection core/store/flows.c:take_flow "
     "core/store/identity.c:ns_connections_load core/store/flows.c:ns_flows_load core/store/identity.c:open_secret "
     "core/store/identity.c:ns_connection_secret core/store/queue_view.c:take_head core/store/queue_view.c:load_heads "
     "core/store/queue_view.c:take_worker core/store/queue_view.c:ns_queue_view_load core/store/queue_view.c:take_value "
     "core/store/queue_view.c:take_member core/store/queue_view.c:take_members_value core/store/queue_view.c:load_target "
     "core/store/workers.c:take_worker core/store/workers.c:take_group core/store/workers.c:load_groups "
     "core/store/workers.c:ns_workers_load core/store/said.c:ns_sql_phrase",
     read_rows},
    {"import", "core/transfer/import.c -core/transfer/import.c:ns_import_outcome_name", read_import},
    {"line", "app/ctl/line.c", read_line},
    {NULL, NULL, NULL}};
