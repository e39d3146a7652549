/* Looking at and typing into the windows of another process, as a user would: keys through the system's input queue,
 * texts through the controls' own messages. */
#ifndef NS_TESTS_GUI_REMOTE_H
#define NS_TESTS_GUI_REMOTE_H

#include <winsock2.h>
#include <windows.h>

#include <commctrl.h>
#include <stdbool.h>

enum { REMOTE_TEXT = 2048 };

/* Every time that is waited for something is so many times what it takes on a computer with nothing else to do. */
enum { PATIENCE = 3 };

/* The top-level window of that class and title that is visible; NULL for either means any. Waits; NULL when none came. */
HWND remote_window(const WCHAR *class_name, const WCHAR *title_part, int seconds);
/* Brings it to the front and waits until it has the keyboard. */
void remote_focus(HWND window);
void remote_key(WORD key, bool control, bool shift, bool alt);
bool remote_menu_is_open(HWND window);
void remote_type(const WCHAR *text);
void remote_text(HWND control, WCHAR out[REMOTE_TEXT]);
int remote_list_count(HWND list);
void remote_list_text(HWND list, int row, int column, WCHAR out[REMOTE_TEXT]);
/* The row with that text in the column, or -1. */
int remote_list_find(HWND list, int column, const WCHAR *text);
/* Selects and focuses one row. */
void remote_list_select(HWND list, int row);
/* Where a row, or the first item below the first of a tree, is in the control's client area. */
bool remote_list_rect(HWND list, int row, RECT *out);
bool remote_tree_child_rect(HWND tree, RECT *out);
/* Which control of the window's thread has the keyboard. */
HWND remote_has_focus(HWND of);
/* The mouse, to a point of a control's client area: clicks, or drags from one to another (a NULL `to` only presses and lets go). */
void remote_click(HWND control, int x, int y, bool right);
void remote_drag(HWND from, int x, int y, HWND to, int to_x, int to_y);
/* What a screen reader calls a control, and which role it has, through MSAA; "" and 0 when it says nothing. */
void remote_accessible(HWND control, WCHAR name[REMOTE_TEXT], long *role);
/* Asks the test's starter for a picture of the screen. */
void remote_picture(const char *name);

#endif
