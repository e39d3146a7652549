#include "../../app/agent/instance.h"
#include "agent/protocol.h"
#include "base/base64.h"
#include "check.h"
#include "model/finding.h"
#include "model/names.h"
#include "model/explain.h"
#include "model/native_code.h"
#include "model/result_code.h"
#include "rdp/credssp.h"

static void every_number_means_a_result_code_that_exists(void **state) {
    (void)state;
    for (size_t i = 0; ns_native_code_at(i); i++) {
        const ns_native_code *native = ns_native_code_at(i);
        assert_string_equal(ns_result_code_find(native->code)->code, native->code);
        assert_ptr_equal(ns_native_code_find(native->kind, native->number), native); /* none stands there twice */
    }
}

static void every_result_that_is_no_success_says_what_to_do(void **state) {
    (void)state;
    for (size_t i = 0; ns_result_code_at(i); i++) {
        const ns_result_code *row = ns_result_code_at(i);
        assert_true(row->message[0] != 0);
        if (row->state != NS_RUN_SUCCEEDED)
            assert_true(row->remedy[0] != 0);
        assert_ptr_equal(ns_result_code_find(row->code), row);
        assert_null(strstr(row->message, "onnection lost"));
    }
}

/* Finding 1.32: a locked account was not among the causes. */
static void a_refusal_names_the_lock_that_may_be_behind_it(void **state) {
    (void)state;
    assert_non_null(strstr(ns_result_code_find("SessionCreationInvalidCredentials")->cause, "locked"));
    assert_non_null(strstr(ns_result_code_find("SessionCreationInvalidCredentials")->remedy, "locked"));
}

static void a_number_that_is_not_listed_still_gives_a_code_of_its_range(void **state) {
    (void)state;
    assert_string_equal(ns_error_info_code(0x103), "RdpLicensingError");
    assert_string_equal(ns_error_info_code(0x401), "ConnectionBrokerError");
    assert_string_equal(ns_error_info_code(0x10CA), "RdpProtocolError");
    assert_string_equal(ns_error_info_code(0x20), "RdpServerError");
}

static void a_logon_error_is_read_by_type_and_then_by_data(void **state) {
    (void)state;
    assert_string_equal(ns_logon_error_code(0xFFFFFFFB, 3), "Win10AlreadyHasActiveSession"); /* the data is a session's number there */
    assert_string_equal(ns_logon_error_code(0xC0000234, 2), "AccountLockedOut");
    assert_string_equal(ns_logon_error_code(0xC0009999, 3), "LegalNoticeShown");
    assert_string_equal(ns_logon_error_code(0xC0009999, 9), "AuthenticationFailed");
}

static void entra_refusals_are_read_from_their_fields_and_never_from_the_text(void **state) {
    (void)state;
    assert_string_equal(ns_entra_error_code("{\"error\":\"interaction_required\",\"suberror\":\"consent_required\",\"error_codes\":[65001]}"),
                        "MSEntraRemoteDesktopAppConsentRequired");
    assert_string_equal(ns_entra_error_code("{\"error\":\"invalid_grant\",\"error_codes\":[53003]}"), "EntraAccessBlocked");
    assert_string_equal(ns_entra_error_code("{\"error\":\"interaction_required\",\"error_codes\":[1]}"), "EntraInteractionRequired");
    assert_string_equal(ns_entra_error_code("{\"error\":\"invalid_grant\",\"error_codes\":[50126]}"), "MSEntraLogonFailure");
    assert_string_equal(ns_entra_error_code("{\"error\":\"x\",\"error_description\":\"AADSTS65001\"}"), "EntraTokenNotAvailable");
    assert_string_equal(ns_entra_error_code("no json"), "EntraTokenNotAvailable");
    assert_non_null(strstr(ns_result_code_find("MSEntraRemoteDesktopAppConsentRequired")->remedy, "a4a365df-50f1-4397-bc59-1a1564b8bb9c"));
    assert_non_null(strstr(ns_result_code_find("MSEntraRemoteDesktopAppConsentRequired")->remedy, "270efc09-cd0d-444b-a71f-39af4910ec45"));
}

static void the_error_code_of_credssp_is_found_and_nothing_else_is_taken_for_it(void **state) {
    /* TSRequest {version 6, errorCode 0xC000006D}, as FreeRDP's server sends it. */
    static const uint8_t refused[] = {0x30, 0x0D, 0xA0, 0x03, 0x02, 0x01, 0x06, 0xA4, 0x06, 0x02, 0x04, 0xC0, 0x00, 0x00, 0x6D};
    static const uint8_t token[] = {0x30, 0x0D, 0xA0, 0x03, 0x02, 0x01, 0x06, 0xA3, 0x06, 0x04, 0x04, 0xA4, 0x02, 0x02, 0x00};
    (void)state;
    assert_int_equal(ns_rdp_credssp_status(refused, sizeof refused), 0xC000006D);
    assert_int_equal(ns_rdp_credssp_status(token, sizeof token), 0);
    for (size_t size = 0; size < sizeof refused; size++)
        assert_int_equal(ns_rdp_credssp_status(refused, size), 0);
}

static void base64_goes_both_ways_and_refuses_what_it_is_not(void **state) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    (void)state;
    for (size_t length = 1; length < 9; length++) {
        ns_text text;
        ns_text_init(&text, 100);
        assert_true(ns_base64_append(&text, "nightshift", length));
        assert_true(ns_base64_decode(ns_text_string(&text), &bytes, &size));
        assert_int_equal(size, length);
        assert_memory_equal(bytes, "nightshift", length);
        free(bytes);
        ns_text_clear(&text);
    }
    assert_false(ns_base64_decode("", &bytes, &size));
    assert_false(ns_base64_decode("abc", &bytes, &size));
    assert_false(ns_base64_decode("ab!d", &bytes, &size));
}

static void the_ways_to_write_a_user_are_taken_apart_in_one_place(void **state) {
    static const struct {
        const char *text, *domain, *user;
    } cases[] = {{"EXAMPLE\\robot", "EXAMPLE", "robot"},
                 {"robot@example.org", "", "robot@example.org"},
                 {"robot", "", "robot"},
                 {".\\robot", ".", "robot"},
                 {"local\\robot", ".", "robot"},
                 {"LOCAL\\robot", ".", "robot"},
                 {"PC17\\robot", "PC17", "robot"}};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(cases); i++) {
        char *domain = NULL;
        char *user = NULL;
        CHECK_OK(ns_user_split(cases[i].text, &domain, &user, &error));
        assert_string_equal(domain, cases[i].domain);
        assert_string_equal(user, cases[i].user);
        free(domain);
        free(user);
    }
}

static void versions_are_compared_by_their_numbers(void **state) {
    (void)state;
    assert_true(instance_compare("0.1.0+abc", "0.1.0+def") == 0);
    assert_true(instance_compare("0.9.0", "0.10.0") < 0);
    assert_true(instance_compare("1.0", "0.10.7") > 0);
}

static void a_greeting_carries_what_the_session_was_before(void **state) {
    ns_agent_hello hello = {.version = "1",
                            .user = "robot",
                            .session_id = "3",
                            .session_age = 12345,
                            .joined = NS_JOINED_LOCKED,
                            .single_session = NS_NO,
                            .others = 2,
                            .environment = (char *)(uintptr_t) "{\"locale\":\"de-DE\"}"};
    ns_agent_hello read;
    cJSON *written = ns_agent_hello_write(&hello);
    char *text = ns_json_print(written);
    cJSON *message = cJSON_Parse(text);
    (void)state;
    CHECK_OK(ns_agent_hello_read(message, &read, &error));
    assert_int_equal(read.session_age, 12345);
    assert_int_equal(read.joined, NS_JOINED_LOCKED);
    assert_int_equal(read.single_session, NS_NO);
    assert_int_equal(read.others, 2);
    assert_string_equal(read.environment, hello.environment);
    ns_agent_hello_clear(&read);
    cJSON_Delete(message);
    cJSON_Delete(written);
    free(text);
}

static void a_finding_has_a_sentence(void **state) {
    (void)state;
    for (size_t i = 0; ns_finding_code_at(i); i++)
        assert_true(ns_finding_code_at(i)->message[0] != 0);
    assert_null(ns_finding_code_find("Nothing"));
}

static void says(const char *code, const char *result) {
    ns_explanation found[NS_EXPLANATIONS];
    assert_true(ns_explain(code, found) > 0);
    assert_string_equal(found[0].result->code, result);
}

static void a_code_is_explained_however_it_is_written(void **state) {
    (void)state;
    says("131092", "SessionCreationInvalidCredentials"); /* FreeRDP's LOGON_FAILURE */
    says("0x20014", "SessionCreationInvalidCredentials");
    says(" [0xC000006D]. ", "SessionCreationInvalidCredentials");
    says("-1073741715", "SessionCreationInvalidCredentials"); /* the same, as a signed number */
    says("2825", "SecurityNegotiationFailed");                /* Windows' own client */
    says("sessioncreationerror", "SessionCreationError");
    says("STATUS_ACCOUNT_LOCKED_OUT", "AccountLockedOut");
    says("AADSTS700082", "EntraTokenExpired");
    says("0x10003", "SessionHasLoggedOffWithMaxIdleTime"); /* error info, as FreeRDP gives it */
}

static void what_is_no_code_is_not_explained(void **state) {
    ns_explanation found[NS_EXPLANATIONS];
    (void)state;
    assert_int_equal(ns_explain("", found), 0);
    assert_int_equal(ns_explain("   ", found), 0);
    assert_int_equal(ns_explain("hello", found), 0);
    assert_int_equal(ns_explain("99999999999999999999", found), 0);
    assert_int_equal(ns_explain("4000000001", found), 0);
}

int test_codes(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_means_a_result_code_that_exists),
        cmocka_unit_test(every_result_that_is_no_success_says_what_to_do),
        cmocka_unit_test(a_refusal_names_the_lock_that_may_be_behind_it),
        cmocka_unit_test(a_number_that_is_not_listed_still_gives_a_code_of_its_range),
        cmocka_unit_test(a_logon_error_is_read_by_type_and_then_by_data),
        cmocka_unit_test(entra_refusals_are_read_from_their_fields_and_never_from_the_text),
        cmocka_unit_test(the_error_code_of_credssp_is_found_and_nothing_else_is_taken_for_it),
        cmocka_unit_test(base64_goes_both_ways_and_refuses_what_it_is_not),
        cmocka_unit_test(the_ways_to_write_a_user_are_taken_apart_in_one_place),
        cmocka_unit_test(versions_are_compared_by_their_numbers),
        cmocka_unit_test(a_greeting_carries_what_the_session_was_before),
        cmocka_unit_test(a_finding_has_a_sentence),
        cmocka_unit_test(a_code_is_explained_however_it_is_written),
        cmocka_unit_test(what_is_no_code_is_not_explained),
    };
    return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
