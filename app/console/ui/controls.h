/* What stock controls are told in UTF-8, and the few steps that every dialog takes with them. UI thread. */
#ifndef NS_CONSOLE_CONTROLS_H
#define NS_CONSOLE_CONTROLS_H

#include <stddef.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

#include <commctrl.h>

#include "base/text.h"
#include "console/ui/source.h"

/* Sets a window's text from UTF-8, and reads it (the caller frees; NULL when memory ran out). */
void set_text(HWND window, const char *utf8);
char *get_text(HWND window);
/* Sets it only when it is another: a control paints itself anew each time. */
void set_text_if_new(HWND window, const WCHAR *text);
/* A length in px at 96 dpi, for the window's monitor. */
int scaled(HWND window, int at_96_dpi);
/* Puts text on the clipboard. */
void copy_text(HWND owner, const char *utf8);

/* Adds a choice that stands for a thing, and chooses it when it is the wanted one. */
void combo_add(HWND box, const char *utf8, int64_t id, int64_t wanted);
/* The thing chosen; `otherwise` when nothing is. */
int64_t combo_chosen(HWND box, int64_t otherwise);

/* A report list's columns (the last takes what is left), a row at its end (its number, or -1), and one cell of it. */
void list_add_columns(HWND list, const list_column *columns, size_t count);
int list_add_row(HWND list);
void list_set_cell(HWND list, int row, int column, const char *utf8);

/* Text and inserts from UTF-8 (words_format), appended to UTF-8; nothing when memory ran out. */
void append_words(ns_text *out, unsigned format, const char *first, const char *second);

/* The image list of icon_kind, of that size in px. The caller destroys it. */
HIMAGELIST icons_create(int size);

#endif
