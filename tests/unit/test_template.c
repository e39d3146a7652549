#include "check.h"
#include "console/present/template.h"

static const template_entry entries[] = {
    {"There is no machine \"%.100s\".", "Es gibt keinen Computer „{1}“."},
    {"There is already a %s named \"%.100s\".", "Der Name „{2}“ ist bereits vergeben ({=1})."},
    {"machine", "Computer"},
    {"It is %.80s.", "Es ist {1}."},
    {"It is %.100s, not %.100s.", "Es ist {1}, nicht {2}."},
    {"It is %lldx%lld, asked for %lldx%lld.", "Tatsächlich {1} × {2}, verlangt {3} × {4}."},
    {"%lldx%lld at %lld %% is no screen.", "{1} × {2} bei {3} % ist kein Bildschirm."},
    {"A run left %d session%s on it, the last of %.100s.", "Zurückgelassen: {1}{-2}, zuletzt von {3}."},
    {"%.80s%s%.120s fits.", "{1}{2}{3} passt."},
    {"Error 0x%08lx.", "Fehler 0x{1}."},
    {"Another user signed in.", "Ein anderer Benutzer hat sich angemeldet."},
    {"Keep people off. They take the screen.", "Halten Sie Personen fern. Sie nehmen den Bildschirm."},
    {"%s could not be renamed to %s", "{1} konnte nicht in {2} umbenannt werden"},
    {"The program %s could not be started", "Das Programm {1} konnte nicht gestartet werden"},
    {"A run would fail: %s", "Ein Lauf würde fehlschlagen: {=1}"},
    {"Asked by %s. It takes rights.", "Gefragt von {1}. Rechte fehlen."},
    {"%.60s refuses the port of RDP: nothing listens there.", "{1} lehnt den Port ab."},
    {"%.5s and no more.", "{1} und nicht mehr."},
    {"Not known: %s.", "Nicht bekannt: {=1}."},
    {"Make flows at 100 % and no more.", "Erstellen Sie Flows mit 100 %."},
    {"Braces.", "{1} {=9} {x} {"},
};

static void becomes(const char *english, const char *german) {
    ns_text out;
    ns_text_init(&out, 4096);
    assert_true(template_translate(entries, NS_COUNT_OF(entries), english, &out));
    assert_string_equal(ns_text_string(&out), german);
    ns_text_clear(&out);
}

static void stays(const char *english) {
    ns_text out;
    ns_text_init(&out, 4096);
    assert_false(template_translate(entries, NS_COUNT_OF(entries), english, &out));
    ns_text_clear(&out);
}

static void a_value_is_put_into_the_other_sentence(void **state) {
    (void)state;
    becomes("There is no machine \"pc 17\".", "Es gibt keinen Computer „pc 17“.");
    becomes("Error 0x0000c0de.", "Fehler 0x0000c0de.");
    becomes("Make flows at 100 % and no more.", "Erstellen Sie Flows mit 100 %.");
}

static void values_may_change_places_and_be_translated_or_left_out(void **state) {
    (void)state;
    becomes("There is already a machine named \"machine\".", "Der Name „machine“ ist bereits vergeben (Computer).");
    becomes("There is already a thing named \"x\".", "Der Name „x“ ist bereits vergeben (thing).");
    becomes("A run left 2 sessions on it, the last of anna.", "Zurückgelassen: 2, zuletzt von anna.");
    becomes("A run left 1 session on it, the last of anna.", "Zurückgelassen: 1, zuletzt von anna.");
}

static void a_format_that_begins_with_a_value_does_not_swallow_what_another_says(void **state) {
    (void)state;
    becomes("A run would fail: pc17 refuses the port of RDP: nothing listens there.", "Ein Lauf würde fehlschlagen: pc17 lehnt den Port ab.");
    becomes("12345 and no more.", "12345 und nicht mehr.");
    stays("123456 and no more.");
}

static void a_value_may_be_empty(void **state) {
    (void)state;
    becomes("There is no machine \"\".", "Es gibt keinen Computer „“.");
    becomes("There is already a  named \"\".", "Der Name „“ ist bereits vergeben ().");
    becomes("bot fits.", "bot passt.");
    becomes("CORP\\bot fits.", "CORP\\bot passt.");
}

static void the_same_piece_may_come_again(void **state) {
    (void)state;
    becomes("It is 1920x1080, asked for 1280x720.", "Tatsächlich 1920 × 1080, verlangt 1280 × 720.");
    becomes("1920x1080 at 7 % is no screen.", "1920 × 1080 bei 7 % ist kein Bildschirm.");
}

/* The first place counts, but for the last piece, which ends the text. */
static void a_value_may_hold_the_next_piece(void **state) {
    (void)state;
    becomes("There is no machine \"a\".\".", "Es gibt keinen Computer „a\".“.");
    becomes("It is a, not b, not c.", "Es ist a, nicht b, not c.");
    becomes("There is already a machine named \"x named \"y\".", "Der Name „x named \"y“ ist bereits vergeben (Computer).");
}

static void the_format_with_most_text_of_its_own_is_taken(void **state) {
    (void)state;
    becomes("It is anna, not bob.", "Es ist anna, nicht bob.");
    becomes("It is anna.", "Es ist anna.");
}

static void a_number_is_made_of_digits(void **state) {
    (void)state;
    stays("widexhigh at 100 % is no screen.");
    stays("1920x at 100 % is no screen.");
    stays("-x1080 at 100 % is no screen.");
    becomes("-5x1080 at 100 % is no screen.", "-5 × 1080 bei 100 % ist kein Bildschirm.");
    becomes("It is 1920xyz, asked for 1x1.", "Es ist 1920xyz, asked for 1x1.");
    stays("Error 0xghi.");
}

static void what_is_not_known_stays(void **state) {
    (void)state;
    stays("");
    stays("There is no machine \"pc");
    stays("there is no machine \"pc\".");
    stays("There is no machine \"pc\". ");
    stays("Nothing of this. Is known here.");
}

static void sentences_that_stand_one_after_the_other_are_each_translated(void **state) {
    (void)state;
    becomes("Another user signed in. It is bob. Keep people off. They take the screen.",
            "Ein anderer Benutzer hat sich angemeldet. Es ist bob. Halten Sie Personen fern. Sie nehmen den Bildschirm.");
    becomes("Another user signed in. ERRINFO 0x3", "Ein anderer Benutzer hat sich angemeldet. ERRINFO 0x3");
    becomes("ERRINFO 3. Another user signed in.", "ERRINFO 3. Ein anderer Benutzer hat sich angemeldet.");
}

static void the_systems_words_stay_behind_the_colon(void **state) {
    (void)state;
    becomes("The program C:\\a: b.exe could not be started: Access is denied. (5)",
            "Das Programm C:\\a: b.exe konnte nicht gestartet werden: Access is denied. (5)");
    becomes("Another user signed in. The program x could not be started: No such file (2)",
            "Ein anderer Benutzer hat sich angemeldet. Das Programm x konnte nicht gestartet werden: No such file (2)");
    stays("The program x could not be started: Access is denied.");
}

static void a_value_of_cores_own_words_is_translated_too(void **state) {
    (void)state;
    becomes("A run would fail: There is no machine \"pc\".", "Ein Lauf würde fehlschlagen: Es gibt keinen Computer „pc“.");
    becomes("A run would fail: It is a. There is no machine \"pc\".", "Ein Lauf würde fehlschlagen: Es ist a. Es gibt keinen Computer „pc“.");
    becomes("A run would fail: No reason. None at all", "Ein Lauf würde fehlschlagen: No reason. None at all");
    becomes("A run would fail: Asked by x. It takes rights.", "Ein Lauf würde fehlschlagen: Gefragt von x. Rechte fehlen.");
    becomes("Not known: machine, other, machine.", "Nicht bekannt: Computer, other, Computer.");
}

static void what_looks_like_a_place_and_is_none_is_text(void **state) {
    (void)state;
    becomes("Braces.", "{1} {=9} {x} {");
}

static void a_very_long_value_is_kept_or_refused_whole(void **state) {
    char name[3001];
    char english[3100];
    char german[3100];
    ns_text out;
    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    (void)snprintf(english, sizeof english, "The program %s could not be started", name);
    (void)snprintf(german, sizeof german, "Das Programm %s konnte nicht gestartet werden", name);
    becomes(english, german);
    ns_text_init(&out, 1000);
    assert_false(template_translate(entries, NS_COUNT_OF(entries), english, &out));
    assert_true(out.size <= 1000);
    ns_text_clear(&out);
}

/* What a machine sends may be in a text: neither its depth nor its length may hold the window up. */
static void many_sentences_and_deep_values_end(void **state) {
    ns_text english;
    ns_text out;
    (void)state;
    ns_text_init(&english, 16384);
    ns_text_init(&out, 65536);
    for (int i = 0; i < 500; i++)
        (void)ns_text_append_string(&english, i % 2 ? "It is It is a. " : "A run would fail: ");
    (void)ns_text_append_string(&english, "b.");
    assert_false(english.failed);
    assert_true(template_translate(entries, NS_COUNT_OF(entries), ns_text_string(&english), &out));
    assert_true(strstr(ns_text_string(&out), "Ein Lauf") != NULL);
    ns_text_clear(&out);
    ns_text_clear(&english);
}

static void a_match_gives_its_values_and_its_weight(void **state) {
    template_match match;
    (void)state;
    assert_true(template_matches("a%sb%dc", "axyb12c", 7, &match));
    assert_int_equal(match.weight, 3);
    assert_int_equal(match.count, 2);
    assert_int_equal(match.values[0].size, 2);
    assert_memory_equal(match.values[0].at, "xy", 2);
    assert_memory_equal(match.values[1].at, "12", match.values[1].size);
    assert_true(template_matches("%s%s%s%s%s%s%s%s", "all", 3, &match));
    assert_int_equal(match.count, TEMPLATE_VALUES);
    assert_false(template_matches("%s%s%s%s%s%s%s%s%s", "all", 3, &match));
    assert_false(template_matches("aba%saba", "ababa", 5, &match));
}

int test_template(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_value_is_put_into_the_other_sentence),
                                       cmocka_unit_test(values_may_change_places_and_be_translated_or_left_out),
                                       cmocka_unit_test(a_format_that_begins_with_a_value_does_not_swallow_what_another_says),
                                       cmocka_unit_test(a_value_may_be_empty),
                                       cmocka_unit_test(the_same_piece_may_come_again),
                                       cmocka_unit_test(a_value_may_hold_the_next_piece),
                                       cmocka_unit_test(the_format_with_most_text_of_its_own_is_taken),
                                       cmocka_unit_test(a_number_is_made_of_digits),
                                       cmocka_unit_test(what_is_not_known_stays),
                                       cmocka_unit_test(sentences_that_stand_one_after_the_other_are_each_translated),
                                       cmocka_unit_test(the_systems_words_stay_behind_the_colon),
                                       cmocka_unit_test(a_value_of_cores_own_words_is_translated_too),
                                       cmocka_unit_test(what_looks_like_a_place_and_is_none_is_text),
                                       cmocka_unit_test(a_very_long_value_is_kept_or_refused_whole),
                                       cmocka_unit_test(many_sentences_and_deep_values_end),
                                       cmocka_unit_test(a_match_gives_its_values_and_its_weight)};
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
