#include "../../resources/resource.h"
#include "check.h"
#include "console/present/index.h"
#include "console/present/present.h"

/* The words are the caller's; here each is its number, but for those that a test looks at. */
static const char *spoken(unsigned id) {
    static char text[32];
    if (id == IDS_FROM_GROUP)
        return "Group %1!";
    (void)snprintf(text, sizeof text, "<%u>", id);
    return text;
}

static void clock_text(int64_t utc_ms, char *out, size_t size) {
    (void)snprintf(out, size, "at %lld", (long long)utc_ms);
}

static void cell_is(const ns_machine *machine, const ns_group *group, int column, const char *expected) {
    char text[PRESENT_CELL_SIZE];
    present_machine_cell(machine, group, column, spoken, clock_text, text);
    assert_string_equal(text, expected);
}

static ns_machine example(void) {
    ns_machine machine = {.name = (char *)(uintptr_t) "pc",
                          .host = (char *)(uintptr_t) "h",
                          .port = 3389,
                          .group_name = (char *)(uintptr_t) "Office",
                          .last_run_state = (char *)(uintptr_t) "",
                          .last_run_code = (char *)(uintptr_t) ""};
    return machine;
}

static void the_usual_port_is_not_shown(void **state) {
    ns_machine machine = example();
    (void)state;
    cell_is(&machine, NULL, PRESENT_MACHINE_HOST, "h");
    machine.port = 3390;
    cell_is(&machine, NULL, PRESENT_MACHINE_HOST, "h:3390");
    machine.host = (char *)(uintptr_t) "fe80::1";
    cell_is(&machine, NULL, PRESENT_MACHINE_HOST, "[fe80::1]:3390");
}

static void a_machine_shows_what_it_inherits(void **state) {
    ns_machine machine = example();
    ns_group group = {0};
    (void)state;
    ns_setting_values_take(&group.values, NS_SETTING_SCREEN_WIDTH, ns_string_copy("1280"));
    ns_setting_values_take(&group.values, NS_SETTING_MAINTENANCE, ns_string_copy("on"));
    cell_is(&machine, &group, PRESENT_MACHINE_SCREEN, "1280 \xC3\x97 1080, 100 %");
    cell_is(&machine, &group, PRESENT_MACHINE_STATE, "<2044>");
    assert_int_equal(present_machine_icon(&machine, &group), PRESENT_ICON_PAUSE);
    assert_int_equal(present_machine_icon(&machine, NULL), PRESENT_ICON_MACHINE);
    ns_setting_values_clear(&group.values);
}

static void the_last_run_gives_state_icon_and_result(void **state) {
    ns_machine machine = example();
    (void)state;
    cell_is(&machine, NULL, PRESENT_MACHINE_STATE, "<2045>");
    cell_is(&machine, NULL, PRESENT_MACHINE_LAST_RUN, "");
    machine.last_run_id = 4;
    machine.last_run_at = 77;
    machine.last_run_state = (char *)(uintptr_t) "Running";
    cell_is(&machine, NULL, PRESENT_MACHINE_STATE, "<2043>");
    cell_is(&machine, NULL, PRESENT_MACHINE_LAST_RUN, "at 77");
    cell_is(&machine, NULL, PRESENT_MACHINE_RESULT, "<2051>");
    assert_int_equal(present_machine_icon(&machine, NULL), PRESENT_ICON_RUN);
    machine.last_run_state = (char *)(uintptr_t) "TimedOut";
    machine.last_run_code = (char *)(uintptr_t) "QueueTimeout";
    cell_is(&machine, NULL, PRESENT_MACHINE_RESULT, "QueueTimeout");
    assert_int_equal(present_machine_icon(&machine, NULL), PRESENT_ICON_BAD);
}

static void a_run_shows_how_long_it_took(void **state) {
    ns_run run = {.id = 12, .state = NS_RUN_SUCCEEDED, .started_at = 1000, .ended_at = 3726500, .code = (char *)(uintptr_t) "Succeeded"};
    char text[PRESENT_CELL_SIZE];
    (void)state;
    present_run_cell(&run, PRESENT_RUN_DURATION, spoken, clock_text, text);
    assert_string_equal(text, "1:02:05.5");
    present_run_cell(&run, PRESENT_RUN_ID, spoken, clock_text, text);
    assert_string_equal(text, "12");
    run.ended_at = 0;
    present_run_cell(&run, PRESENT_RUN_DURATION, spoken, clock_text, text);
    assert_string_equal(text, "");
}

static void a_value_says_where_it_comes_from(void **state) {
    char text[PRESENT_CELL_SIZE];
    (void)state;
    present_origin((ns_effective){"1", NS_ORIGIN_GROUP}, "Office", spoken, text);
    assert_string_equal(text, "Group Office!");
    present_origin((ns_effective){"1", NS_ORIGIN_MACHINE}, "", spoken, text);
    assert_string_equal(text, "<2046>");
    present_setting_value(NS_SETTING_SCREEN_WIDTH, "1920", spoken, text);
    assert_string_equal(text, "1920 px");
    present_setting_value(NS_SETTING_MAINTENANCE, "on", spoken, text);
    assert_string_equal(text, "<2040>");
}

static void numbers_in_names_sort_as_people_count(void **state) {
    (void)state;
    assert_true(present_compare("web9", "web10") < 0);
    assert_true(present_compare("web10", "web9") > 0);
    assert_int_equal(present_compare("web007", "web7"), 0);
    assert_true(present_compare("web", "web1") < 0);
    assert_true(present_compare("10.0.0.9", "10.0.0.10") < 0);
    assert_true(present_compare("99999999999999999999998", "99999999999999999999999") < 0);
}

static void a_filter_looks_at_the_columns_that_are_shown(void **state) {
    const uint64_t first[2] = {1, 0};
    const uint64_t second[2] = {2, 0};
    const uint64_t both[2] = {3, 0};
    (void)state;
    assert_true(present_matches("alpha\x1F"
                                "beta\x1F",
                                "bet", both));
    assert_true(present_matches("alpha\x1F"
                                "beta\x1F",
                                "bet", second));
    assert_false(present_matches("alpha\x1F"
                                 "beta\x1F",
                                 "bet", first));
    assert_true(present_matches("beta\x1F"
                                "beta\x1F",
                                "bet", second)); /* not only the first place it is found at */
    assert_true(present_matches("alpha\x1F", "", first));
    assert_false(present_matches("al\x1Fpha\x1F", "alp", both));
}

static void upper_case_makes_no_difference_to_a_filter(void **state) {
    char folded[64];
    (void)state;
    present_fold("\xC3\x84PFEL 1920 \xC3\x97 1080", folded, sizeof folded);
    assert_string_equal(folded, "\xC3\xA4pfel 1920 \xC3\x97 1080");
    present_fold("ABCDEF", folded, 4);
    assert_string_equal(folded, "abc");
}

static void the_index_ranks_every_column_and_gives_equal_cells_one_rank(void **state) {
    ns_machine machines[3] = {example(), example(), example()};
    const ns_fleet fleet = {.machines = machines, .machine_count = 3};
    const uint64_t all[2] = {~(uint64_t)0, 0};
    present_index *index = NULL;
    (void)state;
    machines[0].name = (char *)(uintptr_t) "PC10";
    machines[1].name = (char *)(uintptr_t) "pc9";
    machines[2].name = (char *)(uintptr_t) "PC10";
    machines[1].last_run_at = 5;
    index = present_index_build(&fleet, spoken, clock_text);
    assert_non_null(index);
    assert_int_equal(index->rank[PRESENT_MACHINE_NAME][1], 0);
    assert_int_equal(index->rank[PRESENT_MACHINE_NAME][0], 1);
    assert_int_equal(index->rank[PRESENT_MACHINE_NAME][2], 1);
    assert_int_equal(index->ranks[PRESENT_MACHINE_NAME], 2);
    assert_int_equal(index->ranks[PRESENT_MACHINE_GROUP], 1);
    assert_int_equal(index->rank[PRESENT_MACHINE_LAST_RUN][1], 1);
    assert_true(present_matches(index->text + index->at[1], "office", all));
    assert_false(present_matches(index->text + index->at[1], "pc10", all));
    present_index_destroy(index);
}

static void a_change_of_many_says_of_which_each_field_is(void **state) {
    ns_field_change changes[] = {
        {(char *)(uintptr_t) "a", (char *)(uintptr_t) "machine", (char *)(uintptr_t) "host", (char *)(uintptr_t) "x", (char *)(uintptr_t) "y"},
        {(char *)(uintptr_t) "b", (char *)(uintptr_t) "machine", (char *)(uintptr_t) "host", NULL, (char *)(uintptr_t) "z"}};
    ns_activity activity = {.verb = (char *)(uintptr_t) "set",
                            .kind = (char *)(uintptr_t) "machine",
                            .subject = (char *)(uintptr_t) "a",
                            .who = (char *)(uintptr_t) "me",
                            .thing_count = 2,
                            .changes = changes,
                            .change_count = 2};
    char text[PRESENT_CELL_SIZE];
    (void)state;
    present_activity_cell(&activity, PRESENT_ACTIVITY_SUBJECT, spoken, clock_text, text);
    assert_string_equal(text, "a +1");
    present_activity_cell(&activity, PRESENT_ACTIVITY_CHANGES, spoken, clock_text, text);
    assert_non_null(strstr(text, "a host: x \xE2\x86\x92 y; b host: <"));
    activity.thing_count = 1;
    activity.change_count = 1;
    present_activity_cell(&activity, PRESENT_ACTIVITY_CHANGES, spoken, clock_text, text);
    assert_string_equal(text, "host: x \xE2\x86\x92 y");
}

int test_present(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_port_is_not_shown),
        cmocka_unit_test(a_machine_shows_what_it_inherits),
        cmocka_unit_test(the_last_run_gives_state_icon_and_result),
        cmocka_unit_test(a_run_shows_how_long_it_took),
        cmocka_unit_test(a_value_says_where_it_comes_from),
        cmocka_unit_test(numbers_in_names_sort_as_people_count),
        cmocka_unit_test(a_filter_looks_at_the_columns_that_are_shown),
        cmocka_unit_test(upper_case_makes_no_difference_to_a_filter),
        cmocka_unit_test(the_index_ranks_every_column_and_gives_equal_cells_one_rank),
        cmocka_unit_test(a_change_of_many_says_of_which_each_field_is),
    };
    return cmocka_run_group_tests_name("present", tests, NULL, NULL);
}
