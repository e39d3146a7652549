#include "agent/protocol.h"
#include "base/words.h"
#include "check.h"
#include "runner/runner_request.h"

static void words(const char *line, size_t count, const char *const *expected) {
    char **split = NULL;
    CHECK_OK(ns_words_split("program", line, &split, &error));
    assert_string_equal(split[0], "program");
    for (size_t i = 0; i < count; i++)
        assert_string_equal(split[i + 1], expected[i]);
    assert_null(split[count + 1]);
    ns_words_free(split);
}

static void a_command_line_is_split_into_words(void **state) {
    (void)state;
    words("", 0, NULL);
    words("  a  b\t", 2, (const char *const[]){"a", "b"});
    words("\"two words\" x\"y z\"", 2, (const char *const[]){"two words", "xy z"});
    words("say \\\"hi\\\" C:\\Temp\\", 3, (const char *const[]){"say", "\"hi\"", "C:\\Temp\\"});
    words("\"\" a", 2, (const char *const[]){"", "a"});
}

static void a_hello_survives_the_way(void **state) {
    ns_agent_hello hello = {.version = "1",
                            .user = "robot",
                            .principal = "robot@example.org",
                            .session_id = "3",
                            .session_started_at = 1700000000000,
                            .width = 1212,
                            .height = 852,
                            .scale = 125,
                            .depth = 32,
                            .os = "Windows",
                            .elevated = true,
                            .nonce = "ab"};
    ns_agent_hello back;
    cJSON *message = ns_agent_hello_write(&hello);
    (void)state;
    CHECK_OK(ns_agent_hello_read(message, &back, &error));
    assert_memory_equal(&hello, &back, sizeof back);
    cJSON_Delete(message);
}

static void a_hello_that_lacks_a_part_is_refused(void **state) {
    static const char *const bad[] = {"{}", "{\"protocol\":1}", "{\"protocol\":2,\"version\":\"1\"}",
                                      "{\"protocol\":2,\"version\":7,\"user\":\"u\",\"sessionId\":\"1\",\"os\":\"\",\"nonce\":\"\",\"screen\":{}}",
                                      ("{\"protocol\":2,\"version\":\"1\",\"user\":\"u\",\"sessionId\":\"1\",\"os\":\"\",\"nonce\":"
                                       "\"000000000000000000000000000000000000000000000000\",\"screen\":{}}")};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(bad); i++) {
        cJSON *message = cJSON_Parse(bad[i]);
        ns_agent_hello hello;
        CHECK_STATUS(NS_STATUS_PROTOCOL, "AgentProtocolError", ns_agent_hello_read(message, &hello, &error));
        cJSON_Delete(message);
    }
}

static void nonces_differ(void **state) {
    char a[NS_AGENT_NONCE_SIZE];
    char b[NS_AGENT_NONCE_SIZE];
    (void)state;
    CHECK_OK(ns_agent_make_nonce(a, &error));
    CHECK_OK(ns_agent_make_nonce(b, &error));
    assert_int_equal(strlen(a), 32);
    assert_string_not_equal(a, b);
}

static void an_order_reaches_the_runner_whole(void **state) {
    ns_runner_request request = {.host = "h",
                                 .port = 3389,
                                 .user = "u",
                                 .domain = "D",
                                 .width = 1212,
                                 .height = 852,
                                 .scale = 100,
                                 .depth = 32,
                                 .agent_command = "agent",
                                 .addresses = {"192.0.2.1", "2001:db8::1"},
                                 .address_count = 2,
                                 .client_name = "NS",
                                 .connect_timeout_ms = 10000,
                                 .frame = 3};
    ns_runner_request back;
    cJSON *message = NULL;
    (void)state;
    message = ns_runner_request_write(&request);
    CHECK_OK(ns_runner_request_read(message, &back, &error));
    assert_string_equal(back.domain, "D");
    assert_int_equal(back.width, 1212);
    assert_int_equal(back.frame, 3);
    assert_int_equal(back.address_count, 2);
    assert_string_equal(back.addresses[1], "2001:db8::1");
    cJSON_Delete(message);
    message = cJSON_Parse("{\"type\":\"start\",\"host\":\"h\",\"port\":70000}");
    CHECK_STATUS(NS_STATUS_PROTOCOL, "RunnerFailed", ns_runner_request_read(message, &back, &error));
    cJSON_Delete(message);
}

int test_agent(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_line_is_split_into_words),   cmocka_unit_test(a_hello_survives_the_way),
        cmocka_unit_test(a_hello_that_lacks_a_part_is_refused), cmocka_unit_test(nonces_differ),
        cmocka_unit_test(an_order_reaches_the_runner_whole),
    };
    return cmocka_run_group_tests_name("agent", tests, NULL, NULL);
}
