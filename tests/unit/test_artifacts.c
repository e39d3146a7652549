/* Files that a flow made: found, told of, sent in pieces, kept and removed. */
#include "check.h"

#include "agent/artifacts.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/system.h"
#include "queue_fixture.h"
#include "store/fleet.h"
#include "store/retention.h"
#include "store/run_files.h"

static char base[1300];

static void write_file(const char *name, const char *text) {
    char path[1600];
    char folder[1600];
    (void)snprintf(path, sizeof path, "%s/%s", base, name);
    (void)snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = 0;
    CHECK_OK(ns_system_make_folder(folder, &error));
    CHECK_OK(ns_file_write(path, text, strlen(text), &error));
}

/* A folder of its own with some files in it. */
static int make_files(void **state) {
    (void)state;
    (void)snprintf(base, sizeof base, "%s-files", scratch_path("artifacts"));
    write_file("report.csv", "a;b");
    write_file("notes.txt", "n");
    write_file("out/one.csv", "1");
    write_file("out/deep/er/two.csv", "22");
    write_file("out/[x].log", "log");
    return 0;
}

static const char *found(const char *patterns, int64_t since) {
    static char names[1000];
    ns_artifact_list list;
    size_t used = 0;
    names[0] = 0;
    CHECK_OK(ns_artifacts_find(patterns, base, since, &list, &error));
    /* A folder is in no order. */
    for (size_t i = 0; i < list.count; i++)
        for (size_t j = i + 1; j < list.count; j++)
            if (strcmp(list.items[j].name, list.items[i].name) < 0) {
                const ns_artifact swapped = list.items[i];
                list.items[i] = list.items[j];
                list.items[j] = swapped;
            }
    for (size_t i = 0; i < list.count; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? " " : "", list.items[i].name);
    ns_artifact_list_clear(&list);
    return names;
}

static void patterns_find_files_and_nothing_else(void **state) {
    char absolute[1600];
    char name[40];
    char *programs = NULL;
    size_t used = 0;
    (void)state;
    assert_string_equal(found("*.csv", 0), "report.csv");
    assert_string_equal(found("report.csv", 0), "report.csv");
    assert_string_equal(found("out", 0), "");
    assert_string_equal(found("out/*", 0), "out/[x].log out/one.csv");
    assert_string_equal(found("out/[x].log", 0), "out/[x].log");
    assert_string_equal(found("**/*.csv", 0), "out/deep/er/two.csv out/one.csv report.csv");
    assert_string_equal(found("out/**", 0), "");
    assert_string_equal(found("out/*/er/t?o.csv", 0), "out/deep/er/two.csv");
    assert_string_equal(found(" *.txt ;\n*.csv;*.csv; ;", 0), "notes.txt report.csv");
    assert_string_equal(found("none*;gone/*", 0), "");
    assert_string_equal(found("", 0), "");
    /* However it is written, a file comes once, and below a folder it is called so. */
    assert_string_equal(found("out/one.csv;out//one.csv;out/*.csv;**/one.csv", 0), "out/one.csv");
    used = strlen(base);
    (void)snprintf(base + used, sizeof base - used, "/");
    assert_string_equal(found("out/*.csv", 0), "out/one.csv");
    base[used] = 0;
    programs = ns_system_program_folder();
    (void)snprintf(absolute, sizeof absolute, "%s/unit-test?%s", programs, ns_system_program_suffix());
    (void)snprintf(name, sizeof name, "unit-tests%s", ns_system_program_suffix());
    assert_string_equal(found(absolute, 0), name);
    free(programs);
}

static void what_the_flow_did_not_touch_stays_where_it_is(void **state) {
    (void)state;
    assert_string_equal(found("*.csv", ns_clock_utc_ms() - 60000), "report.csv");
    assert_string_equal(found("*.csv", ns_clock_utc_ms() + 60000), "");
}

static void a_name_is_harmless_below_any_folder(void **state) {
    static const struct {
        const char *path;
        const char *name;
    } rows[] = {
        {"a/b.csv", "a/b.csv"},
        {"../../etc/passwd", "etc/passwd"},
        {"C:\\Windows\\x.dll", "C_/Windows/x.dll"},
        {"/root", "root"},
        {"a//./../b", "a/b"},
        {"NUL", "_NUL"},
        {"out/com1.txt", "out/_com1.txt"},
        {"con.", "_con"},
        {"com0.txt", "com0.txt"},
        {"a\nb\x1B[2J?.txt", "a_b_[2J_.txt"},
        {"...", "_"},
        {"", "_"},
        {"trailing. . ", "trailing"},
        {"NUL .txt", "_NUL .txt"},
        {"LPT\xC2\xB2", "_LPT\xC2\xB2"},
        {"COMET", "COMET"},
        {"a\xC2\x9B"
         "b\xE2\x80\xAEgnp.exe",
         "a_b_gnp.exe"},
        {"\xFF.txt", "\xEF\xBF\xBD.txt"},
    };
    char long_name[2000];
    char *name = NULL;
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++) {
        name = ns_artifact_name(rows[i].path);
        assert_string_equal(name, rows[i].name);
        free(name);
    }
    /* A part is short enough for any file system, and a name for a path; their ends are what tells files apart. */
    memset(long_name, 'x', sizeof long_name);
    (void)snprintf(long_name + 1990, 10, ".csv");
    name = ns_artifact_name(long_name);
    assert_int_equal(strlen(name), 200);
    assert_string_equal(name + strlen(name) - 4, ".csv");
    free(name);
    for (size_t i = 99; i < 1990; i += 100)
        long_name[i] = '/';
    (void)snprintf(long_name + 100 * 18 - 8, 10, "/aCOM1/x");
    name = ns_artifact_name(long_name);
    assert_true(strlen(name) < NS_ARTIFACT_NAME_SIZE);
    assert_string_equal(name + strlen(name) - 8, "/aCOM1/x");
    free(name);
    (void)snprintf(long_name, sizeof long_name, "a%196sCOM1.%4s", "", "x"); /* what is left of a long part is no device either */
    name = ns_artifact_name(long_name);
    assert_true(name[0] != 'C');
    free(name);
}

static void a_list_is_read_as_it_was_written(void **state) {
    ns_artifact items[] = {{.name = copy_of("a/b.csv"), .size = 7, .changed_at = 1234}, {.name = copy_of("c"), .size = 0}};
    const ns_artifact_list list = {items, 2, 3};
    ns_artifact_list back;
    cJSON *document = ns_artifacts_write(&list);
    char *text = ns_json_print(document);
    (void)state;
    CHECK_OK(ns_artifacts_read(text, strlen(text), &back, &error));
    assert_int_equal(back.count, 2);
    assert_string_equal(back.items[0].name, "a/b.csv");
    assert_int_equal(back.items[0].size, 7);
    assert_int_equal(back.items[0].changed_at, 1234);
    assert_int_equal(back.more, 3);
    ns_artifact_list_clear(&back);
    cJSON_free(text);
    cJSON_Delete(document);
    free(items[0].name);
    free(items[1].name);
}

static void an_agents_list_is_not_trusted(void **state) {
    static const char alike[] = "{\"files\":[{\"name\":\"../A.csv\",\"size\":1},{\"name\":\"a.CSV\",\"size\":1},{\"name\":\"x/../"
                                "a.csv\",\"size\":2},{\"name\":\"X\",\"size\":2}]}";
    static const char *const bad[] = {
        "", "{}", "[]", "{\"files\":3}", "{\"files\":[{\"name\":\"a\"}]}", "{\"files\":[{\"name\":\"a\",\"size\":-1}]}"};
    ns_artifact_list list;
    ns_text many;
    (void)state;
    CHECK_OK(ns_artifacts_read(alike, strlen(alike), &list, &error));
    assert_string_equal(list.items[0].name, "A.csv");
    assert_string_equal(list.items[1].name, "a (2).CSV");
    assert_string_equal(list.items[2].name, "x/a.csv");
    assert_string_equal(list.items[3].name, "X (2)"); /* a folder and a file of one name cannot both be */
    ns_artifact_list_clear(&list);
    for (size_t i = 0; i < NS_COUNT_OF(bad); i++)
        CHECK_STATUS(NS_STATUS_PROTOCOL, "AgentProtocolError", ns_artifacts_read(bad[i], strlen(bad[i]), &list, &error));
    ns_text_init(&many, 100000);
    (void)ns_text_append_string(&many, "{\"files\":[");
    for (int i = 0; i <= NS_ARTIFACTS_MAXIMUM; i++)
        (void)ns_text_appendf(&many, "%s{\"name\":\"same\",\"size\":1}", i ? "," : "");
    (void)ns_text_append_string(&many, "]}");
    CHECK_STATUS(NS_STATUS_PROTOCOL, "AgentProtocolError", ns_artifacts_read(ns_text_string(&many), many.size, &list, &error));
    ns_text_clear(&many);
}

/* FIPS 180-4's own example. */
static void a_digest_is_sha_256(void **state) {
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char text[NS_DIGEST_TEXT_SIZE];
    char path[1600];
    ns_digest *digest = ns_digest_begin();
    (void)state;
    assert_true(ns_digest_add(digest, "a", 1) && ns_digest_add(digest, "bc", 2));
    ns_digest_end(digest, text);
    assert_string_equal(text, abc);
    write_file("abc", "abc");
    (void)snprintf(path, sizeof path, "%s/abc", base);
    assert_true(ns_digest_file(path, text));
    assert_string_equal(text, abc);
    assert_true(ns_digest_is_text(abc) && !ns_digest_is_text("") &&
                !ns_digest_is_text("0 a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    (void)snprintf(path, sizeof path, "%s/gone", base);
    assert_false(ns_digest_file(path, text));
}

typedef struct heard {
    ns_text text; /* the data of all pieces */
    cJSON *last;
} heard;

static void hear(void *context, cJSON *message) {
    heard *self = context;
    uint8_t *bytes = NULL;
    size_t size = 0;
    cJSON_Delete(self->last);
    self->last = message;
    if (!ns_base64_decode(ns_json_string(message, "data", ""), &bytes, &size))
        return;
    assert_true(ns_text_append(&self->text, bytes, size));
    free(bytes);
}

static const cJSON *ask_for(artifacts *self, heard *answer, int64_t number, int64_t offset) {
    cJSON *question = cJSON_CreateObject();
    assert_true(ns_json_add_integer(question, "number", number) && ns_json_add_integer(question, "offset", offset));
    artifacts_answer(self, question, hear, answer);
    cJSON_Delete(question);
    return answer->last;
}

static void an_agent_tells_of_files_and_sends_them_from_wherever_it_is_asked(void **state) {
    artifacts self = {0};
    heard answer = {0};
    char sha256[NS_DIGEST_TEXT_SIZE];
    const size_t size = (size_t)NS_AGENT_PICTURE_CHUNK * 2 + 100;
    char *large = malloc(size + 1);
    char path[1600];
    (void)state;
    for (size_t i = 0; i < size; i++)
        large[i] = (char)('a' + i % 23);
    large[size] = 0;
    write_file("large.bin", large);
    (void)snprintf(path, sizeof path, "%s/large.bin", base);
    assert_true(ns_digest_file(path, sha256));
    ns_text_init(&answer.text, 10000000);
    assert_true(artifacts_begin(&self, "large.*", base));
    artifacts_tell(&self, "n", hear, &answer);
    assert_true(ns_json_bool(answer.last, "last", false));
    assert_non_null(strstr(ns_text_string(&answer.text), "\"large.bin\""));
    ns_text_clear(&answer.text);
    assert_string_equal(ns_json_string(ask_for(&self, &answer, 0, 0), "sha256", ""), sha256);
    assert_int_equal(answer.text.size, NS_AGENT_PICTURE_CHUNK);
    assert_null(cJSON_GetObjectItem(ask_for(&self, &answer, 0, (int64_t)answer.text.size), "sha256"));
    (void)ask_for(&self, &answer, 0, (int64_t)answer.text.size);
    assert_int_equal(answer.text.size, size);
    assert_memory_equal(answer.text.bytes, large, size);
    assert_true(ns_json_bool(ask_for(&self, &answer, 1, 0), "failed", false));
    assert_true(ns_json_bool(ask_for(&self, &answer, -1, 0), "failed", false));
    assert_true(ns_json_bool(ask_for(&self, &answer, 0, -5), "failed", false));
    assert_false(ns_json_bool(ask_for(&self, &answer, 0, (int64_t)size), "failed", false)); /* its end: nothing */
    ns_text_clear(&answer.text);
    cJSON_Delete(answer.last);
    artifacts_clear(&self);
    free(large);
}

static ns_hold held_run(const queue_fixture *f) {
    return make_run(f->store, queue_add_machine(f, "m", "h", 0), f->flow, queue_add_user(f, "u"), f->owner);
}

static ns_status collect(void *context, const void *bytes, size_t size, ns_error *error) {
    return ns_text_append(context, bytes, size) ? NS_OK : ns_error_set_memory(error);
}

static void a_file_is_kept_in_parts_and_given_back(void **state) {
    queue_fixture f = queue_open("kept-files.db");
    ns_store *store = f.store;
    const ns_hold hold = held_run(&f);
    const ns_artifact file = {.name = (char *)(uintptr_t) "a/b.csv", .size = 6, .changed_at = 5};
    ns_kept_artifacts list;
    ns_text text;
    int64_t id = 0;
    (void)state;
    CHECK_OK(ns_artifact_begin(store, &hold, &file, "00", &id, &error));
    CHECK_OK(ns_artifact_add(store, &hold, id, 0, "abc", 3, &error));
    CHECK_OK(ns_artifacts_load(store, hold.run_id, &list, &error));
    assert_int_equal(list.count, 1);
    assert_false(list.items[0].whole);
    ns_kept_artifacts_clear(&list);
    CHECK_OK(ns_artifact_add(store, &hold, id, 3, "d\0f", 3, &error));
    CHECK_OK(ns_artifact_end(store, &hold, id, &error));
    CHECK_OK(ns_artifacts_load(store, hold.run_id, &list, &error));
    assert_true(list.items[0].whole);
    assert_string_equal(list.items[0].name, "a/b.csv");
    assert_int_equal(list.items[0].size, 6);
    ns_text_init(&text, 100);
    CHECK_OK(ns_artifact_read(store, list.items[0].id, collect, &text, &error));
    assert_int_equal(text.size, 6);
    assert_memory_equal(text.bytes, "abcd\0f", 6);
    ns_text_clear(&text);
    ns_kept_artifacts_clear(&list);
    /* Somebody else's run by now. */
    CHECK_STATUS(NS_STATUS_LOST, "RunLost",
                 ns_artifact_add(store, &(ns_hold){.run_id = hold.run_id, .epoch = hold.epoch + 1}, id, 6, "x", 1, &error));
    queue_done(&f);
}

static void pictures_of_a_film_come_back_by_their_time(void **state) {
    queue_fixture f = queue_open("film.db");
    ns_store *store = f.store;
    const ns_hold hold = held_run(&f);
    int64_t *times = NULL;
    size_t count = 0;
    uint8_t *png = NULL;
    size_t size = 0;
    (void)state;
    CHECK_OK(ns_film_add(store, &hold, 2000, "two", 3, &error));
    CHECK_OK(ns_film_add(store, &hold, 1000, "one", 3, &error));
    CHECK_OK(ns_film_add(store, &hold, 1000, "one", 3, &error));
    CHECK_OK(ns_film_times(store, hold.run_id, &times, &count, &error));
    assert_int_equal(count, 2);
    assert_int_equal(times[0], 1000);
    assert_int_equal(times[1], 2000);
    free(times);
    CHECK_OK(ns_film_picture(store, hold.run_id, 2000, &png, &size, &error));
    assert_memory_equal(png, "two", 3);
    free(png);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "NoPicture", ns_film_picture(store, hold.run_id, 3000, &png, &size, &error));
    queue_done(&f);
}

int test_artifacts(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(patterns_find_files_and_nothing_else, make_files),
        cmocka_unit_test_setup(what_the_flow_did_not_touch_stays_where_it_is, make_files),
        cmocka_unit_test(a_name_is_harmless_below_any_folder),
        cmocka_unit_test(a_list_is_read_as_it_was_written),
        cmocka_unit_test(an_agents_list_is_not_trusted),
        cmocka_unit_test_setup(a_digest_is_sha_256, make_files),
        cmocka_unit_test_setup(an_agent_tells_of_files_and_sends_them_from_wherever_it_is_asked, make_files),
        cmocka_unit_test(a_file_is_kept_in_parts_and_given_back),
        cmocka_unit_test(pictures_of_a_film_come_back_by_their_time),
    };
    return cmocka_run_group_tests_name("artifacts", tests, NULL, NULL);
}
