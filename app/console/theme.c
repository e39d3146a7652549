#include "console/theme.h"

#include <dwmapi.h>
#include <uxtheme.h>
#include <wchar.h>

#include "base/platform.h"
#include "console/names.h"

enum { DARK_TITLE_BAR = 20 }; /* DWMWA_USE_IMMERSIVE_DARK_MODE */

static bool dark;
static HBRUSH brushes[THEME_PARTS];

static const COLORREF dark_colors[THEME_PARTS] = {RGB(32, 32, 32),    RGB(43, 43, 43),    RGB(56, 56, 56), RGB(72, 72, 72),
                                                  RGB(240, 240, 240), RGB(160, 160, 160), RGB(90, 90, 90)};
static const int light_colors[THEME_PARTS] = {COLOR_WINDOW,     COLOR_BTNFACE,  COLOR_BTNFACE,  COLOR_BTNHIGHLIGHT,
                                              COLOR_WINDOWTEXT, COLOR_GRAYTEXT, COLOR_BTNSHADOW};

static bool is_high_contrast(void) {
    HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};
    return SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) && (contrast.dwFlags & HCF_HIGHCONTRASTON);
}

bool theme_read(void) {
    static bool contrast;
    const bool before = dark;
    const bool contrast_before = contrast;
    DWORD light = 1;
    DWORD size = sizeof light;
    (void)RegGetValueW(HKEY_CURRENT_USER, NAME_PERSONALIZE_KEY, NAME_APPS_USE_LIGHT, RRF_RT_REG_DWORD, NULL, &light, &size);
    contrast = is_high_contrast();
    dark = light == 0 && !contrast;
    return dark != before || contrast != contrast_before;
}

bool theme_is_dark(void) {
    return dark;
}

/* Half way between two colours and a little more: readable, and visibly less. */
static COLORREF between(COLORREF text, COLORREF back) {
    return RGB((GetRValue(text) * 3 + GetRValue(back) * 2) / 5, (GetGValue(text) * 3 + GetGValue(back) * 2) / 5,
               (GetBValue(text) * 3 + GetBValue(back) * 2) / 5);
}

COLORREF theme_color(theme_part part) {
    if (!dark && part == THEME_DIM && !is_high_contrast())
        return between(GetSysColor(COLOR_WINDOWTEXT), GetSysColor(COLOR_WINDOW));
    return dark ? dark_colors[part] : GetSysColor(light_colors[part]);
}

HBRUSH theme_brush(theme_part part) {
    if (!dark)
        return GetSysColorBrush(light_colors[part]);
    if (!brushes[part])
        brushes[part] = CreateSolidBrush(dark_colors[part]); /* lives as long as the program */
    return brushes[part];
}

static void dress_list(HWND list) {
    HWND header = ListView_GetHeader(list);
    (void)SetWindowTheme(list, dark ? NAME_THEME_EXPLORER : NULL, NULL);
    if (header)
        (void)SetWindowTheme(header, dark ? NAME_THEME_ITEMS : NULL, NULL);
    (void)ListView_SetBkColor(list, theme_color(THEME_BACK));
    (void)ListView_SetTextBkColor(list, theme_color(THEME_BACK));
    (void)ListView_SetTextColor(list, theme_color(THEME_TEXT));
}

static void dress_tree(HWND tree) {
    (void)SetWindowTheme(tree, dark ? NAME_THEME_EXPLORER : NULL, NULL);
    (void)TreeView_SetBkColor(tree, theme_color(THEME_BACK));
    (void)TreeView_SetTextColor(tree, theme_color(THEME_TEXT));
    (void)TreeView_SetLineColor(tree, dark ? theme_color(THEME_LINE) : CLR_DEFAULT);
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
        (void)SetWindowTheme(window, dark ? NAME_THEME_FIELDS : NULL, NULL);
    else if (_wcsicmp(name, WC_EDITW) == 0 || _wcsicmp(name, WC_BUTTONW) == 0)
        (void)SetWindowTheme(window, dark ? NAME_THEME_EXPLORER : NULL, NULL);
    painter = theme_painter(name);
    if (painter)
        (void)SetWindowSubclass(window, painter, 1, 0); /* once, however often */
    return TRUE;
}

void theme_dress(HWND window) {
    const BOOL title = dark;
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
    if (!dark)
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
