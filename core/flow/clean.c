#include "flow/clean.h"

/* ECMA-48 5.4 and 8.3: what stands where in a sequence. */
enum { IN_TEXT, IN_ESCAPE, IN_CONTROL, IN_STRING, IN_STRING_ESCAPE };
enum { SEQUENCE_MAXIMUM = 2048, BELL = 0x07, ESC = 0x1B, CSI = 0x9B, ST = 0x9C };

/* DCS, SOS, OSC, PM, APC. */
static bool begins_string(uint32_t c1) {
    return c1 == 0x90 || c1 == 0x98 || c1 == 0x9D || c1 == 0x9E || c1 == 0x9F;
}

static int after_c1(uint32_t c1) {
    return c1 == CSI ? IN_CONTROL : begins_string(c1) ? IN_STRING : IN_TEXT;
}

/* What comes after an ESC: the other way to write a C1 control, an intermediate byte, or the end. */
static int after_escape(uint32_t character) {
    if (character >= 0x40 && character <= 0x5F)
        return after_c1(character + 0x40);
    return character >= 0x20 && character <= 0x2F ? IN_ESCAPE : IN_TEXT;
}

static int after_in_string(uint32_t character) {
    if (character == BELL || character == ST)
        return IN_TEXT;
    return character == ESC ? IN_STRING_ESCAPE : IN_STRING;
}

/* Whether the character is part of a sequence, which goes. A sequence does not go past a line, so that it hides nothing. */
static bool is_swallowed(ns_cleaner *self, uint32_t character) {
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

static void put(ns_cleaner *self, uint32_t character, const char *p, size_t length, ns_text *out) {
    if (character == ESC || (character >= 0x80 && character < 0xA0)) {
        self->state = character == ESC ? IN_ESCAPE : after_c1(character);
        self->length = 0;
        if (self->state == IN_TEXT)
            (void)ns_text_append_string(out, "?");
    } else if (character == '\r') {
        (void)ns_text_append_string(out, "\n");
    } else if (character == '\b' || (character == '\n' && self->carriage)) {
        /* the first is about what stands before it; the second is one line end with what came */
    } else if (ns_is_disguise(character)) {
        (void)ns_text_append_string(out, character < 0x80 ? "?" : "\xEF\xBF\xBD");
    } else {
        (void)ns_text_append(out, p, length);
    }
    self->carriage = character == '\r';
}

bool ns_clean(ns_cleaner *cleaner, const char *text, size_t size, ns_text *out) {
    size_t length = 0;
    for (size_t at = 0; at < size; at += length) {
        const uint32_t character = ns_utf8_character(text + at, &length);
        if (!is_swallowed(cleaner, character))
            put(cleaner, character, text + at, length, out);
    }
    return !out->failed;
}
