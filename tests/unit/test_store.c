#include <sqlite3.h>

#include "base/system.h"
#include "check.h"

#include <utime.h>
#include "store/retention.h"
#include "store/action.h"
#include "store/activity.h"
#include "store/backup.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/schema.h"

static void write_file(const char *path, const char *bytes, size_t size) {
    FILE *file = ns_system_open_file(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void run_sql(const char *path, const char *sql) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void a_text_file_is_refused_and_left_as_it_is(void **state) {
    static const char text[] = "This is a letter to my aunt, and no store. It is long enough to look like a header, too.....";
    const char *path = scratch_path("letter.txt");
    char now[sizeof text] = {0};
    ns_store *store = NULL;
    FILE *file = NULL;
    (void)state;
    write_file(path, text, sizeof text);
    CHECK_STATUS(NS_STATUS_STORE, "StoreNotAStore", ns_store_open(path, &store, &error));
    assert_null(store);
    file = ns_system_open_file(path, "rb");
    assert_int_equal(fread(now, 1, sizeof now, file), sizeof text);
    (void)fclose(file);
    assert_memory_equal(now, text, sizeof text);
}

static void a_foreign_database_is_refused(void **state) {
    const char *path = scratch_path("foreign.db");
    ns_store *store = NULL;
    (void)state;
    run_sql(path, "CREATE TABLE recipes(name TEXT)");
    CHECK_STATUS(NS_STATUS_STORE, "StoreForeign", ns_store_open(path, &store, &error));
}

static void a_store_of_a_newer_version_is_refused(void **state) {
    char path[1300];
    ns_store *store = scratch_store("newer.db");
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    ns_store_close(store);
    run_sql(path, "PRAGMA user_version = 9999");
    CHECK_STATUS(NS_STATUS_STORE, "StoreTooNew", ns_store_open(path, &store, &error));
}

static void a_store_of_the_first_version_is_brought_up_and_keeps_what_it_had(void **state) {
    const char *path = scratch_path("first.db");
    char kept[1400];
    ns_store *store = NULL;
    ns_connection_list connections;
    (void)state;
    run_sql(path, ns_schema_step(0));
    run_sql(path, "INSERT INTO connection(name, name_key, user_name, domain) VALUES ('c', 'c', 'robot', '');"
                  "PRAGMA user_version = 1; PRAGMA application_id = 0x4E534853;");
    CHECK_OK(ns_store_open(path, &store, &error));
    CHECK_OK(ns_connections_load(store, &connections, &error));
    assert_int_equal(connections.count, 1);
    assert_int_equal(connections.items[0].kind, NS_CONNECTION_PASSWORD);
    ns_connection_list_clear(&connections);
    ns_store_close(store);
    (void)snprintf(kept, sizeof kept, "%s.v1.bak", path);
    assert_true(ns_system_file_exists(kept)); /* a copy as it was before */
}

static void a_damaged_store_is_refused_and_kept(void **state) {
    char path[1300];
    ns_store *store = scratch_store("damaged.db");
    char noise[8192];
    FILE *file = NULL;
    long size = 0;
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    for (int i = 0; i < 50; i++) {
        char name[32];
        ns_machine machine = {.name = name, .host = (char *)(uintptr_t) "h", .port = 3389};
        (void)snprintf(name, sizeof name, "machine %d", i);
        CHECK_OK(ns_machine_save(store, &machine, &error));
    }
    ns_store_close(store);
    run_sql(path, "UPDATE store_state SET value = 0 WHERE name = 'checked-at'"); /* it is looked at whole once a day */
    memset(noise, 0x5A, sizeof noise);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096 * 2, SEEK_SET), 0);
    assert_int_equal(fwrite(noise, 1, sizeof noise, file), sizeof noise);
    (void)fseek(file, 0, SEEK_END);
    size = ftell(file);
    (void)fclose(file);
    CHECK_STATUS(NS_STATUS_STORE, "StoreDamaged", ns_store_open(path, &store, &error));
    file = fopen(path, "rb");
    (void)fseek(file, 0, SEEK_END);
    assert_int_equal(ftell(file), size);
    (void)fclose(file);
}

/* Finding 1.18: integrity_check at every open read the whole file. */
static void a_store_is_read_whole_once_a_day_and_once_a_start_of_the_computer(void **state) {
    char path[1300];
    ns_store *store = scratch_store("checked.db");
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    ns_store_close(store);
    /* What only a look at the whole file finds: an index that lacks a row. */
    run_sql(path,
            "INSERT INTO machine_group(name, name_key, description) VALUES ('a', 'a', '');"
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX machine_by_group ON machine(group_id) WHERE 0' WHERE name = "
            "'machine_by_group'; PRAGMA writable_schema = RESET; INSERT INTO machine(name, name_key, host, port, description, group_id) "
            "VALUES ('m', 'm', 'h', 3389, '', 1); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX machine_by_group ON "
            "machine(group_id)' WHERE name = 'machine_by_group'; PRAGMA writable_schema = RESET");
    CHECK_OK(ns_store_open(path, &store, &error));
    CHECK_STATUS(NS_STATUS_STORE, "StoreDamaged", ns_store_check(store, &error));
    ns_store_close(store);
    run_sql(path, "UPDATE store_state SET value = value - 86400001 WHERE name = 'checked-at'");
    CHECK_STATUS(NS_STATUS_STORE, "StoreDamaged", ns_store_open(path, &store, &error));
    run_sql(path, "UPDATE store_state SET value = value + 86400001 WHERE name = 'checked-at'");
    CHECK_OK(ns_store_open(path, &store, &error));
    ns_store_close(store);
    run_sql(path, "UPDATE store_state SET value = value - 3600000 WHERE name = 'checked-boot'");
    CHECK_STATUS(NS_STATUS_STORE, "StoreDamaged", ns_store_open(path, &store, &error));
}

/* Finding 1.20: an older program that is open wrote into the new schema, */
static void a_program_that_is_older_than_the_store_by_now_writes_nothing(void **state) {
    ns_store *store = scratch_store("overtaken.db");
    ns_group group = {.name = (char *)(uintptr_t) "Office"};
    (void)state;
    run_sql(ns_store_locator(store), "PRAGMA user_version = 9999");
    CHECK_STATUS(NS_STATUS_STORE, "StoreTooNew", ns_group_save(store, &group, &error));
    ns_store_close(store);
}

/* and the copy of an attempt that failed was an empty file, which the next one took for whole. */
static void an_empty_copy_of_an_earlier_attempt_is_made_again(void **state) {
    const char *path = scratch_path("again.db");
    char kept[1400];
    ns_store *store = NULL;
    (void)state;
    run_sql(path, ns_schema_step(0));
    run_sql(path, "PRAGMA user_version = 1; PRAGMA application_id = 0x4E534853;");
    (void)snprintf(kept, sizeof kept, "%s.v1.bak", path);
    write_file(kept, "", 0);
    CHECK_OK(ns_store_open(path, &store, &error));
    ns_store_close(store);
    assert_true(ns_system_file_size(kept) > 0);
}

/* Finding 1.24: a connection that was removed had every run looked at. */
static void what_refers_to_a_thing_is_found_by_an_index(void **state) {
    static const char *const questions[] = {"SELECT 1 FROM run WHERE connection_id = 1", "SELECT 1 FROM run WHERE flow_id = 1",
                                            "SELECT 1 FROM run WHERE machine_id = 1",    "SELECT 1 FROM session WHERE connection_id = 1",
                                            "SELECT 1 FROM machine WHERE group_id = 1",  "SELECT 1 FROM worker_group WHERE group_id = 1"};
    ns_store *store = scratch_store("indexes.db");
    sqlite3 *handle = NULL;
    (void)state;
    assert_int_equal(sqlite3_open(ns_store_locator(store), &handle), SQLITE_OK);
    for (size_t i = 0; i < NS_COUNT_OF(questions); i++) {
        char asked[200];
        sqlite3_stmt *statement = NULL;
        (void)snprintf(asked, sizeof asked, "EXPLAIN QUERY PLAN %s", questions[i]);
        assert_int_equal(sqlite3_prepare_v2(handle, asked, -1, &statement, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        if (!strstr((const char *)sqlite3_column_text(statement, 3), "SEARCH"))
            fail_msg("%s: %s", questions[i], (const char *)sqlite3_column_text(statement, 3));
        (void)sqlite3_finalize(statement);
    }
    (void)sqlite3_close(handle);
    ns_store_close(store);
}

/* Finding 1.25: keys of an older version, which took "ß" for "ss". */
static void names_of_an_older_store_are_found_by_their_new_keys(void **state) {
    char path[1400];
    char back[64];
    ns_store *store = scratch_store("rekey.db");
    ns_group group = {.name = (char *)(uintptr_t) "Stra\xC3\x9F"
                                                  "e"};
    ns_group found = {0};
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    CHECK_OK(ns_group_save(store, &group, &error));
    ns_store_close(store);
    run_sql(path, "UPDATE machine_group SET name_key = 'strasse'");
    /* What a later step brings is taken away again. */
    run_sql(path, "DROP TRIGGER machine_elsewhere; ALTER TABLE machine DROP COLUMN nla_before;"
                  "CREATE TRIGGER machine_elsewhere AFTER UPDATE OF host ON machine BEGIN SELECT 1; END;"
                  "ALTER TABLE flow DROP COLUMN kind; ALTER TABLE flow DROP COLUMN scope; ALTER TABLE flow DROP COLUMN inputs;"
                  "ALTER TABLE flow DROP COLUMN console; ALTER TABLE flow DROP COLUMN encoding; ALTER TABLE flow DROP COLUMN make_folder;"
                  "ALTER TABLE flow DROP COLUMN artifacts; ALTER TABLE flow DROP COLUMN picture_every_s; ALTER TABLE flow DROP COLUMN keep_awake_s;"
                  "ALTER TABLE flow DROP COLUMN end_outside; DROP TABLE run_artifact_part; DROP TABLE run_artifact; DROP TABLE run_film;"
                  "DROP TABLE run_input; DROP TABLE run_output_value; DROP TABLE run_raw_output;");
    (void)snprintf(back, sizeof back, "PRAGMA user_version = %d", NS_SCHEMA_REKEY);
    run_sql(path, back);
    CHECK_OK(ns_store_open(path, &store, &error));
    CHECK_OK(ns_group_load(store,
                           "STRA\xC3\x9F"
                           "E",
                           &found, &error));
    assert_int_equal(found.id, group.id);
    ns_group_clear(&found);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "XrmMachineGroupNotFound", ns_group_load(store, "strasse", &found, &error));
    ns_store_close(store);
}

static void a_change_by_another_program_is_noticed(void **state) {
    ns_store *ours = scratch_store("shared.db");
    ns_store *theirs = NULL;
    ns_group group = {.name = (char *)(uintptr_t) "Office"};
    int64_t before = ns_store_change_mark(ours);
    (void)state;
    CHECK_OK(ns_store_open(ns_store_locator(ours), &theirs, &error));
    assert_int_equal(ns_store_change_mark(ours), before);
    CHECK_OK(ns_group_save(theirs, &group, &error));
    assert_int_not_equal(ns_store_change_mark(ours), before);
    ns_store_close(theirs);
    ns_store_close(ours);
}

static void damage(const char *path) {
    static const char rubbish[8192] = "rubbish";
    FILE *file = NULL;
    run_sql(path, "UPDATE store_state SET value = 0 WHERE name = 'checked-at'"); /* it is looked at whole once a day */
    file = fopen(path, "r+b");
    assert_non_null(file);
    (void)fseek(file, 4096, SEEK_SET);
    assert_int_equal(fwrite(rubbish, 1, sizeof rubbish, file), sizeof rubbish);
    (void)fclose(file);
}

static int64_t copies(const char *path) {
    int64_t count = 0;
    for (int number = 1; number <= NS_BACKUPS + 1; number++) {
        char copy[1400];
        (void)snprintf(copy, sizeof copy, "%s.backup%d", path, number);
        count += ns_system_file_exists(copy);
    }
    return count;
}

/* All copies are a day older than they were. */
static void a_day_goes_by(const char *path) {
    for (int number = 1; number <= NS_BACKUPS; number++) {
        char copy[1400];
        struct utimbuf times;
        (void)snprintf(copy, sizeof copy, "%s.backup%d", path, number);
        times.actime = times.modtime = (time_t)(ns_system_file_time(copy) / 1000) - 86400;
        if (ns_system_file_exists(copy))
            assert_int_equal(utime(copy, &times), 0);
    }
}

static void copies_are_taken_once_a_day_and_the_oldest_goes(void **state) {
    ns_store *store = scratch_store("copied.db");
    const char *path = ns_store_locator(store);
    (void)state;
    assert_int_equal(ns_store_backup_time(path), 0);
    CHECK_OK(ns_store_backup_if_due(store, NULL, NULL, &error));
    assert_int_equal(copies(path), 1);
    assert_true(ns_store_backup_time(path) > 1700000000000);
    CHECK_OK(ns_store_backup_if_due(store, NULL, NULL, &error));
    assert_int_equal(copies(path), 1);
    for (int i = 0; i < NS_BACKUPS + 2; i++) {
        CHECK_OK(ns_store_backup(store, &error));
        a_day_goes_by(path);
    }
    assert_int_equal(copies(path), NS_BACKUPS);
    ns_store_close(store);
}

/* Finding 1.25: seven copies on demand pushed out all the daily ones. */
static void copies_on_demand_take_the_place_of_todays(void **state) {
    ns_store *store = scratch_store("on-demand.db");
    const char *path = ns_store_locator(store);
    char oldest[1400];
    int64_t at = 0;
    (void)state;
    for (int i = 0; i < NS_BACKUPS; i++) {
        CHECK_OK(ns_store_backup_if_due(store, NULL, NULL, &error));
        a_day_goes_by(path);
    }
    (void)snprintf(oldest, sizeof oldest, "%s.backup%d", path, NS_BACKUPS);
    for (int i = 0; i < 2; i++) /* today's first, and its newest */
        CHECK_OK(ns_store_backup(store, &error));
    at = ns_system_file_time(oldest);
    for (int i = 0; i < NS_BACKUPS; i++)
        CHECK_OK(ns_store_backup(store, &error));
    assert_int_equal(copies(path), NS_BACKUPS);
    assert_true(at != 0 && ns_system_file_time(oldest) == at);
    ns_store_close(store);
}

static void the_newest_whole_copy_takes_the_place_of_a_damaged_store(void **state) {
    ns_store *store = scratch_store("restored.db");
    char path[1200];
    char copy[1300];
    int64_t at = 0;
    ns_machine machine = {0};
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    (void)snprintf(copy, sizeof copy, "%s.backup1", path);
    CHECK_STATUS(NS_STATUS_REFUSED, "StoreNotDamaged", ns_store_restore(path, &at, &error));
    (void)make_machine(store, "first", 0);
    CHECK_OK(ns_store_backup(store, &error));
    (void)make_machine(store, "second", 0);
    CHECK_OK(ns_store_backup(store, &error));
    ns_store_close(store);
    damage(copy); /* the newest: the one before it is used */
    damage(path);
    CHECK_OK(ns_store_restore(path, &at, &error));
    assert_true(at > 0);
    CHECK_OK(ns_store_open(path, &store, &error));
    CHECK_OK(ns_machine_load(store, "first", &machine, &error));
    ns_machine_clear(&machine);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machine_load(store, "second", &machine, &error));
    ns_store_close(store);
}

static void a_store_that_is_gone_or_empty_is_not_begun_anew_beside_its_copies(void **state) {
    ns_store *store = scratch_store("lost.db");
    ns_machine machine = {0};
    char path[1200];
    char left[1300];
    int64_t at = 0;
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    (void)make_machine(store, "kept", 0);
    CHECK_OK(ns_store_backup(store, &error));
    ns_store_close(store);
    write_file(path, "", 0);
    (void)snprintf(left, sizeof left, "%s.restored", path); /* of an attempt that was broken off; with one copy there is no second chance */
    write_file(left, "rubbish", 7);
    CHECK_STATUS(NS_STATUS_STORE, "StoreMissing", ns_store_open(path, &store, &error));
    (void)remove(path);
    CHECK_STATUS(NS_STATUS_STORE, "StoreMissing", ns_store_open(path, &store, &error));
    write_file(path, "x", 1); /* SQLite takes it for empty */
    CHECK_STATUS(NS_STATUS_STORE, "StoreMissing", ns_store_open(path, &store, &error));
    CHECK_OK(ns_store_restore(path, &at, &error));
    CHECK_OK(ns_store_open(path, &store, &error));
    CHECK_OK(ns_machine_load(store, "kept", &machine, &error));
    ns_machine_clear(&machine);
    ns_store_close(store);
}

static void a_database_of_another_program_is_neither_replaced_nor_put_back(void **state) {
    char path[1200];
    char copy[1300];
    int64_t at = 0;
    ns_store *store = NULL;
    (void)state;
    (void)snprintf(path, sizeof path, "%s", scratch_path("others.db"));
    (void)snprintf(copy, sizeof copy, "%s.backup1", path);
    run_sql(path, "CREATE TABLE recipes(name TEXT)");
    run_sql(copy, "CREATE TABLE recipes(name TEXT)");
    CHECK_STATUS(NS_STATUS_REFUSED, "StoreNotDamaged", ns_store_restore(path, &at, &error));
    CHECK_STATUS(NS_STATUS_STORE, "StoreForeign", ns_store_open(path, &store, &error));
    (void)remove(path);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "NoBackup", ns_store_restore(path, &at, &error));
}

static bool never(void *context) {
    (void)context;
    return false;
}

static void a_copy_that_is_called_off_leaves_nothing(void **state) {
    ns_store *store = scratch_store("off.db");
    char fresh[1300];
    ns_error ignored;
    (void)state;
    for (int i = 0; i < 300; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%d", i);
        (void)make_machine(store, name, 0);
    }
    (void)snprintf(fresh, sizeof fresh, "%s.backup-new", ns_store_locator(store));
    assert_int_not_equal(ns_store_backup_if_due(store, never, NULL, &ignored), NS_OK);
    assert_int_equal(copies(ns_store_locator(store)), 0);
    assert_false(ns_system_file_exists(fresh));
    CHECK_OK(ns_store_backup_if_due(store, NULL, NULL, &error));
    assert_int_equal(copies(ns_store_locator(store)), 1);
    ns_store_close(store);
}

static void without_a_copy_a_damaged_store_stays_as_it_is(void **state) {
    ns_store *store = scratch_store("nocopy.db");
    char path[1200];
    int64_t at = 0;
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_locator(store));
    ns_store_close(store);
    damage(path);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "NoBackup", ns_store_restore(path, &at, &error));
    CHECK_STATUS(NS_STATUS_STORE, "StoreDamaged", ns_store_open(path, &store, &error));
}

static void changes_of_one_action_come_together_or_not_at_all(void **state) {
    ns_store *store = scratch_store("action.db");
    ns_machine machine = {0};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_action_begin(store, "edit", &error));
    (void)make_machine(store, "kept", 0);
    CHECK_OK(ns_action_step(store, &error));
    (void)make_machine(store, "taken back", 0);
    assert_int_equal(ns_action_size(store), 2);
    assert_int_equal(ns_action_step_end(store, NS_STATUS_REFUSED, NULL), NS_STATUS_REFUSED);
    assert_int_equal(ns_action_size(store), 1);
    CHECK_STATUS(NS_STATUS_EXISTS, "NameTaken",
                 ns_machine_save(store, &(ns_machine){.name = (char *)(uintptr_t) "KEPT", .host = (char *)(uintptr_t) "h", .port = 1}, &error));
    (void)make_machine(store, "too", 0);
    CHECK_OK(ns_action_end(store, NS_OK, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machine_load(store, "taken back", &machine, &error));
    CHECK_OK(ns_activity_load(store, 10, &list, &error));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].verb, "edit");
    assert_int_equal(list.items[0].thing_count, 2);
    ns_activity_list_clear(&list);
    CHECK_OK(ns_action_begin(store, "edit", &error));
    (void)make_machine(store, "gone", 0);
    assert_int_equal(ns_action_end(store, NS_STATUS_INVALID, NULL), NS_STATUS_INVALID);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machine_load(store, "gone", &machine, &error));
    (void)make_machine(store, "alone", 0); /* and after it all is as before */
    CHECK_OK(ns_activity_load(store, 10, &list, &error));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].verb, "add");
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static int count_rows(const ns_store *store, const char *table) {
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    char sql[100];
    int count = 0;
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    assert_int_equal(sqlite3_open(ns_store_locator(store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(handle);
    return count;
}

/* Finding 1.10: nothing was ever removed. */
static void what_is_older_than_is_to_be_kept_goes_and_what_goes_on_stays(void **state) {
    static const char fill[] =
        "INSERT INTO flow(name, name_key, program, arguments, directory, timeout_s, success_codes) VALUES ('f', 'f', 'p', '', '', 0, '0');"
        "INSERT INTO run(machine, flow, connection, state, created_at, output) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
        "i < 500) "
        "SELECT 'm', 'f', 'c', CASE WHEN i = 3 THEN 'Running' ELSE 'Succeeded' END, unixepoch() * 1000 - (500 - i) * 86400000, 'text' FROM n;"
        "INSERT INTO run_screenshot SELECT id, x'00' FROM run WHERE id <= 100 OR id > 450;"
        "INSERT INTO run_raw_output SELECT id, x'00' FROM run; INSERT INTO run_film SELECT id, 1, x'00' FROM run;"
        "INSERT INTO run_artifact(run_id, name, size, changed_at, sha256) SELECT id, 'a', 1, 1, '' FROM run;"
        "INSERT INTO run_artifact_part SELECT id, 0, x'00' FROM run_artifact; INSERT INTO run_artifact_part SELECT id, 1, x'00' FROM run_artifact;"
        "INSERT INTO activity(at, who, verb) SELECT created_at, 'w', 'add' FROM run";
    ns_store *store = scratch_store("tidy.db");
    ns_store_part parts[NS_STORE_PARTS];
    int64_t file = 0;
    sqlite3 *handle = NULL;
    bool more = true;
    int rounds = 0;
    (void)state;
    assert_int_equal(sqlite3_open(ns_store_locator(store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, fill, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(handle);
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidRetention", ns_keep_set(store, NS_KEEP_RUN_DAYS, 0, &error));
    CHECK_OK(ns_keep_set(store, NS_KEEP_RUN_DAYS, 400, &error));
    while (more && rounds++ < 50)
        CHECK_OK(ns_store_tidy(store, &more, &error));
    assert_true(rounds > 1 && rounds < 50);
    CHECK_OK(ns_store_measure(store, parts, &file, &error));
    assert_string_equal(parts[0].name, "runs");
    assert_int_equal(parts[0].count, 401); /* of 400 days, and the one that goes on */
    assert_string_equal(parts[1].name, "output");
    assert_int_equal(parts[1].count, 91);
    assert_string_equal(parts[2].name, "pictures");
    assert_int_equal(parts[2].count, 30);
    assert_string_equal(parts[3].name, "artifacts");
    assert_int_equal(parts[3].count, 2 * 31); /* with those of the run that goes on */
    assert_string_equal(parts[4].name, "film");
    assert_int_equal(parts[4].count, 31);
    assert_int_equal(count_rows(store, "run_artifact"), 31);
    assert_int_equal(count_rows(store, "run_raw_output"), 91);
    assert_true(file > 0);
    CHECK_OK(ns_keep_set(store, NS_KEEP_RUNS, 100, &error));
    for (more = true, rounds = 0; more && rounds < 50; rounds++)
        CHECK_OK(ns_store_tidy(store, &more, &error));
    CHECK_OK(ns_store_measure(store, parts, &file, &error));
    assert_int_equal(parts[0].count, 101);
    ns_store_close(store);
}

int test_store(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_file_is_refused_and_left_as_it_is),
        cmocka_unit_test(a_foreign_database_is_refused),
        cmocka_unit_test(a_store_of_a_newer_version_is_refused),
        cmocka_unit_test(a_store_of_the_first_version_is_brought_up_and_keeps_what_it_had),
        cmocka_unit_test(a_damaged_store_is_refused_and_kept),
        cmocka_unit_test(a_store_is_read_whole_once_a_day_and_once_a_start_of_the_computer),
        cmocka_unit_test(a_program_that_is_older_than_the_store_by_now_writes_nothing),
        cmocka_unit_test(an_empty_copy_of_an_earlier_attempt_is_made_again),
        cmocka_unit_test(what_refers_to_a_thing_is_found_by_an_index),
        cmocka_unit_test(names_of_an_older_store_are_found_by_their_new_keys),
        cmocka_unit_test(a_change_by_another_program_is_noticed),
        cmocka_unit_test(copies_are_taken_once_a_day_and_the_oldest_goes),
        cmocka_unit_test(copies_on_demand_take_the_place_of_todays),
        cmocka_unit_test(the_newest_whole_copy_takes_the_place_of_a_damaged_store),
        cmocka_unit_test(a_store_that_is_gone_or_empty_is_not_begun_anew_beside_its_copies),
        cmocka_unit_test(a_database_of_another_program_is_neither_replaced_nor_put_back),
        cmocka_unit_test(a_copy_that_is_called_off_leaves_nothing),
        cmocka_unit_test(without_a_copy_a_damaged_store_stays_as_it_is),
        cmocka_unit_test(changes_of_one_action_come_together_or_not_at_all),
        cmocka_unit_test(what_is_older_than_is_to_be_kept_goes_and_what_goes_on_stays),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
