#include "flow/decode.h"

#include <stdio.h>
#include <string.h>

#include "base/code_page.h"
#include "base/phrase.h"

enum way { WAY_AUTO, WAY_UTF8, WAY_UTF16, WAY_PAGE };
enum state { AT_LINE, IN_LINE, IN_UTF16, AFTER_UTF16 };
enum { LINE_MAXIMUM = 16384, PAGE_MAXIMUM = 65535 };

static const unsigned char utf8_mark[] = {0xEF, 0xBB, 0xBF};

/* The number of "cp850"; 0 for none. */
static unsigned page_of(const char *encoding) {
    long long page = 0;
    return strncmp(encoding, "cp", 2) == 0 && ns_parse_integer(encoding + 2, 1, PAGE_MAXIMUM, &page) ? (unsigned)page : 0;
}

bool ns_encoding_is_known(const char *encoding) {
    static const char *const names[] = {"auto", "utf-8", "utf-16", "oem", "ansi"};
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        if (strcmp(names[i], encoding) == 0)
            return true;
    return page_of(encoding) && ns_code_page_is_known(page_of(encoding));
}

void ns_decoder_init(ns_decoder *decoder, const char *encoding, unsigned oem, unsigned ansi) {
    memset(decoder, 0, sizeof *decoder);
    ns_text_init(&decoder->line, (size_t)1024 * 1024);
    decoder->page = oem ? oem : ns_code_page_oem();
    if (strcmp(encoding, "utf-8") == 0) {
        decoder->way = WAY_UTF8;
    } else if (strcmp(encoding, "utf-16") == 0) {
        decoder->way = WAY_UTF16;
        decoder->state = IN_UTF16;
    } else if (strcmp(encoding, "auto") != 0) {
        decoder->way = WAY_PAGE;
        if (strcmp(encoding, "ansi") == 0)
            decoder->page = ansi ? ansi : ns_code_page_ansi();
        else if (page_of(encoding))
            decoder->page = page_of(encoding);
    }
}

void ns_decoder_clear(ns_decoder *decoder) {
    ns_text_clear(&decoder->line);
}

static const unsigned char *bytes_of(const ns_decoder *self) {
    return (const unsigned char *)ns_text_string(&self->line);
}

static void drop(ns_decoder *self, size_t size) {
    if (size && size <= self->line.size) {
        memmove(self->line.bytes, self->line.bytes + size, self->line.size - size + 1);
        self->line.size -= size;
    }
}

static void put_utf8(ns_decoder *self, size_t size, ns_text *out) {
    const unsigned char *bytes = bytes_of(self);
    for (size_t i = 0; i < size && !self->used_utf8; i++)
        self->used_utf8 = bytes[i] >= 0x80;
    (void)ns_utf8_append_lossy(out, bytes, size);
    drop(self, size);
}

static void put_page(ns_decoder *self, size_t size, ns_text *out) {
    const unsigned char *bytes = bytes_of(self);
    for (size_t i = 0; i < size && !self->used_page; i++)
        self->used_page = bytes[i] >= 0x80;
    (void)ns_code_page_append(out, self->page, bytes, size);
    drop(self, size);
}

/* The size of the line with its end, 0 while that did not come. */
static size_t line_size(const ns_decoder *self, bool last) {
    const unsigned char *bytes = bytes_of(self);
    const unsigned char *end = self->line.size ? memchr(bytes, '\n', self->line.size) : NULL;
    if (end)
        return (size_t)(end - bytes) + 1;
    return last || self->line.size >= LINE_MAXIMUM ? self->line.size : 0;
}

/* The character at `at` as UTF-8, and how many bytes it takes; 0 when its other half may yet come. */
static size_t next_utf16(const ns_decoder *self, size_t at, bool last, ns_text *out) {
    const unsigned char *bytes = bytes_of(self) + at;
    const size_t left = self->line.size - at;
    const bool surrogate = bytes[!self->low_second] >= 0xD8 && bytes[!self->low_second] < 0xDC;
    const size_t size = surrogate && left >= 4 ? 4 : 2;
    unsigned char ordered[4] = {0};
    char utf8[4];
    size_t used = 0;
    if (surrogate && left < 4 && !last)
        return 0;
    for (size_t i = 0; i < size; i++)
        ordered[i] = bytes[self->low_second ? i ^ 1 : i];
    (void)ns_text_append(out, utf8, ns_utf16_next(ordered, size, &used, utf8));
    return used;
}

/* Up to the end of the line; returns false when more has to come. */
static bool take_utf16(ns_decoder *self, bool last, ns_text *out) {
    ns_text text;
    size_t at = 0;
    size_t used = 1;
    bool ended = false;
    self->used_utf16 = true;
    ns_text_init(&text, LINE_MAXIMUM * 64);
    while (!ended && used && at + 2 <= self->line.size) {
        const size_t before = text.size;
        used = next_utf16(self, at, last, &text);
        ended = text.size == before + 1 && text.bytes[before] == '\n';
        at += used;
    }
    if (last && !ended)
        at = self->line.size;
    (void)ns_utf8_append_lossy(out, ns_text_string(&text), text.size); /* without zeros */
    ns_text_clear(&text);
    drop(self, at);
    if (ended && self->way == WAY_AUTO)
        self->state = AFTER_UTF16;
    return ended;
}

/* At the beginning of a line: what it is. False when that cannot be told yet. */
static bool look(ns_decoder *self, bool last) {
    const unsigned char *bytes = bytes_of(self);
    const size_t size = self->line.size;
    if (size >= 3 && memcmp(bytes, utf8_mark, sizeof utf8_mark) == 0) {
        drop(self, sizeof utf8_mark);
        self->state = IN_LINE;
        return true;
    }
    if (size < 2 && !last)
        return false;
    if (size < 3 && !last && bytes[0] == utf8_mark[0])
        return false;
    self->state = IN_LINE;
    if (size >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF))) {
        self->low_second = bytes[0] == 0xFE;
        self->state = IN_UTF16;
        drop(self, 2);
    } else if (size >= 2 && (bytes[0] == 0) != (bytes[1] == 0)) {
        self->low_second = bytes[0] == 0;
        self->state = IN_UTF16;
    }
    return true;
}

/* After a line of UTF-16: another one, unless a line ends before its time. */
static bool look_after_utf16(ns_decoder *self, bool last) {
    const unsigned char *bytes = bytes_of(self);
    const size_t size = line_size(self, last);
    const bool is_end = size && bytes[size - 1] == '\n';
    if (size == 0)
        return false;
    if (is_end && self->low_second)
        self->state = size % 2 == 0 && size >= 2 && bytes[size - 2] == 0 ? IN_UTF16 : AT_LINE;
    else if (is_end && size == self->line.size && !last)
        return false;
    else if (is_end)
        self->state = size % 2 == 1 && size < self->line.size && bytes[size] == 0 ? IN_UTF16 : AT_LINE;
    else
        self->state = IN_UTF16;
    return true;
}

/* A line of bytes: as UTF-8 as far as it is that, and else whole in the code page. */
static bool take_line(ns_decoder *self, bool last, ns_text *out) {
    const size_t whole = line_size(self, last);
    const bool ended = whole && bytes_of(self)[whole - 1] == '\n';
    bool broken = false;
    const size_t good = ns_utf8_whole(bytes_of(self), whole ? whole : self->line.size, &broken);
    if (broken || (whole && good < whole)) {
        if (!whole)
            return false; /* a character of it may come in two parts */
        put_page(self, whole, out);
    } else {
        put_utf8(self, good, out);
    }
    self->state = ended ? AT_LINE : IN_LINE;
    return ended;
}

static bool step(ns_decoder *self, bool last, ns_text *out) {
    if (self->line.size == 0)
        return false;
    if (self->state == AT_LINE)
        return look(self, last);
    if (self->state == AFTER_UTF16)
        return look_after_utf16(self, last);
    if (self->state == IN_UTF16)
        return take_utf16(self, last, out);
    return take_line(self, last, out);
}

static void add_one_way(ns_decoder *self, bool last, ns_text *out) {
    bool broken = false;
    if (self->way == WAY_UTF16) {
        if (self->line.size >= 2 && !self->used_utf16)
            (void)look(self, last);
        self->state = IN_UTF16;
        while (take_utf16(self, last, out)) {
        }
    } else if (self->way == WAY_PAGE) {
        while (line_size(self, last))
            put_page(self, line_size(self, last), out);
    } else {
        size_t good = ns_utf8_whole(bytes_of(self), self->line.size, &broken);
        while (broken) { /* one byte of it at a time */
            put_utf8(self, good + 1, out);
            good = ns_utf8_whole(bytes_of(self), self->line.size, &broken);
        }
        put_utf8(self, last ? self->line.size : good, out);
    }
}

bool ns_decoder_add(ns_decoder *decoder, const void *bytes, size_t size, bool last, ns_text *out) {
    if (size)
        (void)ns_text_append(&decoder->line, bytes, size);
    if (decoder->way == WAY_AUTO)
        while (step(decoder, last, out)) {
        }
    else
        add_one_way(decoder, last, out);
    return !out->failed && !decoder->line.failed;
}

void ns_decoder_tell(const ns_decoder *decoder, char *out, size_t size) {
    char page[40] = {0};
    if (decoder->used_page)
        (void)snprintf(page, sizeof page, "%scode page %u", decoder->used_utf8 || decoder->used_utf16 ? ", " : "", decoder->page);
    (void)snprintf(out, size, "%s%s%s%s", decoder->used_utf8 ? "UTF-8" : "", decoder->used_utf8 && decoder->used_utf16 ? ", " : "",
                   decoder->used_utf16 ? "UTF-16" : "", page);
}
