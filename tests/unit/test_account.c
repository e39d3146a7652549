/* Whose account a connection is, and which machine an entry leads to, under whatever names. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "model/account.h"
#include "queue_fixture.h"
#include "store/identity.h"
#include "store/machine_known.h"
#include "store/sessions.h"
#include "store/sign_in.h"

static ns_connection named(const char *domain, const char *user, const char *account) {
    return (ns_connection){.user = (char *)(uintptr_t)user, .domain = (char *)(uintptr_t)domain, .account = (char *)(uintptr_t)account};
}

static void one_account_has_one_key_under_all_its_spellings(void **state) {
    static const struct {
        const char *domain;
        const char *user;
        const char *account;
        const char *computer;
        const char *key;
    } rows[] = {{"CORP", "bob", "", "", "corp\\bob"},
                {"corp.example", "Bob", "", "WS7", "corp\\bob"},
                {"", "BOB@Corp.Example", "", "WS7", "corp\\bob"},
                {"", "bob.smith@mail.example", "CORP\\bob", "", "corp\\bob"},
                {".", "bob", "bob@corp.example", "", "corp\\bob"},
                {"", "bob", "", "WS7", "\\bob"},
                {".", "Bob", "", "", "\\bob"},
                {"ws7", "bob", "", "WS7", "\\bob"},
                {"WS8", "bob", "", "WS7", "ws8\\bob"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const ns_connection connection = named(rows[i].domain, rows[i].user, rows[i].account);
        char *key = ns_account_key(&connection, rows[i].computer);
        assert_string_equal(key, rows[i].key);
        free(key);
    }
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidUser", ns_account_check("bob", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidUser", ns_account_check("CORP\\", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidUser", ns_account_check("A\\B\\bob", &error));
    CHECK_OK(ns_account_check("bob@corp.example", &error));
}

static void what_may_be_one_account_is_told_from_what_is_not(void **state) {
    const ns_connection domain = named("CORP", "bob", "");
    const ns_connection mail = named("", "Bob@mail.example", "");
    const ns_connection own = named(".", "bob", "");
    const ns_connection said = named("", "bob@mail.example", "CORP\\bob");
    const ns_connection other = named("", "eve@mail.example", "");
    const ns_connection spelled = named("", "bob@corp.example", "");
    (void)state;
    assert_true(ns_account_may_be_same(&domain, &mail));
    assert_false(ns_account_may_be_same(&domain, &own));
    assert_false(ns_account_may_be_same(&domain, &said));
    assert_false(ns_account_may_be_same(&domain, &other));
    assert_false(ns_account_may_be_same(&domain, &spelled)); /* they are one for certain */
}

static ns_connection add(const queue_fixture *f, const char *name, const char *domain, const char *user, const char *account) {
    ns_connection connection = named(domain, user, account);
    connection.name = (char *)(uintptr_t)name;
    ns_secret secret = {0};
    CHECK_OK(ns_secret_set(&secret, "x", 1, &error));
    CHECK_OK(ns_connection_save(f->store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    return connection;
}

static bool is_held(const queue_fixture *f, const ns_connection *connection, int64_t machine) {
    ns_connection now = {0};
    ns_sign_in_turn turn = NS_TURN_YOURS;
    int64_t by = 0;
    CHECK_OK(ns_connection_load_by_id(f->store, connection->id, &now, &error));
    CHECK_OK(ns_sign_in_look(f->store, &now, machine, 60000, &turn, &by, &error));
    ns_connection_clear(&now);
    return turn == NS_TURN_HELD;
}

static void refuse(const queue_fixture *f, const ns_connection *connection, int64_t machine) {
    const int64_t run = queue_up(f, machine, 0, connection->id, false);
    ns_sign_in_turn turn = NS_TURN_HELD;
    CHECK_OK(ns_sign_in_begin(f->store, connection, machine, run, 60000, &turn, &error));
    assert_int_equal(turn, NS_TURN_YOURS);
    CHECK_OK(ns_sign_in_end(f->store, connection, machine, run, NS_SIGN_IN_REFUSED, "SessionCreationInvalidCredentials", &error));
}

/* Case 09b: a refused .\robot was tried again as MACHINE\robot. */
static void a_refusal_on_a_machine_holds_back_its_own_user_under_the_machines_name(void **state) {
    queue_fixture f = queue_open("own-name.db");
    const int64_t kilo = queue_add_machine(&f, "Kilo", "10.0.0.7", 0);
    const int64_t again = queue_add_machine(&f, "Kilo-2", "10.0.0.7", 0);
    const int64_t lima = queue_add_machine(&f, "Lima", "10.0.0.8", 0);
    const ns_connection dot = add(&f, "dot", ".", "robot", "");
    const ns_connection bare = add(&f, "bare", "", "Robot", "");
    const ns_connection named_by = add(&f, "named", "WS7", "robot", "");
    const ns_computer_seen seen = {kilo, "ws7", "", false};
    (void)state;
    CHECK_OK(ns_machines_note_computers(f.store, &seen, 1, &error));
    refuse(&f, &dot, kilo);
    assert_true(is_held(&f, &bare, kilo));
    assert_true(is_held(&f, &bare, again)); /* another entry of the same machine */
    assert_true(is_held(&f, &named_by, kilo));
    assert_false(is_held(&f, &bare, lima));
    assert_false(is_held(&f, &named_by, lima));
    queue_done(&f);
}

/* Finding 1.16: CORP\bob and bob@corp.example signed in side by side. */
static void a_refusal_holds_back_an_account_under_each_of_its_names(void **state) {
    queue_fixture f = queue_open("spellings.db");
    const int64_t kilo = queue_add_machine(&f, "Kilo", "kilo", 0);
    const ns_connection domain = add(&f, "domain", "CORP", "bob", "");
    const ns_connection principal = add(&f, "principal", "", "bob@corp.example", "");
    const ns_connection mail = add(&f, "mail", "", "b.smith@mail.example", "");
    ns_connection said = add(&f, "said", "", "bob@mail.example", "");
    (void)state;
    refuse(&f, &domain, kilo);
    assert_true(is_held(&f, &principal, kilo));
    assert_false(is_held(&f, &said, kilo));
    said.account = (char *)(uintptr_t) "CORP\\bob"; /* an admin says so */
    CHECK_OK(ns_connection_save(f.store, &said, NULL, &error));
    assert_true(is_held(&f, &said, kilo));
    queue_sql(&f, "UPDATE sign_in SET refused_at = 0");
    /* By their SID, which agents told: no spelling gives it away. */
    CHECK_OK(ns_connection_note_sid(f.store, domain.id, "S-1-5-21-1-2-3-1104", &error));
    CHECK_OK(ns_connection_note_sid(f.store, mail.id, "S-1-5-21-1-2-3-1104", &error));
    {
        ns_connection now = {0};
        CHECK_OK(ns_connection_load_by_id(f.store, mail.id, &now, &error));
        refuse(&f, &now, kilo);
        ns_connection_clear(&now);
    }
    assert_true(is_held(&f, &domain, kilo));
    queue_done(&f);
}

static void runs_of_one_account_under_two_names_do_not_meet_on_a_machine(void **state) {
    queue_fixture f = queue_open("two-names.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t kilo = queue_add_machine(&f, "Kilo", "kilo", 0);
    const ns_connection dot = add(&f, "dot", ".", "robot", "");
    const ns_connection named_by = add(&f, "named", "WS7", "robot", "");
    const ns_computer_seen seen = {kilo, "WS7", "", false};
    int64_t first = 0;
    int64_t second = 0;
    (void)state;
    queue_sql(&f, "INSERT INTO machine_setting VALUES (1, 'session.max', '2')");
    CHECK_OK(ns_machines_note_computers(f.store, &seen, 1, &error));
    first = queue_up(&f, kilo, 0, dot.id, false);
    second = queue_up(&f, kilo, 0, named_by.id, false);
    assert_int_equal(queue_claim(&f, worker, NULL), first);
    queue_signed_in(&f, first);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, second, "waits"), "Kilo runs 1 for the same user");
    queue_done(&f);
}

static void expect_entries(const queue_fixture *f, int64_t machine, const char *names) {
    ns_text text;
    ns_text_init(&text, 400);
    CHECK_OK(ns_machine_other_entries(f->store, machine, &text, &error));
    assert_string_equal(ns_text_string(&text), names);
    ns_text_clear(&text);
}

static void a_certificate_and_a_computers_name_tell_which_entries_are_one_machine(void **state) {
    queue_fixture f = queue_open("entries.db");
    const int64_t worker = queue_enlist(&f, NULL, 0);
    const int64_t kilo = queue_add_machine(&f, "Kilo", "10.0.0.7", 0);
    const int64_t lima = queue_add_machine(&f, "Lima", "fe80::7", 0);
    const int64_t mike = queue_add_machine(&f, "Mike", "10.0.0.9", 0);
    const ns_computer_seen seen[] = {
        {kilo, "WS7", "ab12", false}, {lima, "ws7", "ab12", false}, {mike, "WS9", "ab12", false}}; /* made from one image */
    int64_t first = 0;
    int64_t second = 0;
    (void)state;
    expect_entries(&f, kilo, "");
    CHECK_OK(ns_machines_note_computers(f.store, seen, 3, &error));
    expect_entries(&f, kilo, "Lima");
    expect_entries(&f, mike, "");
    first = queue_up(&f, kilo, 0, queue_add_user(&f, "u"), false);
    second = queue_up(&f, lima, 0, queue_add_user(&f, "v"), false);
    assert_int_equal(queue_claim(&f, worker, NULL), first);
    assert_int_equal(queue_claim(&f, worker, NULL), 0);
    assert_string_equal(queue_field(&f, second, "waits"), "Lima runs 1");
    /* An address that went to another machine tells nothing any more. */
    CHECK_OK(ns_machine_note_address(f.store, kilo, "10.0.0.7:3389", &error));
    CHECK_OK(ns_machine_note_address(f.store, kilo, "10.0.0.8:3389", &error));
    CHECK_OK(ns_machine_note_address(f.store, mike, "10.0.0.7:3389", &error));
    expect_entries(&f, mike, "");
    (void)queue_add_machine(&f, "Mike-2", "10.0.0.9", 0);
    expect_entries(&f, mike, "Mike-2");
    queue_done(&f);
}

/* Case 15b: one name that leads to two machines, whose sessions have the same number. */
static void a_session_at_another_address_of_the_name_stays_known(void **state) {
    queue_fixture f = queue_open("farm.db");
    const int64_t farm = queue_add_machine(&f, "farm", "farm.example", 0);
    ns_session first = {.machine_id = farm,
                        .connection = (char *)(uintptr_t) "c",
                        .user = (char *)(uintptr_t) "robot",
                        .address = (char *)(uintptr_t) "10.0.0.1:3389",
                        .session_id = (char *)(uintptr_t) "10",
                        .started_at = 50000,
                        .state = NS_SESSION_KEPT,
                        .run_id = 1,
                        .since = 60000};
    ns_session second = first;
    ns_session found = {0};
    ns_session_list all = {0};
    (void)state;
    second.address = (char *)(uintptr_t) "10.0.0.2:3389";
    second.started_at = 90000;
    CHECK_OK(ns_session_remember(f.store, &first, &error));
    CHECK_OK(ns_session_find(f.store, &second, &found, &error)); /* the only one, and not at this address */
    assert_string_equal(found.address, "10.0.0.1:3389");
    CHECK_OK(ns_session_remember(f.store, &second, &error));
    ns_session_clear(&found);
    CHECK_OK(ns_session_find(f.store, &second, &found, &error));
    assert_string_equal(found.address, "10.0.0.2:3389");
    second.address = (char *)(uintptr_t) "[fe80::1]:3389"; /* the very session of the first, reached in another way */
    second.started_at = 50100;
    ns_session_clear(&found);
    CHECK_OK(ns_session_find(f.store, &second, &found, &error));
    assert_string_equal(found.address, "10.0.0.1:3389");
    CHECK_OK(ns_session_forget(f.store, &first, &error));
    CHECK_OK(ns_sessions_load(f.store, farm, &all, &error));
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].address, "10.0.0.2:3389");
    ns_session_list_clear(&all);
    ns_session_clear(&found);
    queue_done(&f);
}

int test_account(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_account_has_one_key_under_all_its_spellings),
        cmocka_unit_test(what_may_be_one_account_is_told_from_what_is_not),
        cmocka_unit_test(a_refusal_on_a_machine_holds_back_its_own_user_under_the_machines_name),
        cmocka_unit_test(a_refusal_holds_back_an_account_under_each_of_its_names),
        cmocka_unit_test(runs_of_one_account_under_two_names_do_not_meet_on_a_machine),
        cmocka_unit_test(a_certificate_and_a_computers_name_tell_which_entries_are_one_machine),
        cmocka_unit_test(a_session_at_another_address_of_the_name_stays_known),
    };
    return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
