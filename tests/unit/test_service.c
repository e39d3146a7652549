/* What the worker tells Windows' service manager, and what it does when it is told something. */
#include "check.h"
#include "ctl/push.h"
#include "ctl/service_state.h"
#include "model/startup.h"

static void expect(const service_state *state, uint32_t is, uint32_t accepted, uint32_t checkpoint, uint32_t hint_ms) {
    const service_report now = service_report_of(state);
    assert_int_equal(now.state, is);
    assert_int_equal(now.accepted, accepted);
    assert_int_equal(now.checkpoint, checkpoint);
    assert_int_equal(now.wait_hint_ms, hint_ms);
}

/* "A service must not accept controls while it starts", and a report without a new checkpoint within the hint is taken for a hang. */
static void a_service_that_stops_says_so_until_its_runs_are_done(void **state) {
    service_state service = {0};
    uint32_t answer = 99;
    (void)state;
    service_enter(&service, SERVICE_IS_STARTING);
    expect(&service, SERVICE_IS_STARTING, 0, 1, SERVICE_HINT_MS);
    assert_true(service_on_time(&service));
    expect(&service, SERVICE_IS_STARTING, 0, 2, SERVICE_HINT_MS);
    service_enter(&service, SERVICE_IS_RUNNING);
    expect(&service, SERVICE_IS_RUNNING, SERVICE_TAKES_STOP | SERVICE_TAKES_PRESHUTDOWN, 0, 0);
    assert_false(service_on_time(&service));
    assert_int_equal(service_on_control(&service, SERVICE_TOLD_INTERROGATE, &answer), SERVICE_GOES_ON);
    assert_int_equal(answer, 0);
    assert_int_equal(service_on_control(&service, SERVICE_TOLD_STOP, &answer), SERVICE_FINISHES);
    expect(&service, SERVICE_IS_STOPPING, SERVICE_TAKES_PRESHUTDOWN, 1, SERVICE_HINT_MS);
    assert_true(service_on_time(&service));
    assert_true(service_on_time(&service));
    expect(&service, SERVICE_IS_STOPPING, SERVICE_TAKES_PRESHUTDOWN, 3, SERVICE_HINT_MS);
    /* The computer goes down meanwhile: the checkpoint must not go back. */
    assert_int_equal(service_on_control(&service, SERVICE_TOLD_PRESHUTDOWN, &answer), SERVICE_ENDS_NOW);
    expect(&service, SERVICE_IS_STOPPING, SERVICE_TAKES_PRESHUTDOWN, 3, SERVICE_HINT_MS);
    service_enter(&service, SERVICE_IS_STOPPED);
    expect(&service, SERVICE_IS_STOPPED, 0, 0, 0);
}

static void a_computer_that_goes_down_ends_the_runs_at_once(void **state) {
    static const uint32_t controls[] = {SERVICE_TOLD_SHUTDOWN, SERVICE_TOLD_PRESHUTDOWN};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        service_state service = {0};
        uint32_t answer = 99;
        service_enter(&service, SERVICE_IS_RUNNING);
        assert_int_equal(service_on_control(&service, controls[i], &answer), SERVICE_ENDS_NOW);
        assert_int_equal(answer, 0);
        expect(&service, SERVICE_IS_STOPPING, SERVICE_TAKES_PRESHUTDOWN, 1, SERVICE_HINT_MS);
    }
}

static void what_it_does_not_know_it_says_that_it_does_not_know(void **state) {
    service_state service = {0};
    uint32_t answer = 0;
    (void)state;
    service_enter(&service, SERVICE_IS_RUNNING);
    assert_int_equal(service_on_control(&service, 2, &answer), SERVICE_GOES_ON); /* pause */
    assert_int_equal(answer, SERVICE_NOT_IMPLEMENTED);
    expect(&service, SERVICE_IS_RUNNING, SERVICE_TAKES_STOP | SERVICE_TAKES_PRESHUTDOWN, 0, 0);
}

static void what_keeps_an_agent_from_being_brought_is_said_in_words(void **state) {
    static const uint32_t known[] = {5, 32, 53, 64, 67, 112, 225, 1053, 1058, 1072, 1219, 1326, 1722};
    ns_error failure;
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(known); i++) {
        CHECK_STATUS(NS_STATUS_REFUSED, "AgentNotPushed", push_failed(known[i], "pc17", &error));
        assert_int_equal(push_failed(known[i], "pc17", &failure), NS_STATUS_REFUSED);
        assert_non_null(strstr(in_english(failure.message), "pc17: "));
        assert_true(failure.remedy[0] != 0);
    }
    assert_int_equal(push_failed(6, "pc17", &failure), NS_STATUS_SYSTEM);
    assert_int_equal(failure.native, 6);
}

static void an_agents_answer_is_read_by_its_first_line(void **state) {
    char good[] = "done\n\nnightshift-agent 1\n\x1B[2JHKLM\n";
    char bad[] = "NotAdministrator\nIt may not.\n";
    char none[] = "";
    ns_text said;
    ns_error failure;
    (void)state;
    ns_text_init(&said, 1000);
    CHECK_OK(push_read_answer(good, &said, &error));
    assert_string_equal(ns_text_string(&said), "nightshift-agent 1\n?[2JHKLM\n");
    ns_text_clear(&said);
    CHECK_STATUS(NS_STATUS_REFUSED, "AgentNotPushed", push_read_answer(bad, &said, &error));
    assert_int_equal(push_read_answer(bad, &said, &failure), NS_STATUS_REFUSED);
    assert_non_null(strstr(in_english(failure.message), "NotAdministrator. It may not."));
    CHECK_STATUS(NS_STATUS_REFUSED, "AgentNotPushed", push_read_answer(none, &said, &error));
    ns_text_clear(&said);
}

/* https://learn.microsoft.com/windows/client-management/mdm/policy-csp-admx-logon (DisableLocalMachineRun); StartupApproved is told of by its users.
 */
static void an_agent_that_is_entered_may_still_not_start(void **state) {
    static const struct {
        ns_startup startup;
        const char *words; /* of the problem; NULL: it starts */
        bool task;
    } rows[] = {
        {{.approved = -1}, "not installed", false},
        {{.run = true, .approved = -1}, NULL, false},
        {{.run = true, .approved = 2}, NULL, false},
        {{.run = true, .approved = 3}, "switched off", false},
        {{.run = true, .approved = 6}, NULL, false},
        {{.run = true, .approved = 7}, "switched off", false},
        {{.run = true, .approved = -1, .run_key_is_off = 1}, "DisableLocalMachineRun", true},
        {{.task = true, .approved = -1, .run_key_is_off = 1}, NULL, true},
        {{.task = true, .approved = 3}, NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        const char *problem = ns_startup_problem(&rows[i].startup);
        assert_int_equal(problem != NULL, rows[i].words != NULL);
        if (problem)
            assert_non_null(strstr(problem, rows[i].words));
        assert_true(ns_startup_remedy(&rows[i].startup)[0] != 0);
        assert_int_equal(ns_startup_wants_task(&rows[i].startup), rows[i].task);
    }
}

int test_service(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_stops_says_so_until_its_runs_are_done),
        cmocka_unit_test(a_computer_that_goes_down_ends_the_runs_at_once),
        cmocka_unit_test(what_it_does_not_know_it_says_that_it_does_not_know),
        cmocka_unit_test(what_keeps_an_agent_from_being_brought_is_said_in_words),
        cmocka_unit_test(an_agents_answer_is_read_by_its_first_line),
        cmocka_unit_test(an_agent_that_is_entered_may_still_not_start),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
