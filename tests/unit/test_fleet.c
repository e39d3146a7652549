#include "check.h"
#include "store/fleet.h"
#include "store/machine_known.h"
#include "store/identity.h"
#include "store/runs.h"

static void set_machine(ns_store *store, int64_t id, ns_setting_id key, const char *text) {
    const ns_setting_change change = {key, text};
    CHECK_OK(ns_machine_set(store, id, &change, 1, &error));
}

static void set_group(ns_store *store, int64_t id, ns_setting_id key, const char *text) {
    const ns_setting_change change = {key, text};
    CHECK_OK(ns_group_set(store, id, &change, 1, &error));
}

static void effective(ns_store *store, int64_t id, ns_setting_id key, const char *value, ns_origin origin) {
    ns_machine machine = {0};
    ns_group group = {0};
    ns_effective found;
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    if (machine.group_id)
        CHECK_OK(ns_group_load_by_id(store, machine.group_id, &group, &error));
    found = ns_setting_resolve(key, &machine.values, &group.values);
    assert_string_equal(found.value, value);
    assert_int_equal(found.origin, origin);
    ns_machine_clear(&machine);
    ns_group_clear(&group);
}

static void names_are_unique_ignoring_case(void **state) {
    ns_store *store = scratch_store("names.db");
    ns_machine machine = {.name = (char *)(uintptr_t) "\xC3\x84PFEL", .host = (char *)(uintptr_t) "h", .port = 1};
    ns_machine found = {0};
    (void)state;
    CHECK_OK(ns_machine_save(store, &machine, &error));
    machine.id = 0;
    machine.name = (char *)(uintptr_t) "\xC3\xA4pfel";
    CHECK_STATUS(NS_STATUS_EXISTS, "NameTaken", ns_machine_save(store, &machine, &error));
    CHECK_OK(ns_machine_load(store, "\xC3\xA4pFeL", &found, &error));
    assert_string_equal(found.name, "\xC3\x84PFEL");
    ns_machine_clear(&found);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "MachineNotFound", ns_machine_load(store, "pear", &found, &error));
    ns_store_close(store);
}

static void joining_a_group_takes_the_groups_resolution(void **state) {
    ns_store *store = scratch_store("join.db");
    int64_t group = make_group(store, "Office");
    int64_t machine = make_machine(store, "pc", 0);
    (void)state;
    set_group(store, group, NS_SETTING_SCREEN_WIDTH, "1280");
    set_machine(store, machine, NS_SETTING_SCREEN_WIDTH, "800");
    set_machine(store, machine, NS_SETTING_SCREEN_HEIGHT, "600");
    CHECK_OK(ns_machines_move(store, &machine, 1, group, &error));
    effective(store, machine, NS_SETTING_SCREEN_WIDTH, "1280", NS_ORIGIN_GROUP);
    effective(store, machine, NS_SETTING_SCREEN_HEIGHT, "1080", NS_ORIGIN_DEFAULT); /* of which the group says nothing */
    ns_store_close(store);
}

/* Finding 1.12: what A said stayed as the machine's own, against which B's later value counted for nothing. "A machine added to a group takes the
 * group's settings" (power-automate.md, 1.2). */
static void a_machine_that_goes_from_group_to_group_follows_the_new_one(void **state) {
    ns_store *store = scratch_store("from-to.db");
    int64_t a = make_group(store, "A");
    int64_t b = make_group(store, "B");
    int64_t machine = make_machine(store, "pc", a);
    (void)state;
    set_group(store, a, NS_SETTING_SESSION_REUSE, "on");
    CHECK_OK(ns_machines_move(store, &machine, 1, b, &error));
    effective(store, machine, NS_SETTING_SESSION_REUSE, "off", NS_ORIGIN_DEFAULT);
    set_group(store, b, NS_SETTING_SESSION_REUSE, "off");
    effective(store, machine, NS_SETTING_SESSION_REUSE, "off", NS_ORIGIN_GROUP);
    CHECK_OK(ns_machines_move(store, &machine, 1, a, &error));
    effective(store, machine, NS_SETTING_SESSION_REUSE, "on", NS_ORIGIN_GROUP);
    ns_store_close(store);
}

static void leaving_a_group_keeps_its_values(void **state) {
    ns_store *store = scratch_store("leave.db");
    int64_t group = make_group(store, "Office");
    int64_t machine = make_machine(store, "pc", group);
    (void)state;
    set_group(store, group, NS_SETTING_SCREEN_WIDTH, "1280");
    set_group(store, group, NS_SETTING_SCREEN_SCALE, "150");
    set_machine(store, machine, NS_SETTING_SCREEN_SCALE, "200");
    CHECK_OK(ns_machines_move(store, &machine, 1, 0, &error));
    effective(store, machine, NS_SETTING_SCREEN_WIDTH, "1280", NS_ORIGIN_MACHINE);
    effective(store, machine, NS_SETTING_SCREEN_SCALE, "200", NS_ORIGIN_MACHINE);
    set_group(store, group, NS_SETTING_SCREEN_WIDTH, "640");
    effective(store, machine, NS_SETTING_SCREEN_WIDTH, "1280", NS_ORIGIN_MACHINE);
    ns_store_close(store);
}

static void removing_a_group_leaves_its_machines_their_values(void **state) {
    ns_store *store = scratch_store("remove-group.db");
    int64_t group = make_group(store, "Office");
    int64_t machine = make_machine(store, "pc", group);
    ns_group gone = {0};
    (void)state;
    set_group(store, group, NS_SETTING_RUN_TIMEOUT, "77");
    CHECK_OK(ns_group_remove(store, group, &error));
    effective(store, machine, NS_SETTING_RUN_TIMEOUT, "77", NS_ORIGIN_MACHINE);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "XrmMachineGroupNotFound", ns_group_load(store, "office", &gone, &error));
    ns_store_close(store);
}

static void one_wrong_value_changes_none(void **state) {
    ns_store *store = scratch_store("all-or-none.db");
    int64_t machine = make_machine(store, "pc", 0);
    const ns_setting_change changes[] = {{NS_SETTING_SCREEN_WIDTH, "1280"}, {NS_SETTING_SCREEN_HEIGHT, "99999"}};
    (void)state;
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSetting", ns_machine_set(store, machine, changes, 2, &error));
    effective(store, machine, NS_SETTING_SCREEN_WIDTH, "1920", NS_ORIGIN_DEFAULT);
    ns_store_close(store);
}

static void resetting_goes_back_to_what_is_inherited(void **state) {
    ns_store *store = scratch_store("reset.db");
    int64_t group = make_group(store, "Office");
    int64_t machine = make_machine(store, "pc", group);
    (void)state;
    set_group(store, group, NS_SETTING_SCREEN_WIDTH, "1280");
    set_machine(store, machine, NS_SETTING_SCREEN_WIDTH, "800");
    set_machine(store, machine, NS_SETTING_SCREEN_WIDTH, NULL);
    effective(store, machine, NS_SETTING_SCREEN_WIDTH, "1280", NS_ORIGIN_GROUP);
    ns_store_close(store);
}

static void the_list_holds_machines_groups_and_their_values(void **state) {
    ns_store *store = scratch_store("list.db");
    int64_t group = make_group(store, "Office");
    int64_t b = make_machine(store, "b", group);
    ns_fleet fleet;
    (void)state;
    (void)make_machine(store, "C", 0);
    (void)make_machine(store, "a", group);
    set_machine(store, b, NS_SETTING_SCREEN_WIDTH, "640");
    set_group(store, group, NS_SETTING_SESSION_REUSE, "on");
    CHECK_OK(ns_fleet_load(store, &fleet, &error));
    assert_int_equal(fleet.machine_count, 3);
    assert_string_equal(fleet.machines[0].name, "a");
    assert_string_equal(fleet.machines[2].name, "C");
    assert_string_equal(fleet.machines[1].values.value[NS_SETTING_SCREEN_WIDTH], "640");
    assert_null(fleet.machines[0].values.value[NS_SETTING_SCREEN_WIDTH]);
    assert_string_equal(fleet.groups[0].values.value[NS_SETTING_SESSION_REUSE], "on");
    assert_int_equal(fleet.groups[0].machine_count, 2);
    assert_string_equal(fleet.machines[0].group_name, "Office");
    ns_fleet_clear(&fleet);
    ns_store_close(store);
}

static void what_a_machine_showed_first_is_kept_until_its_entry_leads_elsewhere(void **state) {
    ns_store *store = scratch_store("pin.db");
    int64_t id = make_machine(store, "pc", 0);
    ns_machine machine = {0};
    (void)state;
    CHECK_OK(ns_machine_note_shown(store, id, "aaaa", true, &error));
    CHECK_OK(ns_machine_note_shown(store, id, "bbbb", false, &error));
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_equal(machine.pin, "aaaa");
    /* A new description changes nothing of it; a new host is another machine. */
    CHECK_OK(ns_machine_save(store, &machine, &error));
    ns_machine_clear(&machine);
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_equal(machine.pin, "aaaa");
    assert_true(machine.nla_before);
    free(machine.host);
    machine.host = copy_of("elsewhere");
    CHECK_OK(ns_machine_save(store, &machine, &error));
    ns_machine_clear(&machine);
    CHECK_OK(ns_machine_load_by_id(store, id, &machine, &error));
    assert_string_equal(machine.pin, "");
    assert_false(machine.nla_before);
    ns_machine_clear(&machine);
    ns_store_close(store);
}

static void the_first_machines_come_with_their_own_settings(void **state) {
    ns_store *store = scratch_store("first.db");
    ns_fleet fleet;
    (void)state;
    (void)make_machine(store, "charlie", 0);
    set_machine(store, make_machine(store, "bravo", 0), NS_SETTING_SCREEN_WIDTH, "1024");
    (void)make_machine(store, "alpha", 0);
    CHECK_OK(ns_fleet_load_first(store, 2, &fleet, &error));
    assert_int_equal(fleet.machine_count, 2);
    assert_string_equal(fleet.machines[0].name, "alpha");
    assert_string_equal(fleet.machines[1].values.value[NS_SETTING_SCREEN_WIDTH], "1024");
    ns_fleet_clear(&fleet);
    ns_store_close(store);
}

int test_fleet(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_ignoring_case),
        cmocka_unit_test(joining_a_group_takes_the_groups_resolution),
        cmocka_unit_test(a_machine_that_goes_from_group_to_group_follows_the_new_one),
        cmocka_unit_test(leaving_a_group_keeps_its_values),
        cmocka_unit_test(removing_a_group_leaves_its_machines_their_values),
        cmocka_unit_test(one_wrong_value_changes_none),
        cmocka_unit_test(resetting_goes_back_to_what_is_inherited),
        cmocka_unit_test(the_list_holds_machines_groups_and_their_values),
        cmocka_unit_test(what_a_machine_showed_first_is_kept_until_its_entry_leads_elsewhere),
        cmocka_unit_test(the_first_machines_come_with_their_own_settings),
    };
    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
