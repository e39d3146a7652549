#include "../../resources/resource.h"
#include "check.h"
#include "console/model/thing_text.h"
#include "console/ui/source.h"
#include "console/ui/words.h"
#include "console/views/view.h"

/* Stand in for the string tables, which are resources of Windows: here a text is its number, but for those that a test looks at. */
const char *words_utf8(unsigned id) {
    static char text[32];
    if (id == IDS_FROM_GROUP)
        return "Group %1!";
    (void)snprintf(text, sizeof text, "<%u>", id);
    return text;
}

void words_local_time(int64_t utc_ms, char *out, size_t size) {
    (void)snprintf(out, size, "at %lld", (long long)utc_ms);
}

const char *words_of_core(const char *phrase) {
    return phrase;
}

/* A cell of a view's first row. */
static void view_cell_is(const char *name, const snapshot *from, size_t column, const char *expected) {
    const view_data data = {.snapshot = from};
    size_t number = 0;
    char text[CELL_SIZE];
    while (strcmp(view_at(number)->rows.name, name) != 0)
        number++;
    view_at(number)->rows.cell(&data, 0, column, text);
    assert_string_equal(text, expected);
}

static void cell_is(const ns_machine *machine, const ns_group *group, int column, const char *expected) {
    char text[CELL_SIZE];
    machine_cell(machine, group, column, text);
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
    cell_is(&machine, NULL, MACHINE_HOST, "h");
    machine.port = 3390;
    cell_is(&machine, NULL, MACHINE_HOST, "h:3390");
    machine.host = (char *)(uintptr_t) "fe80::1";
    cell_is(&machine, NULL, MACHINE_HOST, "[fe80::1]:3390");
}

static void a_machine_shows_what_it_inherits(void **state) {
    ns_machine machine = example();
    ns_group group = {0};
    (void)state;
    ns_setting_values_take(&group.values, NS_SETTING_SCREEN_WIDTH, copy_of("1280"));
    ns_setting_values_take(&group.values, NS_SETTING_MAINTENANCE, copy_of("on"));
    cell_is(&machine, &group, MACHINE_SCREEN, "1280 \xC3\x97 1080, 100 %");
    cell_is(&machine, &group, MACHINE_STATE, "<2044>");
    assert_int_equal(machine_icon(&machine, &group), ICON_PAUSE);
    assert_int_equal(machine_icon(&machine, NULL), ICON_MACHINE);
    ns_setting_values_clear(&group.values);
}

static void the_last_run_gives_state_icon_and_result(void **state) {
    ns_machine machine = example();
    (void)state;
    cell_is(&machine, NULL, MACHINE_STATE, "<2045>");
    cell_is(&machine, NULL, MACHINE_LAST_RUN, "");
    machine.last_run_id = 4;
    machine.last_run_at = 77;
    machine.last_run_state = (char *)(uintptr_t) "Running";
    cell_is(&machine, NULL, MACHINE_STATE, "<2043>");
    cell_is(&machine, NULL, MACHINE_LAST_RUN, "at 77");
    cell_is(&machine, NULL, MACHINE_RESULT, "<2051>");
    assert_int_equal(machine_icon(&machine, NULL), ICON_RUN);
    machine.last_run_state = (char *)(uintptr_t) "TimedOut";
    machine.last_run_code = (char *)(uintptr_t) "QueueTimeout";
    cell_is(&machine, NULL, MACHINE_RESULT, "QueueTimeout");
    assert_int_equal(machine_icon(&machine, NULL), ICON_BAD);
}

static void a_run_shows_how_long_it_took(void **state) {
    ns_run run = {.id = 12, .state = NS_RUN_SUCCEEDED, .started_at = 1000, .ended_at = 3726500, .code = (char *)(uintptr_t) "Succeeded"};
    const snapshot from = {.runs = {.items = &run, .count = 1}};
    enum { ID = 0, DURATION = 6 };
    (void)state;
    view_cell_is("runs", &from, DURATION, "1:02:05.5");
    view_cell_is("runs", &from, ID, "12");
    run.ended_at = 0;
    view_cell_is("runs", &from, DURATION, "");
}

static void every_view_has_what_a_list_asks_for(void **state) {
    (void)state;
    for (size_t i = 0; view_at(i); i++) {
        const view *shown = view_at(i);
        assert_true(i < VIEWS_MAXIMUM && shown->rows.name && shown->rows.title && shown->rows.column_count);
        assert_true(shown->rows.count && shown->rows.id && shown->rows.cell && shown->rows.icon);
        assert_true(shown->empty && shown->counted && shown->menu && shown->enter && shown->help);
        assert_true(shown->remove || !shown->rows.can_rename);
        assert_int_equal(view_number(shown), i);
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(view_at(other)->rows.name, shown->rows.name);
    }
    assert_true(view_of_groups()->has_groups && view_of_preflight()->is_preflight);
}

static void a_value_says_where_it_comes_from(void **state) {
    char text[CELL_SIZE];
    (void)state;
    origin_text((ns_effective){"1", NS_ORIGIN_GROUP}, "Office", text);
    assert_string_equal(text, "Group Office!");
    origin_text((ns_effective){"1", NS_ORIGIN_MACHINE}, "", text);
    assert_string_equal(text, "<2046>");
    setting_value_text(NS_SETTING_SCREEN_WIDTH, "1920", text);
    assert_string_equal(text, "1920 px");
    setting_value_text(NS_SETTING_MAINTENANCE, "on", text);
    assert_string_equal(text, "<2040>");
}

static void numbers_in_names_sort_as_people_count(void **state) {
    (void)state;
    assert_true(index_compare("web9", "web10") < 0);
    assert_true(index_compare("web10", "web9") > 0);
    assert_int_equal(index_compare("web007", "web7"), 0);
    assert_true(index_compare("web", "web1") < 0);
    assert_true(index_compare("10.0.0.9", "10.0.0.10") < 0);
    assert_true(index_compare("99999999999999999999998", "99999999999999999999999") < 0);
}

static void a_filter_looks_at_the_columns_that_are_shown(void **state) {
    const uint64_t first[2] = {1, 0};
    const uint64_t second[2] = {2, 0};
    const uint64_t both[2] = {3, 0};
    (void)state;
    assert_true(index_matches("alpha\x1F"
                              "beta\x1F",
                              "bet", both));
    assert_true(index_matches("alpha\x1F"
                              "beta\x1F",
                              "bet", second));
    assert_false(index_matches("alpha\x1F"
                               "beta\x1F",
                               "bet", first));
    assert_true(index_matches("beta\x1F"
                              "beta\x1F",
                              "bet", second)); /* not only the first place it is found at */
    assert_true(index_matches("alpha\x1F", "", first));
    assert_false(index_matches("al\x1Fpha\x1F", "alp", both));
}

static void upper_case_makes_no_difference_to_a_filter(void **state) {
    char folded[64];
    (void)state;
    index_fold("\xC3\x84PFEL 1920 \xC3\x97 1080", folded, sizeof folded);
    assert_string_equal(folded, "\xC3\xA4pfel 1920 \xC3\x97 1080");
    index_fold("ABCDEF", folded, 4);
    assert_string_equal(folded, "abc");
}

static void the_index_ranks_every_column_and_gives_equal_cells_one_rank(void **state) {
    ns_machine machines[3] = {example(), example(), example()};
    const snapshot from = {.fleet = {.machines = machines, .machine_count = 3}};
    const view_data data = {.snapshot = &from};
    const uint64_t all[2] = {~(uint64_t)0, 0};
    list_index *index = NULL;
    (void)state;
    machines[0].name = (char *)(uintptr_t) "PC10";
    machines[1].name = (char *)(uintptr_t) "pc9";
    machines[2].name = (char *)(uintptr_t) "PC10";
    machines[1].last_run_at = 5;
    index = index_build(&view_of_groups()->rows, &data);
    assert_non_null(index);
    assert_int_equal(index->rank[MACHINE_NAME][1], 0);
    assert_int_equal(index->rank[MACHINE_NAME][0], 1);
    assert_int_equal(index->rank[MACHINE_NAME][2], 1);
    assert_int_equal(index->ranks[MACHINE_NAME], 2);
    assert_int_equal(index->ranks[MACHINE_GROUP], 1);
    assert_int_equal(index->rank[MACHINE_LAST_RUN][1], 1);
    assert_true(index_matches(index->text + index->at[1], "office", all));
    assert_false(index_matches(index->text + index->at[1], "pc10", all));
    index_destroy(index);
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
    char text[CELL_SIZE];
    (void)state;
    view_activity_cell(&activity, ACTIVITY_SUBJECT, text);
    assert_string_equal(text, "a +1");
    view_activity_cell(&activity, ACTIVITY_CHANGES, text);
    assert_non_null(strstr(text, "a host: x \xE2\x86\x92 y; b host: <"));
    activity.thing_count = 1;
    activity.change_count = 1;
    view_activity_cell(&activity, ACTIVITY_CHANGES, text);
    assert_string_equal(text, "host: x \xE2\x86\x92 y");
}

int test_present(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_port_is_not_shown),
        cmocka_unit_test(a_machine_shows_what_it_inherits),
        cmocka_unit_test(the_last_run_gives_state_icon_and_result),
        cmocka_unit_test(a_run_shows_how_long_it_took),
        cmocka_unit_test(every_view_has_what_a_list_asks_for),
        cmocka_unit_test(a_value_says_where_it_comes_from),
        cmocka_unit_test(numbers_in_names_sort_as_people_count),
        cmocka_unit_test(a_filter_looks_at_the_columns_that_are_shown),
        cmocka_unit_test(upper_case_makes_no_difference_to_a_filter),
        cmocka_unit_test(the_index_ranks_every_column_and_gives_equal_cells_one_rank),
        cmocka_unit_test(a_change_of_many_says_of_which_each_field_is),
    };
    return cmocka_run_group_tests_name("present", tests, NULL, NULL);
}
