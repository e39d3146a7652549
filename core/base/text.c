#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ns_text_init(ns_text *text, size_t maximum) {
    memset(text, 0, sizeof *text);
    text->maximum = maximum;
}

void ns_text_clear(ns_text *text) {
    size_t maximum = text->maximum;
    free(text->bytes);
    ns_text_init(text, maximum);
}

void ns_text_wipe(ns_text *text) {
    if (text->bytes)
        ns_wipe(text->bytes, text->capacity);
    ns_text_clear(text);
}

static bool reserve(ns_text *text, size_t more) {
    size_t wanted = 0;
    size_t capacity = text->capacity ? text->capacity : 128;
    char *grown = NULL;
    if (text->failed || more > text->maximum || text->size > text->maximum - more) {
        text->failed = true;
        return false;
    }
    wanted = text->size + more + 1;
    if (wanted <= text->capacity)
        return true;
    while (capacity < wanted)
        capacity *= 2;
    grown = malloc(capacity);
    if (!grown) {
        text->failed = true;
        return false;
    }
    if (text->bytes) {
        memcpy(grown, text->bytes, text->size);
        ns_wipe(text->bytes, text->size); /* may hold a secret; realloc would leave a copy */
        free(text->bytes);
    }
    text->bytes = grown;
    text->capacity = capacity;
    return true;
}

bool ns_text_append(ns_text *text, const void *bytes, size_t size) {
    if (!reserve(text, size))
        return false;
    if (size)
        memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = 0;
    return true;
}

bool ns_text_append_string(ns_text *text, const char *string) {
    return ns_text_append(text, string, strlen(string));
}

bool ns_text_appendf(ns_text *text, const char *format, ...) {
    va_list arguments;
    int size = 0;
    va_start(arguments, format);
    size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0 || !reserve(text, (size_t)size)) {
        text->failed = true;
        return false;
    }
    va_start(arguments, format);
    (void)vsnprintf(text->bytes + text->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    text->size += (size_t)size;
    return true;
}

const char *ns_text_string(const ns_text *text) {
    return text->bytes ? text->bytes : "";
}

char *ns_text_take(ns_text *text) {
    char *bytes = text->bytes ? text->bytes : ns_string_copy("");
    ns_text_init(text, text->maximum);
    return bytes;
}

char *ns_text_take_whole(ns_text *text) {
    if (!text->failed)
        return ns_text_take(text);
    ns_text_clear(text);
    return NULL;
}

char *ns_string_copy(const char *string) {
    size_t size = string ? strlen(string) : 0;
    char *copy = malloc(size + 1);
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, string, size);
    copy[size] = 0;
    return copy;
}

bool ns_string_equal(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* How many bytes a sequence has that begins with this one; 0 when none does. */
static size_t announced(unsigned char first) {
    if (first < 0x80)
        return 1;
    if (first < 0xC2)
        return 0;
    return first <= 0xDF ? 2 : first <= 0xEF ? 3 : first <= 0xF4 ? 4 : 0;
}

/* The length in bytes of the well-formed sequence at `p`, 0 when there is none (RFC 3629 section 4). */
static size_t sequence(const unsigned char *p, size_t size) {
    const size_t length = announced(p[0]);
    /* The second byte's range is narrower after these: no overlong form, no surrogate, nothing past U+10FFFF. */
    unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (length == 0 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (p[i] < low || p[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

ptrdiff_t ns_utf8_count(const char *string) {
    const unsigned char *p = (const unsigned char *)string;
    size_t left = strlen(string);
    ptrdiff_t count = 0;
    while (left) {
        const size_t length = *p < 0x80 ? 1 : sequence(p, left);
        if (!length)
            return -1;
        p += length;
        left -= length;
        count++;
    }
    return count;
}

size_t ns_utf8_whole(const void *bytes, size_t size, bool *broken) {
    const unsigned char *p = bytes;
    size_t at = 0;
    size_t length = 0;
    *broken = false;
    while (at < size && (length = sequence(p + at, size - at)) != 0)
        at += length;
    if (at < size) { /* with bytes that could follow it, the rest would be a character, or no bytes help */
        unsigned char whole[4] = {0x80, 0x80, 0x80, 0x80};
        const size_t left = size - at;
        memcpy(whole, p + at, left < sizeof whole ? left : sizeof whole);
        for (size_t i = left; i < sizeof whole; i++) /* the second may not be any */
            whole[i] = i == 1 && (whole[0] == 0xE0 || whole[0] == 0xF0) ? 0xBF : 0x80;
        *broken = left >= announced(whole[0]) || sequence(whole, sizeof whole) == 0;
    }
    return at;
}

uint32_t ns_utf8_character(const char *text, size_t *size) {
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const unsigned char *p = (const unsigned char *)text;
    uint32_t character = 0;
    *size = sequence(p, strnlen(text, 4) + (text[0] == 0));
    if (!*size) {
        *size = 1;
        return 0xFFFD;
    }
    character = p[0] & masks[*size];
    for (size_t i = 1; i < *size; i++)
        character = character << 6 | (p[i] & 0x3FU);
    return character;
}

bool ns_is_disguise(uint32_t character) {
    static const uint32_t ranges[][2] = {{0x00, 0x08},     {0x0B, 0x0C},     {0x0E, 0x1F},     {0x7F, 0x9F},
                                         {0x200B, 0x200B}, {0x2028, 0x202E}, {0x2060, 0x2069}, {0xFEFF, 0xFEFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (character >= ranges[i][0] && character <= ranges[i][1])
            return true;
    return false;
}

void ns_utf8_trim(char *string) {
    size_t size = strlen(string);
    size_t back = 1;
    while (back < 4 && back < size && ((unsigned char)string[size - back] & 0xC0) == 0x80)
        back++;
    if (size && announced((unsigned char)string[size - back]) > back)
        string[size - back] = 0;
}

bool ns_utf8_append_lossy(ns_text *out, const void *bytes, size_t size) {
    const unsigned char *p = bytes;
    while (size) {
        size_t length = sequence(p, size);
        bool fits = length == 0   ? ns_text_append(out, "\xEF\xBF\xBD", 3)
                    : p[0] == 0   ? true
                    : length == 1 ? ns_text_append(out, p, 1)
                                  : ns_text_append(out, p, length);
        if (!fits)
            return false;
        p += length ? length : 1;
        size -= length ? length : 1;
    }
    return true;
}

char *ns_utf8_copy(const char *string) {
    ns_text text;
    bool whole = false;
    char *copy = NULL;
    if (!string || ns_utf8_count(string) >= 0)
        return ns_string_copy(string);
    ns_text_init(&text, strlen(string) * 3 + 1);
    whole = ns_utf8_append_lossy(&text, string, strlen(string));
    copy = whole ? ns_text_take(&text) : NULL;
    ns_text_clear(&text);
    return copy;
}

size_t ns_utf16_next(const unsigned char *bytes, size_t size, size_t *at, char out[4]) {
    const unsigned char *p = bytes + *at;
    const bool pair = size - *at >= 4 && (p[1] & 0xFC) == 0xD8 && (p[3] & 0xFC) == 0xDC;
    const uint32_t unit = p[0] | (uint32_t)p[1] << 8;
    const uint32_t code = pair                              ? 0x10000 + ((unit & 0x3FF) << 10) + ((uint32_t)(p[3] & 3) << 8 | p[2])
                          : unit >= 0xD800 && unit < 0xE000 ? 0xFFFD
                                                            : unit;
    const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    *at += pair ? 4 : 2;
    for (size_t i = 0; i < length; i++) {
        const uint32_t bits = code >> (6 * (length - 1 - i));
        out[i] = (char)(length == 1 ? bits : i == 0 ? (first[length] | bits) : (0x80 | (bits & 0x3F)));
    }
    return length;
}

bool ns_is_one_of(const char *text, const char *words) {
    const size_t size = strlen(text);
    for (const char *p = words; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (size > 0 && strncmp(p, text, size) == 0 && (p[size] == '|' || p[size] == 0))
            return !strchr(text, '|');
    return false;
}

static char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool ns_ascii_begins(const char *text, const char *with) {
    while (*with && lower(*text) == lower(*with)) {
        text++;
        with++;
    }
    return !*with;
}

bool ns_ascii_equal(const char *a, const char *b) {
    return strlen(a) == strlen(b) && ns_ascii_begins(a, b);
}

void ns_hex_write(const unsigned char *bytes, size_t size, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = 0;
}

bool ns_parse_integer(const char *string, long long minimum, long long maximum, long long *out) {
    char *end = NULL;
    long long value = 0;
    if (!string || !*string || !((*string >= '0' && *string <= '9') || *string == '-'))
        return false;
    errno = 0;
    value = strtoll(string, &end, 10);
    if (errno || *end || value < minimum || value > maximum)
        return false;
    *out = value;
    return true;
}

void ns_wipe(void *bytes, size_t size) {
    volatile unsigned char *p = bytes;
    while (size--)
        *p++ = 0;
}
