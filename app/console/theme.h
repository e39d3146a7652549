/* Light or dark as Windows is set, switched live. Windows documents no dark common controls, so in the dark what is stock is
 * coloured through documented messages and painted over where there are none; scroll bars and drop-down parts take the dark
 * theme classes that Windows 10 and 11 ship. High contrast wins: then nothing is coloured here at all. UI thread. */
#ifndef NS_CONSOLE_THEME_H
#define NS_CONSOLE_THEME_H

#include <stdbool.h>
#include <winsock2.h>
#include <windows.h>

#include <windowsx.h>

#include <commctrl.h>

typedef enum theme_part {
    THEME_BACK,   /* of lists, trees and fields */
    THEME_PANEL,  /* of dialogs and bars */
    THEME_RAISED, /* buttons, headers */
    THEME_HOT,
    THEME_TEXT,
    THEME_DIM,
    THEME_LINE,
    THEME_PARTS
} theme_part;

/* Reads what Windows is set to; true when that is another than before. */
bool theme_read(void);
bool theme_is_dark(void);
COLORREF theme_color(theme_part part);
HBRUSH theme_brush(theme_part part);

/* Dresses a top-level window and its children, or undresses them after a change. */
void theme_dress(HWND window);
/* A window's messages that carry colours; true when *answer is the answer. */
bool theme_handles(HWND window, UINT message, WPARAM wparam, LPARAM lparam, LRESULT *answer);

/* What a list, tree or toolbar asks by NM_CUSTOMDRAW: colours in the dark for what the system would draw light. */
LRESULT theme_draws(NMHDR *header);

/* theme_menu.c: the same for a menu, with all below it; undress before it is destroyed. */
void theme_dress_menu(HMENU menu);
void theme_undress_menu(HMENU menu);
/* After the window's frame was painted: the rest of the menu bar, which the system draws light. */
void theme_paint_menu_bar(HWND window);
/* WM_MENUCHAR: an owner-drawn item answers to its letter only through this. */
LRESULT theme_find_menu_item(HMENU menu, WCHAR letter);
bool theme_measure_menu(MEASUREITEMSTRUCT *item);
bool theme_draw_menu(const DRAWITEMSTRUCT *item);

/* theme_paint.c: the subclass that paints a control in the dark; NULL for a class that colours suffice for. */
SUBCLASSPROC theme_painter(const WCHAR *class_name);

#endif
