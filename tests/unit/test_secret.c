#include "check.h"
#include "secret/secret.h"

static void a_secret_comes_back_and_its_blob_shows_nothing(void **state) {
    ns_secret secret = {0};
    ns_secret opened = {0};
    ns_secret_blob blob = {0};
    (void)state;
    CHECK_OK(ns_secret_set(&secret, "correct horse", 13, &error));
    CHECK_OK(ns_secret_protect(&secret, "connection:1", &blob, &error));
    assert_true(blob.size > 13);
    for (size_t i = 0; i + 7 <= blob.size; i++)
        assert_memory_not_equal(blob.bytes + i, "correct", 7);
    CHECK_OK(ns_secret_unprotect(&blob, "connection:1", &opened, &error));
    assert_string_equal(opened.bytes, "correct horse");
    ns_secret_clear(&opened);
    assert_null(opened.bytes);
    ns_secret_clear(&secret);
    free(blob.bytes);
}

static void a_blob_moved_to_another_row_or_altered_does_not_open(void **state) {
    ns_secret secret = {0};
    ns_secret opened = {0};
    ns_secret_blob blob = {0};
    (void)state;
    CHECK_OK(ns_secret_set(&secret, "word", 4, &error));
    CHECK_OK(ns_secret_protect(&secret, "connection:1", &blob, &error));
    CHECK_STATUS(NS_STATUS_REFUSED, "CredentialNotFound", ns_secret_unprotect(&blob, "connection:2", &opened, &error));
    blob.bytes[blob.size - 1] ^= 1;
    CHECK_STATUS(NS_STATUS_REFUSED, "CredentialNotFound", ns_secret_unprotect(&blob, "connection:1", &opened, &error));
    assert_null(opened.bytes);
    ns_secret_clear(&secret);
    free(blob.bytes);
}

static void what_cannot_be_a_password_is_refused(void **state) {
    ns_secret secret = {0};
    char long_one[258];
    (void)state;
    memset(long_one, 'x', sizeof long_one);
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidPassword", ns_secret_set(&secret, "", 0, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidPassword", ns_secret_set(&secret, "a\nb", 3, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidPassword", ns_secret_set(&secret, "a\0b", 3, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidPassword", ns_secret_set(&secret, long_one, 257, &error));
    CHECK_OK(ns_secret_set(&secret, long_one, 256, &error));
    ns_secret_clear(&secret);
}

int test_secret(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_comes_back_and_its_blob_shows_nothing),
        cmocka_unit_test(a_blob_moved_to_another_row_or_altered_does_not_open),
        cmocka_unit_test(what_cannot_be_a_password_is_refused),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
