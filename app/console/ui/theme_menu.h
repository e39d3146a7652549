/* Menus in the dark. UI thread. */
#ifndef NS_CONSOLE_THEME_MENU_H
#define NS_CONSOLE_THEME_MENU_H

#include "console/ui/palette.h"

/* Dresses a menu with all below it; undress before it is destroyed. */
void theme_dress_menu(HMENU menu);
void theme_undress_menu(HMENU menu);
/* After the window's frame was painted: the rest of the menu bar, which the system draws light. */
void theme_paint_menu_bar(HWND window);
/* WM_MENUCHAR: an owner-drawn item answers to its letter only through this. */
LRESULT theme_find_menu_item(HMENU menu, WCHAR letter);
bool theme_measure_menu(MEASUREITEMSTRUCT *item);
bool theme_draw_menu(const DRAWITEMSTRUCT *item);

#endif
