/* The console's texts for windows: UTF-16, menus and dialogs in the user's language. */
#ifndef NS_CONSOLE_WORDS_WIN32_H
#define NS_CONSOLE_WORDS_WIN32_H

#include <stdbool.h>
#include <winsock2.h>
#include <windows.h>

#include "base/status.h"
#include "console/ui/words.h"

enum { WORDS_SIZE = 2048 };

typedef enum words_language { WORDS_ENGLISH, WORDS_GERMAN, WORDS_LANGUAGES } words_language;

/* Reads both languages. False when memory ran out. UI thread, once. */
bool words_load(void);
/* What the user chose, else what Windows speaks, else English. */
words_language words_wanted(void);
void words_use(words_language language);
words_language words_current(void);

/* Like words_utf8. */
const WCHAR *words(unsigned id);
/* FormatMessage over the text with inserts %1, %1!d!; *out ends with 0. */
void words_format(WCHAR out[WORDS_SIZE], unsigned id, ...);
/* The same with UTF-8 inserts, which may be NULL for "". *out is "" when memory ran out. */
void words_insert(WCHAR out[WORDS_SIZE], unsigned id, const char *first, const char *second, const char *third, const char *fourth);
/* "What happened. What to do. [Code]" UI thread. */
void words_of_error(WCHAR out[WORDS_SIZE], const ns_error *error);

/* Menus and dialogs in the user's language. */
HMENU words_menu(unsigned id);
const DLGTEMPLATE *words_dialog(unsigned id);

#endif
