#include "base/message.h"
#include "check.h"
#include "runner/runner_request.h"

static void add(ns_message_reader *reader, const void *bytes, size_t size) {
    CHECK_OK(ns_message_reader_add(reader, bytes, size, &error));
}

static void a_message_comes_through_byte_by_byte(void **state) {
    ns_message_reader reader;
    ns_text bytes;
    cJSON *sent = cJSON_CreateObject();
    cJSON *got = NULL;
    (void)state;
    ns_message_reader_init(&reader);
    ns_text_init(&bytes, 1000);
    assert_true(ns_json_add_string(sent, "type", "hello"));
    CHECK_OK(ns_message_write(&bytes, sent, &error));
    for (size_t i = 0; i < bytes.size; i++) {
        CHECK_OK(ns_message_reader_next(&reader, &got, &error));
        assert_null(got);
        add(&reader, bytes.bytes + i, 1);
    }
    CHECK_OK(ns_message_reader_next(&reader, &got, &error));
    assert_string_equal(ns_json_string(got, "type", ""), "hello");
    cJSON_Delete(got);
    cJSON_Delete(sent);
    ns_text_clear(&bytes);
    ns_message_reader_clear(&reader);
}

static void two_messages_in_one_read_are_two(void **state) {
    ns_message_reader reader;
    cJSON *got = NULL;
    (void)state;
    ns_message_reader_init(&reader);
    add(&reader, "\2\0\0\0{}\7\0\0\0{\"a\":1}", 17);
    CHECK_OK(ns_message_reader_next(&reader, &got, &error));
    assert_non_null(got);
    cJSON_Delete(got);
    CHECK_OK(ns_message_reader_next(&reader, &got, &error));
    assert_int_equal(ns_json_integer(got, "a", 0), 1);
    cJSON_Delete(got);
    ns_message_reader_clear(&reader);
}

static void broken(const char *bytes, size_t size) {
    ns_message_reader reader;
    cJSON *got = NULL;
    ns_message_reader_init(&reader);
    add(&reader, bytes, size);
    CHECK_STATUS(NS_STATUS_PROTOCOL, "AgentProtocolError", ns_message_reader_next(&reader, &got, &error));
    assert_null(got);
    /* Broken once, broken for good: what follows cannot be told apart from the rest of it. */
    CHECK_STATUS(NS_STATUS_PROTOCOL, "AgentProtocolError", ns_message_reader_add(&reader, "\2\0\0\0{}", 6, &error));
    ns_message_reader_clear(&reader);
}

static void a_broken_stream_stays_broken(void **state) {
    (void)state;
    broken("\0\0\0\0", 4);           /* no length */
    broken("\xFF\xFF\xFF\xFF", 4);   /* four gigabytes */
    broken("\1\0\x10\0", 4);         /* one byte over the maximum */
    broken("\2\0\0\0[]", 6);         /* no object */
    broken("\3\0\0\0{}x", 7);        /* something behind it */
    broken("\4\0\0\0{\"a\"", 8);     /* cut */
    broken("\6\0\0\0{\"a\":\0", 10); /* a NUL */
}

/* Finding 2.7: a mebibyte of such values took 27 of memory. */
static void more_values_than_a_message_has_are_refused(void **state) {
    static const char *const shapes[] = {"[]", "{}", "0", "\"\\\"\""};
    (void)state;
    for (size_t shape = 0; shape < NS_COUNT_OF(shapes); shape++) {
        for (int few = 0; few < 2; few++) {
            const int values = few ? NS_MESSAGE_VALUES / 4 : 2 * NS_MESSAGE_VALUES;
            ns_message_reader reader;
            cJSON *got = NULL;
            ns_text text;
            ns_status status = NS_OK;
            ns_text_init(&text, NS_MESSAGE_MAXIMUM);
            (void)ns_text_append(&text, "0000{\"a\":[", 10);
            for (int i = 0; i < values; i++)
                (void)ns_text_appendf(&text, "%s%s", i ? "," : "", shapes[shape]);
            (void)ns_text_append(&text, "]}", 2);
            assert_false(text.failed);
            for (size_t i = 0; i < 4; i++)
                text.bytes[i] = (char)((text.size - 4) >> (8 * i));
            ns_message_reader_init(&reader);
            CHECK_OK(ns_message_reader_add(&reader, text.bytes, text.size, &error));
            status = ns_message_reader_next(&reader, &got, &(ns_error){0});
            assert_int_equal(status, few ? NS_OK : NS_STATUS_PROTOCOL);
            cJSON_Delete(got);
            ns_message_reader_clear(&reader);
            ns_text_clear(&text);
        }
    }
}

static void nesting_without_end_is_refused(void **state) {
    ns_message_reader reader;
    cJSON *got = NULL;
    char bytes[40004];
    (void)state;
    memset(bytes, '[', sizeof bytes);
    memcpy(bytes, "\x40\x9C\0\0{\"a\":", 9);
    ns_message_reader_init(&reader);
    add(&reader, bytes, sizeof bytes);
    CHECK_STATUS(NS_STATUS_PROTOCOL, "AgentProtocolError", ns_message_reader_next(&reader, &got, &error));
    ns_message_reader_clear(&reader);
}

static void a_number_that_no_integer_holds_is_not_taken(void **state) {
    cJSON *object = cJSON_Parse("{\"big\":1e300,\"nan\":\"x\",\"ok\":42}");
    (void)state;
    assert_int_equal(ns_json_integer(object, "big", -1), -1);
    assert_int_equal(ns_json_integer(object, "nan", -1), -1);
    assert_int_equal(ns_json_integer(object, "ok", -1), 42);
    assert_int_equal(ns_json_integer(object, "none", 7), 7);
    cJSON_Delete(object);
}

enum { SIZE_ROOM = 16 };

static bool password_was_freed;

static void *counted(size_t size) {
    char *block = malloc(size + SIZE_ROOM);
    if (!block)
        return NULL;
    memset(block, 0, size + SIZE_ROOM);
    memcpy(block, &size, sizeof size);
    return block + SIZE_ROOM;
}

static void looked_at(void *memory) {
    static const char password[] = "open sesame";
    char *block = memory ? (char *)memory - SIZE_ROOM : NULL;
    size_t size = 0;
    if (block)
        memcpy(&size, block, sizeof size);
    for (size_t i = 0; block && i + sizeof password - 1 <= size; i++)
        if (memcmp(block + SIZE_ROOM + i, password, sizeof password - 1) == 0)
            password_was_freed = true;
    free(block);
}

/* Finding 1.23: the printer's buffer grew, and what it had been left the password in the heap. */
static void a_password_that_was_sent_is_nowhere_in_the_heap(void **state) {
    ns_secret password = {0};
    cJSON_Hooks hooks = {counted, looked_at};
    cJSON *message = NULL;
    ns_text bytes;
    (void)state;
    CHECK_OK(ns_secret_set(&password, "open sesame", 11, &error));
    password_was_freed = false;
    cJSON_InitHooks(&hooks);
    message = ns_runner_go_write(&password, 1000);
    ns_text_init(&bytes, NS_MESSAGE_MAXIMUM);
    CHECK_OK(ns_message_write(&bytes, message, &error));
    ns_json_wipe(message);
    cJSON_InitHooks(NULL);
    ns_text_wipe(&bytes);
    ns_secret_clear(&password);
    assert_false(password_was_freed);
}

int test_message(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_that_was_sent_is_nowhere_in_the_heap),
        cmocka_unit_test(a_message_comes_through_byte_by_byte),
        cmocka_unit_test(two_messages_in_one_read_are_two),
        cmocka_unit_test(a_broken_stream_stays_broken),
        cmocka_unit_test(more_values_than_a_message_has_are_refused),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(a_number_that_no_integer_holds_is_not_taken),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
