/* What core says, in another language. Core makes its sentences with printf, so a catalogue holds for each format the sentence
 * of the other language; a text that was said is matched against the formats, and its values are put into the other sentence.
 * There {1} is the first value as it is, {=1} the first value as the catalogue has it, and {-1} nothing. Pure: no windows, no
 * state; any thread. */
#ifndef NS_PRESENT_TEMPLATE_H
#define NS_PRESENT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { TEMPLATE_VALUES = 8 };

typedef struct template_entry {
    const char *english; /* a printf format, or a text without values */
    const char *german;
} template_entry;

typedef struct template_match {
    size_t weight; /* bytes of the format that are no value */
    bool begins;   /* with some of them */
    size_t count;
    struct {
        const char *at; /* in the text that was matched */
        size_t size;
    } values[TEMPLATE_VALUES];
} template_match;

/* Whether the whole text can have been made with the format. Of several places where a value may end, the first counts. */
bool template_matches(const char *format, const char *text, size_t size, template_match *out);

/* Appends the text in the other language. Core also sets sentences one after the other, and the system's own words behind a
 * colon: each sentence that is known is translated, what is between stays. Where several formats fit, one that
 * begins with text of its own is taken before one that begins with a value, and then the one with most text of its own. False, with nothing of use in
 * *out, when no part is known or *out is full. */
bool template_translate(const template_entry *entries, size_t count, const char *text, ns_text *out);

#endif
