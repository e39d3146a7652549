/* What a user arranged: kept in the user's registry the moment it changes, so that nothing is lost however the console ends. UI
 * thread; a registry call takes microseconds. */
#ifndef NS_CONSOLE_OPTIONS_H
#define NS_CONSOLE_OPTIONS_H

#include <stdbool.h>
#include <winsock2.h>
#include <windows.h>

enum { OPTION_SIZE = 4096, OPTION_NAME_SIZE = 100 };

/* The text, "" when it was never set. */
void options_text(const WCHAR *name, WCHAR out[OPTION_SIZE]);
void options_set_text(const WCHAR *name, const WCHAR *value);
int options_integer(const WCHAR *name, int otherwise);
void options_set_integer(const WCHAR *name, int value);
/* Forgets one, so that what the program came with counts again. */
void options_reset(const WCHAR *name);

/* What the user named: the value with that number below the key; false when there are no more. */
bool options_named_at(const WCHAR *key, unsigned number, WCHAR name[OPTION_NAME_SIZE], WCHAR value[OPTION_SIZE]);
/* NULL removes it. */
void options_set_named(const WCHAR *key, const WCHAR *name, const WCHAR *value);

/* Where the window was, if that is still on a monitor; else false. */
bool options_placement(WINDOWPLACEMENT *out);
void options_set_placement(HWND window);

#endif
