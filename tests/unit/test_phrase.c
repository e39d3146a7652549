#include "base/json.h"
#include "base/phrase.h"
#include "check.h"
#include "model/result_code.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/runs.h"
#include "viewer/catalogue.h"

static const struct {
    const char *id;
    const char *sentence;
} words[] = {
    {"There is no machine \"%.100s\".", "Es gibt keinen Computer „{1}“."},
    {"There is already a %s named \"%.100s\".", "Der Name „{2}“ ist bereits vergeben ({=1})."},
    {"machine", "Computer"},
    {"It is %.100s, not %.100s.", "Es ist {1}, nicht {2}."},
    {"A run left %d session%s on it, the last of %.100s.", "Zurückgelassen: {1}{-2}, zuletzt von {3}."},
    {"%lldx%lld at %lld %% is no screen.", "{1} × {2} bei {3} % ist kein Bildschirm."},
    {"A run would fail: %s", "Ein Lauf würde fehlschlagen: {=1}"},
    {"Another user signed in.", "Ein anderer Benutzer hat sich angemeldet."},
    {"Make flows at 100 % and no more.", "Erstellen Sie Flows mit 100 %."},
    {"Braces %s.", "{1} {=9} {x} {"},
};

static const char *german(const char *id) {
    for (size_t i = 0; i < NS_COUNT_OF(words); i++)
        if (strcmp(words[i].id, id) == 0)
            return words[i].sentence;
    return NULL;
}

static void is_said(const char *phrase, ns_phrase_lookup lookup, const char *wanted) {
    char *text = ns_phrase_text(phrase, lookup);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

/* In English what printf would have made, and the German sentence with the same values. */
#define SAYS(in_english, in_german, ...)                                                                                                             \
    do {                                                                                                                                             \
        char phrase[512];                                                                                                                            \
        char printed[512];                                                                                                                           \
        ns_phrase_write(phrase, sizeof phrase, __VA_ARGS__);                                                                                         \
        (void)snprintf(printed, sizeof printed, __VA_ARGS__);                                                                                        \
        assert_string_equal(printed, in_english);                                                                                                    \
        is_said(phrase, NULL, in_english);                                                                                                           \
        is_said(phrase, german, in_german);                                                                                                          \
    } while (0)

static void a_value_is_put_into_the_sentence_of_the_language(void **state) {
    (void)state;
    SAYS("There is no machine \"pc 17\".", "Es gibt keinen Computer „pc 17“.", "There is no machine \"%.100s\".", "pc 17");
    SAYS("1281x720 at 100 % is no screen.", "1281 × 720 bei 100 % ist kein Bildschirm.", "%lldx%lld at %lld %% is no screen.", 1281LL, 720LL, 100LL);
    SAYS("100 % is no value.", "100 % is no value.", "%d %% is no value.", 100);
}

static void numbers_are_written_as_printf_writes_them(void **state) {
    (void)state;
    SAYS("0x0000c0de 0XFF 007    8 -3 z 4000000000 18446744073709551615", "0x0000c0de 0XFF 007    8 -3 z 4000000000 18446744073709551615",
         "0x%08lx 0X%X %03d %4u %td %c %u %zu", 0xc0deUL, 0xFFU, 7, 8U, (ptrdiff_t)-3, 'z', 4000000000U, SIZE_MAX);
    SAYS("abc of 3", "abc of 3", "%.*s of %d", 3, "abcdef", 3);
}

static void values_may_change_places_and_be_translated_or_left_out(void **state) {
    (void)state;
    SAYS("There is already a machine named \"machine\".", "Der Name „machine“ ist bereits vergeben (Computer).",
         "There is already a %s named \"%.100s\".", "machine", "machine");
    SAYS("There is already a thing named \"x\".", "Der Name „x“ ist bereits vergeben (thing).", "There is already a %s named \"%.100s\".", "thing",
         "x");
    SAYS("A run left 2 sessions on it, the last of anna.", "Zurückgelassen: 2, zuletzt von anna.",
         "A run left %d session%s on it, the last of %.100s.", 2, "s", "anna");
    SAYS("Braces x.", "x  {x} {", "Braces %s.", "x");
}

static void a_phrase_within_a_phrase_keeps_its_own_words(void **state) {
    char inner[200];
    char outer[400];
    (void)state;
    ns_phrase_write(inner, sizeof inner, "There is no machine \"%.100s\".", "pc17");
    ns_phrase_write(outer, sizeof outer, "A run would fail: %s", inner);
    is_said(outer, NULL, "A run would fail: There is no machine \"pc17\".");
    is_said(outer, german, "Ein Lauf würde fehlschlagen: Es gibt keinen Computer „pc17“.");
    ns_phrase_write(outer, sizeof outer, "%.300s", inner); /* no sentence of its own */
    is_said(outer, german, "Es gibt keinen Computer „pc17“.");
    ns_phrase_write(outer, sizeof outer, "A run would fail: %s", "Another user signed in.");
    is_said(outer, german, "Ein Lauf würde fehlschlagen: Ein anderer Benutzer hat sich angemeldet.");
    is_said("Another user signed in.", german, "Ein anderer Benutzer hat sich angemeldet.");
    is_said("of nobody's", german, "of nobody's");
}

static void sentences_one_after_the_other_are_each_said(void **state) {
    ns_text text;
    (void)state;
    ns_text_init(&text, 1000);
    assert_true(ns_phrase_append_id(&text, "Another user signed in."));
    assert_true(ns_text_append_string(&text, " "));
    assert_true(ns_phrase_append(&text, "It is %.100s, not %.100s.", "eve", "bob"));
    is_said(ns_text_string(&text), NULL, "Another user signed in. It is eve, not bob.");
    is_said(ns_text_string(&text), german, "Ein anderer Benutzer hat sich angemeldet. Es ist eve, nicht bob.");
    ns_text_clear(&text);
}

static void nobody_outside_puts_words_into_our_mouth(void **state) {
    char phrase[400];
    (void)state;
    ns_phrase_write(phrase, sizeof phrase, "It is %.100s, not %.100s.",
                    "a\x1f"
                    "b\x03\x02"
                    "Another",
                    "c\x02");
    is_said(phrase, german, "Es ist abAnother, nicht c.");
    {
        cJSON *sent = cJSON_Parse("{\"user\":\"\\u0002Another user signed in.\\u0003\",\"left\":[\"a\\u001fb\"]}");
        ns_phrase_strip_json(sent);
        ns_phrase_write(phrase, sizeof phrase, "It is %.100s, not %.100s.", ns_json_string(sent, "user", ""), "c");
        is_said(phrase, german, "Es ist Another user signed in., nicht c.");
        assert_string_equal(cJSON_GetArrayItem(cJSON_GetObjectItem(sent, "left"), 0)->valuestring, "ab");
        cJSON_Delete(sent);
    }
    is_said("a\x03 b\x1f c", german, "a b c");
    is_said("\x02It is %.100s, not %.100s.\x1f only one", german, "Es ist  only one, nicht .");
    is_said("\x02%s %s %n\x1f"
            "a",
            NULL, "a  %n");
}

/* Case 14d: a certificate's subject that turned what stood behind it, and talked to the terminal. */
static void what_a_terminal_would_obey_is_shown_harmless(void **state) {
    static const struct {
        const char *sent;
        const char *shown;
    } rows[] = {{"\x1b[2Jgone", "?[2Jgone"},
                {"a\xC2\x9B"
                 "31mb",
                 "a?31mb"},
                {"a\xE2\x80\xAEgnp", "a\xEF\xBF\xBDgnp"},
                {"a\xE2\x80\x8Bz\xEF\xBB\xBF", "a\xEF\xBF\xBDz\xEF\xBF\xBD"},
                {"\xE2\x81\xA6x\xE2\x81\xA9", "\xEF\xBF\xBDx\xEF\xBF\xBD"},
                {"line\tone\r\nline two\x07\x7F", "line\tone\r\nline two??"},
                {"\xC3\xA9 \xE2\x80\x8C \xE2\x80\xA6 \xC2\xA0", "\xC3\xA9 \xE2\x80\x8C \xE2\x80\xA6 \xC2\xA0"},
                {"cut \xE2\x80", "cut \xE2\x80"},
                {"cut \xC2", "cut \xC2"}};
    char text[100];
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        (void)snprintf(text, sizeof text, "%s", rows[i].sent);
        ns_phrase_strip(text);
        assert_string_equal(text, rows[i].shown);
    }
}

static void what_is_said_stays_when_what_was_asked_is_gone(void **state) {
    char *asked = copy_of("nobody's words");
    const char *said = catalogue_say(asked);
    (void)state;
    free(asked);
    assert_string_equal(said, "nobody's words");
}

static void a_text_with_a_precision_need_not_end(void **state) {
    const char piece[4] = {'a', 'b', '\xC3', '\xA4'}; /* behind it is nobody's */
    char phrase[100];
    (void)state;
    ns_phrase_write(phrase, sizeof phrase, "It is %.*s.", 4, piece);
    is_said(phrase, NULL, "It is ab\xC3\xA4.");
    ns_phrase_write(phrase, sizeof phrase, "It is %.*s.", 3, piece);
    is_said(phrase, NULL, "It is ab.");
}

static void what_is_cut_off_is_still_a_phrase(void **state) {
    char inner[200];
    char phrase[64];
    char *text = NULL;
    (void)state;
    ns_phrase_write(inner, sizeof inner, "There is no machine \"%.100s\".", "ein sehr langer Name mit äöü und noch viel mehr davon");
    ns_phrase_write(phrase, sizeof phrase, "A run would fail: %s", inner);
    assert_true(strlen(phrase) < sizeof phrase);
    text = ns_phrase_text(phrase, german);
    assert_non_null(text);
    assert_ptr_equal(strstr(text, "Ein Lauf würde fehlschlagen: Es gibt keinen Computer „ein"), text);
    assert_string_equal(text + strlen(text) - strlen("“."), "“.");
    assert_true(ns_utf8_count(text) > 0);
    free(text);
}

static void json_keeps_ids_and_values_apart(void **state) {
    char inner[200];
    char phrase[400];
    char *json = NULL;
    char *back = NULL;
    cJSON *object = cJSON_CreateObject();
    (void)state;
    ns_phrase_write(inner, sizeof inner, "There is no machine \"%.100s\".", "pc17");
    ns_phrase_write(phrase, sizeof phrase, "A run would fail: %s", inner);
    json = ns_phrase_pack(phrase);
    assert_string_equal(json,
                        "[{\"id\":\"A run would fail: %s\",\"values\":[[{\"id\":\"There is no machine \\\"%.100s\\\".\",\"values\":[\"pc17\"]}]]}]");
    back = ns_phrase_unpack(json, "otherwise");
    assert_string_equal(back, phrase);
    free(back);
    free(json);
    assert_true(ns_phrase_add_member(object, "message", phrase));
    assert_string_equal(ns_json_string(object, "message", ""), "A run would fail: There is no machine \"pc17\".");
    back = ns_phrase_of_member(object, "message");
    assert_string_equal(back, phrase);
    free(back);
    cJSON_Delete(object);
}

static void json_that_is_none_gives_the_text_beside_it(void **state) {
    static const char *const none[] = {"", "{", "[]", "{}", "[1]", "[{}", "\"x\""};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(none); i++) {
        char *phrase = ns_phrase_unpack(none[i], "as it\x1f stands");
        assert_string_equal(phrase, "as it stands");
        free(phrase);
    }
}

static void deep_json_is_not_followed_for_ever(void **state) {
    ns_text json;
    char *phrase = NULL;
    (void)state;
    ns_text_init(&json, 1 << 20);
    for (int i = 0; i < 400; i++)
        (void)ns_text_append_string(&json, "[{\"id\":\"a %s\",\"values\":[");
    for (int i = 0; i < 400; i++)
        (void)ns_text_append_string(&json, "]}]");
    phrase = ns_phrase_unpack(ns_text_string(&json), "otherwise");
    assert_non_null(phrase);
    assert_true(strlen(phrase) < 200);
    free(phrase);
    ns_text_clear(&json);
}

/* Written by a program that speaks English, read by one that speaks German. */
static void a_record_is_read_in_the_viewers_language(void **state) {
    ns_store *store = scratch_store("said");
    const ns_result_code *result = ns_result_code_find("FlowFailed");
    ns_text message;
    ns_run run = {0};
    int64_t id = 0;
    (void)state;
    assert_true(catalogue_load());
    (void)make_machine(store, "m", 0);
    CHECK_OK(ns_connection_save(store, &(ns_connection){.name = (char *)(uintptr_t) "c", .user = (char *)(uintptr_t) "u"}, NULL, &error));
    CHECK_OK(ns_flow_save(store, &(ns_flow){.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"}, &error));
    id = make_run(store, 1, 1, 1, "nobody").run_id;
    CHECK_OK(ns_run_add_phase(store, HOLD_OF(id), "flow", 1000, "p", &error));
    ns_text_init(&message, 1000);
    (void)ns_phrase_append(&message, "exit code %lld after %lld ms: %s", 3LL, 250LL, "run it");
    CHECK_OK(ns_run_set_phase_detail(store, HOLD_OF(id), ns_text_string(&message), &error));
    ns_text_clear(&message);
    (void)ns_phrase_append_id(&message, result->message);
    (void)ns_text_append_string(&message, " ");
    (void)ns_phrase_append(&message, "Exit code %lld; success is %.60s.", 3LL, "0,2");
    run = (ns_run){.id = id,
                   .state = NS_RUN_FAILED,
                   .code = (char *)(uintptr_t) "FlowFailed",
                   .message = (char *)(uintptr_t)ns_text_string(&message),
                   .remedy = (char *)(uintptr_t)result->remedy};
    CHECK_OK(ns_run_finish(store, HOLD_OF(run.id), &run, &error));
    ns_text_clear(&message);
    CHECK_OK(ns_run_load(store, id, &run, &error));
    catalogue_use(CATALOGUE_ENGLISH);
    assert_string_equal(catalogue_say(run.message), "The flow ended with an exit code that does not mean success. Exit code 3; success is 0,2.");
    assert_string_equal(catalogue_say(run.phases[1].detail), "exit code 3 after 250 ms: run it");
    catalogue_use(CATALOGUE_GERMAN);
    assert_non_null(strstr(catalogue_say(run.message), "Exitcode 3; Erfolg bedeutet 0,2."));
    assert_null(strstr(catalogue_say(run.message), "The flow"));
    assert_string_equal(catalogue_say(run.phases[1].detail), "Exitcode 3 nach 250 ms: run it");
    assert_string_not_equal(catalogue_say(run.remedy), run.remedy);
    catalogue_use(CATALOGUE_ENGLISH);
    ns_run_clear(&run);
    ns_store_close(store);
}

int test_phrase(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_put_into_the_sentence_of_the_language),
        cmocka_unit_test(numbers_are_written_as_printf_writes_them),
        cmocka_unit_test(values_may_change_places_and_be_translated_or_left_out),
        cmocka_unit_test(a_phrase_within_a_phrase_keeps_its_own_words),
        cmocka_unit_test(sentences_one_after_the_other_are_each_said),
        cmocka_unit_test(nobody_outside_puts_words_into_our_mouth),
        cmocka_unit_test(what_a_terminal_would_obey_is_shown_harmless),
        cmocka_unit_test(what_is_said_stays_when_what_was_asked_is_gone),
        cmocka_unit_test(a_text_with_a_precision_need_not_end),
        cmocka_unit_test(what_is_cut_off_is_still_a_phrase),
        cmocka_unit_test(json_keeps_ids_and_values_apart),
        cmocka_unit_test(json_that_is_none_gives_the_text_beside_it),
        cmocka_unit_test(deep_json_is_not_followed_for_ever),
        cmocka_unit_test(a_record_is_read_in_the_viewers_language),
    };
    return cmocka_run_group_tests_name("phrase", tests, NULL, NULL);
}
