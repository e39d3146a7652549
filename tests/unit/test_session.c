#include <sqlite3.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/system.h"
#include "check.h"
#include "model/session_rules.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/runs.h"
#include "store/sessions.h"
#include "store/sign_in.h"

static const char *refusal(ns_joined joined, bool reuse, ns_yes_no single, size_t others) {
    const ns_arrival arrival = {joined, reuse, single, others};
    const char *code = ns_arrival_refusal(&arrival);
    return code ? code : "";
}

static void a_new_session_is_always_taken(void **state) {
    (void)state;
    assert_string_equal(refusal(NS_JOINED_NEW, false, NS_UNKNOWN, 0), "");
    assert_string_equal(refusal(NS_JOINED_NEW, true, NS_YES, 0), "");
}

static void without_reuse_a_session_that_was_there_is_refused_by_its_state(void **state) {
    (void)state;
    assert_string_equal(refusal(NS_JOINED_LOCKED, false, NS_YES, 0), "UnattendedUserSessionLocked");
    assert_string_equal(refusal(NS_JOINED_DISCONNECTED, false, NS_YES, 0), "UnattendedUserSessionDisconnected");
    assert_string_equal(refusal(NS_JOINED_ACTIVE, false, NS_YES, 0), "SessionExistsForTheUserWhenUnattended");
}

static void reuse_takes_what_nobody_uses_and_no_more(void **state) {
    (void)state;
    assert_string_equal(refusal(NS_JOINED_LOCKED, true, NS_YES, 0), "");
    assert_string_equal(refusal(NS_JOINED_DISCONNECTED, true, NS_UNKNOWN, 0), "");
    assert_string_equal(refusal(NS_JOINED_ACTIVE, true, NS_YES, 0), "SessionExistsForTheUserWhenUnattended");
    assert_string_equal(refusal(NS_JOINED_UNKNOWN, true, NS_YES, 0), "SessionExistsForTheUserWhenUnattended");
    assert_string_equal(refusal(NS_JOINED_LOCKED, true, NS_NO, 0), "SessionReuseNotSupported");
    assert_string_equal(refusal(NS_JOINED_LOCKED, true, NS_YES, 1), "SessionExistsForTheUserWhenUnattended");
}

/* As WTSEnumerateSessionsEx and WTSINFOEX list them: on Windows 11, somebody at the console and a disconnected robot. */
static const ns_session_fact ann_active = {"1", "ann", "EXAMPLE", true, NS_NO, true};
static const ns_session_fact ann_locked = {"1", "ann", "EXAMPLE", true, NS_YES, true};
static const ns_session_fact robot_disconnected = {"3", "Robot", "EXAMPLE", false, NS_NO, false};
static const ns_session_fact robot_locked = {"3", "robot", "EXAMPLE", true, NS_YES, false};
static const ns_session_fact robot_active = {"3", "robot", "EXAMPLE", true, NS_NO, false};
static const ns_session_fact services = {"0", "", "", false, NS_UNKNOWN, false};

static ns_session_forecast forecast(ns_session_facts facts, bool reuse, const ns_session_fact *a, const ns_session_fact *b) {
    ns_session_fact list[3];
    ns_session_forecast out;
    facts.count = 0;
    list[facts.count++] = services;
    if (a)
        list[facts.count++] = *a;
    if (b)
        list[facts.count++] = *b;
    facts.sessions = list;
    ns_session_forecast_make(&facts, "robot", reuse, &out);
    out.reuse_session = out.reuse_session ? "3" : NULL; /* the list is ours */
    return out;
}

static const ns_session_facts client = {.server = NS_NO, .many_sessions = NS_NO, .single_session = NS_YES};
static const ns_session_facts server = {.server = NS_YES, .many_sessions = NS_NO, .single_session = NS_YES, .session_limit = 2};
static const ns_session_facts host = {.server = NS_YES, .many_sessions = NS_YES, .single_session = NS_NO};

static void on_a_client_edition_any_other_user_blocks_even_locked(void **state) {
    ns_session_forecast out = forecast(client, false, &ann_locked, NULL);
    (void)state;
    assert_string_equal(out.code, "Win10AlreadyHasActiveSession");
    assert_non_null(strstr(in_english(out.detail), "EXAMPLE\\ann"));
    assert_string_equal(forecast(client, true, &ann_active, &robot_disconnected).code, "Win10AlreadyHasActiveSession");
    assert_null(forecast(client, false, NULL, NULL).code);
}

static void on_a_server_other_users_block_only_when_its_sessions_are_used_up(void **state) {
    const ns_session_fact bob = {"4", "bob", "EXAMPLE", false, NS_NO, false};
    (void)state;
    assert_null(forecast(server, false, &ann_active, NULL).code);
    assert_string_equal(forecast(server, false, &ann_active, &bob).code, "TooManyActiveSessions");
    assert_null(forecast(host, false, &ann_active, &bob).code);
}

static void the_users_own_session_blocks_or_is_what_reuse_returns_to(void **state) {
    (void)state;
    assert_string_equal(forecast(server, false, &robot_disconnected, NULL).code, "UnattendedUserSessionDisconnected");
    assert_string_equal(forecast(server, false, &robot_locked, NULL).code, "UnattendedUserSessionLocked");
    assert_string_equal(forecast(server, true, &robot_active, NULL).code, "SessionExistsForTheUserWhenUnattended");
    assert_string_equal(forecast(server, true, &robot_disconnected, NULL).reuse_session, "3");
    assert_string_equal(forecast(client, true, &robot_locked, NULL).reuse_session, "3");
    assert_string_equal(forecast(host, true, &robot_disconnected, NULL).code, "SessionReuseNotSupported");
    assert_string_equal(forecast(server, true, &robot_disconnected, &robot_locked).code, "SessionExistsForTheUserWhenUnattended");
}

typedef struct fixture {
    ns_store *store;
    int64_t machine;
    int64_t flow;
    ns_connection connection;
} fixture;

static fixture make(const char *name, const char *user, const char *domain) {
    fixture made = {.store = scratch_store(name)};
    ns_machine machine = {.name = (char *)(uintptr_t) "pc", .host = (char *)(uintptr_t) "h", .port = 3389};
    ns_flow flow = {.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"};
    ns_secret secret = {0};
    made.connection = (ns_connection){
        .name = (char *)(uintptr_t) "c", .user = (char *)(uintptr_t)user, .domain = (char *)(uintptr_t)domain, .kind = NS_CONNECTION_PASSWORD};
    CHECK_OK(ns_secret_set(&secret, "word", 4, &error));
    CHECK_OK(ns_machine_save(made.store, &machine, &error));
    CHECK_OK(ns_flow_save(made.store, &flow, &error));
    CHECK_OK(ns_connection_save(made.store, &made.connection, &secret, &error));
    ns_secret_clear(&secret);
    made.machine = machine.id;
    made.flow = flow.id;
    return made;
}

/* Finding 1.17: the number of a session that was forgotten was given to the next, on whatever machine: a sign-out that waited meant that one. */
static void a_sessions_number_is_never_given_again(void **state) {
    fixture f = make("numbers.db", "robot", "");
    ns_session session = {.machine_id = f.machine,
                          .connection_id = f.connection.id,
                          .connection = f.connection.name,
                          .user = f.connection.user,
                          .session_id = (char *)(uintptr_t) "7",
                          .state = NS_SESSION_KEPT};
    ns_session first = {0};
    ns_session second = {0};
    (void)state;
    CHECK_OK(ns_session_remember(f.store, &session, &error));
    CHECK_OK(ns_session_find(f.store, &session, &first, &error));
    CHECK_OK(ns_session_forget_by_id(f.store, first.id, &error));
    session.session_id = (char *)(uintptr_t) "8";
    CHECK_OK(ns_session_remember(f.store, &session, &error));
    CHECK_OK(ns_session_find(f.store, &session, &second, &error));
    assert_int_not_equal(first.id, second.id);
    ns_session_clear(&first);
    ns_session_clear(&second);
    ns_store_close(f.store);
}

/* A turn is a run's that goes on. */
static int64_t queue(const fixture *f) {
    return make_run(f->store, f->machine, f->flow, f->connection.id, "x").run_id;
}

static ns_sign_in_turn turn_of(const fixture *f, int64_t run) {
    ns_sign_in_turn turn = NS_TURN_HELD;
    CHECK_OK(ns_sign_in_begin(f->store, &f->connection, f->machine, run, 60000, &turn, &error));
    return turn;
}

static void one_run_at_a_time_signs_in_with_an_account(void **state) {
    fixture f = make("turns.db", "robot", "EXAMPLE");
    (void)state;
    for (int i = 0; i < 4; i++)
        (void)queue(&f);
    assert_int_equal(turn_of(&f, 1), NS_TURN_YOURS);
    assert_int_equal(turn_of(&f, 2), NS_TURN_WAIT);
    CHECK_OK(ns_sign_in_end(f.store, &f.connection, f.machine, 1, NS_SIGN_IN_ACCEPTED, "", &error));
    assert_int_equal(turn_of(&f, 2), NS_TURN_YOURS);
    /* What run 1 says late is not about run 2's turn. */
    CHECK_OK(ns_sign_in_end(f.store, &f.connection, f.machine, 1, NS_SIGN_IN_UNDECIDED, "", &error));
    assert_int_equal(turn_of(&f, 3), NS_TURN_WAIT);
    CHECK_OK(ns_sign_in_end(f.store, &f.connection, f.machine, 2, NS_SIGN_IN_REFUSED, "AccountLockedOut", &error));
    assert_int_equal(turn_of(&f, 3), NS_TURN_HELD);
    ns_store_close(f.store);
}

static void a_dead_program_holds_no_turn(void **state) {
    fixture f = make("dead-turn.db", "robot", "");
    char *dead = own_identity();
    (void)state;
    dead[strlen(dead) - 1] = dead[strlen(dead) - 1] == '1' ? '2' : '1';
    (void)make_run(f.store, f.machine, f.flow, f.connection.id, dead);
    assert_int_equal(turn_of(&f, 1), NS_TURN_YOURS);
    assert_int_equal(turn_of(&f, 2), NS_TURN_WAIT);
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_int_equal(turn_of(&f, 2), NS_TURN_YOURS);
    /* Nor does a run that has ended without telling. */
    assert_int_equal(turn_of(&f, 3), NS_TURN_YOURS);
    free(dead);
    ns_store_close(f.store);
}

static bool is_held(const fixture *f, const ns_connection *connection, int64_t machine) {
    ns_sign_in_turn turn = NS_TURN_YOURS;
    int64_t by = 0;
    CHECK_OK(ns_sign_in_look(f->store, connection, machine, 60000, &turn, &by, &error));
    return turn == NS_TURN_HELD;
}

static void set(const fixture *f, const char *sql) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(ns_store_locator(f->store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(handle);
}

/* Case 23a: a refusal that a program with a clock of tomorrow had written held until then. */
static void a_refusal_holds_for_the_interval_whatever_the_clocks_say(void **state) {
    fixture f = make("tomorrow.db", "robot", "EXAMPLE");
    (void)state;
    assert_int_equal(turn_of(&f, 1), NS_TURN_YOURS);
    CHECK_OK(ns_sign_in_end(f.store, &f.connection, f.machine, 1, NS_SIGN_IN_REFUSED, "AccountLockedOut", &error));
    set(&f, "UPDATE sign_in SET refused_at = refused_at + 86400000");
    assert_true(is_held(&f, &f.connection, f.machine));
    set(&f, "UPDATE store_clock SET ms = ms + 60000");
    assert_false(is_held(&f, &f.connection, f.machine));
    ns_store_close(f.store);
}

static void a_refusal_of_a_domain_account_holds_back_its_other_connections(void **state) {
    fixture f = make("account.db", "robot", "EXAMPLE");
    ns_connection other = {.name = (char *)(uintptr_t) "d", .user = (char *)(uintptr_t) "ROBOT", .domain = (char *)(uintptr_t) "example"};
    ns_sign_in_turn turn = NS_TURN_YOURS;
    (void)state;
    CHECK_OK(ns_connection_save(f.store, &other, NULL, &error));
    assert_int_equal(turn_of(&f, 1), NS_TURN_YOURS);
    CHECK_OK(ns_sign_in_end(f.store, &f.connection, f.machine, 1, NS_SIGN_IN_REFUSED, "AccountLockedOut", &error));
    CHECK_OK(ns_sign_in_begin(f.store, &other, f.machine, 2, 60000, &turn, &error));
    assert_int_equal(turn, NS_TURN_HELD);
    /* The same bare name is another account on another machine. */
    other.domain = (char *)(uintptr_t) "";
    assert_false(is_held(&f, &other, f.machine + 1));
    ns_store_close(f.store);
}

static ns_session some_session(const fixture *f, const char *id, ns_session_state state) {
    return (ns_session){.machine_id = f->machine,
                        .connection_id = f->connection.id,
                        .connection = f->connection.name,
                        .user = f->connection.user,
                        .session_id = (char *)(uintptr_t)id,
                        .started_at = 1000,
                        .state = state,
                        .run_id = 1,
                        .since = 2000};
}

static size_t count_sessions(const fixture *f) {
    ns_session_list list;
    size_t count = 0;
    CHECK_OK(ns_sessions_load(f->store, 0, &list, &error));
    count = list.count;
    ns_session_list_clear(&list);
    return count;
}

static void a_session_is_remembered_once_and_takes_the_place_of_a_possible_one(void **state) {
    fixture f = make("sessions.db", "Robot", "");
    ns_session possible = some_session(&f, "", NS_SESSION_POSSIBLE);
    ns_session kept = some_session(&f, "3", NS_SESSION_KEPT);
    ns_session found = {0};
    (void)state;
    CHECK_OK(ns_session_remember(f.store, &possible, &error));
    CHECK_OK(ns_session_remember(f.store, &kept, &error));
    CHECK_OK(ns_session_remember(f.store, &kept, &error));
    assert_int_equal(count_sessions(&f), 1);
    CHECK_OK(ns_session_find(f.store, &kept, &found, &error));
    assert_string_equal(found.session_id, "3");
    assert_int_equal(found.state, NS_SESSION_KEPT);
    ns_session_clear(&found);
    kept.user = (char *)(uintptr_t) "ROBOT";
    kept.since = 5000;
    CHECK_OK(ns_session_forget(f.store, &kept, &error));
    assert_int_equal(count_sessions(&f), 0);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "SessionNotKnown", ns_session_load(f.store, f.machine, "3", &found, &error));
    ns_store_close(f.store);
}

static void a_run_whose_program_died_after_signing_in_leaves_a_possible_session(void **state) {
    fixture f = make("lost.db", "robot", "");
    int64_t early = 0;
    int64_t late = 0;
    ns_session_list list;
    (void)state;
    early = make_run(f.store, f.machine, f.flow, f.connection.id, "x").run_id;
    CHECK_OK(ns_run_add_phase(f.store, HOLD_OF(early), "connect", 1, "", &error));
    CHECK_OK(ns_session_remember_lost(f.store, early, &error));
    assert_int_equal(count_sessions(&f), 0);
    late = make_run(f.store, f.machine, f.flow, f.connection.id, "x").run_id;
    CHECK_OK(ns_run_add_phase(f.store, HOLD_OF(late), "desktop", 1, "", &error));
    CHECK_OK(ns_session_remember_lost(f.store, late, &error));
    CHECK_OK(ns_sessions_load(f.store, f.machine, &list, &error));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].user, "robot");
    assert_string_equal(list.items[0].session_id, "");
    assert_int_equal(list.items[0].state, NS_SESSION_POSSIBLE);
    ns_session_list_clear(&list);
    ns_store_close(f.store);
}

static struct {
    ns_store *store;
    ns_hold hold;
    bool armed;
} ender;

/* The holder ends its run when recovery has looked at it and is about to close it. */
static int end_before_the_close(unsigned type, void *context, void *statement, void *text) {
    const ns_run end = {.id = ender.hold.run_id,
                        .state = NS_RUN_SUCCEEDED,
                        .code = (char *)(uintptr_t) "Succeeded",
                        .message = (char *)(uintptr_t) "m",
                        .remedy = (char *)(uintptr_t) ""};
    (void)type;
    (void)context;
    (void)statement;
    if (ender.armed && strncmp(text, "BEGIN IMMEDIATE", 15) == 0) {
        ender.armed = false;
        CHECK_OK(ns_run_finish(ender.store, &ender.hold, &end, &error));
    }
    return 0;
}

static int watch(sqlite3 *handle, char **message, const void *routines) {
    (void)message;
    (void)routines;
    return sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, end_before_the_close, NULL);
}

/* Finding 1.13: the run was closed once more, and a session that nobody had left was listed. */
static void a_run_that_ends_while_recovery_looks_leaves_no_session(void **state) {
    fixture f = {0};
    char *owner = own_identity();
    ns_run run = {0};
    (void)state;
    owner[strlen(owner) - 1] = owner[strlen(owner) - 1] == '1' ? '2' : '1'; /* a process that is gone */
    (void)sqlite3_auto_extension((void (*)(void))watch);
    f = make("ends-meanwhile.db", "robot", "");
    (void)sqlite3_cancel_auto_extension((void (*)(void))watch);
    CHECK_OK(ns_store_open(ns_store_locator(f.store), &ender.store, &error));
    ender.hold = make_run(f.store, f.machine, f.flow, f.connection.id, owner);
    CHECK_OK(ns_run_add_phase(f.store, &ender.hold, "sign-in", 1, "", &error));
    CHECK_OK(ns_run_add_phase(f.store, &ender.hold, "desktop", 1, "", &error));
    ender.armed = true;
    CHECK_OK(ns_runs_recover(f.store, &error));
    assert_false(ender.armed);
    CHECK_OK(ns_run_load(f.store, ender.hold.run_id, &run, &error));
    assert_int_equal(run.state, NS_RUN_SUCCEEDED);
    assert_int_equal(count_sessions(&f), 0);
    ns_run_clear(&run);
    ns_store_close(ender.store);
    ns_store_close(f.store);
    free(owner);
}

static void findings_are_kept_in_their_order(void **state) {
    fixture f = make("findings.db", "robot", "");
    int64_t id = 0;
    ns_run run = {0};
    (void)state;
    id = make_run(f.store, f.machine, f.flow, f.connection.id, "x").run_id;
    CHECK_OK(ns_run_add_finding(f.store, HOLD_OF(id), "ScreenSizeDiffers", "a", &error));
    CHECK_OK(ns_run_add_finding(f.store, HOLD_OF(id), "FlowLeftProcesses", "b", &error));
    CHECK_OK(ns_run_load(f.store, id, &run, &error));
    assert_int_equal(run.finding_count, 2);
    assert_string_equal(run.findings[0].code, "ScreenSizeDiffers");
    assert_string_equal(run.findings[1].message, "b");
    ns_run_clear(&run);
    ns_store_close(f.store);
}

int test_session(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sessions_number_is_never_given_again),
        cmocka_unit_test(a_new_session_is_always_taken),
        cmocka_unit_test(without_reuse_a_session_that_was_there_is_refused_by_its_state),
        cmocka_unit_test(reuse_takes_what_nobody_uses_and_no_more),
        cmocka_unit_test(on_a_client_edition_any_other_user_blocks_even_locked),
        cmocka_unit_test(on_a_server_other_users_block_only_when_its_sessions_are_used_up),
        cmocka_unit_test(the_users_own_session_blocks_or_is_what_reuse_returns_to),
        cmocka_unit_test(one_run_at_a_time_signs_in_with_an_account),
        cmocka_unit_test(a_dead_program_holds_no_turn),
        cmocka_unit_test(a_refusal_holds_for_the_interval_whatever_the_clocks_say),
        cmocka_unit_test(a_refusal_of_a_domain_account_holds_back_its_other_connections),
        cmocka_unit_test(a_session_is_remembered_once_and_takes_the_place_of_a_possible_one),
        cmocka_unit_test(a_run_whose_program_died_after_signing_in_leaves_a_possible_session),
        cmocka_unit_test(a_run_that_ends_while_recovery_looks_leaves_no_session),
        cmocka_unit_test(findings_are_kept_in_their_order),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
