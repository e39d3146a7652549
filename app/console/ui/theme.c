#include "console/ui/theme.h"

#include <dwmapi.h>
#include <uxtheme.h>
#include <wchar.h>
#include <windowsx.h>

#include <commctrl.h>

#include "base/platform.h"
#include "console/ui/names.h"
#include "console/ui/theme_menu.h"
#include "console/ui/theme_paint.h"

enum { DARK_TITLE_BAR = 20 }; /* DWMWA_USE_IMMERSIVE_DARK_MODE */

static void dress_list(HWND list) {
    HWND header = ListView_GetHeader(list);
    (void)SetWindowTheme(list, theme_is_dark() ? NAME_THEME_EXPLORER : NULL, NULL);
    if (header)
        (void)SetWindowTheme(header, theme_is_dark() ? NAME_THEME_ITEMS : NULL, NULL);
    (void)ListView_SetBkColor(list, theme_color(THEME_BACK));
    (void)ListView_SetTextBkColor(list, theme_color(THEME_BACK));
    (void)ListView_SetTextColor(list, theme_color(THEME_TEXT));
}

static void dress_tree(HWND tree) {
    (void)SetWindowTheme(tree, theme_is_dark() ? NAME_THEME_EXPLORER : NULL, NULL);
    (void)TreeView_SetBkColor(tree, theme_color(THEME_BACK));
    (void)TreeView_SetTextColor(tree, theme_color(THEME_TEXT));
    (void)TreeView_SetLineColor(tree, theme_is_dark() ? theme_color(THEME_LINE) : CLR_DEFAULT);
}

static BOOL CALLBACK dress_child(HWND window, LPARAM context) {
    WCHAR name[64] = {0};
    SUBCLASSPROC painter = NULL;
    (void)context;
    (void)GetClassNameW(window, name, NS_COUNT_OF(name));
    if (_wcsicmp(name, WC_LISTVIEWW) == 0)
        dress_list(window);
    else if (_wcsicmp(name, WC_TREEVIEWW) == 0)
        dress_tree(window);
    else if (_wcsicmp(name, WC_COMBOBOXW) == 0)
        (void)SetWindowTheme(window, theme_is_dark() ? NAME_THEME_FIELDS : NULL, NULL);
    else if (_wcsicmp(name, WC_EDITW) == 0 || _wcsicmp(name, WC_BUTTONW) == 0)
        (void)SetWindowTheme(window, theme_is_dark() ? NAME_THEME_EXPLORER : NULL, NULL);
    painter = theme_painter(name);
    if (painter)
        (void)SetWindowSubclass(window, painter, 1, 0); /* once, however often */
    return TRUE;
}

void theme_dress(HWND window) {
    const BOOL title = theme_is_dark();
    (void)DwmSetWindowAttribute(window, DARK_TITLE_BAR, &title, sizeof title);
    (void)EnumChildWindows(window, dress_child, 0);
    (void)RedrawWindow(window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_FRAME | RDW_ALLCHILDREN);
}

static LRESULT color(HDC dc, theme_part back) {
    (void)SetTextColor(dc, theme_color(THEME_TEXT));
    (void)SetBkColor(dc, theme_color(back));
    return (LRESULT)theme_brush(back);
}

bool theme_handles(HWND window, UINT message, WPARAM wparam, LPARAM lparam, LRESULT *answer) {
    RECT area;
    if (message == WM_MEASUREITEM && ((MEASUREITEMSTRUCT *)lparam)->CtlType == ODT_MENU)
        return *answer = TRUE, theme_measure_menu((MEASUREITEMSTRUCT *)lparam);
    if (message == WM_DRAWITEM && ((const DRAWITEMSTRUCT *)lparam)->CtlType == ODT_MENU)
        return *answer = TRUE, theme_draw_menu((const DRAWITEMSTRUCT *)lparam);
    if (!theme_is_dark())
        return false;
    switch (message) {
    case WM_MENUCHAR:
        *answer = theme_find_menu_item((HMENU)lparam, (WCHAR)LOWORD(wparam));
        return true;
    case WM_CTLCOLORDLG:
    case WM_CTLCOLORSTATIC:
    case WM_CTLCOLORBTN:
        *answer = color((HDC)wparam, THEME_PANEL);
        return true;
    case WM_CTLCOLOREDIT:
    case WM_CTLCOLORLISTBOX:
        *answer = color((HDC)wparam, THEME_BACK);
        return true;
    case WM_ERASEBKGND:
        (void)GetClientRect(window, &area);
        (void)FillRect((HDC)wparam, &area, theme_brush(THEME_PANEL));
        *answer = TRUE;
        return true;
    default:
        return false;
    }
}
