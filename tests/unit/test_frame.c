#include <zlib.h>

#include "base/frame.h"
#include "base/png.h"
#include "check.h"

static void a_frame_shows_nothing_before_the_first_picture(void **state) {
    ns_frame *frame = NULL;
    uint8_t *png = NULL;
    size_t size = 0;
    (void)state;
    CHECK_OK(ns_frame_create(64, 48, &frame, &error));
    assert_int_equal(ns_frame_look(frame).width, 0);
    CHECK_STATUS(NS_STATUS_NOT_FOUND, "NoPicture", ns_frame_png(frame, &png, &size, &error));
    assert_null(ns_frame_begin(frame, 640, 480)); /* larger than its memory */
    assert_non_null(ns_frame_begin(frame, 64, 48));
    ns_frame_changed(frame);
    assert_int_equal(ns_frame_look(frame).width, 64);
    assert_int_equal(ns_frame_look(frame).height, 48);
    ns_frame_close(frame);
}

static uint32_t word(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void a_png_holds_the_pixels_it_was_made_of(void **state) {
    const uint8_t pixels[] = {1, 2, 3, 0, 4, 5, 6, 0}; /* two pixels, BGRX */
    const uint8_t rgb[] = {0, 3, 2, 1, 6, 5, 4};       /* a filter byte, then RGB */
    uint8_t plain[16];
    uLongf plain_size = sizeof plain;
    uint8_t *png = NULL;
    size_t size = 0;
    size_t at = 8;
    (void)state;
    CHECK_OK(ns_png_encode(pixels, 2, 1, &png, &size, &error));
    assert_memory_equal(png, "\x89PNG\r\n\x1A\n", 8);
    while (at < size) {
        uint32_t length = word(png + at);
        assert_int_equal(crc32(0, png + at + 4, length + 4), word(png + at + 8 + length));
        if (memcmp(png + at + 4, "IHDR", 4) == 0) {
            assert_int_equal(word(png + at + 8), 2);
            assert_int_equal(word(png + at + 12), 1);
        }
        if (memcmp(png + at + 4, "IDAT", 4) == 0)
            assert_int_equal(uncompress(plain, &plain_size, png + at + 8, length), Z_OK);
        at += 12 + length;
    }
    assert_int_equal(at, size);
    assert_int_equal(plain_size, sizeof rgb);
    assert_memory_equal(plain, rgb, sizeof rgb);
    free(png);
}

int test_frame(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_shows_nothing_before_the_first_picture),
        cmocka_unit_test(a_png_holds_the_pixels_it_was_made_of),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
