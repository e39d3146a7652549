#include "base/system.h"
#include "check.h"
#include "store/activity.h"
#include "store/by_name.h"
#include "store/changed.h"
#include "store/fleet.h"
#include "store/machine_known.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/runs.h"

static int64_t group_with_width(ns_store *store, const char *name, const char *width) {
    const ns_setting_change change = {NS_SETTING_SCREEN_WIDTH, width};
    const int64_t id = make_group(store, name);
    if (width)
        CHECK_OK(ns_group_set(store, id, &change, 1, &error));
    return id;
}

static void newest(ns_store *store, ns_activity_list *list, size_t at_least) {
    CHECK_OK(ns_activity_load(store, 100, list, &error));
    assert_true(list->count >= at_least);
}

static char *own_width(ns_store *store, int64_t id) {
    static char text[32];
    ns_machine machine = {0};
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    (void)snprintf(text, sizeof text, "%s/%lld", machine.values.value[NS_SETTING_SCREEN_WIDTH] ? machine.values.value[NS_SETTING_SCREEN_WIDTH] : "-",
                   (long long)machine.group_id);
    ns_machine_clear(&machine);
    return text;
}

static void a_change_is_written_down_with_who_and_from_what_to_what(void **state) {
    ns_store *store = scratch_store("journal.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change changes[] = {{NS_SETTING_SCREEN_WIDTH, "1280"}, {NS_SETTING_MAINTENANCE, "yes"}};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_set(store, id, changes, 2, &error));
    newest(store, &list, 2);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].verb, "set");
    assert_string_equal(list.items[0].subject, "one");
    assert_non_null(strchr(list.items[0].who, '@'));
    assert_true(list.items[0].at > 0);
    assert_int_equal(list.items[0].change_count, 2);
    assert_string_equal(list.items[0].changes[0].field, "maintenance");
    assert_null(list.items[0].changes[0].before);
    assert_string_equal(list.items[0].changes[0].after, "on");
    assert_string_equal(list.items[0].changes[1].field, "screen.width");
    assert_string_equal(list.items[1].verb, "add");
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void what_changes_nothing_is_not_written_down(void **state) {
    ns_store *store = scratch_store("nothing.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change reset = {NS_SETTING_SCREEN_WIDTH, NULL};
    const ns_setting_change wrong[] = {{NS_SETTING_SCREEN_HEIGHT, "900"}, {NS_SETTING_SCREEN_WIDTH, "tall"}};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_set(store, id, &reset, 1, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSetting", ns_machine_set(store, id, wrong, 2, &error));
    newest(store, &list, 1);
    assert_int_equal(list.count, 1);
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void undoing_a_change_of_many_machines_gives_each_its_own_value_back(void **state) {
    ns_store *store = scratch_store("many.db");
    const int64_t ids[] = {make_machine(store, "one", 0), make_machine(store, "two", 0)};
    const ns_setting_change first = {NS_SETTING_SCREEN_WIDTH, "1024"};
    const ns_setting_change both = {NS_SETTING_SCREEN_WIDTH, "1600"};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_set(store, ids[0], &first, 1, &error));
    CHECK_OK(ns_machines_set(store, ids, 2, &both, 1, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    assert_string_equal(own_width(store, ids[0]), "1024/0");
    assert_string_equal(own_width(store, ids[1]), "-/0");
    newest(store, &list, 1);
    assert_string_equal(list.items[0].verb, "undo");
    assert_int_equal(list.items[0].thing_count, 2);
    assert_true(list.items[1].undone_at > 0);
    CHECK_OK(ns_activity_undo(store, list.items[0].id, &error)); /* the undo itself */
    assert_string_equal(own_width(store, ids[1]), "1600/0");
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

/* Finding 1.28: an undo that did nothing said that it had. */
static void a_certificate_that_was_learned_since_is_not_said_to_be_taken_back(void **state) {
    ns_store *store = scratch_store("learned.db");
    const int64_t id = make_machine(store, "one", 0);
    ns_machine machine = {0};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_note_shown(store, id, "ab12", false, &error));
    CHECK_OK(ns_machines_trust(store, (const ns_trusted[]){{id, "ab12", "cd34", false}}, 1, &error));
    CHECK_OK(ns_machines_trust(store, (const ns_trusted[]){{id, "cd34", "ef56", false}}, 1, &error));
    newest(store, &list, 2);
    CHECK_STATUS(NS_STATUS_REFUSED, "ChangedSince", ns_activity_undo(store, list.items[1].id, &error));
    ns_activity_list_clear(&list);
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_equal(machine.pin, "ef56");
    ns_machine_clear(&machine);
    ns_store_close(store);
}

/* Case 13a: trust forgot what was known and took the next certificate, whose ever it was; and for one machine at a time. */
static void trusting_many_machines_is_one_change_and_undoing_it_brings_back_what_was_known(void **state) {
    ns_store *store = scratch_store("trusted.db");
    const int64_t ids[] = {make_machine(store, "one", 0), make_machine(store, "two", 0)};
    const ns_trusted trusted[] = {{ids[0], "ab12", "cd34", false}, {ids[1], "", "ef56", true}};
    ns_machine machine = {0};
    (void)state;
    CHECK_OK(ns_machine_note_shown(store, ids[0], "ab12", true, &error));
    CHECK_OK(ns_machines_trust(store, trusted, 2, &error));
    CHECK_OK(ns_machine_load_by_id(store, ids[0], &machine, &error));
    assert_string_equal(machine.pin, "cd34");
    assert_false(machine.nla_before);
    ns_machine_clear(&machine);
    CHECK_STATUS(NS_STATUS_REFUSED, "ChangedMeanwhile", ns_machines_trust(store, trusted, 2, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    CHECK_OK(ns_machine_load_by_id(store, ids[0], &machine, &error));
    assert_string_equal(machine.pin, "ab12");
    assert_true(machine.nla_before);
    ns_machine_clear(&machine);
    CHECK_OK(ns_machine_load_by_id(store, ids[1], &machine, &error));
    assert_string_equal(machine.pin, "");
    assert_false(machine.nla_before);
    ns_machine_clear(&machine);
    ns_store_close(store);
}

static void undoing_an_addition_says_what_was_taken_away(void **state) {
    ns_store *store = scratch_store("added.db");
    ns_activity_list list;
    (void)state;
    (void)make_machine(store, "one", 0);
    CHECK_OK(ns_activity_undo(store, 0, &error));
    newest(store, &list, 2);
    assert_string_equal(list.items[0].verb, "undo");
    assert_string_equal(list.items[0].subject, "one");
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void undoing_a_move_gives_back_the_group_and_the_values_that_gave_way(void **state) {
    ns_store *store = scratch_store("moved.db");
    const int64_t office = group_with_width(store, "Office", "1280");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change own = {NS_SETTING_SCREEN_WIDTH, "1024"};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_set(store, id, &own, 1, &error));
    CHECK_OK(ns_machines_move(store, &id, 1, office, &error));
    newest(store, &list, 1);
    assert_string_equal(list.items[0].changes[0].field, "group"); /* by its name, and once */
    assert_null(list.items[0].changes[0].before);
    assert_string_equal(list.items[0].changes[0].after, "Office");
    assert_int_equal(list.items[0].change_count, 2);
    ns_activity_list_clear(&list);
    assert_true(strncmp(own_width(store, id), "-/", 2) == 0);
    CHECK_OK(ns_activity_undo(store, 0, &error));
    assert_string_equal(own_width(store, id), "1024/0");
    ns_store_close(store);
}

static void a_removed_group_comes_back_with_its_values_and_members(void **state) {
    ns_store *store = scratch_store("group-back.db");
    const int64_t office = group_with_width(store, "Office", "1280");
    const int64_t id = make_machine(store, "one", office);
    ns_group group = {0};
    (void)state;
    CHECK_OK(ns_group_remove(store, office, &error));
    assert_string_equal(own_width(store, id), "1280/0");
    CHECK_OK(ns_activity_undo(store, 0, &error));
    CHECK_OK(ns_group_load(store, "office", &group, &error));
    assert_int_equal(group.id, office);
    assert_string_equal(group.values.value[NS_SETTING_SCREEN_WIDTH], "1280");
    assert_int_equal(group.machine_count, 1);
    assert_true(strncmp(own_width(store, id), "-/", 2) == 0);
    ns_group_clear(&group);
    ns_store_close(store);
}

static void removed_machines_come_back_with_their_settings(void **state) {
    ns_store *store = scratch_store("machine-back.db");
    const int64_t ids[] = {make_machine(store, "one", 0), make_machine(store, "two", 0)};
    const ns_setting_change own = {NS_SETTING_SCREEN_WIDTH, "1024"};
    ns_machine machine = {0};
    (void)state;
    CHECK_OK(ns_machine_set(store, ids[1], &own, 1, &error));
    CHECK_OK(ns_machine_note_shown(store, ids[1], "ab12", false, &error));
    CHECK_OK(ns_machines_remove(store, ids, 2, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    CHECK_OK(ns_machine_load(store, "TWO", &machine, &error));
    assert_int_equal(machine.id, ids[1]);
    assert_string_equal(machine.pin, "ab12");
    assert_string_equal(machine.values.value[NS_SETTING_SCREEN_WIDTH], "1024");
    ns_machine_clear(&machine);
    ns_store_close(store);
}

static void what_was_changed_again_since_is_not_undone(void **state) {
    ns_store *store = scratch_store("since.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change first = {NS_SETTING_SCREEN_WIDTH, "1024"};
    const ns_setting_change second = {NS_SETTING_SCREEN_WIDTH, "1600"};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_set(store, id, &first, 1, &error));
    CHECK_OK(ns_machine_set(store, id, &second, 1, &error));
    newest(store, &list, 3);
    CHECK_STATUS(NS_STATUS_REFUSED, "ChangedSince", ns_activity_undo(store, list.items[1].id, &error));
    assert_string_equal(own_width(store, id), "1600/0");
    CHECK_OK(ns_activity_undo(store, 0, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error)); /* further back */
    assert_string_equal(own_width(store, id), "-/0");
    CHECK_STATUS(NS_STATUS_REFUSED, "NotUndoable", ns_activity_undo(store, list.items[0].id, &error));
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void a_certificate_learned_since_does_not_stand_in_the_way(void **state) {
    ns_store *store = scratch_store("learned.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change first = {NS_SETTING_SCREEN_WIDTH, "1024"};
    ns_machine machine = {0};
    (void)state;
    CHECK_OK(ns_machine_set(store, id, &first, 1, &error));
    CHECK_OK(ns_machine_note_shown(store, id, "cd34", false, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_equal(machine.pin, "cd34");
    ns_machine_clear(&machine);
    ns_store_close(store);
}

/* Saving forgot the addresses of the machine before, undoing did not: the two shared a place from then on. */
static void an_undo_that_gives_back_the_host_forgets_what_the_other_machine_told(void **state) {
    ns_store *store = scratch_store("undo-host.db");
    const int64_t id = make_machine(store, "one", 0);
    ns_machine two = {.name = (char *)(uintptr_t) "two", .host = (char *)(uintptr_t) "192.0.2.2", .port = 3389};
    ns_machine machine = {0};
    ns_text others;
    (void)state;
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    CHECK_OK(ns_machine_save(store, &two, &error));
    CHECK_OK(ns_machine_note_shown(store, id, "ab12", false, &error));
    free(machine.host);
    machine.host = copy_of("elsewhere");
    CHECK_OK(ns_machine_save(store, &machine, &error));
    CHECK_OK(ns_machine_note_address(store, id, "192.0.2.9", &error));
    CHECK_OK(ns_machine_note_address(store, two.id, "192.0.2.9", &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    ns_machine_clear(&machine);
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_not_equal(machine.host, "elsewhere");
    assert_string_equal(machine.pin, "ab12");
    ns_text_init(&others, 100);
    CHECK_OK(ns_machine_other_entries(store, id, &others, &error));
    assert_int_equal(others.size, 0);
    ns_text_clear(&others);
    ns_machine_clear(&machine);
    ns_store_close(store);
}

static void a_machine_whose_run_goes_on_is_not_taken_away_by_undo(void **state) {
    ns_store *store = scratch_store("busy.db");
    const int64_t id = make_machine(store, "one", 0);
    ns_connection connection = {.name = (char *)(uintptr_t) "c", .user = (char *)(uintptr_t) "u"};
    ns_flow flow = {.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_connection_save(store, &connection, NULL, &error));
    CHECK_OK(ns_flow_save(store, &flow, &error));
    (void)make_run(store, id, flow.id, connection.id, "x");
    newest(store, &list, 4);
    assert_string_equal(list.items[3].subject, "one");
    CHECK_STATUS(NS_STATUS_REFUSED, "StillInUse", ns_activity_undo(store, list.items[3].id, &error));
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void a_password_is_said_to_have_changed_and_never_what_it_is(void **state) {
    ns_store *store = scratch_store("password.db");
    ns_connection connection = {.name = (char *)(uintptr_t) "robot", .user = (char *)(uintptr_t) "u"};
    ns_secret secret = {0};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_secret_set(&secret, "hunter2hunter2", 14, &error));
    CHECK_OK(ns_connection_save(store, &connection, &secret, &error));
    CHECK_OK(ns_connection_save(store, &connection, &secret, &error));
    newest(store, &list, 2);
    assert_string_equal(list.items[0].verb, "password");
    assert_false(ns_activity_is_undoable(&list.items[0]));
    CHECK_STATUS(NS_STATUS_REFUSED, "NotUndoable", ns_activity_undo(store, list.items[0].id, &error));
    for (size_t i = 0; i < list.count; i++)
        for (size_t k = 0; k < list.items[i].change_count; k++)
            assert_null(list.items[i].changes[k].after ? strstr(list.items[i].changes[k].after, "hunter2") : NULL);
    ns_activity_list_clear(&list);
    ns_secret_clear(&secret);
    ns_store_close(store);
}

static void undoing_another_user_takes_the_password_of_that_user_away(void **state) {
    ns_store *store = scratch_store("other-user.db");
    ns_connection connection = {.name = (char *)(uintptr_t) "robot", .user = (char *)(uintptr_t) "anna"};
    ns_connection found = {0};
    ns_secret secret = {0};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_secret_set(&secret, "hunter2hunter2", 14, &error));
    CHECK_OK(ns_connection_save(store, &connection, &secret, &error));
    connection.user = (char *)(uintptr_t) "berta";
    CHECK_OK(ns_connection_save(store, &connection, &secret, &error));
    newest(store, &list, 3);
    CHECK_OK(ns_activity_undo(store, list.items[1].id, &error));
    CHECK_OK(ns_connection_load(store, "robot", &found, &error));
    assert_string_equal(found.user, "anna");
    assert_false(found.has_secret); /* berta's, which would count against anna */
    ns_connection_clear(&found);
    ns_activity_list_clear(&list);
    ns_secret_clear(&secret);
    ns_store_close(store);
}

static void a_new_thing_never_has_the_number_of_one_that_was_removed(void **state) {
    ns_store *store = scratch_store("numbers.db");
    const int64_t one = make_machine(store, "one", 0);
    const int64_t office = group_with_width(store, "Office", NULL);
    ns_flow flow = {.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"};
    int64_t first_flow = 0;
    (void)state;
    CHECK_OK(ns_flow_save(store, &flow, &error));
    first_flow = flow.id;
    CHECK_OK(ns_machine_remove(store, one, &error));
    CHECK_OK(ns_group_remove(store, office, &error));
    CHECK_OK(ns_flow_remove(store, flow.id, &error));
    flow.id = 0;
    CHECK_OK(ns_flow_save(store, &flow, &error));
    assert_true(make_machine(store, "two", 0) > one);
    assert_true(group_with_width(store, "Lab", NULL) > office);
    assert_true(flow.id > first_flow);
    ns_store_close(store);
}

static void what_is_gone_is_said_to_be_gone_and_not_written_down(void **state) {
    ns_store *store = scratch_store("gone.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change set = {NS_SETTING_SCREEN_WIDTH, "1024"};
    const ns_setting_change reset = {NS_SETTING_SCREEN_WIDTH, NULL};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_remove(store, id, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machine_set(store, id, &set, 1, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machine_set(store, id, &reset, 1, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machines_trust(store, (const ns_trusted[]){{id, NULL, "ab12", false}}, 1, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "XrmMachineGroupNotFound", ns_group_set(store, 77, &set, 1, &error));
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "XrmMachineGroupNotFound", ns_machines_move(store, (int64_t[]){make_machine(store, "two", 0)}, 1, 77, &error));
    newest(store, &list, 3);
    assert_int_equal(list.count, 3); /* added, removed, added */
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void after_a_redo_the_next_undo_takes_it_back(void **state) {
    ns_store *store = scratch_store("redo.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change first = {NS_SETTING_SCREEN_WIDTH, "1024"};
    const ns_setting_change second = {NS_SETTING_SCREEN_WIDTH, "1600"};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_set(store, id, &first, 1, &error));
    CHECK_OK(ns_machine_set(store, id, &second, 1, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    newest(store, &list, 4);
    CHECK_OK(ns_activity_undo(store, list.items[0].id, &error));
    assert_string_equal(own_width(store, id), "1600/0");
    CHECK_OK(ns_activity_undo(store, 0, &error));
    assert_string_equal(own_width(store, id), "1024/0");
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void a_certificate_that_was_trusted_on_purpose_is_not_taken_back_by_another_undo(void **state) {
    ns_store *store = scratch_store("trusted2.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change width = {NS_SETTING_SCREEN_WIDTH, "1024"};
    ns_machine machine = {0};
    ns_activity_list list;
    (void)state;
    CHECK_OK(ns_machine_note_shown(store, id, "ab", false, &error));
    CHECK_OK(ns_machine_set(store, id, &width, 1, &error));
    CHECK_OK(ns_machines_trust(store, (const ns_trusted[]){{id, NULL, "cd", true}}, 1, &error));
    newest(store, &list, 3);
    CHECK_OK(ns_activity_undo(store, list.items[1].id, &error)); /* the width */
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_equal(machine.pin, "cd");
    assert_true(machine.nla_before);
    ns_machine_clear(&machine);
    ns_activity_list_clear(&list);
    ns_store_close(store);
}

static void groups_removed_together_come_back_together(void **state) {
    ns_store *store = scratch_store("groups.db");
    const int64_t ids[] = {group_with_width(store, "A", "1280"), group_with_width(store, "B", NULL)};
    ns_fleet fleet;
    (void)state;
    CHECK_OK(ns_groups_remove(store, ids, 2, &error));
    CHECK_OK(ns_activity_undo(store, 0, &error));
    CHECK_OK(ns_fleet_load(store, &fleet, &error));
    assert_int_equal(fleet.group_count, 2);
    ns_fleet_clear(&fleet);
    ns_store_close(store);
}

static void a_move_says_beforehand_what_each_setting_will_be(void **state) {
    ns_setting_values machine = {
        .value = {[NS_SETTING_SCREEN_WIDTH] = (char *)(uintptr_t) "1024", [NS_SETTING_SCREEN_SCALE] = (char *)(uintptr_t) "150"}};
    ns_setting_values from = {.value = {[NS_SETTING_SCREEN_HEIGHT] = (char *)(uintptr_t) "900"}};
    ns_setting_values to = {.value = {[NS_SETTING_SCREEN_WIDTH] = (char *)(uintptr_t) "1280"}};
    (void)state;
    assert_string_equal(ns_setting_resolve_moved(NS_SETTING_SCREEN_WIDTH, &machine, &from, &to).value, "1280");
    assert_int_equal(ns_setting_resolve_moved(NS_SETTING_SCREEN_WIDTH, &machine, &from, &to).origin, NS_ORIGIN_GROUP);
    assert_int_equal(ns_setting_resolve_moved(NS_SETTING_SCREEN_HEIGHT, &machine, &from, &to).origin, NS_ORIGIN_DEFAULT);
    assert_int_equal(ns_setting_resolve_moved(NS_SETTING_SCREEN_HEIGHT, &machine, &from, NULL).origin, NS_ORIGIN_MACHINE);
    assert_int_equal(ns_setting_resolve_moved(NS_SETTING_SCREEN_SCALE, &machine, NULL, &to).origin, NS_ORIGIN_DEFAULT);
    assert_int_equal(ns_setting_resolve_moved(NS_SETTING_SCREEN_DEPTH, &machine, &from, &to).origin, NS_ORIGIN_DEFAULT);
}

/* Case 32: a password that took a while to type was written together with the user of before. */
static void a_password_for_a_user_that_was_changed_meanwhile_is_refused_and_says_by_whom(void **state) {
    ns_store *store = scratch_store("meanwhile.db");
    ns_connection connection = {.name = (char *)(uintptr_t) "rob", .user = (char *)(uintptr_t) "old", .domain = (char *)(uintptr_t) "RED"};
    int64_t since = 0;
    ns_connection now = {0};
    ns_secret secret = {0};
    ns_error refusal = {0};
    char *who = ns_system_user();
    (void)state;
    assert_non_null(who);
    CHECK_OK(ns_secret_set(&secret, "two", 3, &error));
    CHECK_OK(ns_connection_save(store, &connection, NULL, &error));
    CHECK_OK(ns_activity_newest(store, &since, &error));
    CHECK_OK(ns_connection_set_secret(store, connection.id, since, &secret, &error));
    connection.user = (char *)(uintptr_t) "new";
    connection.domain = (char *)(uintptr_t) "TAN";
    CHECK_OK(ns_connection_save(store, &connection, NULL, &error));
    assert_int_equal(ns_connection_set_secret(store, connection.id, since, &secret, &refusal), NS_STATUS_REFUSED);
    assert_string_equal(refusal.code, "ChangedMeanwhile");
    assert_non_null(strstr(in_english(refusal.message), who));
    CHECK_OK(ns_connection_load_by_id(store, connection.id, &now, &error));
    assert_string_equal(now.user, "new");
    assert_false(now.has_secret);
    ns_connection_clear(&now);
    ns_secret_clear(&secret);
    free(who);
    ns_store_close(store);
}

static void expect_changed(ns_store *store, const char *kind, int64_t id, const char *field, int64_t since, const char *words) {
    const ns_seen_field seen = {field, since};
    ns_error refusal = {0};
    int64_t by = 0;
    const ns_status status = ns_changed_since(store, kind, id, &seen, 1, &by, &refusal);
    if (!words) {
        assert_int_equal(status, NS_OK);
        assert_int_equal(by, 0);
        return;
    }
    assert_int_equal(status, NS_STATUS_REFUSED);
    assert_string_equal(refusal.code, "ChangedMeanwhile");
    if (!strstr(in_english(refusal.message), words))
        fail_msg("%s", in_english(refusal.message));
    assert_true(by > since);
}

/* Finding 1.22: two forms overwrote each other unseen. */
static void what_somebody_else_changed_is_told_field_by_field(void **state) {
    ns_store *store = scratch_store("since.db");
    const int64_t id = make_machine(store, "one", 0);
    const int64_t office = make_group(store, "Office");
    const ns_setting_change wide = {NS_SETTING_SCREEN_WIDTH, "1920"};
    const ns_setting_change inherited = {NS_SETTING_SCREEN_WIDTH, NULL};
    int64_t since = 0;
    int64_t later = 0;
    (void)state;
    CHECK_OK(ns_activity_newest(store, &since, &error));
    CHECK_OK(ns_machine_edit(store, id, NULL, "other-host", 0, NULL, &error));
    expect_changed(store, "machine", id, "host", since, "host of \"one\" was changed from \"host\" to \"other-host\" by ");
    expect_changed(store, "machine", id, "", since, "\"one\" was changed by ");
    expect_changed(store, "machine", id, "description", since, NULL);
    expect_changed(store, "machine", id, "screen.width", since, NULL);
    CHECK_OK(ns_activity_newest(store, &later, &error));
    expect_changed(store, "machine", id, "host", later, NULL);
    CHECK_OK(ns_machine_set(store, id, &wide, 1, &error));
    expect_changed(store, "machine", id, "screen.width", later, "screen.width of \"one\" was changed from \"\" to \"1920\"");
    CHECK_OK(ns_machine_set(store, id, &inherited, 1, &error));
    expect_changed(store, "machine", id, "screen.width", later, NULL); /* it is as it was read again */
    CHECK_OK(ns_machine_edit(store, id, NULL, "host", 0, NULL, &error));
    expect_changed(store, "machine", id, "host", since, NULL);
    expect_changed(store, "group", office, "name", later, NULL);
    CHECK_OK(ns_group_edit(store, office, "Bureau", NULL, &error));
    expect_changed(store, "group", office, "name", later, "name of \"Bureau\" was changed from \"Office\" to \"Bureau\"");
    ns_store_close(store);
}

static void undoing_a_change_leaves_what_others_changed_since(void **state) {
    ns_store *store = scratch_store("undo-field.db");
    const int64_t id = make_machine(store, "one", 0);
    const ns_setting_change wide = {NS_SETTING_SCREEN_WIDTH, "1920"};
    const ns_setting_change high = {NS_SETTING_SCREEN_HEIGHT, "1200"};
    ns_machine now = {0};
    ns_error refusal = {0};
    int64_t host = 0;
    int64_t width = 0;
    (void)state;
    CHECK_OK(ns_machine_edit(store, id, NULL, "other-host", 0, NULL, &error));
    CHECK_OK(ns_activity_newest(store, &host, &error));
    CHECK_OK(ns_machine_set(store, id, &wide, 1, &error));
    CHECK_OK(ns_activity_newest(store, &width, &error));
    CHECK_OK(ns_machine_edit(store, id, NULL, NULL, 4000, "new words", &error));
    CHECK_OK(ns_machine_set(store, id, &high, 1, &error));
    CHECK_OK(ns_activity_undo(store, host, &error));
    CHECK_OK(ns_activity_undo(store, width, &error));
    CHECK_OK(ns_machine_load_by_id(store, id, &now, &error));
    assert_string_equal(now.host, "host");
    assert_int_equal(now.port, 4000);
    assert_string_equal(now.description, "new words");
    assert_null(now.values.value[NS_SETTING_SCREEN_WIDTH]);
    assert_string_equal(now.values.value[NS_SETTING_SCREEN_HEIGHT], "1200");
    ns_machine_clear(&now);
    /* What was changed again is somebody's: who, and when. */
    CHECK_OK(ns_machine_edit(store, id, NULL, "a", 0, NULL, &error));
    CHECK_OK(ns_activity_newest(store, &host, &error));
    CHECK_OK(ns_machine_edit(store, id, NULL, "b", 0, NULL, &error));
    assert_int_equal(ns_activity_undo(store, host, &refusal), NS_STATUS_REFUSED);
    assert_string_equal(refusal.code, "ChangedSince");
    assert_non_null(strstr(in_english(refusal.message), "was changed by "));
    ns_store_close(store);
}

int test_activity(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_written_down_with_who_and_from_what_to_what),
        cmocka_unit_test(what_changes_nothing_is_not_written_down),
        cmocka_unit_test(what_somebody_else_changed_is_told_field_by_field),
        cmocka_unit_test(undoing_a_change_leaves_what_others_changed_since),
        cmocka_unit_test(undoing_a_change_of_many_machines_gives_each_its_own_value_back),
        cmocka_unit_test(a_certificate_that_was_learned_since_is_not_said_to_be_taken_back),
        cmocka_unit_test(trusting_many_machines_is_one_change_and_undoing_it_brings_back_what_was_known),
        cmocka_unit_test(undoing_an_addition_says_what_was_taken_away),
        cmocka_unit_test(undoing_a_move_gives_back_the_group_and_the_values_that_gave_way),
        cmocka_unit_test(a_removed_group_comes_back_with_its_values_and_members),
        cmocka_unit_test(removed_machines_come_back_with_their_settings),
        cmocka_unit_test(what_was_changed_again_since_is_not_undone),
        cmocka_unit_test(a_certificate_learned_since_does_not_stand_in_the_way),
        cmocka_unit_test(an_undo_that_gives_back_the_host_forgets_what_the_other_machine_told),
        cmocka_unit_test(a_machine_whose_run_goes_on_is_not_taken_away_by_undo),
        cmocka_unit_test(a_password_is_said_to_have_changed_and_never_what_it_is),
        cmocka_unit_test(a_move_says_beforehand_what_each_setting_will_be),
        cmocka_unit_test(undoing_another_user_takes_the_password_of_that_user_away),
        cmocka_unit_test(a_new_thing_never_has_the_number_of_one_that_was_removed),
        cmocka_unit_test(what_is_gone_is_said_to_be_gone_and_not_written_down),
        cmocka_unit_test(after_a_redo_the_next_undo_takes_it_back),
        cmocka_unit_test(a_certificate_that_was_trusted_on_purpose_is_not_taken_back_by_another_undo),
        cmocka_unit_test(groups_removed_together_come_back_together),
        cmocka_unit_test(a_password_for_a_user_that_was_changed_meanwhile_is_refused_and_says_by_whom),
    };
    return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}
