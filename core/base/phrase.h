/* What core says to people: an id and its values, kept apart until somebody is shown it. As in gettext the id is the English sentence with
 * printf conversions in it, so that the code that says it stays readable; a viewer's language has a sentence for the id, and the values are put
 * into that one. A phrase is a string: it can be copied, compared with "" and given to another phrase as a %s, where it keeps its own id and
 * values. Text without any of the three marks below is a phrase too, one without values, or nobody's words at all.
 * Nothing is ever found out about a phrase by looking at its English. Pure; any thread. */
#ifndef NS_BASE_PHRASE_H
#define NS_BASE_PHRASE_H

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdbool.h>

#include "base/text.h"

/* Before an id, before each value and after the last. What comes from outside loses them on its way in (ns_phrase_strip), so that no machine can put
 * words into our mouth. */
enum { NS_PHRASE_BEGIN = 0x02, NS_PHRASE_VALUE = 0x1F, NS_PHRASE_END = 0x03 };

/* Appends one. Conversions: d i u x X o c s, with a width for numbers (zeros before it or not), a precision for texts (also *) and length. An id that
 * is nothing but one %s is no sentence of its own: what it is given is said. False when it does not fit. */
bool ns_phrase_append(ns_text *out, const char *id, ...) NS_PRINTF(2, 3);
bool ns_phrase_append_v(ns_text *out, const char *id, va_list values) NS_PRINTF(2, 0);
/* Appends a text that is an id without values, or a phrase already. */
bool ns_phrase_append_id(ns_text *out, const char *id);
/* The same as the first into a buffer, in place of what is there; what does not fit is cut off, and what is left is still a phrase. */
void ns_phrase_write(char *out, size_t size, const char *id, ...) NS_PRINTF(3, 4);
void ns_phrase_write_v(char *out, size_t size, const char *id, va_list values) NS_PRINTF(3, 0);

/* The sentence for an id in a language, in which {1} stands for the first value, {=1} for the first value as that language calls it, {-1} for
 * none; NULL when the language has none. Borrowed. */
typedef const char *(*ns_phrase_lookup)(const char *id);

/* Appends the phrase as text: in the language of `lookup`, or in English where that is NULL or lacks a sentence. */
void ns_phrase_render(const char *phrase, ns_phrase_lookup lookup, ns_text *out);
/* The same as a string that the caller frees; NULL when memory ran out. */
char *ns_phrase_text(const char *phrase, ns_phrase_lookup lookup);

/* Makes a text, and every text in JSON, that another computer sent harmless wherever it is shown: the marks are taken out, and "?" or U+FFFD stands
 * for a character that a terminal would obey, or that turns or hides what stands around it. */
void ns_phrase_strip(char *text);
void ns_phrase_strip_json(cJSON *value);

/* As JSON: a list of texts and of {"id", "values"}, each value a text or such a list. NULL when memory ran out; the caller deletes. */
cJSON *ns_phrase_to_json(const char *phrase);
/* The phrase that the member "NAMESaid" of an object has, else the text of its member NAME; "" for neither. The caller frees; NULL when memory
 * ran out. What came from outside may be given to it. */
char *ns_phrase_of_member(const cJSON *object, const char *name);
/* Adds both members: the English text, and "NAMESaid". */
bool ns_phrase_add_member(cJSON *object, const char *name, const char *phrase);
/* ns_phrase_to_json as text, for a store, and back: of a text that is no such JSON, `otherwise`. The caller frees; NULL when memory ran out. */
char *ns_phrase_pack(const char *phrase);
char *ns_phrase_unpack(const char *json, const char *otherwise);

#endif
