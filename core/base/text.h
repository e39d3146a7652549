/* UTF-8 text: a growable buffer with a maximum, and what must be known of a string. No locks; one owner at a time. */
#ifndef NS_BASE_TEXT_H
#define NS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ns_text {
    char *bytes; /* always ends with 0 once something was added; NULL before */
    size_t size; /* bytes, without the final 0 */
    size_t capacity;
    size_t maximum; /* bytes it will never exceed */
    bool failed;    /* something did not fit or memory ran out; later additions do nothing */
} ns_text;

void ns_text_init(ns_text *text, size_t maximum);
void ns_text_clear(ns_text *text);
/* Wipes the bytes before it lets them go: for text that held a secret. */
void ns_text_wipe(ns_text *text);
/* Each adds and returns false when the text would pass its maximum or memory ran out; `failed` remembers it. */
bool ns_text_append(ns_text *text, const void *bytes, size_t size);
bool ns_text_append_string(ns_text *text, const char *string);
bool ns_text_appendf(ns_text *text, const char *format, ...) NS_PRINTF(2, 3);
/* What it holds, "" when nothing. Borrowed until the next change. */
const char *ns_text_string(const ns_text *text);
/* Moves the bytes out; the caller frees. NULL when memory ran out. */
char *ns_text_take(ns_text *text);
/* The same, and NULL as well when it is not whole: of a path or a name the half is another one. */
char *ns_text_take_whole(ns_text *text);

/* A copy that the caller frees; a NULL string is copied as "". */
char *ns_string_copy(const char *string);
bool ns_string_equal(const char *a, const char *b);
/* The number of Unicode characters, or -1 when the bytes are not UTF-8 (RFC 3629). */
ptrdiff_t ns_utf8_count(const char *string);
/* How many of the bytes are whole characters from the beginning; *broken: what follows is no beginning of one either, and no more bytes mend it. */
size_t ns_utf8_whole(const void *bytes, size_t size, bool *broken);
/* The character that begins there, of text that ends with 0, and how many bytes it has; U+FFFD and 1 for what begins none. */
uint32_t ns_utf8_character(const char *text, size_t *size);
/* Whether a terminal or a list would obey it (ECMA-48), or it turns or hides what stands around it (UTS #55). White space is none, and neither are
 * joiners and direction marks, which some scripts need. */
bool ns_is_disguise(uint32_t character);
/* Takes an unfinished character off the end, where a fixed buffer cut it. */
void ns_utf8_trim(char *string);
/* Copies at most `size` bytes of anything, writing U+FFFD for what is not UTF-8 and dropping NUL. */
bool ns_utf8_append_lossy(ns_text *out, const void *bytes, size_t size);
/* A copy as UTF-8, of a text that should be and may not be; the caller frees. NULL is copied as "". NULL when memory ran out. */
char *ns_utf8_copy(const char *string);
/* The character at *at of UTF-16 text, least significant byte first, as UTF-8: returns how many bytes it has and goes past it. What is
 * no character becomes U+FFFD. At least two bytes must be left. */
size_t ns_utf16_next(const unsigned char *bytes, size_t size, size_t *at, char out[4]);
/* Whether `text` is one of the words, which have "|" between them. */
bool ns_is_one_of(const char *text, const char *words);
/* Whether `text` begins with the other, and whether it is the other, where A to Z are as a to z. */
bool ns_ascii_begins(const char *text, const char *with);
bool ns_ascii_equal(const char *a, const char *b);
/* Each byte as two hexadecimal digits; `out` has room for them and the final 0. */
void ns_hex_write(const unsigned char *bytes, size_t size, char *out);
/* A whole decimal number within the range, or false. */
bool ns_parse_integer(const char *string, long long minimum, long long maximum, long long *out);

/* Wipes memory in a way that the compiler may not remove. */
void ns_wipe(void *bytes, size_t size);

#endif
