/* What stock controls are told in UTF-8, and the few steps that every dialog takes with them. UI thread. */
#ifndef NS_CONSOLE_CONTROLS_H
#define NS_CONSOLE_CONTROLS_H

#include <stddef.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

/* Sets a window's text from UTF-8, and reads it (the caller frees; NULL when memory ran out). */
void set_text(HWND window, const char *utf8);
char *get_text(HWND window);
/* Puts text on the clipboard. */
void copy_text(HWND owner, const char *utf8);

/* Adds a choice that stands for a thing, and chooses it when it is the wanted one. */
void combo_add(HWND box, const char *utf8, int64_t id, int64_t wanted);
/* The thing chosen; `otherwise` when nothing is. */
int64_t combo_chosen(HWND box, int64_t otherwise);

/* A report list's columns (widths in px at 96 dpi, the last takes what is left), and one cell of it. */
typedef struct list_column {
    unsigned title;
    int width;
} list_column;
void list_add_columns(HWND list, const list_column *columns, size_t count);
void list_set_cell(HWND list, int row, int column, const char *utf8);

#endif
