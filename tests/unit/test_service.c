/* What the worker tells Windows' service manager, and what it does when it is told something. */
#include "check.h"
#include "ctl/service_state.h"

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

int test_service(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_stops_says_so_until_its_runs_are_done),
        cmocka_unit_test(a_computer_that_goes_down_ends_the_runs_at_once),
        cmocka_unit_test(what_it_does_not_know_it_says_that_it_does_not_know),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
