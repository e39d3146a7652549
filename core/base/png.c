#include "base/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"

static void put_u32(uint8_t *out, uint32_t value) {
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void append_chunk(ns_text *out, const char type[4], const uint8_t *data, size_t size) {
    uint8_t word[4];
    uLong sum = crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);
    if (size)
        sum = crc32(sum, data, (uInt)size);
    put_u32(word, (uint32_t)size);
    (void)ns_text_append(out, word, 4);
    (void)ns_text_append(out, type, 4);
    (void)ns_text_append(out, data, size);
    put_u32(word, (uint32_t)sum);
    (void)ns_text_append(out, word, 4);
}

ns_status ns_png_encode(const uint8_t *bgrx, uint32_t width, uint32_t height, uint8_t **out, size_t *size, ns_error *error) {
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    const size_t row = 1 + (size_t)width * 3; /* a filter byte, then RGB */
    uint8_t *plain = malloc(row * height);
    uLongf packed_size = compressBound((uLong)(row * height));
    uint8_t *packed = malloc(packed_size);
    uint8_t header[13] = {0};
    ns_text file;
    ns_status status = NS_OK;
    ns_text_init(&file, (size_t)512 * 1024 * 1024);
    *out = NULL;
    *size = 0;
    if (!plain || !packed) {
        status = ns_error_set_memory(error);
        goto cleanup;
    }
    for (uint32_t y = 0; y < height; y++) {
        uint8_t *to = plain + row * y;
        *to++ = 0;
        for (const uint8_t *from = bgrx + (size_t)y * width * 4, *end = from + (size_t)width * 4; from < end; from += 4) {
            *to++ = from[2];
            *to++ = from[1];
            *to++ = from[0];
        }
    }
    if (compress2(packed, &packed_size, plain, (uLong)(row * height), 6) != Z_OK) {
        status = ns_error_set_memory(error);
        goto cleanup;
    }
    put_u32(header, width);
    put_u32(header + 4, height);
    header[8] = 8; /* bits a channel */
    header[9] = 2; /* RGB */
    (void)ns_text_append(&file, signature, sizeof signature);
    append_chunk(&file, "IHDR", header, sizeof header);
    append_chunk(&file, "IDAT", packed, packed_size);
    append_chunk(&file, "IEND", NULL, 0);
    if (file.failed) {
        status = ns_error_set_memory(error);
        goto cleanup;
    }
    *size = file.size;
    *out = (uint8_t *)ns_text_take(&file);
cleanup:
    ns_text_clear(&file);
    free(plain);
    free(packed);
    return status;
}
