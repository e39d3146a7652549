#include <sqlite3.h>

#include "base/clock.h"
#include "base/system.h"
#include "check.h"
#include "model/retry.h"
#include "run/request.h"
#include "store/activity.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/queue.h"
#include "store/sessions.h"
#include "store/sign_in.h"
#include "store/workers.h"

typedef struct fixture {
    ns_store *store;
    int64_t flow;
    int64_t group;
    char *owner;
} fixture;

static int64_t add_machine(const fixture *f, const char *name, const char *host, int64_t group) {
    ns_machine machine = {.name = (char *)(uintptr_t)name, .host = (char *)(uintptr_t)host, .port = 3389, .group_id = group};
    CHECK_OK(ns_machine_save(f->store, &machine, &error));
    return machine.id;
}

static int64_t add_user(const fixture *f, const char *user) {
    ns_connection connection = {.name = (char *)(uintptr_t)user, .user = (char *)(uintptr_t)user, .domain = (char *)(uintptr_t) "CORP"};
    ns_secret secret = {0};
    CHECK_OK(ns_secret_set(&secret, "word", 4, &error));
    CHECK_OK(ns_connection_save(f->store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    return connection.id;
}

static fixture make(const char *name) {
    fixture made = {.store = scratch_store(name), .owner = ns_system_process_identity()};
    ns_flow flow = {.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"};
    CHECK_OK(ns_flow_save(made.store, &flow, &error));
    made.flow = flow.id;
    made.group = make_group(made.store, "Finance");
    return made;
}

static void done(fixture *f) {
    ns_store_close(f->store);
    free(f->owner);
}

static int64_t queue_up(const fixture *f, int64_t machine, int64_t group, int64_t connection, bool high) {
    const ns_run_request request = {
        .machine_id = machine, .group_id = group, .flow_id = f->flow, .connection_id = connection, .high = high, .by_worker = true};
    ns_hold hold = {0};
    CHECK_OK(ns_run_ask(f->store, &request, &hold, &error));
    return hold.run_id;
}

static int64_t enlist(const fixture *f, const int64_t *groups, size_t count) {
    ns_worker_record worker = {.name = (char *)(uintptr_t) "w", .owner = f->owner, .version = (char *)(uintptr_t) "1", .capacity = 100};
    CHECK_OK(ns_worker_add(f->store, &worker, groups, count, &error));
    return worker.id;
}

/* The run that the worker is given; 0 for none. */
static int64_t claim(const fixture *f, int64_t worker, ns_hold *hold) {
    const ns_claimant claimant = {.worker_id = worker, .owner = f->owner};
    ns_claim got;
    CHECK_OK(ns_run_claim(f->store, &claimant, &got, &error));
    if (hold)
        *hold = got.hold;
    return got.claimed ? got.hold.run_id : 0;
}

/* It has signed in: the account's turn is another's. */
static void signed_in(const fixture *f, int64_t run_id) {
    ns_run run = {0};
    ns_connection connection = {0};
    CHECK_OK(ns_run_load(f->store, run_id, &run, &error));
    CHECK_OK(ns_connection_load_by_id(f->store, run.connection_id, &connection, &error));
    CHECK_OK(ns_sign_in_end(f->store, &connection, run.machine_id, run_id, NS_SIGN_IN_ACCEPTED, "", &error));
    ns_connection_clear(&connection);
    ns_run_clear(&run);
}

static void finish(const fixture *f, const ns_hold *hold) {
    const ns_run end = {.id = hold->run_id,
                        .state = NS_RUN_SUCCEEDED,
                        .code = (char *)(uintptr_t) "Succeeded",
                        .message = (char *)(uintptr_t) "m",
                        .remedy = (char *)(uintptr_t) ""};
    CHECK_OK(ns_run_finish(f->store, hold, &end, &error));
}

static const char *field(const fixture *f, int64_t id, const char *what) {
    static char text[700];
    ns_run run = {0};
    CHECK_OK(ns_run_load(f->store, id, &run, &error));
    (void)snprintf(text, sizeof text, "%s",
                   strcmp(what, "machine") == 0 ? run.machine
                   : strcmp(what, "waits") == 0 ? in_english(run.waits)
                   : strcmp(what, "code") == 0  ? run.code
                   : strcmp(what, "state") == 0 ? ns_run_state_name(run.state)
                                                : in_english(run.message));
    ns_run_clear(&run);
    return text;
}

static void sql(const fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(ns_store_path(f->store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, text, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(handle);
}

static void a_group_gives_each_run_another_machine_and_says_why(void **state) {
    fixture f = make("group.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t alice = add_user(&f, "alice");
    const int64_t bob = add_user(&f, "bob");
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    int64_t runs[4];
    ns_hold first;
    ns_run run = {0};
    (void)state;
    (void)add_machine(&f, "FIN-01", "one", f.group);
    CHECK_OK(ns_machine_set(f.store, add_machine(&f, "FIN-02", "two", f.group), &on, 1, &error));
    (void)add_machine(&f, "FIN-03", "three", f.group);
    for (size_t i = 0; i < 4; i++)
        runs[i] = queue_up(&f, 0, f.group, i == 1 ? bob : alice, false);
    assert_int_equal(claim(&f, worker, &first), runs[0]);
    assert_string_equal(field(&f, runs[0], "machine"), "FIN-01");
    /* The account of run 0 is signing in: the next of another user overtakes (extended prioritisation, S7). */
    assert_int_equal(claim(&f, worker, NULL), runs[1]);
    assert_string_equal(field(&f, runs[1], "machine"), "FIN-03");
    signed_in(&f, runs[0]);
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, runs[2], "waits"), "FIN-01 runs 1; FIN-02 is in maintenance; FIN-03 runs 2");
    assert_string_equal(field(&f, runs[3], "waits"), ""); /* it is behind that one */
    finish(&f, &first);
    assert_int_equal(claim(&f, worker, NULL), runs[2]);
    CHECK_OK(ns_run_load(f.store, runs[2], &run, &error));
    assert_string_equal(run.machine, "FIN-01");
    assert_string_equal(run.phases[1].name, "assigned");
    assert_string_equal(in_english(run.phases[1].detail), "FIN-02 is in maintenance; FIN-03 runs 2");
    ns_run_clear(&run);
    done(&f);
}

static void without_extended_prioritisation_the_first_run_holds_up_the_others(void **state) {
    fixture f = make("strict.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t alice = add_user(&f, "alice");
    const int64_t bob = add_user(&f, "bob");
    const ns_setting_change off = {NS_SETTING_QUEUE_EXTENDED, "off"};
    ns_hold first;
    int64_t runs[3];
    (void)state;
    CHECK_OK(ns_group_set(f.store, f.group, &off, 1, &error));
    (void)add_machine(&f, "a", "one", f.group);
    (void)add_machine(&f, "b", "two", f.group);
    runs[0] = queue_up(&f, 0, f.group, alice, false);
    runs[1] = queue_up(&f, 0, f.group, alice, false);
    runs[2] = queue_up(&f, 0, f.group, bob, false);
    assert_int_equal(claim(&f, worker, &first), runs[0]);
    assert_int_equal(claim(&f, worker, NULL), 0); /* run 1 waits for the account, and run 2 for run 1 */
    signed_in(&f, runs[0]);
    assert_int_equal(claim(&f, worker, NULL), runs[1]);
    done(&f);
}

static void priority_and_moving_decide_who_is_next(void **state) {
    fixture f = make("order.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t machine = add_machine(&f, "a", "one", 0);
    int64_t runs[5];
    static const size_t expected[] = {3, 4, 2, 0, 1};
    ns_run_list queue;
    (void)state;
    for (size_t i = 0; i < 5; i++)
        runs[i] = queue_up(&f, machine, 0, add_user(&f, (const char *[]){"u", "v", "w", "x", "y"}[i]), i == 3);
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
        assert_int_equal(claim(&f, worker, &hold), runs[expected[i]]);
        finish(&f, &hold);
    }
    ns_run_list_clear(&queue);
    CHECK_STATUS(NS_STATUS_REFUSED, "RunNotQueued", ns_queue_move(f.store, runs[0], true, &error));
    CHECK_STATUS(NS_STATUS_REFUSED, "RunNotQueued", ns_queue_prioritise(f.store, runs[0], true, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "RunNotFound", ns_queue_move(f.store, 999, true, &error));
    done(&f);
}

/* Documented: new runs wait, running ones go on, members follow the group (S3, S4). */
static void in_maintenance_runs_wait_and_members_follow_their_group(void **state) {
    fixture f = make("maintenance.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    const int64_t machine = add_machine(&f, "a", "one", f.group);
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    const ns_setting_change off = {NS_SETTING_MAINTENANCE, "off"};
    int64_t run = 0;
    ns_hold hold;
    (void)state;
    CHECK_OK(ns_group_set(f.store, f.group, &on, 1, &error));
    CHECK_OK(ns_machine_set(f.store, machine, &off, 1, &error)); /* which changes nothing while the group is */
    run = queue_up(&f, machine, 0, user, false);
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, run, "waits"), "a is in maintenance");
    CHECK_STATUS(NS_STATUS_REFUSED, "MachineInMaintenance", ns_check_ask(f.store, machine, user, NS_PURPOSE_SIGN_IN, &hold, &error));
    CHECK_OK(ns_group_set(f.store, f.group, &off, 1, &error));
    assert_int_equal(claim(&f, worker, &hold), run);
    CHECK_OK(ns_group_set(f.store, f.group, &on, 1, &error));
    CHECK_OK(ns_run_add_phase(f.store, &hold, "flow", 1, "", &error)); /* it goes on */
    done(&f);
}

static void a_session_is_signed_out_in_maintenance_and_nothing_else_begins(void **state) {
    fixture f = make("sign-out.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const ns_setting_change on[] = {{NS_SETTING_MAINTENANCE, "on"}, {NS_SETTING_SESSION_MAX, "5"}};
    const ns_session session = {.machine_id = machine,
                                .connection_id = add_user(&f, "alice"),
                                .connection = (char *)(uintptr_t) "alice",
                                .user = (char *)(uintptr_t) "alice",
                                .session_id = (char *)(uintptr_t) "3",
                                .state = NS_SESSION_KEPT,
                                .run_id = 1,
                                .since = 2000};
    const ns_queued_run leave = {
        .purpose = NS_PURPOSE_SIGN_OUT, .machine_id = machine, .connection_id = session.connection_id, .session_record = 1, .queue_ms = 60000};
    const int64_t elsewhere = queue_up(&f, add_machine(&f, "b", "two", 0), 0, session.connection_id, false);
    ns_hold hold;
    (void)state;
    assert_int_equal(claim(&f, worker, NULL), elsewhere);
    CHECK_OK(ns_session_remember(f.store, &session, &error));
    CHECK_OK(ns_machine_set(f.store, machine, on, NS_COUNT_OF(on), &error));
    CHECK_OK(ns_queue_add(f.store, &leave, NULL, &hold, &error));
    (void)queue_up(&f, machine, 0, add_user(&f, "bob"), false);
    assert_int_equal(claim(&f, worker, NULL), 0); /* alice is signing in */
    signed_in(&f, elsewhere);
    assert_int_equal(claim(&f, worker, NULL), hold.run_id);
    assert_int_equal(claim(&f, worker, NULL), 0);
    done(&f);
}

/* Finding 1.5: the number was the one that was set when the run was queued. Runs of several users, since one user has one session. */
static void as_many_runs_begin_as_the_machine_takes_now(void **state) {
    fixture f = make("places.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const ns_setting_change two = {NS_SETTING_SESSION_MAX, "2"};
    const ns_setting_change one = {NS_SETTING_SESSION_MAX, "1"};
    ns_hold holds[2];
    int64_t runs[4];
    (void)state;
    CHECK_OK(ns_machine_set(f.store, machine, &two, 1, &error));
    for (size_t i = 0; i < 4; i++)
        runs[i] = queue_up(&f, machine, 0, add_user(&f, (const char *[]){"u", "v", "w", "x"}[i]), false);
    assert_int_equal(claim(&f, worker, &holds[0]), runs[0]);
    assert_int_equal(claim(&f, worker, &holds[1]), runs[1]);
    assert_int_equal(claim(&f, worker, NULL), 0);
    CHECK_OK(ns_machine_set(f.store, machine, &one, 1, &error));
    finish(&f, &holds[0]);
    assert_int_equal(claim(&f, worker, NULL), 0);
    finish(&f, &holds[1]);
    assert_int_equal(claim(&f, worker, NULL), runs[2]);
    done(&f);
}

static void one_user_has_one_session_on_a_machine(void **state) {
    fixture f = make("same-user.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const ns_setting_change many = {NS_SETTING_SESSION_MAX, "5"};
    const int64_t user = add_user(&f, "alice");
    int64_t first = 0;
    int64_t second = 0;
    (void)state;
    CHECK_OK(ns_machine_set(f.store, machine, &many, 1, &error));
    first = queue_up(&f, machine, 0, user, false);
    second = queue_up(&f, machine, 0, user, false);
    assert_int_equal(claim(&f, worker, NULL), first);
    signed_in(&f, first);
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, second, "waits"), "a runs 1 for the same user");
    done(&f);
}

/* Case 33: two entries of one address ran side by side. */
static void two_entries_of_one_machine_share_its_place(void **state) {
    fixture f = make("shared.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t kilo = add_machine(&f, "Kilo", "Host.example", 0);
    const int64_t lima = add_machine(&f, "Lima", "host.example.", 0);
    const int64_t mike = add_machine(&f, "Mike", "alias.example", 0);
    int64_t runs[3];
    ns_hold hold;
    (void)state;
    runs[0] = queue_up(&f, kilo, 0, add_user(&f, "u"), false);
    runs[1] = queue_up(&f, lima, 0, add_user(&f, "v"), false);
    assert_int_equal(claim(&f, worker, &hold), runs[0]);
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, runs[1], "waits"), "Lima runs 1");
    /* Another name that was found to lead to the same address. */
    CHECK_OK(ns_machine_note_address(f.store, kilo, "10.0.0.5:3389", &error));
    CHECK_OK(ns_machine_note_address(f.store, mike, "10.0.0.5:3389", &error));
    runs[2] = queue_up(&f, mike, 0, add_user(&f, "w"), false);
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, runs[2], "waits"), "Mike runs 1");
    finish(&f, &hold);
    assert_int_equal(claim(&f, worker, NULL), runs[1]);
    done(&f);
}

/* Finding 1.15: who waited for an account held its machine's place, and turns came in no order. */
static void turns_come_in_order_and_who_waits_for_one_holds_no_place(void **state) {
    fixture f = make("tickets.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t shared = add_user(&f, "shared");
    const int64_t other = add_user(&f, "other");
    int64_t machines[8];
    int64_t runs[8];
    int64_t late = 0;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "m%zu", i);
        machines[i] = add_machine(&f, name, name, 0);
        runs[i] = queue_up(&f, machines[i], 0, shared, false);
    }
    late = queue_up(&f, machines[5], 0, other, false);
    assert_int_equal(claim(&f, worker, NULL), runs[0]);
    assert_int_equal(claim(&f, worker, NULL), late); /* m5 is free, though run 5 waits for its turn */
    for (size_t i = 1; i < 5; i++) {
        signed_in(&f, runs[i - 1]);
        assert_int_equal(claim(&f, worker, NULL), runs[i]);
    }
    done(&f);
}

static void a_run_that_another_program_carries_out_itself_keeps_its_place_in_the_queue(void **state) {
    fixture f = make("held.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const int64_t alice = add_user(&f, "alice");
    const int64_t bob = add_user(&f, "bob");
    ns_hold held = make_run(f.store, machine, f.flow, alice, f.owner);
    const int64_t later = queue_up(&f, machine, 0, bob, false);
    (void)state;
    assert_int_equal(claim(&f, worker, NULL), 0); /* it is the other's turn */
    assert_true(claim_run(f.store, &held));
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, later, "waits"), "a runs 1");
    finish(&f, &held);
    assert_int_equal(claim(&f, worker, NULL), later);
    done(&f);
}

static void what_no_worker_takes_holds_up_nobody(void **state) {
    fixture f = make("nobody.db");
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const int64_t unserved = queue_up(&f, machine, 0, add_user(&f, "alice"), false);
    ns_hold held = make_run(f.store, machine, f.flow, add_user(&f, "bob"), f.owner);
    (void)state;
    assert_true(claim_run(f.store, &held));
    assert_string_equal(field(&f, unserved, "state"), "Queued");
    done(&f);
}

static void a_worker_takes_only_what_it_serves(void **state) {
    fixture f = make("serves.db");
    const int64_t other = make_group(f.store, "Sales");
    const int64_t worker = enlist(&f, &f.group, 1);
    const int64_t user = add_user(&f, "alice");
    const int64_t machine = add_machine(&f, "a", "one", f.group);
    int64_t wanted = 0;
    int64_t count = 0;
    (void)state;
    (void)queue_up(&f, add_machine(&f, "c", "three", 0), 0, user, false);
    (void)queue_up(&f, add_machine(&f, "b", "two", other), 0, user, false);
    (void)queue_up(&f, 0, other, user, false);
    wanted = queue_up(&f, machine, 0, user, false);
    assert_int_equal(claim(&f, worker, NULL), wanted);
    assert_int_equal(claim(&f, worker, NULL), 0);
    CHECK_OK(ns_workers_count(f.store, machine, 0, &count, &error));
    assert_int_equal(count, 1);
    CHECK_OK(ns_workers_count(f.store, 0, other, &count, &error));
    assert_int_equal(count, 0);
    CHECK_OK(ns_worker_stop(f.store, worker, &error));
    CHECK_OK(ns_workers_count(f.store, machine, 0, &count, &error));
    assert_int_equal(count, 0);
    done(&f);
}

static void a_worker_that_was_not_heard_of_is_dead(void **state) {
    fixture f = make("dead-worker.db");
    const int64_t worker = enlist(&f, NULL, 0);
    ns_worker_list list;
    int64_t run = 0;
    (void)state;
    run = queue_up(&f, add_machine(&f, "a", "one", 0), 0, add_user(&f, "alice"), false);
    CHECK_OK(ns_worker_renew(f.store, worker, &error));
    sql(&f, "UPDATE store_clock SET ms = ms + 76000");
    CHECK_OK(ns_workers_load(f.store, &list, &error));
    assert_int_equal(list.count, 0);
    assert_int_equal(claim(&f, worker, NULL), 0);
    CHECK_STATUS(NS_STATUS_LOST, "WorkerLost", ns_worker_renew(f.store, worker, &error));
    assert_int_equal(claim(&f, enlist(&f, NULL, 0), NULL), run);
    done(&f);
}

static void a_refused_secret_ends_what_waits_with_it(void **state) {
    fixture f = make("refused.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    ns_connection connection = {0};
    const int64_t first = queue_up(&f, add_machine(&f, "a", "one", 0), 0, user, false);
    const int64_t second = queue_up(&f, add_machine(&f, "b", "two", 0), 0, user, false);
    (void)state;
    assert_int_equal(claim(&f, worker, NULL), first);
    CHECK_OK(ns_connection_load_by_id(f.store, user, &connection, &error));
    CHECK_OK(ns_sign_in_end(f.store, &connection, 1, first, NS_SIGN_IN_REFUSED, "AccountLockedOut", &error));
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, second, "code"), "SignInHeldBack");
    ns_connection_clear(&connection);
    done(&f);
}

/* Found by tests/model/lease.pml: a worker that stood still after it had sent a refused password told nobody, and the next one sent it again. */
static void an_account_rests_when_nobody_knows_how_its_last_sign_in_ended(void **state) {
    fixture f = make("rests.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    const int64_t first = queue_up(&f, add_machine(&f, "a", "one", 0), 0, user, false);
    const int64_t second = queue_up(&f, add_machine(&f, "b", "two", 0), 0, user, false);
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    ns_claim got;
    ns_hold hold;
    (void)state;
    assert_int_equal(claim(&f, worker, &hold), first);
    CHECK_OK(ns_run_add_phase(f.store, &hold, "sign-in", 1, "", &error));
    sql(&f, "UPDATE run SET lease_until = 0 WHERE id = 1");
    sql(&f, "UPDATE store_clock SET ms = ms + 1");
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_string_equal(field(&f, first, "code"), "Interrupted");
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_string_equal(field(&f, second, "waits"), "how run 1 signed in was lost with its program: the account rests as after a refusal");
    assert_true(got.again_ms > 0 && got.again_ms <= 60000);
    sql(&f, "UPDATE store_clock SET ms = ms + 59000");
    CHECK_OK(ns_worker_renew(f.store, worker, &error));
    assert_int_equal(claim(&f, worker, NULL), 0);
    sql(&f, "UPDATE store_clock SET ms = ms + 1001");
    assert_int_equal(claim(&f, worker, NULL), second);
    done(&f);
}

static void a_group_without_machines_takes_no_run(void **state) {
    fixture f = make("empty.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    const ns_run_request request = {.group_id = f.group, .flow_id = f.flow, .connection_id = user, .by_worker = true};
    const ns_setting_change on = {NS_SETTING_MAINTENANCE, "on"};
    int64_t machine = 0;
    int64_t run = 0;
    ns_hold hold;
    (void)state;
    CHECK_STATUS(NS_STATUS_REFUSED, "GroupIsEmpty", ns_run_ask(f.store, &request, &hold, &error));
    machine = add_machine(&f, "a", "one", f.group);
    CHECK_OK(ns_machine_set(f.store, machine, &on, 1, &error));
    run = queue_up(&f, 0, f.group, user, false);
    CHECK_STATUS(NS_STATUS_REFUSED, "UIFlowAlreadyRunning", ns_group_remove(f.store, f.group, &error));
    CHECK_OK(ns_machines_move(f.store, &machine, 1, 0, &error));
    assert_int_equal(claim(&f, worker, NULL), 0);
    assert_string_equal(field(&f, run, "code"), "GroupIsEmpty");
    done(&f);
}

/* S4: a queue has a length and a time. */
static void a_queue_has_a_length_and_a_time(void **state) {
    fixture f = make("limits.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    const int64_t machine = add_machine(&f, "a", "one", f.group);
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
    assert_int_equal(claim(&f, worker, NULL), 0);
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_string_equal(field(&f, of_group, "state"), "Queued");
    sql(&f, "UPDATE store_clock SET ms = ms + 60001");
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_string_equal(field(&f, of_group, "code"), "NoCandidateMachine");
    assert_non_null(strstr(field(&f, of_group, "message"), "When its time was up: a is in maintenance."));
    assert_string_equal(field(&f, of_machine, "code"), "QueueTimeout");
    done(&f);
}

static void a_run_may_wait_for_a_time(void **state) {
    fixture f = make("later.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    ns_run_request request = {.machine_id = add_machine(&f, "a", "one", 0),
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
    assert_int_not_equal(claim(&f, worker, NULL), hold.run_id);
    sql(&f, "UPDATE run SET not_before = 1000");
    assert_int_equal(claim(&f, worker, NULL), 0); /* it stands in the queue now */
    assert_int_equal(claim(&f, worker, NULL), hold.run_id);
    done(&f);
}

static void a_queued_run_that_nobody_holds_is_cancelled_at_once(void **state) {
    fixture f = make("cancel.db");
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const int64_t user = add_user(&f, "alice");
    const int64_t free_one = queue_up(&f, machine, 0, user, false);
    const ns_hold held = make_run(f.store, machine, f.flow, user, f.owner);
    bool asked = false;
    (void)state;
    CHECK_OK(ns_run_request_cancel(f.store, free_one, &error));
    assert_string_equal(field(&f, free_one, "code"), "Cancelled");
    CHECK_OK(ns_run_request_cancel(f.store, held.run_id, &error));
    assert_string_equal(field(&f, held.run_id, "state"), "Queued");
    CHECK_OK(ns_run_renew(f.store, &held, &asked, &error));
    assert_true(asked);
    done(&f);
}

static void a_run_that_is_handed_back_stands_where_it_stood(void **state) {
    fixture f = make("handed-back.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    ns_hold hold;
    ns_hold back;
    int64_t runs[2];
    ns_run run = {0};
    (void)state;
    (void)add_machine(&f, "a", "one", f.group);
    runs[0] = queue_up(&f, 0, f.group, user, false);
    runs[1] = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(claim(&f, worker, &hold), runs[0]);
    CHECK_OK(ns_queue_hand_back(f.store, &hold, NULL, "the connection was changed", &back, &error));
    CHECK_STATUS(NS_STATUS_LOST, "RunLost", ns_run_add_phase(f.store, &hold, "flow", 1, "", &error));
    CHECK_OK(ns_run_load(f.store, runs[0], &run, &error));
    assert_int_equal(run.state, NS_RUN_QUEUED);
    assert_string_equal(run.machine, "");
    assert_string_equal(in_english(run.waits), "the connection was changed");
    ns_run_clear(&run);
    assert_int_equal(claim(&f, worker, NULL), runs[0]); /* and the turn is free */
    done(&f);
}

static void a_user_with_a_left_session_is_given_another_machine(void **state) {
    fixture f = make("left.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
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
    machines[0] = add_machine(&f, "a", "one", f.group);
    machines[1] = add_machine(&f, "b", "two", f.group);
    session.machine_id = machines[0];
    CHECK_OK(ns_session_remember(f.store, &session, &error));
    run = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(claim(&f, worker, &hold), run);
    assert_string_equal(field(&f, run, "machine"), "b");
    finish(&f, &hold);
    /* One that it may return to is no reason. */
    CHECK_OK(ns_machine_set(f.store, machines[0], &reuse, 1, &error));
    run = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(claim(&f, worker, NULL), run);
    assert_string_equal(field(&f, run, "machine"), "a");
    done(&f);
}

static void a_session_of_a_run_that_broke_off_keeps_a_machine_out_for_a_while(void **state) {
    fixture f = make("broke-off.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const int64_t user = add_user(&f, "alice");
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    int64_t runs[2];
    ns_claim got;
    ns_hold hold;
    (void)state;
    (void)add_machine(&f, "a", "one", f.group);
    runs[0] = queue_up(&f, 0, f.group, user, false);
    assert_int_equal(claim(&f, worker, &hold), runs[0]);
    CHECK_OK(ns_run_add_phase(f.store, &hold, "desktop", 1, "", &error));
    CHECK_OK(ns_session_remember_lost(f.store, runs[0], &error));
    finish(&f, &hold);
    runs[1] = queue_up(&f, 0, f.group, user, false);
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_string_equal(field(&f, runs[1], "waits"), "a has a session of this user already");
    assert_true(got.again_ms > 70000 && got.again_ms <= 80000); /* it is looked at again then, though nobody changes anything */
    sql(&f, "UPDATE store_clock SET ms = ms + 80001");
    assert_int_equal(claim(&f, enlist(&f, NULL, 0), NULL), runs[1]);
    done(&f);
}

/* Finding 1.22: who started, moved and cancelled runs was told nowhere. */
static void what_people_do_with_runs_is_in_the_activity_and_not_undone(void **state) {
    fixture f = make("runs-activity.db");
    const int64_t machine = add_machine(&f, "a", "one", 0);
    const int64_t run = queue_up(&f, machine, 0, add_user(&f, "alice"), false);
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
    done(&f);
}

static void set_retries(const fixture *f, int64_t count, const char *codes) {
    ns_flow flow = {0};
    CHECK_OK(ns_flow_load_by_id(f->store, f->flow, &flow, &error));
    free(flow.retry_codes);
    flow.retry_codes = ns_string_copy(codes);
    flow.retry_count = count;
    flow.retry_delay_s = 30;
    CHECK_OK(ns_flow_save(f->store, &flow, &error));
    ns_flow_clear(&flow);
}

static void end_as(const fixture *f, const ns_hold *hold, const char *code) {
    const ns_run end = {.id = hold->run_id,
                        .state = NS_RUN_FAILED,
                        .code = (char *)(uintptr_t)code,
                        .message = (char *)(uintptr_t) "m",
                        .remedy = (char *)(uintptr_t) ""};
    CHECK_OK(ns_run_finish(f->store, hold, &end, &error));
}

static void a_failed_flow_is_tried_again_as_often_as_it_says(void **state) {
    fixture f = make("retry.db");
    const int64_t worker = enlist(&f, NULL, 0);
    const ns_claimant claimant = {.worker_id = worker, .owner = f.owner};
    int64_t first = 0;
    ns_claim got;
    ns_hold hold;
    ns_run run = {0};
    (void)state;
    (void)add_machine(&f, "a", "one", f.group);
    first = queue_up(&f, 0, f.group, add_user(&f, "alice"), true);
    set_retries(&f, 1, "");
    assert_int_equal(claim(&f, worker, &hold), first);
    end_as(&f, &hold, "ConnectionTimeout");
    CHECK_OK(ns_run_claim(f.store, &claimant, &got, &error));
    assert_false(got.claimed);
    assert_true(got.again_ms > 29000 && got.again_ms <= 30000);
    sql(&f, "UPDATE store_clock SET ms = ms + 30001");
    assert_int_equal(claim(&f, worker, &hold), 0); /* it stands in the queue now */
    assert_int_equal(claim(&f, worker, &hold), first + 1);
    CHECK_OK(ns_run_load(f.store, first + 1, &run, &error));
    assert_int_equal(run.attempt, 2);
    assert_int_equal(run.retry_of, first);
    assert_true(run.high);
    assert_string_equal(run.group, "Finance");
    assert_string_equal(in_english(run.phases[0].detail), "attempt 2 of 2, since run 1 ended as ConnectionTimeout");
    ns_run_clear(&run);
    end_as(&f, &hold, "ConnectionTimeout");
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "RunNotFound", ns_run_load(f.store, first + 2, &run, &error));
    done(&f);
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
    fixture f = make("retry-held.db");
    const int64_t machine = add_machine(&f, "a", "one", 0);
    ns_hold held = make_run(f.store, machine, f.flow, add_user(&f, "alice"), f.owner);
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
    sql(&f, "UPDATE store_clock SET ms = ms + 30001");
    assert_false(claim_run(f.store, &next));
    assert_true(claim_run(f.store, &next));
    done(&f);
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
        cmocka_unit_test(a_refused_secret_ends_what_waits_with_it),
        cmocka_unit_test(an_account_rests_when_nobody_knows_how_its_last_sign_in_ended),
        cmocka_unit_test(a_group_without_machines_takes_no_run),
        cmocka_unit_test(a_queue_has_a_length_and_a_time),
        cmocka_unit_test(a_run_may_wait_for_a_time),
        cmocka_unit_test(a_queued_run_that_nobody_holds_is_cancelled_at_once),
        cmocka_unit_test(a_run_that_is_handed_back_stands_where_it_stood),
        cmocka_unit_test(a_user_with_a_left_session_is_given_another_machine),
        cmocka_unit_test(a_failed_flow_is_tried_again_as_often_as_it_says),
        cmocka_unit_test(only_after_the_codes_that_it_names_and_never_after_a_refused_secret),
        cmocka_unit_test(the_program_that_carries_a_run_out_itself_holds_the_next_attempt),
        cmocka_unit_test(what_people_do_with_runs_is_in_the_activity_and_not_undone),
        cmocka_unit_test(a_session_of_a_run_that_broke_off_keeps_a_machine_out_for_a_while),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
