/* The folder of nightshiftctl in the search path of Windows: nobody else's entry is lost or changed. */
#include "check.h"
#include "ctl/search_path.h"

static const char here[] = "C:\\Program Files\\Nightshift";

static void expect(const char *before, bool present, const char *after) {
    char *changed = search_path_change(before, here, present);
    assert_string_equal(changed, after);
    free(changed);
}

static void a_folder_is_on_the_search_path_once(void **state) {
    (void)state;
    expect("", true, "C:\\Program Files\\Nightshift");
    expect("%SystemRoot%\\system32;C:\\Tools", true, "%SystemRoot%\\system32;C:\\Tools;C:\\Program Files\\Nightshift");
    expect("c:\\program files\\NIGHTSHIFT\\;C:\\Tools", true, "c:\\program files\\NIGHTSHIFT\\;C:\\Tools");
    expect("C:\\Tools;C:\\Program Files\\Nightshift;C:\\Program Files\\Nightshift", true, "C:\\Tools;C:\\Program Files\\Nightshift");
    expect("C:\\Tools;;", true, "C:\\Tools;C:\\Program Files\\Nightshift");
}

static void it_is_taken_away_and_nothing_else(void **state) {
    (void)state;
    expect("", false, "");
    expect("C:\\Program Files\\Nightshift", false, "");
    expect("C:\\A;C:\\Program Files\\Nightshift;C:\\B", false, "C:\\A;C:\\B");
    expect("C:\\Program Files\\Nightshift Tools;C:\\Program Files", false, "C:\\Program Files\\Nightshift Tools;C:\\Program Files");
    expect("%USERPROFILE%\\bin;c:\\PROGRAM FILES\\nightshift", false, "%USERPROFILE%\\bin");
}

int test_search_path(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_on_the_search_path_once),
        cmocka_unit_test(it_is_taken_away_and_nothing_else),
    };
    return cmocka_run_group_tests_name("search path", tests, NULL, NULL);
}
