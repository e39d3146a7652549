/* Light or dark as Windows is set, switched live. Windows documents no dark common controls, so in the dark what is stock is
 * coloured through documented messages and painted over where there are none; scroll bars and drop-down parts take the dark
 * theme classes that Windows 10 and 11 ship. High contrast wins: then nothing is coloured here at all. UI thread. */
#ifndef NS_CONSOLE_THEME_H
#define NS_CONSOLE_THEME_H

#include "console/ui/palette.h"
#include "console/ui/theme_paint.h"

/* Dresses a top-level window and its children, or undresses them after a change. */
void theme_dress(HWND window);
/* A window's messages that carry colours; true when *answer is the answer. */
bool theme_handles(HWND window, UINT message, WPARAM wparam, LPARAM lparam, LRESULT *answer);

#endif
