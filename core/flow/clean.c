#include "flow/clean.h"

#include <string.h>

/* ECMA-48 5.4 and 8.3: what stands where in a sequence. */
enum { IN_TEXT, IN_ESCAPE, IN_CONTROL, IN_STRING, IN_STRING_ESCAPE };
enum { SEQUENCE_MAXIMUM = 2048, BELL = 0x07, ESC = 0x1B, CSI = 0x9B, ST = 0x9C };

/* DCS, SOS, OSC, PM, APC. */
static bool begins_string(unsigned c1) {
    return c1 == 0x90 || c1 == 0x98 || c1 == 0x9D || c1 == 0x9E || c1 == 0x9F;
}

static int after_c1(unsigned c1) {
    return c1 == CSI ? IN_CONTROL : begins_string(c1) ? IN_STRING : IN_TEXT;
}

/* Marks and embeddings of direction, and line separators of another kind. */
static bool turns_text(unsigned character) {
    return character == 0x200E || character == 0x200F || character == 0x061C || (character >= 0x2028 && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xFEFF;
}

/* What comes after an ESC: the other way to write a C1 control, an intermediate byte, or the end. */
static int after_escape(unsigned character) {
    if (character >= 0x40 && character <= 0x5F)
        return after_c1(character + 0x40);
    return character >= 0x20 && character <= 0x2F ? IN_ESCAPE : IN_TEXT;
}

static int after_in_string(unsigned character) {
    if (character == BELL || character == ST)
        return IN_TEXT;
    return character == ESC ? IN_STRING_ESCAPE : IN_STRING;
}

/* Whether the character is part of a sequence, which goes. A sequence does not go past a line, so that it hides nothing. */
static bool is_swallowed(ns_cleaner *self, unsigned character) {
    if (self->state == IN_TEXT)
        return false;
    if (character == '\n' || character == '\r' || ++self->length > SEQUENCE_MAXIMUM) {
        self->state = IN_TEXT;
        return false;
    }
    if (self->state == IN_ESCAPE)
        self->state = after_escape(character);
    else if (self->state == IN_CONTROL)
        self->state = character >= 0x40 && character <= 0x7E ? IN_TEXT : IN_CONTROL;
    else if (self->state == IN_STRING)
        self->state = after_in_string(character);
    else
        self->state = character == '\\' ? IN_TEXT : IN_STRING;
    return true;
}

static unsigned next_character(const unsigned char *p, size_t size, size_t *length) {
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const size_t wanted = *p < 0x80 ? 1 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : 4;
    unsigned character = 0;
    *length = wanted <= size ? wanted : size;
    character = *p & masks[*length];
    for (size_t i = 1; i < *length; i++)
        character = character << 6 | (p[i] & 0x3FU);
    return character;
}

static void put(ns_cleaner *self, unsigned character, const unsigned char *p, size_t length, ns_text *out) {
    if (character == ESC || (character >= 0x80 && character < 0xA0)) {
        self->state = character == ESC ? IN_ESCAPE : after_c1(character);
        self->length = 0;
        if (self->state == IN_TEXT)
            (void)ns_text_append_string(out, "?");
    } else if (character == '\r') {
        (void)ns_text_append_string(out, "\n");
    } else if (character == '\b' || (character == '\n' && self->carriage)) {
        /* the first is about what stands before it; the second is one line end with what came */
    } else if ((character < 0x20 && character != '\n' && character != '\t') || character == 0x7F) {
        (void)ns_text_append_string(out, "?");
    } else if (turns_text(character)) {
        (void)ns_text_append_string(out, "\xEF\xBF\xBD");
    } else {
        (void)ns_text_append(out, p, length);
    }
    self->carriage = character == '\r';
}

bool ns_clean(ns_cleaner *cleaner, const char *text, size_t size, ns_text *out) {
    const unsigned char *p = (const unsigned char *)text;
    size_t length = 0;
    for (size_t at = 0; at < size; at += length) {
        const unsigned character = next_character(p + at, size - at, &length);
        if (!is_swallowed(cleaner, character))
            put(cleaner, character, p + at, length, out);
    }
    return !out->failed;
}
