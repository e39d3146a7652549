/* The console's texts: from the string table, in UTF-16 for windows and UTF-8 for what is portable. UI thread. */
#ifndef NS_CONSOLE_WORDS_H
#define NS_CONSOLE_WORDS_H

#include "base/platform.h"
#include "base/status.h"

enum { WORDS_SIZE = 1024 };

/* The text of a number of resource.h. Borrowed; good until the program ends. */
const WCHAR *words(unsigned id);
const char *words_utf8(unsigned id);
/* FormatMessage over the text with inserts %1, %1!d!; *out ends with 0. */
void words_format(WCHAR out[WORDS_SIZE], unsigned id, ...);
/* "What happened. What to do. [Code]" */
void words_of_error(WCHAR out[WORDS_SIZE], const ns_error *error);
/* Milliseconds UTC as the user's clock and region show them. */
void words_local_time(int64_t utc_ms, char *out, size_t size);

/* Sets a window's text from UTF-8, and reads it (the caller frees; NULL when memory ran out). */
void set_text(HWND window, const char *utf8);
char *get_text(HWND window);

#endif
