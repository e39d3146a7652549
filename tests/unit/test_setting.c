#include "check.h"
#include "model/setting.h"

static void refused(ns_setting_id id, const char *text) {
    char *value = NULL;
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSetting", ns_setting_parse(id, text, &value, &error));
    assert_null(value);
}

static void taken(ns_setting_id id, const char *text, const char *stored) {
    char *value = NULL;
    CHECK_OK(ns_setting_parse(id, text, &value, &error));
    assert_string_equal(value, stored);
    free(value);
}

static void a_screen_width_is_even_and_within_rdps_limits(void **state) {
    (void)state;
    taken(NS_SETTING_SCREEN_WIDTH, "200", "200");
    taken(NS_SETTING_SCREEN_WIDTH, "8192", "8192");
    refused(NS_SETTING_SCREEN_WIDTH, "1281");
    refused(NS_SETTING_SCREEN_WIDTH, "198");
    refused(NS_SETTING_SCREEN_WIDTH, "8194");
    refused(NS_SETTING_SCREEN_WIDTH, "wide");
    refused(NS_SETTING_SCREEN_WIDTH, "0x500");
}

static void a_height_may_be_odd(void **state) {
    (void)state;
    taken(NS_SETTING_SCREEN_HEIGHT, "851", "851");
    refused(NS_SETTING_SCREEN_HEIGHT, "8193");
}

static void a_switch_is_stored_as_on_or_off(void **state) {
    (void)state;
    taken(NS_SETTING_MAINTENANCE, "yes", "on");
    taken(NS_SETTING_MAINTENANCE, "0", "off");
    refused(NS_SETTING_MAINTENANCE, "maybe");
    refused(NS_SETTING_MAINTENANCE, "");
}

static void a_choice_is_one_of_its_words(void **state) {
    (void)state;
    taken(NS_SETTING_CERTIFICATE_POLICY, "ca", "ca");
    refused(NS_SETTING_CERTIFICATE_POLICY, "pin|ca");
    refused(NS_SETTING_CERTIFICATE_POLICY, "pi");
    refused(NS_SETTING_SCREEN_DEPTH, "8");
}

static void every_default_is_a_value_of_its_setting(void **state) {
    (void)state;
    for (int i = 0; i < NS_SETTING_COUNT; i++)
        taken((ns_setting_id)i, ns_setting_get((ns_setting_id)i)->initial, ns_setting_get((ns_setting_id)i)->initial);
}

static void the_machines_value_beats_the_groups_and_that_the_default(void **state) {
    ns_setting_values machine = {0};
    ns_setting_values group = {0};
    ns_effective effective = ns_setting_resolve(NS_SETTING_SCREEN_WIDTH, &machine, &group);
    (void)state;
    assert_string_equal(effective.value, "1920");
    assert_int_equal(effective.origin, NS_ORIGIN_DEFAULT);
    ns_setting_values_take(&group, NS_SETTING_SCREEN_WIDTH, copy_of("1280"));
    effective = ns_setting_resolve(NS_SETTING_SCREEN_WIDTH, &machine, &group);
    assert_string_equal(effective.value, "1280");
    assert_int_equal(effective.origin, NS_ORIGIN_GROUP);
    ns_setting_values_take(&machine, NS_SETTING_SCREEN_WIDTH, copy_of("800"));
    effective = ns_setting_resolve(NS_SETTING_SCREEN_WIDTH, &machine, &group);
    assert_string_equal(effective.value, "800");
    assert_int_equal(effective.origin, NS_ORIGIN_MACHINE);
    assert_string_equal(ns_setting_resolve(NS_SETTING_SCREEN_WIDTH, NULL, NULL).value, "1920");
    ns_setting_values_clear(&machine);
    ns_setting_values_clear(&group);
}

static void an_unknown_key_is_answered_with_the_known_ones(void **state) {
    ns_setting_id id = NS_SETTING_COUNT;
    ns_error answer = {0};
    (void)state;
    assert_int_equal(ns_setting_find("screen.colour", &id, &answer), NS_STATUS_NOT_FOUND);
    assert_non_null(strstr(answer.remedy, "screen.width"));
    assert_non_null(strstr(answer.remedy, "agent.command"));
    CHECK_OK(ns_setting_find("queue.timeout", &id, &error));
    assert_int_equal(id, NS_SETTING_QUEUE_TIMEOUT);
}

int test_setting(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_width_is_even_and_within_rdps_limits),
        cmocka_unit_test(a_height_may_be_odd),
        cmocka_unit_test(a_switch_is_stored_as_on_or_off),
        cmocka_unit_test(a_choice_is_one_of_its_words),
        cmocka_unit_test(every_default_is_a_value_of_its_setting),
        cmocka_unit_test(the_machines_value_beats_the_groups_and_that_the_default),
        cmocka_unit_test(an_unknown_key_is_answered_with_the_known_ones),
    };
    return cmocka_run_group_tests_name("setting", tests, NULL, NULL);
}
