#include "check.h"
#include "model/names.h"
#include "model/result_code.h"

static void a_name_has_one_to_a_hundred_characters(void **state) {
    char name[420] = {0};
    (void)state;
    for (int i = 0; i < 100; i++)
        strcat(name, "\xE2\x82\xAC"); /* three bytes, one character */
    CHECK_OK(ns_name_check("machine name", name, &error));
    strcat(name, "x");
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_name_check("machine name", name, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_name_check("machine name", "", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_name_check("machine name", " x", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_name_check("machine name", "a\x07", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_name_check("machine name", "\xFF", &error));
}

static void a_host_cannot_be_a_local_socket_or_a_descriptor(void **state) {
    (void)state;
    CHECK_OK(ns_host_check("pc17.example.org", &error));
    CHECK_OK(ns_host_check("fe80::1%eth0", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidHost", ns_host_check("/run/socket", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidHost", ns_host_check("|5", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidHost", ns_host_check("vsock:3", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidHost", ns_host_check("vsock://3", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidHost", ns_host_check("", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidHost", ns_host_check("two words", &error));
}

static void a_user_with_a_domain_is_split(void **state) {
    char *domain = NULL;
    char *user = NULL;
    (void)state;
    CHECK_OK(ns_user_split("EXAMPLE\\robot", &domain, &user, &error));
    assert_string_equal(domain, "EXAMPLE");
    assert_string_equal(user, "robot");
    free(domain);
    free(user);
    CHECK_OK(ns_user_split("robot@example.org", &domain, &user, &error));
    assert_string_equal(domain, "");
    assert_string_equal(user, "robot@example.org");
    free(domain);
    free(user);
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidUser", ns_user_split("\\robot", &domain, &user, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidUser", ns_user_split("A\\B\\c", &domain, &user, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_user_split("A\xFF\\c", &domain, &user, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_user_split("A\x1B[2J\\c", &domain, &user, &error));
    assert_null(user);
}

static void every_result_code_has_its_words_and_stands_once(void **state) {
    (void)state;
    for (size_t i = 0; ns_result_code_at(i); i++) {
        const ns_result_code *row = ns_result_code_at(i);
        assert_ptr_equal(ns_result_code_find(row->code), row);
        assert_true(strlen(row->message) > 10 && row->message[strlen(row->message) - 1] == '.');
        if (row->state != NS_RUN_SUCCEEDED)
            assert_true(strlen(row->remedy) > 10);
    }
    assert_string_equal(ns_result_code_find("no such code")->code, "UnknownError");
}

static void success_codes_are_numbers_between_commas(void **state) {
    (void)state;
    CHECK_OK(ns_success_codes_check("0,3010", &error));
    CHECK_OK(ns_success_codes_check("0, 3010, -1", &error));
    assert_true(ns_success_codes_have("0,3010", 3010));
    assert_false(ns_success_codes_have("0,3010", 1));
    assert_true(ns_success_codes_have("-1", 4294967295)); /* Windows shows both for the same code */
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSuccessCodes", ns_success_codes_check("", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSuccessCodes", ns_success_codes_check("0,", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSuccessCodes", ns_success_codes_check("zero", &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidSuccessCodes", ns_success_codes_check("0,,1", &error));
}

int test_names(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_to_a_hundred_characters),
        cmocka_unit_test(a_host_cannot_be_a_local_socket_or_a_descriptor),
        cmocka_unit_test(a_user_with_a_domain_is_split),
        cmocka_unit_test(every_result_code_has_its_words_and_stands_once),
        cmocka_unit_test(success_codes_are_numbers_between_commas),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
