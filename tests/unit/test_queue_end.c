/* How a run leaves the queue without being carried out, comes back to it, and is tried again. */
#include <sqlite3.h>

#include "base/clock.h"
#include "check.h"
#include "model/retry.h"
#include "queue_fixture.h"
#include "run/request.h"
#include "store/activity.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/queue.h"
#include "store/sql.h"
#include "store/sign_in.h"

static void a_refused_secret_ends_what_waits_with_it(void **state) {
    queue_fixture f = queue_open("refused.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    ns_connection connection = {0};
    const int64_t first = queue_up(&f, queue_add_machine(&f, "a", "one", 0), 0, user, false);
    const int64_t second = queue_up(&f, queue_add_machine(&f, "b", "two", 0), 0, user, false);
    (void)state;
    assert_int_equal(queue_claim(&f, worker, NULL), first);
    CHECK_OK(ns_connection_load_by_id(f.store, user, &connection, &error));
    CHECK_OK(ns_sign_in_end(f.store, &connection, 1, first, NS_SIGN_IN_REFUSED, "AccountLockedOut", &error));
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, second, "code"), "SignInHeldBack");
    ns_connection_clear(&connection);
    queue_done(&f);
}

/* Found by tests/model/lease.pml: a worker that stood still after it had sent a refused password told nobody, and the next one sent it again. */
static void a_queue_has_a_length_and_a_time(void **state) {
    queue_fixture f = queue_open("limits.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const int64_t machine = queue_add_machine(&f, "a", "one", f.group);
    const ns_setting_change limits[] = {{NS_SETTING_QUEUE_MAX, "2"}, {NS_SETTING_QUEUE_TIMEOUT, "60"}, {NS_SETTING_MAINTENANCE, "on"}};
    const ns_run_request request = {.group_id = f.group, .flow_id = f.flow, .connection_id = user, .by_worker = true};
    int64_t of_group = 0;
    int64_t of_machine = 0;
    ns_hold hold;
    (void)state;
    CHECK_OK(ns_group_set(f.store, f.group, limits, NS_COUNT_OF(limits), &error));
    of_group = queue_up(&f, 0, f.group, user, false);
    (void)queue_up(&f, 0, f.group, user, false);
    CHECK_STATUS(NS_STATUS_REFUSED, "QueueFull", ns_run_ask(f.store, &request, &hold, &error));
    of_machine = queue_up(&f, machine, 0, user, false); /* another queue */
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_string_equal(queue_field(&f, of_group, "state"), "Queued");
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 60001");
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_string_equal(queue_field(&f, of_group, "code"), "NoCandidateMachine");
    assert_non_null(strstr(queue_field(&f, of_group, "message"), "When its time was up: a is in maintenance."));
    assert_string_equal(queue_field(&f, of_machine, "code"), "QueueTimeout");
    queue_done(&f);
}

static void a_run_may_wait_for_a_time(void **state) {
    queue_fixture f = queue_open("later.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    ns_run_request request = {.machine_id = queue_add_machine(&f, "a", "one", 0),
                              .flow_id = f.flow,
                              .connection_id = user,
                              .not_before = ns_clock_utc_ms() + 3600000,
                              .by_worker = true};
    ns_claim got;
    ns_hold hold;
    (void)state;
    CHECK_OK(ns_run_ask(f.store, &request, &hold, &error));
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_true(got.again_ms > 3590000 && got.again_ms <= 3600000);
    assert_int_not_equal(queue_claim(&f, worker, NULL), hold.run_id);
    queue_sql(&f, "UPDATE run SET not_before = 1000");
    assert_int_equal(queue_claim(&f, worker, NULL), 0); /* it stands in the queue now */
    assert_int_equal(queue_claim(&f, worker, NULL), hold.run_id);
    queue_done(&f);
}

/* Finding 1.9: a run that waited was a process that waited. */
static void a_queued_run_that_nobody_holds_is_cancelled_at_once(void **state) {
    queue_fixture f = queue_open("cancel.db");
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const int64_t user = queue_add_user(&f, "alice");
    const int64_t free_one = queue_up(&f, machine, 0, user, false);
    const ns_hold held = make_run(f.store, machine, f.flow, user, f.owner);
    bool asked = false;
    (void)state;
    CHECK_OK(ns_run_request_cancel(f.store, free_one, &error));
    assert_string_equal(queue_field(&f, free_one, "code"), "Cancelled");
    CHECK_OK(ns_run_request_cancel(f.store, held.run_id, &error));
    assert_string_equal(queue_field(&f, held.run_id, "state"), "Queued");
    CHECK_OK(ns_run_renew(f.store, &held, &asked, &error));
    assert_true(asked);
    queue_done(&f);
}

static void a_run_that_is_handed_back_stands_where_it_stood(void **state) {
    queue_fixture f = queue_open("handed-back.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    ns_hold hold;
    ns_hold back;
    int64_t runs[2];
    ns_run run = {0};
    (void)state;
    (void)queue_add_machine(&f, "a", "one", f.group);
    runs[0] = queue_up(&f, 0, f.group, user, false);
    runs[1] = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(queue_claim(&f, worker, &hold), runs[0]);
    CHECK_OK(ns_queue_hand_back(f.store, &hold, NULL, "the connection was changed", &back, &error));
    CHECK_STATUS(NS_STATUS_LOST, "RunLost", ns_run_add_phase(f.store, &hold, "flow", 1, "", &error));
    CHECK_OK(ns_run_load(f.store, runs[0], &run, &error));
    assert_int_equal(run.state, NS_RUN_QUEUED);
    assert_string_equal(run.machine, "");
    assert_string_equal(in_english(run.waits), "the connection was changed");
    ns_run_clear(&run);
    assert_int_equal(queue_claim(&f, worker, NULL), runs[0]); /* and the turn is free */
    queue_done(&f);
}

/* It kept the hold of a change that did not happen: the second try was told that its run is another's. */
static void a_run_whose_store_is_busy_is_handed_back_on_the_next_try(void **state) {
    queue_fixture f = queue_open("busy-back.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    sqlite3 *other = NULL;
    ns_hold hold;
    (void)state;
    (void)queue_add_machine(&f, "a", "one", f.group);
    (void)queue_up(&f, 0, f.group, queue_add_user(&f, "alice"), false);
    (void)queue_claim(&f, worker, &hold);
    ns_db_wait_at_most(f.store->db, 1);
    assert_int_equal(sqlite3_open(ns_store_locator(f.store), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    CHECK_STATUS(NS_STATUS_AGAIN, "StoreBusy", ns_queue_hand_back(f.store, &hold, NULL, "", &hold, &error));
    (void)sqlite3_close(other);
    CHECK_OK(ns_queue_hand_back(f.store, &hold, NULL, "", &hold, &error));
    assert_string_equal(queue_field(&f, hold.run_id, "state"), "Queued");
    queue_done(&f);
}

/* Finding 1.22: who started, moved and cancelled runs was told nowhere. */
static void what_people_do_with_runs_is_in_the_activity_and_not_undone(void **state) {
    queue_fixture f = queue_open("runs-activity.db");
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const int64_t run = queue_up(&f, machine, 0, queue_add_user(&f, "alice"), false);
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_queue_prioritise(f.store, run, true, &error));
    CHECK_OK(ns_run_request_cancel(f.store, run, &error));
    CHECK_OK(ns_activity_load(f.store, 3, &list, &error));
    assert_string_equal(list.items[0].verb, "cancel");
    assert_string_equal(list.items[0].subject, "1 f");
    assert_string_equal(list.items[1].verb, "queue");
    assert_int_equal(list.items[1].change_count, 1);
    assert_string_equal(list.items[1].changes[0].field, "priority");
    assert_string_equal(list.items[1].changes[0].after, "high");
    assert_string_equal(list.items[2].verb, "start");
    assert_false(ns_activity_is_undoable(&list.items[2]));
    CHECK_STATUS(NS_STATUS_REFUSED, "NotUndoable", ns_activity_undo(f.store, list.items[0].id, &error));
    ns_activity_list_clear(&list);
    CHECK_OK(ns_activity_undo(f.store, 0, &error)); /* which is the newest that can be: the user */
    CHECK_OK(ns_activity_load(f.store, 1, &list, &error));
    assert_string_equal(list.items[0].subject, "alice");
    ns_activity_list_clear(&list);
    queue_done(&f);
}

static void set_retries(const queue_fixture *f, int64_t count, const char *codes) {
    ns_flow flow = {0};
    CHECK_OK(ns_flow_load_by_id(f->store, f->flow, &flow, &error));
    free(flow.retry_codes);
    flow.retry_codes = copy_of(codes);
    flow.retry_count = count;
    flow.retry_delay_s = 30;
    CHECK_OK(ns_flow_save(f->store, &flow, &error));
    ns_flow_clear(&flow);
}

static void end_as(const queue_fixture *f, const ns_hold *hold, const char *code) {
    const ns_run end = {.id = hold->run_id,
                        .state = NS_RUN_FAILED,
                        .code = (char *)(uintptr_t)code,
                        .message = (char *)(uintptr_t) "m",
                        .remedy = (char *)(uintptr_t) ""};
    CHECK_OK(ns_run_finish(f->store, hold, &end, &error));
}

static void a_failed_flow_is_tried_again_as_often_as_it_says(void **state) {
    queue_fixture f = queue_open("retry.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    int64_t first = 0;
    ns_claim got;
    ns_hold hold;
    ns_run run = {0};
    (void)state;
    (void)queue_add_machine(&f, "a", "one", f.group);
    first = queue_up(&f, 0, f.group, queue_add_user(&f, "alice"), true);
    set_retries(&f, 1, "");
    assert_int_equal(queue_claim(&f, worker, &hold), first);
    end_as(&f, &hold, "ConnectionTimeout");
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_true(got.again_ms > 29000 && got.again_ms <= 30000);
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 30001");
    assert_int_equal(queue_claim(&f, worker, &hold), 0); /* it stands in the queue now */
    assert_int_equal(queue_claim(&f, worker, &hold), first + 1);
    CHECK_OK(ns_run_load(f.store, first + 1, &run, &error));
    assert_int_equal(run.attempt, 2);
    assert_int_equal(run.retry_of, first);
    assert_true(run.high);
    assert_string_equal(run.group, "Finance");
    assert_string_equal(in_english(run.phases[0].detail), "attempt 2 of 2, since run 1 ended as ConnectionTimeout");
    ns_run_clear(&run);
    end_as(&f, &hold, "ConnectionTimeout");
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "RunNotFound", ns_run_load(f.store, first + 2, &run, &error));
    queue_done(&f);
}

static void only_after_the_codes_that_it_names_and_never_after_a_refused_secret(void **state) {
    static const struct {
        const char *codes;
        const char *ended;
        bool again;
    } rows[] = {{"", "FlowFailed", true},
                {"", "SessionCreationInvalidCredentials", false},
                {"", "Cancelled", false},
                {"", "SignInHeldBack", false},
                {"ConnectionTimeout, Interrupted", "Interrupted", true},
                {"ConnectionTimeout, Interrupted", "FlowFailed", false}};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        const ns_flow flow = {.retry_count = 3, .retry_codes = (char *)(uintptr_t)rows[i].codes};
        if (ns_retry_is_due(&flow, 1, rows[i].ended) != rows[i].again)
            fail_msg("%s after %s", rows[i].codes, rows[i].ended);
        assert_false(ns_retry_is_due(&flow, 4, rows[i].ended));
    }
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidRetryCodes", ns_retry_codes_check("ConnectionTimeout,nonsense", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidRetryCodes", ns_retry_codes_check("AccountLockedOut", &error));
    CHECK_OK(ns_retry_codes_check("ConnectionTimeout , FlowFailed", &error));
}

static void the_program_that_carries_a_run_out_itself_holds_the_next_attempt(void **state) {
    queue_fixture f = queue_open("retry-held.db");
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    ns_hold held = make_run(f.store, machine, f.flow, queue_add_user(&f, "alice"), f.owner);
    ns_hold next;
    (void)state;
    set_retries(&f, 2, "FlowFailed");
    assert_true(claim_run(f.store, &held));
    CHECK_OK(ns_run_next_attempt(f.store, held.run_id, f.owner, &next, &error));
    assert_int_equal(next.run_id, 0);
    end_as(&f, &held, "FlowFailed");
    CHECK_OK(ns_run_next_attempt(f.store, held.run_id, f.owner, &next, &error));
    assert_int_equal(next.run_id, held.run_id + 1);
    assert_false(claim_run(f.store, &next));
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 30001");
    assert_false(claim_run(f.store, &next));
    assert_true(claim_run(f.store, &next));
    queue_done(&f);
}

/* Rows that another program wrote, or a damaged disk. */
static void what_a_store_cannot_say_is_refused(void **state) {
    queue_fixture f = queue_open("nonsense.db");
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    ns_run_list runs;
    (void)state;
    (void)queue_up(&f, machine, 0, queue_add_user(&f, "alice"), false);
    queue_sql(&f, "UPDATE run SET flow = CAST(x'41ff42' AS TEXT)");
    CHECK_OK(ns_runs_load(f.store, 0, 10, &runs, &error));
    assert_string_equal(runs.items[0].flow, "A\xEF\xBF\xBD"
                                            "B");
    ns_run_list_clear(&runs);
    queue_sql(&f, "UPDATE activity_change SET kind = 'dragon'");
    CHECK_STATUS(NS_STATUS_REFUSED, "NotUndoable", ns_activity_undo(f.store, 1, &error));
    queue_sql(&f, "UPDATE run SET queue = 'dragon'");
    CHECK_STATUS(NS_STATUS_STORE, "StoreDamaged",
                 ns_run_claim(f.store, &(ns_claimant){.worker_id = queue_enlist(&f, NULL, 0), .owner = f.owner}, &(ns_claim){0}, &error));
    queue_done(&f);
}

int test_queue_end(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_secret_ends_what_waits_with_it),
        cmocka_unit_test(a_queue_has_a_length_and_a_time),
        cmocka_unit_test(a_run_may_wait_for_a_time),
        cmocka_unit_test(a_queued_run_that_nobody_holds_is_cancelled_at_once),
        cmocka_unit_test(a_run_that_is_handed_back_stands_where_it_stood),
        cmocka_unit_test(a_run_whose_store_is_busy_is_handed_back_on_the_next_try),
        cmocka_unit_test(a_failed_flow_is_tried_again_as_often_as_it_says),
        cmocka_unit_test(only_after_the_codes_that_it_names_and_never_after_a_refused_secret),
        cmocka_unit_test(the_program_that_carries_a_run_out_itself_holds_the_next_attempt),
        cmocka_unit_test(what_people_do_with_runs_is_in_the_activity_and_not_undone),
        cmocka_unit_test(what_a_store_cannot_say_is_refused),
    };
    return cmocka_run_group_tests_name("queue_end", tests, NULL, NULL);
}
