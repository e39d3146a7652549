/* Which run is given to whom, and why another waits. */
#include "check.h"
#include "queue_fixture.h"
#include "run/request.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/machine_known.h"
#include "store/queue.h"
#include "store/sessions.h"
#include "store/workers.h"

static void a_group_gives_each_run_another_machine_and_says_why(void **state) {
    queue_fixture f = queue_open("group.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t alice = queue_add_user(&f, "alice");
    const int64_t bob = queue_add_user(&f, "bob");
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    int64_t runs[4];
    ns_hold first;
    ns_run run = {0};
    (void)state;
    (void)queue_add_machine(&f, "FIN-01", "one", f.group);
    CHECK_OK(ns_machine_set(f.store, queue_add_machine(&f, "FIN-02", "two", f.group), &on, 1, &error));
    (void)queue_add_machine(&f, "FIN-03", "three", f.group);
    for (size_t i = 0; i < 4; i++)
        runs[i] = queue_up(&f, 0, f.group, i == 1 ? bob : alice, false);
    assert_int_equal(queue_claim(&f, worker, &first), runs[0]);
    assert_string_equal(queue_field(&f, runs[0], "machine"), "FIN-01");
    /* The account of run 0 is signing in: the next of another user overtakes (extended prioritisation, S7). */
    assert_int_equal(queue_claim(&f, worker, NULL), runs[1]);
    assert_string_equal(queue_field(&f, runs[1], "machine"), "FIN-03");
    queue_signed_in(&f, runs[0]);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, runs[2], "waits"), "FIN-01 runs 1; FIN-02 is in maintenance; FIN-03 runs 2");
    assert_string_equal(queue_field(&f, runs[3], "waits"), ""); /* it is behind that one */
    queue_finish(&f, &first);
    assert_int_equal(queue_claim(&f, worker, NULL), runs[2]);
    CHECK_OK(ns_run_load(f.store, runs[2], &run, &error));
    assert_string_equal(run.machine, "FIN-01");
    assert_string_equal(run.phases[1].name, "assigned");
    assert_string_equal(in_english(run.phases[1].detail), "FIN-02 is in maintenance; FIN-03 runs 2");
    ns_run_clear(&run);
    queue_done(&f);
}

static void without_extended_prioritisation_the_first_run_holds_up_the_others(void **state) {
    queue_fixture f = queue_open("strict.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t alice = queue_add_user(&f, "alice");
    const int64_t bob = queue_add_user(&f, "bob");
    const ns_setting_change off = {NS_SETTING_QUEUE_EXTENDED, "off"};
    ns_hold first;
    int64_t runs[3];
    (void)state;
    CHECK_OK(ns_group_set(f.store, f.group, &off, 1, &error));
    (void)queue_add_machine(&f, "a", "one", f.group);
    (void)queue_add_machine(&f, "b", "two", f.group);
    runs[0] = queue_up(&f, 0, f.group, alice, false);
    runs[1] = queue_up(&f, 0, f.group, alice, false);
    runs[2] = queue_up(&f, 0, f.group, bob, false);
    assert_int_equal(queue_claim(&f, worker, &first), runs[0]);
    assert_int_equal(queue_claim(&f, worker, NULL), 0); /* run 1 waits for the account, and run 2 for run 1 */
    queue_signed_in(&f, runs[0]);
    assert_int_equal(queue_claim(&f, worker, NULL), runs[1]);
    queue_done(&f);
}

static void priority_and_moving_decide_who_is_next(void **state) {
    queue_fixture f = queue_open("order.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    int64_t runs[5];
    static const size_t expected[] = {3, 4, 2, 0, 1};
    ns_run_list queue;
    (void)state;
    for (size_t i = 0; i < 5; i++)
        runs[i] = queue_up(&f, machine, 0, queue_add_user(&f, (const char *[]){"u", "v", "w", "x", "y"}[i]), i == 3);
    CHECK_OK(ns_queue_prioritise(f.store, runs[4], true, &error));
    CHECK_OK(ns_queue_move(f.store, runs[1], true, &error));
    CHECK_OK(ns_queue_move(f.store, runs[2], true, &error));
    CHECK_OK(ns_queue_move(f.store, runs[1], false, &error));
    CHECK_OK(ns_runs_load_queued(f.store, 100, &queue, &error));
    assert_int_equal(queue.count, 5);
    for (size_t i = 0; i < 5; i++) {
        ns_hold hold;
        assert_int_equal(queue.items[i].id, runs[expected[i]]);
        assert_int_equal(queue.items[i].position, i + 1);
        assert_int_equal(queue_claim(&f, worker, &hold), runs[expected[i]]);
        queue_finish(&f, &hold);
    }
    ns_run_list_clear(&queue);
    CHECK_STATUS(NS_STATUS_REFUSED, "RunNotQueued", ns_queue_move(f.store, runs[0], true, &error));
    CHECK_STATUS(NS_STATUS_REFUSED, "RunNotQueued", ns_queue_prioritise(f.store, runs[0], true, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "RunNotFound", ns_queue_move(f.store, 999, true, &error));
    queue_done(&f);
}

/* Documented: new runs wait, running ones go on, members follow the group (S3, S4). */
static void in_maintenance_runs_wait_and_members_follow_their_group(void **state) {
    queue_fixture f = queue_open("maintenance.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const int64_t machine = queue_add_machine(&f, "a", "one", f.group);
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    const ns_setting_change off = {NS_SETTING_MAINTENANCE, "off"};
    int64_t run = 0;
    ns_hold hold;
    (void)state;
    CHECK_OK(ns_group_set(f.store, f.group, &on, 1, &error));
    CHECK_OK(ns_machine_set(f.store, machine, &off, 1, &error)); /* which changes nothing while the group is */
    run = queue_up(&f, machine, 0, user, false);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, run, "waits"), "a is in maintenance");
    CHECK_STATUS(NS_STATUS_REFUSED, "MachineInMaintenance", ns_check_ask(f.store, machine, user, NS_PURPOSE_SIGN_IN, &hold, &error));
    CHECK_OK(ns_group_set(f.store, f.group, &off, 1, &error));
    assert_int_equal(queue_claim(&f, worker, &hold), run);
    CHECK_OK(ns_group_set(f.store, f.group, &on, 1, &error));
    CHECK_OK(ns_run_add_phase(f.store, &hold, "flow", 1, "", &error)); /* it goes on */
    queue_done(&f);
}

static void a_session_is_signed_out_in_maintenance_and_nothing_else_begins(void **state) {
    queue_fixture f = queue_open("sign-out.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const ns_setting_change on[] = {{NS_SETTING_MAINTENANCE, "on"}, {NS_SETTING_SESSION_MAX, "5"}};
    const ns_session session = {.machine_id = machine,
                                .connection_id = queue_add_user(&f, "alice"),
                                .connection = (char *)(uintptr_t) "alice",
                                .user = (char *)(uintptr_t) "alice",
                                .session_id = (char *)(uintptr_t) "3",
                                .state = NS_SESSION_KEPT,
                                .run_id = 1,
                                .since = 2000};
    const ns_queued_run leave = {
        .purpose = NS_PURPOSE_SIGN_OUT, .machine_id = machine, .connection_id = session.connection_id, .session_record = 1, .queue_ms = 60000};
    const int64_t elsewhere = queue_up(&f, queue_add_machine(&f, "b", "two", 0), 0, session.connection_id, false);
    ns_hold hold;
    (void)state;
    assert_int_equal(queue_claim(&f, worker, NULL), elsewhere);
    CHECK_OK(ns_session_remember(f.store, &session, &error));
    CHECK_OK(ns_machine_set(f.store, machine, on, NS_COUNT_OF(on), &error));
    CHECK_OK(ns_queue_add(f.store, &leave, NULL, &hold, &error));
    (void)queue_up(&f, machine, 0, queue_add_user(&f, "bob"), false);
    assert_int_equal(queue_claim(&f, worker, NULL), 0); /* alice is signing in */
    queue_signed_in(&f, elsewhere);
    assert_int_equal(queue_claim(&f, worker, NULL), hold.run_id);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    queue_done(&f);
}

/* Finding 1.5: the number was the one that was set when the run was queued. Runs of several users, since one user has one session. */
static void as_many_runs_begin_as_the_machine_takes_now(void **state) {
    queue_fixture f = queue_open("places.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const ns_setting_change two = {NS_SETTING_SESSION_MAX, "2"};
    const ns_setting_change one = {NS_SETTING_SESSION_MAX, "1"};
    ns_hold holds[2];
    int64_t runs[4];
    (void)state;
    CHECK_OK(ns_machine_set(f.store, machine, &two, 1, &error));
    for (size_t i = 0; i < 4; i++)
        runs[i] = queue_up(&f, machine, 0, queue_add_user(&f, (const char *[]){"u", "v", "w", "x"}[i]), false);
    assert_int_equal(queue_claim(&f, worker, &holds[0]), runs[0]);
    assert_int_equal(queue_claim(&f, worker, &holds[1]), runs[1]);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    CHECK_OK(ns_machine_set(f.store, machine, &one, 1, &error));
    queue_finish(&f, &holds[0]);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    queue_finish(&f, &holds[1]);
    assert_int_equal(queue_claim(&f, worker, NULL), runs[2]);
    queue_done(&f);
}

static void one_user_has_one_session_on_a_machine(void **state) {
    queue_fixture f = queue_open("same-user.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const ns_setting_change many = {NS_SETTING_SESSION_MAX, "5"};
    const int64_t user = queue_add_user(&f, "alice");
    int64_t first = 0;
    int64_t second = 0;
    (void)state;
    CHECK_OK(ns_machine_set(f.store, machine, &many, 1, &error));
    first = queue_up(&f, machine, 0, user, false);
    second = queue_up(&f, machine, 0, user, false);
    assert_int_equal(queue_claim(&f, worker, NULL), first);
    queue_signed_in(&f, first);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, second, "waits"), "a runs 1 for the same user");
    queue_done(&f);
}

/* Case 33: two entries of one address ran side by side. */
static void two_entries_of_one_machine_share_its_place(void **state) {
    queue_fixture f = queue_open("shared.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t kilo = queue_add_machine(&f, "Kilo", "Host.example", 0);
    const int64_t lima = queue_add_machine(&f, "Lima", "host.example.", 0);
    const int64_t mike = queue_add_machine(&f, "Mike", "alias.example", 0);
    int64_t runs[3];
    ns_hold hold;
    (void)state;
    runs[0] = queue_up(&f, kilo, 0, queue_add_user(&f, "u"), false);
    runs[1] = queue_up(&f, lima, 0, queue_add_user(&f, "v"), false);
    assert_int_equal(queue_claim(&f, worker, &hold), runs[0]);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, runs[1], "waits"), "Lima runs 1");
    /* Another name that was found to lead to the same address. */
    CHECK_OK(ns_machine_note_address(f.store, kilo, "10.0.0.5:3389", &error));
    CHECK_OK(ns_machine_note_address(f.store, mike, "10.0.0.5:3389", &error));
    runs[2] = queue_up(&f, mike, 0, queue_add_user(&f, "w"), false);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, runs[2], "waits"), "Mike runs 1");
    queue_finish(&f, &hold);
    assert_int_equal(queue_claim(&f, worker, NULL), runs[1]);
    queue_done(&f);
}

/* Finding 1.15: who waited for an account held its machine's place, and turns came in no order. */
static void turns_come_in_order_and_who_waits_for_one_holds_no_place(void **state) {
    queue_fixture f = queue_open("tickets.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t shared = queue_add_user(&f, "shared");
    const int64_t other = queue_add_user(&f, "other");
    int64_t machines[8];
    int64_t runs[8];
    int64_t late = 0;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "m%zu", i);
        machines[i] = queue_add_machine(&f, name, name, 0);
        runs[i] = queue_up(&f, machines[i], 0, shared, false);
    }
    late = queue_up(&f, machines[5], 0, other, false);
    assert_int_equal(queue_claim(&f, worker, NULL), runs[0]);
    assert_int_equal(queue_claim(&f, worker, NULL), late); /* m5 is free, though run 5 waits for its turn */
    for (size_t i = 1; i < 5; i++) {
        queue_signed_in(&f, runs[i - 1]);
        assert_int_equal(queue_claim(&f, worker, NULL), runs[i]);
    }
    queue_done(&f);
}

static void a_run_that_another_program_carries_out_itself_keeps_its_place_in_the_queue(void **state) {
    queue_fixture f = queue_open("held.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const int64_t alice = queue_add_user(&f, "alice");
    const int64_t bob = queue_add_user(&f, "bob");
    ns_hold held = make_run(f.store, machine, f.flow, alice, f.owner);
    const int64_t later = queue_up(&f, machine, 0, bob, false);
    (void)state;
    assert_int_equal(queue_claim(&f, worker, NULL), 0); /* it is the other's turn */
    assert_true(claim_run(f.store, &held));
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, later, "waits"), "a runs 1");
    queue_finish(&f, &held);
    assert_int_equal(queue_claim(&f, worker, NULL), later);
    queue_done(&f);
}

static void what_no_worker_takes_holds_up_nobody(void **state) {
    queue_fixture f = queue_open("nobody.db");
    const int64_t machine = queue_add_machine(&f, "a", "one", 0);
    const int64_t unserved = queue_up(&f, machine, 0, queue_add_user(&f, "alice"), false);
    ns_hold held = make_run(f.store, machine, f.flow, queue_add_user(&f, "bob"), f.owner);
    (void)state;
    assert_true(claim_run(f.store, &held));
    assert_string_equal(queue_field(&f, unserved, "state"), "Queued");
    queue_done(&f);
}

static void a_worker_takes_only_what_it_serves(void **state) {
    queue_fixture f = queue_open("serves.db");
    const int64_t other = make_group(f.store, "Sales");
    const int64_t worker = queue_enlist(&f, &f.group, 1);
    const int64_t user = queue_add_user(&f, "alice");
    const int64_t machine = queue_add_machine(&f, "a", "one", f.group);
    int64_t wanted = 0;
    int64_t count = 0;
    (void)state;
    (void)queue_up(&f, queue_add_machine(&f, "c", "three", 0), 0, user, false);
    (void)queue_up(&f, queue_add_machine(&f, "b", "two", other), 0, user, false);
    (void)queue_up(&f, 0, other, user, false);
    wanted = queue_up(&f, machine, 0, user, false);
    assert_int_equal(queue_claim(&f, worker, NULL), wanted);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    CHECK_OK(ns_workers_count(f.store, machine, 0, &count, &error));
    assert_int_equal(count, 1);
    CHECK_OK(ns_workers_count(f.store, 0, other, &count, &error));
    assert_int_equal(count, 0);
    CHECK_OK(ns_worker_stop(f.store, worker, &error));
    CHECK_OK(ns_workers_count(f.store, machine, 0, &count, &error));
    assert_int_equal(count, 0);
    queue_done(&f);
}

static void a_worker_that_was_not_heard_of_is_dead(void **state) {
    queue_fixture f = queue_open("dead-worker.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    ns_worker_list list;
    int64_t run = 0;
    (void)state;
    run = queue_up(&f, queue_add_machine(&f, "a", "one", 0), 0, queue_add_user(&f, "alice"), false);
    CHECK_OK(ns_worker_renew(f.store, worker, &error));
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 76000");
    CHECK_OK(ns_workers_load(f.store, &list, &error));
    assert_int_equal(list.count, 0);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    CHECK_STATUS(NS_STATUS_LOST, "WorkerLost", ns_worker_renew(f.store, worker, &error));
    assert_int_equal(queue_claim(&f, queue_enlist(&f, NULL, 0), NULL), run);
    queue_done(&f);
}

static void an_account_rests_when_nobody_knows_how_its_last_sign_in_ended(void **state) {
    queue_fixture f = queue_open("rests.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const int64_t first = queue_up(&f, queue_add_machine(&f, "a", "one", 0), 0, user, false);
    const int64_t second = queue_up(&f, queue_add_machine(&f, "b", "two", 0), 0, user, false);
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    ns_claim got;
    ns_hold hold;
    (void)state;
    assert_int_equal(queue_claim(&f, worker, &hold), first);
    CHECK_OK(ns_run_add_phase(f.store, &hold, "sign-in", 1, "", &error));
    queue_sql(&f, "UPDATE run SET lease_until = 0 WHERE id = 1");
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 1");
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_string_equal(queue_field(&f, first, "code"), "Interrupted");
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_string_equal(queue_field(&f, second, "waits"), "how run 1 signed in was lost with its program: the account rests as after a refusal");
    assert_true(got.again_ms > 0 && got.again_ms <= 60000);
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 59000");
    CHECK_OK(ns_worker_renew(f.store, worker, &error));
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 1001");
    assert_int_equal(queue_claim(&f, worker, NULL), second);
    queue_done(&f);
}

static void a_group_without_machines_takes_no_run(void **state) {
    queue_fixture f = queue_open("empty.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const ns_run_request request = {.group_id = f.group, .flow_id = f.flow, .connection_id = user, .by_worker = true};
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    int64_t machine = 0;
    int64_t run = 0;
    ns_hold hold;
    (void)state;
    CHECK_STATUS(NS_STATUS_REFUSED, "GroupIsEmpty", ns_run_ask(f.store, &request, &hold, &error));
    machine = queue_add_machine(&f, "a", "one", f.group);
    CHECK_OK(ns_machine_set(f.store, machine, &on, 1, &error));
    run = queue_up(&f, 0, f.group, user, false);
    CHECK_STATUS(NS_STATUS_REFUSED, "UIFlowAlreadyRunning", ns_group_remove(f.store, f.group, &error));
    CHECK_OK(ns_machines_move(f.store, &machine, 1, 0, &error));
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, run, "code"), "GroupIsEmpty");
    queue_done(&f);
}

/* S4: a queue has a length and a time. */
static void a_user_with_a_left_session_is_given_another_machine(void **state) {
    queue_fixture f = queue_open("left.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const ns_setting_change reuse = {NS_SETTING_SESSION_REUSE, "on"};
    int64_t machines[2];
    int64_t run = 0;
    ns_hold hold;
    ns_session session = {.connection_id = user,
                          .connection = (char *)(uintptr_t) "alice",
                          .user = (char *)(uintptr_t) "Alice",
                          .session_id = (char *)(uintptr_t) "3",
                          .state = NS_SESSION_KEPT,
                          .run_id = 1,
                          .since = 2000};
    (void)state;
    machines[0] = queue_add_machine(&f, "a", "one", f.group);
    machines[1] = queue_add_machine(&f, "b", "two", f.group);
    session.machine_id = machines[0];
    CHECK_OK(ns_session_remember(f.store, &session, &error));
    run = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(queue_claim(&f, worker, &hold), run);
    assert_string_equal(queue_field(&f, run, "machine"), "b");
    queue_finish(&f, &hold);
    /* One that it may return to is no reason. */
    CHECK_OK(ns_machine_set(f.store, machines[0], &reuse, 1, &error));
    run = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(queue_claim(&f, worker, NULL), run);
    assert_string_equal(queue_field(&f, run, "machine"), "a");
    queue_done(&f);
}

static void a_session_of_a_run_that_broke_off_keeps_a_machine_out_for_a_while(void **state) {
    queue_fixture f = queue_open("broke-off.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    int64_t runs[2];
    ns_claim got;
    ns_hold hold;
    (void)state;
    (void)queue_add_machine(&f, "a", "one", f.group);
    runs[0] = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(queue_claim(&f, worker, &hold), runs[0]);
    CHECK_OK(ns_run_add_phase(f.store, &hold, "desktop", 1, "", &error));
    CHECK_OK(ns_session_remember_lost(f.store, runs[0], &error));
    queue_finish(&f, &hold);
    runs[1] = queue_up(&f, 0, f.group, user, false);
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_string_equal(queue_field(&f, runs[1], "waits"), "a has a session of this user already");
    assert_true(got.again_ms > 70000 && got.again_ms <= 80000); /* it is looked at again then, though nobody changes anything */
    queue_sql(&f, "UPDATE store_clock SET ms = ms + 80001");
    assert_int_equal(queue_claim(&f, queue_enlist(&f, NULL, 0), NULL), runs[1]);
    queue_done(&f);
}

/* Finding 1: five hundred that wait would look whenever a lease is renewed. */
static void what_a_claim_goes_by_wakes_who_waits_and_a_lease_does_not(void **state) {
    static const struct {
        const char *sql;
        bool wakes;
    } rows[] = {{"UPDATE run SET lease_until = lease_until + 1", false},
                {"UPDATE worker SET lease_until = lease_until + 1", false},
                {"UPDATE store_clock SET ms = ms + 1", false},
                {"UPDATE run_phase SET detail = 'x'", false},
                {"UPDATE machine SET used = 7, pin = 'x', description = 'x'", false},
                {"UPDATE run SET cancel_requested = 1", true},
                {"UPDATE run SET priority = 1", true},
                {"UPDATE run SET state = 'Running'", true},
                {"UPDATE run SET state = 'Succeeded', ended_at = 1", true},
                {"DELETE FROM run", false}, /* a past one */
                {"UPDATE machine SET host = 'two'", true},
                {"UPDATE machine SET group_id = NULL", true},
                {"UPDATE machine SET computer = 'ONE'", true},
                {"INSERT INTO machine_setting(machine_id, name, value) SELECT id, 'maintenance', 'on' FROM machine", true},
                {"UPDATE machine_setting SET value = 'off'", true},
                {"DELETE FROM machine_setting", true},
                {"INSERT INTO group_setting(group_id, name, value) SELECT id, 'maintenance', 'on' FROM machine_group", true},
                {"INSERT INTO machine_address(machine_id, address) SELECT id, '192.0.2.1' FROM machine", true},
                {"UPDATE connection SET account = 'CORP\\eve'", true},
                {"INSERT INTO sign_in(account, connection_id) VALUES ('corp\\alice', 1)", true},
                {"UPDATE sign_in SET run_id = 0", true},
                {"UPDATE worker SET stopping = 1", true},
                {"DELETE FROM worker", true},
                {"DELETE FROM machine", true}};
    queue_fixture f = queue_open("claim-mark.db");
    const int64_t machine = queue_add_machine(&f, "a", "one", f.group);
    int64_t seen = 0;
    (void)state;
    (void)queue_enlist(&f, NULL, 0);
    (void)queue_up(&f, machine, 0, queue_add_user(&f, "alice"), false);
    seen = ns_claim_mark(f.store);
    assert_true(seen > 0);
    assert_int_equal(ns_claim_mark(f.store), seen);
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        queue_sql(&f, rows[i].sql);
        if ((ns_claim_mark(f.store) != seen) != rows[i].wakes)
            fail_msg("%s", rows[i].sql);
        seen = ns_claim_mark(f.store);
    }
    queue_done(&f);
}

/* Case 33: entries lead to one machine by its place and by each of its addresses. */
static void a_run_counts_once_on_a_machine_that_is_reached_by_several_addresses(void **state) {
    queue_fixture f = queue_open("busy-once.db");
    const int64_t first = queue_add_machine(&f, "a", "one", 0);
    const int64_t second = queue_add_machine(&f, "b", "two", 0);
    const int64_t same_place = queue_add_machine(&f, "c", "ONE", 0);
    const int64_t other = queue_add_machine(&f, "d", "three", 0);
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t user = queue_add_user(&f, "alice");
    ns_hold hold;
    int64_t waiting = 0;
    (void)state;
    queue_sql(&f, "INSERT INTO machine_address(machine_id, address) SELECT id, '192.0.2.1' FROM machine WHERE name IN ('a', 'b')");
    queue_sql(&f, "INSERT INTO machine_address(machine_id, address) SELECT id, '2001:db8::1' FROM machine WHERE name IN ('a', 'b')");
    queue_sql(&f, "INSERT INTO machine_setting(machine_id, name, value) SELECT id, 'session.max', '2' FROM machine WHERE name = 'b'");
    waiting = queue_up(&f, first, 0, user, false);
    assert_int_equal(queue_claim(&f, worker, &hold), waiting);
    queue_signed_in(&f, hold.run_id);
    /* Two places, one of them taken. */
    waiting = queue_up(&f, second, 0, queue_add_user(&f, "bob"), false);
    assert_int_equal(queue_claim(&f, worker, NULL), waiting);
    waiting = queue_up(&f, same_place, 0, queue_add_user(&f, "carol"), false);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_non_null(strstr(queue_field(&f, waiting, "waits"), "runs"));
    waiting = queue_up(&f, other, 0, queue_add_user(&f, "dave"), false);
    assert_int_equal(queue_claim(&f, worker, NULL), waiting);
    queue_done(&f);
}

int test_queue(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_gives_each_run_another_machine_and_says_why),
        cmocka_unit_test(without_extended_prioritisation_the_first_run_holds_up_the_others),
        cmocka_unit_test(priority_and_moving_decide_who_is_next),
        cmocka_unit_test(in_maintenance_runs_wait_and_members_follow_their_group),
        cmocka_unit_test(a_session_is_signed_out_in_maintenance_and_nothing_else_begins),
        cmocka_unit_test(as_many_runs_begin_as_the_machine_takes_now),
        cmocka_unit_test(one_user_has_one_session_on_a_machine),
        cmocka_unit_test(two_entries_of_one_machine_share_its_place),
        cmocka_unit_test(turns_come_in_order_and_who_waits_for_one_holds_no_place),
        cmocka_unit_test(a_run_that_another_program_carries_out_itself_keeps_its_place_in_the_queue),
        cmocka_unit_test(what_no_worker_takes_holds_up_nobody),
        cmocka_unit_test(a_worker_takes_only_what_it_serves),
        cmocka_unit_test(a_worker_that_was_not_heard_of_is_dead),
        cmocka_unit_test(an_account_rests_when_nobody_knows_how_its_last_sign_in_ended),
        cmocka_unit_test(a_group_without_machines_takes_no_run),
        cmocka_unit_test(a_user_with_a_left_session_is_given_another_machine),
        cmocka_unit_test(a_session_of_a_run_that_broke_off_keeps_a_machine_out_for_a_while),
        cmocka_unit_test(what_a_claim_goes_by_wakes_who_waits_and_a_lease_does_not),
        cmocka_unit_test(a_run_counts_once_on_a_machine_that_is_reached_by_several_addresses),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
