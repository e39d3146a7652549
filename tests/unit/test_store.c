#include <sqlite3.h>

#include "base/system.h"
#include "check.h"
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
    CHECK_STATUS(NS_STATUS_STORE, "StoreNotAStore", ns_store_open(path, &store, &error));
}

static void a_store_of_a_newer_version_is_refused(void **state) {
    char path[1300];
    ns_store *store = scratch_store("newer.db");
    (void)state;
    (void)snprintf(path, sizeof path, "%s", ns_store_path(store));
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
    (void)snprintf(path, sizeof path, "%s", ns_store_path(store));
    for (int i = 0; i < 50; i++) {
        char name[32];
        ns_machine machine = {.name = name, .host = (char *)(uintptr_t) "h", .port = 3389};
        (void)snprintf(name, sizeof name, "machine %d", i);
        CHECK_OK(ns_machine_save(store, &machine, &error));
    }
    ns_store_close(store);
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

static void a_change_by_another_program_is_noticed(void **state) {
    ns_store *ours = scratch_store("shared.db");
    ns_store *theirs = NULL;
    ns_group group = {.name = (char *)(uintptr_t) "Office"};
    int64_t before = ns_store_change_mark(ours);
    (void)state;
    CHECK_OK(ns_store_open(ns_store_path(ours), &theirs, &error));
    assert_int_equal(ns_store_change_mark(ours), before);
    CHECK_OK(ns_group_save(theirs, &group, &error));
    assert_int_not_equal(ns_store_change_mark(ours), before);
    ns_store_close(theirs);
    ns_store_close(ours);
}

int test_store(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_file_is_refused_and_left_as_it_is),
        cmocka_unit_test(a_foreign_database_is_refused),
        cmocka_unit_test(a_store_of_a_newer_version_is_refused),
        cmocka_unit_test(a_store_of_the_first_version_is_brought_up_and_keeps_what_it_had),
        cmocka_unit_test(a_damaged_store_is_refused_and_kept),
        cmocka_unit_test(a_change_by_another_program_is_noticed),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
