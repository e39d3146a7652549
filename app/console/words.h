/* The console's texts in the user's language: from the string tables, in UTF-16 for windows and UTF-8 for what is portable, and
 * from the catalogue of what core says (viewer/catalogue.h). All are read once, before other threads start; after that any thread may ask, but
 * for what core said. */
#ifndef NS_CONSOLE_WORDS_H
#define NS_CONSOLE_WORDS_H

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "base/platform.h"
#include "base/status.h"

enum { WORDS_SIZE = 2048 };

typedef enum words_language { WORDS_ENGLISH, WORDS_GERMAN, WORDS_LANGUAGES } words_language;

/* Reads both languages. False when memory ran out. UI thread, once. */
bool words_load(void);
/* What the user chose, else what Windows speaks, else English. */
words_language words_wanted(void);
void words_use(words_language language);
words_language words_current(void);

/* The text of a number of resource.h. Borrowed; good until the program ends, in whatever language it was asked for. */
const WCHAR *words(unsigned id);
const char *words_utf8(unsigned id);
/* FormatMessage over the text with inserts %1, %1!d!; *out ends with 0. */
void words_format(WCHAR out[WORDS_SIZE], unsigned id, ...);
/* What core says (base/phrase.h), in the user's language. Borrowed, until the sixteenth call after this. UI thread. */
const char *words_of_core(const char *phrase);
/* The same of a member of what core wrote as JSON. */
const char *words_of_member(const cJSON *object, const char *name);
/* "What happened. What to do. [Code]" UI thread. */
void words_of_error(WCHAR out[WORDS_SIZE], const ns_error *error);
/* Milliseconds UTC as the user's clock and region show them. */
void words_local_time(int64_t utc_ms, char *out, size_t size);

/* Menus and dialogs in the user's language. */
HMENU words_menu(unsigned id);
const DLGTEMPLATE *words_dialog(unsigned id);

#endif
