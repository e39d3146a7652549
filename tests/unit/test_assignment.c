#include "check.h"
#include "model/assignment.h"
#include "model/canary.h"

/* Microsoft's pages are numbered: S4 is "Manage machine groups", S7 "Monitor desktop flow queues", S3 "Manage machines", S15 "Process
 * licences and unattended bots", E2 "Troubleshoot desktop flow run queue errors" (learn.microsoft.com/power-automate/desktop-flows). */
typedef struct rule_row {
    const char *what;
    ns_candidate candidates[3];
    size_t count;
    ns_machine_choice choice;
    size_t chosen; /* `count` for none */
    const char *why;
} rule_row;

static const rule_row rules[] = {
    {"a free machine is given the run (S7, step 4)", {{.machine_id = 1, .name = "a", .places = 1}}, 1, NS_CHOICE_LEAST_RECENT, 0, ""},
    {"one in maintenance is not (S7, step 1; S3: in a group another active machine gets it)",
     {{.machine_id = 1, .name = "a", .places = 1, .in_maintenance = true}, {.machine_id = 2, .name = "b", .places = 1}},
     2,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a is in maintenance"},
    {"a standalone machine in maintenance keeps the run in the queue (S3)",
     {{.machine_id = 1, .name = "a", .places = 1, .in_maintenance = true}},
     1,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a is in maintenance"},
    {"one without a free session is not (S7, step 2)",
     {{.machine_id = 1, .name = "a", .places = 1, .running = 1, .running_id = 41}, {.machine_id = 2, .name = "b", .places = 1}},
     2,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a runs 41"},
    {"one with a free session beside others is (S15: up to ten)",
     {{.machine_id = 1, .name = "a", .places = 2, .running = 1, .running_id = 41}},
     1,
     NS_CHOICE_LEAST_RECENT,
     0,
     ""},
    {"one that carries out a run of the same user is not (S7, step 3)",
     {{.machine_id = 1, .name = "a", .places = 2, .running = 1, .running_id = 41, .same_user_id = 41}, {.machine_id = 2, .name = "b", .places = 1}},
     2,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a runs 41 for the same user"},
    {"one that has a session of the user is not (S7, step 3)",
     {{.machine_id = 1, .name = "a", .places = 1, .session_left = true}, {.machine_id = 2, .name = "b", .places = 1}},
     2,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a has a session of this user already"},
    {"one that had a session of the user which nobody saw go is taken where there is no other (ours: its sessions cannot always be listed)",
     {{.machine_id = 1, .name = "a", .places = 1, .doubtful = true}, {.machine_id = 2, .name = "b", .places = 1, .used = 7}},
     2,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a is free as well"},
    {"when nothing is left it waits (E2: the queue waits until one is free), and each one says why",
     {{.machine_id = 1, .name = "FIN-01", .places = 1, .running = 1, .running_id = 41},
      {.machine_id = 2, .name = "FIN-02", .places = 1, .in_maintenance = true}},
     2,
     NS_CHOICE_LEAST_RECENT,
     2,
     "FIN-01 runs 41; FIN-02 is in maintenance"},
    {"of several the one is chosen that was used longest ago (ours; S7 has at random)",
     {{.machine_id = 1, .name = "a", .places = 1, .used = 9},
      {.machine_id = 2, .name = "b", .places = 1, .used = 3},
      {.machine_id = 3, .name = "c", .places = 1, .used = 5}},
     3,
     NS_CHOICE_LEAST_RECENT,
     1,
     "a is free as well; c is free as well"},
};

static void each_rule_of_assignment_holds(void **state) {
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rules); i++) {
        const rule_row *row = &rules[i];
        const size_t chosen = ns_candidate_choose(row->candidates, row->count, row->choice, 7);
        ns_text why;
        ns_text_init(&why, 4096);
        ns_candidates_explain(row->candidates, row->count, chosen, &why);
        if (chosen != row->chosen || strcmp(in_english(ns_text_string(&why)), row->why) != 0)
            fail_msg("%s: chosen %zu, \"%s\"", row->what, chosen, in_english(ns_text_string(&why)));
        ns_text_clear(&why);
    }
}

/* S7, step 4: one at random. */
static void at_random_each_suitable_one_is_chosen_about_as_often(void **state) {
    ns_candidate candidates[4] = {{.places = 1}, {.places = 1, .in_maintenance = true}, {.places = 1}, {.places = 1}};
    size_t counts[4] = {0};
    (void)state;
    for (uint32_t i = 0; i < 3000; i++)
        counts[ns_candidate_choose(candidates, 4, NS_CHOICE_RANDOM, i * 2654435761U)]++;
    assert_int_equal(counts[1], 0);
    for (size_t i = 0; i < 4; i++)
        assert_true(i == 1 || (counts[i] > 800 && counts[i] < 1200));
}

/* S7: high before normal, then by time; what was moved to the top last is first. */
static void the_queue_is_by_priority_then_by_what_was_moved_then_by_time(void **state) {
    const ns_queue_order order[] = {{1, 2, 9}, {1, 1, 3}, {1, 0, 4}, {1, 0, 5}, {0, 3, 8}, {0, 0, 1}, {0, 0, 2}};
    (void)state;
    for (size_t a = 0; a < NS_COUNT_OF(order); a++)
        for (size_t b = 0; b < NS_COUNT_OF(order); b++)
            assert_true((ns_queue_compare(&order[a], &order[b]) < 0) == (a < b));
}

static void a_host_is_one_place_however_it_is_written(void **state) {
    char a[NS_MACHINE_PLACE_SIZE];
    char b[NS_MACHINE_PLACE_SIZE];
    (void)state;
    ns_machine_place("FIN-01.corp.example.", 3389, a);
    ns_machine_place("fin-01.CORP.example", 3389, b);
    assert_string_equal(a, b);
    ns_machine_place("fin-01.CORP.example", 3390, b);
    assert_string_not_equal(a, b);
}

static void a_canary_is_one_then_a_tenth_then_all(void **state) {
    static const struct {
        size_t count;
        size_t waves[4];
    } rows[] = {{1, {1, 0}}, {2, {1, 1, 0}}, {5, {1, 1, 3, 0}}, {50, {1, 5, 44, 0}}, {1000, {1, 100, 899, 0}}};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        size_t done = 0;
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(ns_canary_wave(rows[i].count, done), rows[i].waves[k]);
            if (!rows[i].waves[k])
                break;
            done += rows[i].waves[k];
        }
        assert_int_equal(done, rows[i].count);
    }
}

static void the_same_code_on_two_machines_is_systemic(void **state) {
    const char *const one_each[] = {"Succeeded", "FlowFailed", "ConnectionTimeout", "Succeeded"};
    const char *const two[] = {"FlowFailed", "Succeeded", "ConnectionTimeout", "FlowFailed"};
    (void)state;
    assert_null(ns_canary_systemic(one_each, 4));
    assert_string_equal(ns_canary_systemic(two, 4), "FlowFailed");
    assert_null(ns_canary_systemic(two, 3));
}

int test_assignment(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_of_assignment_holds),
        cmocka_unit_test(at_random_each_suitable_one_is_chosen_about_as_often),
        cmocka_unit_test(the_queue_is_by_priority_then_by_what_was_moved_then_by_time),
        cmocka_unit_test(a_canary_is_one_then_a_tenth_then_all),
        cmocka_unit_test(the_same_code_on_two_machines_is_systemic),
        cmocka_unit_test(a_host_is_one_place_however_it_is_written),
    };
    return cmocka_run_group_tests_name("assignment", tests, NULL, NULL);
}
