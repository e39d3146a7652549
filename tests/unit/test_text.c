#ifndef _WIN32
#include <sys/resource.h>
#endif

#include "base/clock.h"
#include "base/fold.h"
#include "base/system.h"
#include "check.h"

static void a_text_never_passes_its_maximum(void **state) {
    ns_text text;
    (void)state;
    ns_text_init(&text, 10);
    assert_true(ns_text_append_string(&text, "12345678"));
    assert_false(ns_text_append_string(&text, "901"));
    assert_false(ns_text_append_string(&text, "9"));
    assert_string_equal(ns_text_string(&text), "12345678");
    assert_true(text.failed);
    ns_text_clear(&text);
}

static void malformed_utf8_is_not_counted(void **state) {
    (void)state;
    assert_int_equal(ns_utf8_count("Gr\xC3\xBC\xC3\x9F"), 4);
    assert_int_equal(ns_utf8_count("\xF0\x9F\x8C\x99"), 1);
    assert_int_equal(ns_utf8_count("\xC0\xAF"), -1);         /* overlong */
    assert_int_equal(ns_utf8_count("\xED\xA0\x80"), -1);     /* a surrogate */
    assert_int_equal(ns_utf8_count("\xF4\x90\x80\x80"), -1); /* past U+10FFFF */
    assert_int_equal(ns_utf8_count("\xE2\x82"), -1);         /* cut */
}

static void bytes_of_any_kind_become_utf8(void **state) {
    ns_text text;
    (void)state;
    ns_text_init(&text, 100);
    assert_true(ns_utf8_append_lossy(&text, "a\xFF\0b\xC3\xBC\xE2", 7));
    assert_string_equal(ns_text_string(&text), "a\xEF\xBF\xBD"
                                               "b\xC3\xBC\xEF\xBF\xBD");
    ns_text_clear(&text);
}

static void an_unfinished_character_at_the_end_is_taken_off(void **state) {
    static const char *const pairs[][2] = {{"ab", "ab"},           {"a\xC3", "a"}, {"\xE2\x82", ""}, {"\xE2\x82\xAC", "\xE2\x82\xAC"},
                                           {"x\xF0\x9F\x8C", "x"}, {"", ""}};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(pairs); i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%s", pairs[i][0]);
        ns_utf8_trim(text);
        assert_string_equal(text, pairs[i][1]);
    }
}

static void integers_are_read_whole_or_not_at_all(void **state) {
    long long value = 0;
    (void)state;
    assert_true(ns_parse_integer("-17", -20, 20, &value));
    assert_int_equal(value, -17);
    assert_false(ns_parse_integer("12x", 0, 100, &value));
    assert_false(ns_parse_integer(" 12", 0, 100, &value));
    assert_false(ns_parse_integer("", 0, 100, &value));
    assert_false(ns_parse_integer("101", 0, 100, &value));
    assert_false(ns_parse_integer("99999999999999999999", 0, INT64_MAX, &value));
}

static void times_are_iso_8601_in_utc(void **state) {
    char text[NS_CLOCK_TEXT_SIZE];
    (void)state;
    ns_clock_format(1795474865123, text);
    assert_string_equal(text, "2026-11-23T23:01:05.123Z");
    ns_clock_format(951782400000, text);
    assert_string_equal(text, "2000-02-29T00:00:00.000Z");
    ns_clock_format(0, text);
    assert_string_equal(text, "");
}

static void case_is_folded_in_every_alphabet(void **state) {
    static const char *const pairs[][2] = {{"LAB", "lab"}, {"\xC3\x84PFEL", "\xC3\xA4pfel"}, {"\xD0\x96\xD0\x90", "\xD0\xB6\xD0\xB0"}};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(pairs); i++) {
        char *a = ns_fold_case(pairs[i][0]);
        char *b = ns_fold_case(pairs[i][1]);
        assert_non_null(a);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
}

/* Finding 1.25: a store that was moved to another system found its names no more. */
static void case_is_folded_alike_on_every_system(void **state) {
    static const struct {
        const char *name;
        const char *key;
    } rows[] = {{"Stra\xC3\x9F"
                 "e",
                 "stra\xC3\x9F"
                 "e"},                                    /* not "ss" */
                {"\xCE\x91\xCE\xA3", "\xCE\xB1\xCF\x83"}, /* a sigma at the end, too */
                {"\xEF\xAC\x81N", "\xEF\xAC\x81n"},       /* a ligature */
                {"PC \xF0\x9F\x92\xBB", "pc \xF0\x9F\x92\xBB"}};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        char *key = ns_fold_case(rows[i].name);
        assert_string_equal(key, rows[i].key);
        free(key);
    }
}

static void this_process_is_alive_and_another_start_is_not(void **state) {
    char *identity = own_identity();
    (void)state;
    assert_int_equal(ns_system_process_is_alive(identity), 1);
    identity[strlen(identity) - 1] = identity[strlen(identity) - 1] == '1' ? '2' : '1';
    assert_int_equal(ns_system_process_is_alive(identity), 0);
    assert_int_equal(ns_system_process_is_alive("linux/elsewhere/1/1"), -1);
    free(identity);
}

/* Finding 1.14: whatever kept the look from being made meant that the process was dead, and its run was closed. */
static void a_look_at_a_process_that_fails_does_not_mean_that_it_is_dead(void **state) {
    char *identity = own_identity();
    int alive = 0;
    (void)state;
#ifndef _WIN32
    struct rlimit before;
    struct rlimit none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    alive = ns_system_process_is_alive(identity);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
#else
    alive = ns_system_process_is_alive(identity); /* there it takes no file */
#endif
    assert_int_not_equal(alive, 0);
    free(identity);
}

int test_text(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_never_passes_its_maximum),
        cmocka_unit_test(malformed_utf8_is_not_counted),
        cmocka_unit_test(bytes_of_any_kind_become_utf8),
        cmocka_unit_test(an_unfinished_character_at_the_end_is_taken_off),
        cmocka_unit_test(integers_are_read_whole_or_not_at_all),
        cmocka_unit_test(times_are_iso_8601_in_utc),
        cmocka_unit_test(case_is_folded_in_every_alphabet),
        cmocka_unit_test(case_is_folded_alike_on_every_system),
        cmocka_unit_test(this_process_is_alive_and_another_start_is_not),
        cmocka_unit_test(a_look_at_a_process_that_fails_does_not_mean_that_it_is_dead),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
