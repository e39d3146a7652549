#include <sqlite3.h>

#include "base/clock.h"
#include "base/system.h"
#include "check.h"
#include "run/request.h"
#include "store/action.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/queue.h"
#include "store/sessions.h"
#include "store/sign_in.h"

typedef struct fixture {
    ns_store *store;
    int64_t machine;
    int64_t flow;
    int64_t connection;
} fixture;

static fixture make(const char *name) {
    fixture made = {.store = scratch_store(name)};
    ns_machine machine = {.name = (char *)(uintptr_t) "pc", .host = (char *)(uintptr_t) "h", .port = 3389};
    ns_flow flow = {.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"};
    ns_connection connection = {.name = (char *)(uintptr_t) "c", .user = (char *)(uintptr_t) "u"};
    ns_secret secret = {0};
    CHECK_OK(ns_secret_set(&secret, "word", 4, &error));
    CHECK_OK(ns_machine_save(made.store, &machine, &error));
    CHECK_OK(ns_flow_save(made.store, &flow, &error));
    CHECK_OK(ns_connection_save(made.store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    made.machine = machine.id;
    made.flow = flow.id;
    made.connection = connection.id;
    return made;
}

static int64_t queue(const fixture *f, const char *owner) {
    return make_run(f->store, f->machine, f->flow, f->connection, owner).run_id;
}

static ns_run_state state_of(const fixture *f, int64_t id) {
    ns_run run = {0};
    ns_run_state state;
    CHECK_OK(ns_run_load(f->store, id, &run, &error));
    state = run.state;
    ns_run_clear(&run);
    return state;
}

/* Finding 1.21: an edited user kept the password of the one before. */
static void another_user_does_not_keep_the_password(void **state) {
    fixture f = make("another-user.db");
    ns_connection connection = {0};
    (void)state;
    CHECK_OK(ns_connection_load_by_id(f.store, f.connection, &connection, &error));
    assert_true(connection.has_secret);
    free(connection.name);
    connection.name = copy_of("renamed");
    CHECK_OK(ns_connection_save(f.store, &connection, NULL, &error));
    ns_connection_clear(&connection);
    CHECK_OK(ns_connection_load_by_id(f.store, f.connection, &connection, &error));
    assert_true(connection.has_secret); /* it is still the same user's */
    free(connection.user);
    connection.user = copy_of("bob");
    CHECK_OK(ns_connection_save(f.store, &connection, NULL, &error));
    ns_connection_clear(&connection);
    CHECK_OK(ns_connection_load_by_id(f.store, f.connection, &connection, &error));
    assert_false(connection.has_secret);
    ns_connection_clear(&connection);
    ns_store_close(f.store);
}

typedef struct switching {
    const char *path;
    int64_t group;
    int64_t machine;
    HANDLE stop; /* manual */
} switching;

/* Either the group says maintenance or the machine does, and never neither: both change in one action. */
static DWORD WINAPI switch_maintenance(LPVOID context) {
    switching *self = context;
    ns_store *store = NULL;
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    const ns_setting_change off = {NS_SETTING_MAINTENANCE, NULL};
    CHECK_OK(ns_store_open(self->path, &store, &error));
    for (bool group = true; WaitForSingleObject(self->stop, 0) != WAIT_OBJECT_0; group = !group) {
        CHECK_OK(ns_action_begin(store, "set", &error));
        CHECK_OK(ns_group_set(store, self->group, group ? &on : &off, 1, &error));
        CHECK_OK(ns_machine_set(store, self->machine, group ? &off : &on, 1, &error));
        CHECK_OK(ns_action_end(store, NS_OK, &error));
    }
    ns_store_close(store);
    return 0;
}

/* Finding 1.11: a target was read in four parts, between which it changed. */
static void a_target_is_of_one_moment(void **state) {
    ns_store *store = scratch_store("torn.db");
    const int64_t group = make_group(store, "Office");
    switching self = {.path = ns_store_locator(store), .group = group, .machine = make_machine(store, "pc", group)};
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    HANDLE thread = NULL;
    (void)state;
    CHECK_OK(ns_machine_set(store, self.machine, &on, 1, &error));
    self.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, switch_maintenance, &self, 0, NULL);
    for (int i = 0; i < 20000; i++) {
        ns_target target;
        CHECK_OK(ns_target_load(store, self.machine, &target, &error));
        assert_string_equal(ns_target_value(&target, NS_SETTING_MAINTENANCE), "on");
        ns_target_clear(&target);
    }
    (void)SetEvent(self.stop);
    (void)WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(self.stop);
    ns_store_close(store);
}

static void a_run_whose_owner_is_dead_is_closed_as_interrupted(void **state) {
    fixture f = make("recover.db");
    char *own = own_identity();
    char *dead = own_identity();
    ns_hold mine;
    ns_hold lost;
    (void)state;
    dead[strlen(dead) - 1] = dead[strlen(dead) - 1] == '1' ? '2' : '1';
    mine = make_run(f.store, f.machine, f.flow, f.connection, own);
    assert_true(claim_run(f.store, &mine));
    lost = make_run(f.store, f.machine, f.flow, f.connection, dead);
    CHECK_OK(ns_run_add_phase(f.store, &lost, "flow", ns_clock_utc_ms() - 1000, "", &error));
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_int_equal(state_of(&f, mine.run_id), NS_RUN_RUNNING);
    assert_int_equal(state_of(&f, lost.run_id), NS_RUN_INTERRUPTED);
    free(own);
    free(dead);
    ns_store_close(f.store);
}

static void pass(const fixture *f, int64_t ms) {
    sqlite3 *handle = NULL;
    char sql[100];
    (void)snprintf(sql, sizeof sql, "UPDATE store_clock SET ms = ms + %lld", (long long)ms);
    assert_int_equal(sqlite3_open(ns_store_locator(f->store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(handle);
}

/* Findings 1.2, 1.6 and 1.7: a run that another program had closed was never told, and its beats, phases and end were taken as before. */
static void who_was_not_heard_of_for_a_minute_has_lost_the_run(void **state) {
    fixture f = make("lost.db");
    char *own = own_identity();
    ns_hold hold = make_run(f.store, f.machine, f.flow, f.connection, own);
    const ns_run end = {.id = hold.run_id,
                        .state = NS_RUN_SUCCEEDED,
                        .code = (char *)(uintptr_t) "Succeeded",
                        .message = (char *)(uintptr_t) "m",
                        .remedy = (char *)(uintptr_t) "r"};
    bool cancel = false;
    (void)state;
    pass(&f, 74000);
    CHECK_OK(ns_runs_recover(f.store, &error));
    CHECK_OK(ns_run_renew(f.store, &hold, &cancel, &error)); /* and has another minute */
    pass(&f, 74000);
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_int_equal(state_of(&f, hold.run_id), NS_RUN_QUEUED);
    pass(&f, 2000);
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_int_equal(state_of(&f, hold.run_id), NS_RUN_INTERRUPTED);
    CHECK_STATUS(NS_STATUS_LOST, "RunLost", ns_run_renew(f.store, &hold, &cancel, &error));
    assert_false(claim_run(f.store, &hold));
    CHECK_STATUS(NS_STATUS_LOST, "RunLost", ns_run_add_phase(f.store, &hold, "flow", 1, "", &error));
    CHECK_STATUS(NS_STATUS_LOST, "RunLost", ns_run_finish(f.store, &hold, &end, &error));
    assert_int_equal(state_of(&f, hold.run_id), NS_RUN_INTERRUPTED);
    free(own);
    ns_store_close(f.store);
}

static void phases_follow_each_other(void **state) {
    fixture f = make("phases.db");
    int64_t id = queue(&f, "x");
    ns_run run = {0};
    (void)state;
    CHECK_OK(ns_run_add_phase(f.store, HOLD_OF(id), "queued", 1000, "", &error));
    CHECK_OK(ns_run_add_phase(f.store, HOLD_OF(id), "resolve", 1500, "host", &error));
    CHECK_OK(ns_run_set_phase_detail(f.store, HOLD_OF(id), "10.0.0.1", &error));
    CHECK_OK(ns_run_load(f.store, id, &run, &error));
    assert_int_equal(run.phase_count, 3); /* it is queued from the beginning */
    assert_int_equal(run.phases[1].duration_ms, 500);
    assert_int_equal(run.phases[2].duration_ms, -1);
    assert_string_equal(run.phases[2].detail, "10.0.0.1");
    ns_run_clear(&run);
    ns_store_close(f.store);
}

static void an_outcome_is_written_once(void **state) {
    fixture f = make("finish.db");
    int64_t id = queue(&f, "x");
    ns_run end = {.id = id,
                  .state = NS_RUN_FAILED,
                  .code = (char *)(uintptr_t) "FlowFailed",
                  .message = (char *)(uintptr_t) "m",
                  .remedy = (char *)(uintptr_t) "r",
                  .has_exit_code = true,
                  .exit_code = 3};
    ns_run run = {0};
    (void)state;
    CHECK_OK(ns_run_finish(f.store, HOLD_OF(end.id), &end, &error));
    end.state = NS_RUN_SUCCEEDED;
    CHECK_STATUS(NS_STATUS_LOST, "RunLost", ns_run_finish(f.store, HOLD_OF(end.id), &end, &error));
    CHECK_OK(ns_run_load(f.store, id, &run, &error));
    assert_int_equal(run.state, NS_RUN_FAILED);
    assert_true(run.has_exit_code);
    assert_int_equal(run.exit_code, 3);
    ns_run_clear(&run);
    CHECK_STATUS(NS_STATUS_REFUSED, "RunEnded", ns_run_request_cancel(f.store, id, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "RunNotFound", ns_run_request_cancel(f.store, 999, &error));
    ns_store_close(f.store);
}

static void a_refused_password_is_not_tried_again_until_it_is_changed(void **state) {
    fixture f = make("held-back.db");
    const ns_run_request request = {.machine_id = f.machine, .flow_id = f.flow, .connection_id = f.connection};
    ns_hold hold = {0};
    ns_connection connection = {0};
    ns_secret secret = {0};
    ns_sign_in_turn turn = NS_TURN_HELD;
    (void)state;
    CHECK_OK(ns_run_ask(f.store, &request, &hold, &error));
    CHECK_OK(ns_connection_load_by_id(f.store, f.connection, &connection, &error));
    CHECK_OK(ns_sign_in_begin(f.store, &connection, f.machine, hold.run_id, 60000, &turn, &error));
    assert_int_equal(turn, NS_TURN_YOURS);
    CHECK_OK(ns_sign_in_end(f.store, &connection, f.machine, hold.run_id, NS_SIGN_IN_REFUSED, "SessionCreationInvalidCredentials", &error));
    ns_connection_clear(&connection);
    CHECK_STATUS(NS_STATUS_REFUSED, "SignInHeldBack", ns_run_ask(f.store, &request, &hold, &error));
    CHECK_OK(ns_connection_load_by_id(f.store, f.connection, &connection, &error));
    CHECK_OK(ns_secret_set(&secret, "better", 6, &error));
    CHECK_OK(ns_connection_save(f.store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    ns_connection_clear(&connection);
    CHECK_OK(ns_run_ask(f.store, &request, &hold, &error));
    ns_store_close(f.store);
}

static void what_a_run_uses_cannot_be_removed_and_its_record_outlives_it(void **state) {
    fixture f = make("used.db");
    int64_t id = queue(&f, "x");
    ns_run end = {.id = id,
                  .state = NS_RUN_FAILED,
                  .code = (char *)(uintptr_t) "Cancelled",
                  .message = (char *)(uintptr_t) "",
                  .remedy = (char *)(uintptr_t) ""};
    ns_run run = {0};
    (void)state;
    CHECK_STATUS(NS_STATUS_REFUSED, "UIFlowAlreadyRunning", ns_machine_remove(f.store, f.machine, &error));
    CHECK_STATUS(NS_STATUS_REFUSED, "UIFlowAlreadyRunning", ns_connection_remove(f.store, f.connection, &error));
    CHECK_OK(ns_run_finish(f.store, HOLD_OF(end.id), &end, &error));
    CHECK_OK(ns_machine_remove(f.store, f.machine, &error));
    CHECK_OK(ns_run_load(f.store, id, &run, &error));
    assert_string_equal(run.machine, "pc");
    assert_int_equal(run.machine_id, 0);
    ns_run_clear(&run);
    ns_store_close(f.store);
}

int test_runs(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_not_heard_of_for_a_minute_has_lost_the_run),
        cmocka_unit_test(a_target_is_of_one_moment),
        cmocka_unit_test(another_user_does_not_keep_the_password),
        cmocka_unit_test(a_run_whose_owner_is_dead_is_closed_as_interrupted),
        cmocka_unit_test(phases_follow_each_other),
        cmocka_unit_test(an_outcome_is_written_once),
        cmocka_unit_test(a_refused_password_is_not_tried_again_until_it_is_changed),
        cmocka_unit_test(what_a_run_uses_cannot_be_removed_and_its_record_outlives_it),
    };
    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
