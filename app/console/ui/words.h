/* The console's texts in the user's language, in UTF-8: from the string tables, and from the catalogue of what core says
 * (viewer/catalogue.h). What windows need in UTF-16 is in words_win32.h. All are read once, before other threads start; after that any
 * thread may ask, but for what core said. Portable. */
#ifndef NS_CONSOLE_WORDS_H
#define NS_CONSOLE_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

/* The text of a number of resource.h. Borrowed; good until the program ends, in whatever language it was asked for. */
const char *words_utf8(unsigned id);
/* Milliseconds UTC as the user's clock and region show them. */
void words_local_time(int64_t utc_ms, char *out, size_t size);
/* What core says (base/phrase.h), in the user's language. Borrowed, until the sixteenth call after this. UI thread. */
const char *words_of_core(const char *phrase);
/* The same of a member of what core wrote as JSON. */
const char *words_of_member(const cJSON *object, const char *name);

#endif
