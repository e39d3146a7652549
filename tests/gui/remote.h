/* Looking at and typing into the windows of another process, as a user would: keys through the system's input queue,
 * texts through the controls' own messages. */
#ifndef NS_TESTS_GUI_REMOTE_H
#define NS_TESTS_GUI_REMOTE_H

#include <winsock2.h>
#include <windows.h>

#include <commctrl.h>
#include <stdbool.h>

enum { REMOTE_TEXT = 2048 };

/* The top-level window of that class and title that is visible; NULL for either means any. Waits; NULL when none came. */
HWND remote_window(const WCHAR *class_name, const WCHAR *title_part, int seconds);
/* Brings it to the front and waits until it has the keyboard. */
void remote_focus(HWND window);
void remote_key(WORD key, bool control, bool shift, bool alt);
void remote_type(const WCHAR *text);
void remote_text(HWND control, WCHAR out[REMOTE_TEXT]);
int remote_list_count(HWND list);
void remote_list_text(HWND list, int row, int column, WCHAR out[REMOTE_TEXT]);
/* The row with that text in the column, or -1. */
int remote_list_find(HWND list, int column, const WCHAR *text);
/* Selects and focuses one row. */
void remote_list_select(HWND list, int row);
/* Asks the test's starter for a picture of the screen. */
void remote_picture(const char *name);

#endif
