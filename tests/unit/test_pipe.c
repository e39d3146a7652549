#include "base/pipe.h"
#include "base/system.h"
#include "check.h"

static void a_program_that_does_not_exist_is_told(void **state) {
    const char *const words[] = {"no-such-program-anywhere", NULL};
    const ns_child_options options = {.arguments = words, .inherited = -1};
    ns_child *child = NULL;
    (void)state;
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "FlowNotStarted", ns_child_start(&options, &child, &error));
    assert_null(child);
}

/* The same words for both systems: what prints the environment and what waits. */
static bool on_windows(void) {
    return strcmp(ns_system_program_suffix(), ".exe") == 0;
}

static void a_child_gets_its_environment_and_its_end_is_seen(void **state) {
    const char *const posix[] = {"sh", "-c", "echo $NS_WORD; exit 7", NULL};
    const char *const windows[] = {"cmd.exe", "/c", "echo %NS_WORD%& exit 7", NULL};
    const char *const environment[] = {"NS_WORD=moon", NULL};
    const ns_child_options options = {.arguments = on_windows() ? windows : posix, .environment = environment, .inherited = -1, .merge_errors = true};
    ns_child *child = NULL;
    char bytes[200] = {0};
    size_t size = 0;
    size_t got = 1;
    int code = 0;
    (void)state;
    CHECK_OK(ns_child_start(&options, &child, &error));
    while (got) {
        CHECK_OK(ns_child_read(child, bytes + size, sizeof bytes - 1 - size, &got, &error));
        size += got;
    }
    assert_non_null(strstr(bytes, "moon"));
    assert_true(ns_child_wait(child, 10000, &code));
    assert_int_equal(code, 7);
    ns_child_close(child);
}

/* Finding 2.6: a proxy in the environment redirected runs. */
static void a_confined_child_gets_nothing_of_our_environment_that_it_does_not_need(void **state) {
    const char *const posix[] = {"/bin/sh", "-c", "echo [$HTTPS_PROXY][$NS_WORD]", NULL};
    const char *const windows[] = {"cmd.exe", "/c", "echo [%HTTPS_PROXY%][%NS_WORD%]", NULL};
    const char *const environment[] = {"NS_WORD=moon", NULL};
    const ns_child_options options = {
        .arguments = on_windows() ? windows : posix, .environment = environment, .inherited = -1, .merge_errors = true, .confined = true};
    ns_child *child = NULL;
    char bytes[200] = {0};
    size_t size = 0;
    size_t got = 1;
    (void)state;
    assert_true(SetEnvironmentVariableA("HTTPS_PROXY", "http://192.0.2.1:3128"));
    CHECK_OK(ns_child_start(&options, &child, &error));
    while (got) {
        CHECK_OK(ns_child_read(child, bytes + size, sizeof bytes - 1 - size, &got, &error));
        size += got;
    }
    assert_null(strstr(bytes, "192.0.2.1"));
    assert_non_null(strstr(bytes, "[moon]"));
    assert_true(ns_child_wait(child, 10000, NULL));
    ns_child_close(child);
}

static void a_killed_tree_leaves_nothing_that_holds_the_pipe(void **state) {
    const char *const posix[] = {"sh", "-c", "sleep 600 & echo up; sleep 600", NULL};
    const char *const windows[] = {"cmd.exe", "/c", "echo up& ping -n 600 127.0.0.1 >NUL", NULL};
    const ns_child_options options = {.arguments = on_windows() ? windows : posix, .inherited = -1};
    ns_child *child = NULL;
    char bytes[200];
    size_t got = 0;
    (void)state;
    CHECK_OK(ns_child_start(&options, &child, &error));
    CHECK_OK(ns_child_read(child, bytes, sizeof bytes, &got, &error));
    assert_true(got >= 2);
    ns_child_kill_tree(child);
    do
        CHECK_OK(ns_child_read(child, bytes, sizeof bytes, &got, &error));
    while (got);
    assert_true(ns_child_wait(child, 10000, NULL));
    ns_child_close(child);
}

int test_pipe(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_does_not_exist_is_told),
        cmocka_unit_test(a_child_gets_its_environment_and_its_end_is_seen),
        cmocka_unit_test(a_confined_child_gets_nothing_of_our_environment_that_it_does_not_need),
        cmocka_unit_test(a_killed_tree_leaves_nothing_that_holds_the_pipe),
    };
    return cmocka_run_group_tests_name("pipe", tests, NULL, NULL);
}
