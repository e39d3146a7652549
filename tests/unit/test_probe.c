/* What the probe reads from the network, byte by byte; the conversations themselves are tested against real servers. */
#include "check.h"

#include "probe/ntlm.h"
#include "probe/probe.h"
#include "probe/x224.h"

static void a_request_is_as_the_specification_has_it(void **state) {
    static const uint8_t expected[] = {0x03, 0, 0, 0x13, 0x0E, 0xE0, 0, 0, 0, 0, 0, 0x01, 0, 0x08, 0, 0x0B, 0, 0, 0};
    uint8_t request[NS_X224_REQUEST_SIZE];
    (void)state;
    ns_x224_request(NS_X224_HYBRID_EX | NS_X224_HYBRID | NS_X224_TLS, request);
    assert_memory_equal(request, expected, sizeof expected);
}

static void answers_are_told_apart(void **state) {
    static const struct {
        uint8_t bytes[19];
        size_t size;
        ns_x224_kind kind;
        uint32_t value;
        uint8_t flags;
    } cases[] = {
        {{0x03, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 0x02, 0x1F, 0x08, 0, 0x08, 0, 0, 0}, 19, NS_X224_SELECTED, 8, 0x1F},
        {{0x03, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 0x03, 0, 0x08, 0, 0x05, 0, 0, 0}, 19, NS_X224_REFUSED, 5, 0},
        {{0x03, 0, 0, 0x0B, 0x06, 0xD0, 0, 0, 0x12, 0x34, 0}, 11, NS_X224_OLD, 0, 0},
        /* xrdp's answer to RDS AAD: an MCS disconnect ultimatum */
        {{0x03, 0, 0, 0x09, 0x02, 0xF0, 0x80, 0x21, 0x80}, 9, NS_X224_NOT_RDP, 0, 0},
        /* a length that lies, a type that does not exist, a negotiation that is cut short */
        {{0x03, 0, 0, 0x13, 0x0D, 0xD0, 0, 0, 0x12, 0x34, 0, 0x02, 0, 0x08, 0, 0x01, 0, 0, 0}, 19, NS_X224_NOT_RDP, 0, 0},
        {{0x03, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 0x07, 0, 0x08, 0, 0x01, 0, 0, 0}, 19, NS_X224_NOT_RDP, 0, 0},
        {{0x03, 0, 0, 0x0D, 0x08, 0xD0, 0, 0, 0x12, 0x34, 0, 0x02, 0}, 13, NS_X224_NOT_RDP, 0, 0},
        {{'H', 'T', 'T', 'P', '/', '1', '.', '1'}, 8, NS_X224_NOT_RDP, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(cases); i++) {
        const ns_x224_answer answer = ns_x224_read(cases[i].bytes, cases[i].size);
        assert_int_equal(answer.kind, cases[i].kind);
        assert_int_equal(answer.value, cases[i].value);
        assert_int_equal(answer.flags, cases[i].flags);
    }
    assert_int_equal(ns_x224_answer_size((const uint8_t *)"\x03\x00\x02\x01", 4), 0); /* 513 bytes */
    assert_int_equal(ns_x224_answer_size((const uint8_t *)"\x03\x00\x00\x13", 4), 19);
    assert_int_equal(ns_x224_answer_size((const uint8_t *)"SSH-", 4), 0);
}

/* A CHALLENGE_MESSAGE of Windows 10 22H2, as [MS-NLMP] 2.2.1.2 lays it out. */
static const uint8_t challenge[] = {0x30, 0x81, 0x9C, 'N',  'T',  'L',  'M',  'S',  'S',  'P', 0,    2, 0,  0,   0, 4,   0,   4, 0,   56, 0,  0,   0,
                                    0x35, 0x82, 0x8A, 0xE2, 1,    2,    3,    4,    5,    6,   7,    8, 0,  0,   0, 0,   0,   0, 0,   0,  42, 0,   42,
                                    0,    60,   0,    0,    0,    10,   0,    0x65, 0x4A, 0,   0,    0, 15, 'P', 0, 'C', 0,   1, 0,   8,  0,  'P', 0,
                                    'C',  0,    '1',  0,    '7',  0,    2,    0,    2,    0,   0xC4, 0, 3,  0,   4, 0,   'p', 0, '.', 0,  7,  0,   8,
                                    0,    0x00, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01, 0,   0,    0, 0};

static void a_challenge_tells_name_build_and_time(void **state) {
    ns_ntlm_challenge told;
    (void)state;
    assert_true(ns_ntlm_read(challenge, sizeof challenge, &told));
    assert_string_equal(told.computer, "PC17");
    assert_string_equal(told.domain, "\xC3\x84");
    assert_string_equal(told.dns_computer, "p.");
    assert_true(told.versioned && told.major == 10 && told.minor == 0 && told.build == 19045);
    assert_true(told.time == 0); /* 1970-01-01 */
}

static void a_challenge_that_lies_is_harmless(void **state) {
    ns_ntlm_challenge told;
    uint8_t copy[sizeof challenge];
    (void)state;
    for (size_t size = 0; size <= sizeof challenge; size++)
        (void)ns_ntlm_read(challenge, size, &told);
    for (size_t at = 0; at < sizeof challenge; at++) {
        for (int value = 0; value < 256; value += 51) {
            memcpy(copy, challenge, sizeof copy);
            copy[at] = (uint8_t)value;
            (void)ns_ntlm_read(copy, sizeof copy, &told);
        }
    }
    assert_false(ns_ntlm_read((const uint8_t *)"", 0, &told));
    assert_int_equal(ns_ntlm_answer_size((const uint8_t *)"\x30\x81\x9C", 3), 0x9C + 3);
    assert_int_equal(ns_ntlm_answer_size((const uint8_t *)"\x30\x81", 2), 0);
    assert_true(ns_ntlm_answer_size((const uint8_t *)"\x31", 1) == SIZE_MAX);
    assert_true(ns_ntlm_answer_size((const uint8_t *)"\x30\x83\xFF\xFF\xFF", 5) == SIZE_MAX);
}

static void keep(void *context, size_t index, ns_facts *facts) {
    ns_facts *out = context;
    assert_true(index < 2);
    out[index] = *facts;
}

static void a_closed_port_and_a_name_without_address_are_told_apart(void **state) {
    const ns_probe_target targets[] = {{.name = "closed", .host = "127.0.0.1", .port = 1},
                                       {.name = "nobody", .host = "no-such-name.invalid", .port = 3389}};
    const ns_probe_options options = {0};
    ns_facts facts[2];
    (void)state;
    CHECK_OK(ns_probe_run(targets, 2, &options, keep, facts, &error));
    assert_string_equal(ns_facts_string(&facts[0], "tcp.state", ""), "refused");
    assert_null(ns_facts_find(&facts[0], "rdp.protocol"));
    assert_int_equal(cJSON_GetArraySize(ns_facts_find(&facts[1], "dns.addresses")->value), 0);
    assert_null(ns_facts_find(&facts[1], "tcp.state")->value);
    ns_facts_clear(&facts[0]);
    ns_facts_clear(&facts[1]);
}

int test_probe(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_as_the_specification_has_it),
        cmocka_unit_test(answers_are_told_apart),
        cmocka_unit_test(a_challenge_tells_name_build_and_time),
        cmocka_unit_test(a_challenge_that_lies_is_harmless),
        cmocka_unit_test(a_closed_port_and_a_name_without_address_are_told_apart),
    };
    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
