/* Menus in the dark: owner-drawn through documented means, and read by screen readers through MSAAMENUINFO. */
#include <oleacc.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

#include "base/platform.h"
#include "console/ui/theme_menu.h"

enum { LABEL_SIZE = 160 };

typedef struct dressed_item {
    MSAAMENUINFO accessible; /* must be first */
    WCHAR text[LABEL_SIZE];
    bool separator;
    bool bar; /* of the menu bar, not of a popup */
} dressed_item;

static HFONT menu_font(void) {
    static HFONT font; /* lives as long as the program */
    NONCLIENTMETRICSW metrics = {.cbSize = sizeof metrics};
    if (!font && SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0))
        font = CreateFontIndirectW(&metrics.lfMenuFont);
    return font;
}

static void dress_item(HMENU menu, UINT at, bool bar) {
    MENUITEMINFOW info = {.cbSize = sizeof info, .fMask = MIIM_FTYPE | MIIM_STRING | MIIM_SUBMENU | MIIM_DATA};
    dressed_item *item = calloc(1, sizeof *item);
    if (!item)
        return;
    info.dwTypeData = item->text;
    info.cch = LABEL_SIZE;
    if (!GetMenuItemInfoW(menu, at, TRUE, &info) || info.dwItemData) {
        free(item);
        return;
    }
    item->separator = (info.fType & MFT_SEPARATOR) != 0;
    item->bar = bar;
    item->accessible = (MSAAMENUINFO){MSAA_MENU_SIG, (DWORD)wcslen(item->text), item->text};
    info.fMask = MIIM_FTYPE | MIIM_DATA;
    info.fType |= MFT_OWNERDRAW;
    info.dwItemData = (ULONG_PTR)item;
    (void)SetMenuItemInfoW(menu, at, TRUE, &info);
}

static void undress_item(HMENU menu, UINT at) {
    MENUITEMINFOW info = {.cbSize = sizeof info, .fMask = MIIM_FTYPE | MIIM_DATA};
    dressed_item *item = NULL;
    if (!GetMenuItemInfoW(menu, at, TRUE, &info) || !info.dwItemData)
        return;
    item = (dressed_item *)info.dwItemData;
    info.dwItemData = 0;
    info.fType &= (UINT)~MFT_OWNERDRAW;
    info.fMask = MIIM_FTYPE | MIIM_DATA | (item->separator ? 0u : MIIM_STRING);
    info.dwTypeData = item->text;
    (void)SetMenuItemInfoW(menu, at, TRUE, &info);
    free(item);
}

static void walk(HMENU menu, bool dress, bool bar) {
    const MENUINFO look = {.cbSize = sizeof look, .fMask = MIM_BACKGROUND, .hbrBack = dress ? theme_brush(THEME_PANEL) : NULL};
    (void)SetMenuInfo(menu, &look);
    for (int i = 0; i < GetMenuItemCount(menu); i++) {
        HMENU below = GetSubMenu(menu, i);
        if (dress)
            dress_item(menu, (UINT)i, bar);
        else
            undress_item(menu, (UINT)i);
        if (below)
            walk(below, dress, false);
    }
}

void theme_dress_menu(HMENU menu) {
    walk(menu, theme_is_dark(), GetMenuItemCount(menu) > 0 && GetSubMenu(menu, 0) != NULL);
}

void theme_undress_menu(HMENU menu) {
    walk(menu, false, false);
}

void theme_paint_menu_bar(HWND window) {
    MENUBARINFO bar = {.cbSize = sizeof bar};
    MENUBARINFO last = {.cbSize = sizeof last};
    RECT place;
    RECT rest;
    HDC dc = NULL;
    const int count = GetMenu(window) ? GetMenuItemCount(GetMenu(window)) : 0;
    if (!theme_is_dark() || !count || !GetMenuBarInfo(window, OBJID_MENU, 0, &bar) || !GetMenuBarInfo(window, OBJID_MENU, count, &last))
        return;
    (void)GetWindowRect(window, &place);
    rest = (RECT){last.rcBar.right, bar.rcBar.top, bar.rcBar.right, bar.rcBar.bottom + 1};
    (void)OffsetRect(&rest, -place.left, -place.top);
    dc = GetWindowDC(window);
    (void)FillRect(dc, &rest, theme_brush(THEME_PANEL));
    (void)ReleaseDC(window, dc);
}

static void split(const dressed_item *item, WCHAR label[LABEL_SIZE], const WCHAR **shortcut) {
    WCHAR *tab = NULL;
    (void)lstrcpynW(label, item->text, LABEL_SIZE);
    tab = wcschr(label, L'\t');
    *shortcut = tab ? tab + 1 : L"";
    if (tab)
        *tab = 0;
}

LRESULT theme_find_menu_item(HMENU menu, WCHAR letter) {
    for (int i = 0; i < GetMenuItemCount(menu); i++) {
        MENUITEMINFOW info = {.cbSize = sizeof info, .fMask = MIIM_DATA};
        const dressed_item *item = NULL;
        const WCHAR *mark = NULL;
        if (!GetMenuItemInfoW(menu, (UINT)i, TRUE, &info) || !info.dwItemData)
            continue;
        item = (const dressed_item *)info.dwItemData;
        mark = wcschr(item->text, L'&');
        if (mark && towupper(mark[1]) == towupper(letter))
            return MAKELRESULT(i, MNC_EXECUTE);
    }
    return MAKELRESULT(0, MNC_IGNORE);
}

bool theme_measure_menu(MEASUREITEMSTRUCT *measure) {
    const dressed_item *item = (const dressed_item *)measure->itemData;
    const int unit = MulDiv(1, (int)GetDpiForSystem(), 96);
    WCHAR label[LABEL_SIZE];
    const WCHAR *shortcut = NULL;
    HDC dc = NULL;
    HGDIOBJ before = NULL;
    RECT text = {0};
    RECT right = {0};
    if (!item)
        return false;
    split(item, label, &shortcut);
    dc = GetDC(NULL);
    before = SelectObject(dc, menu_font());
    (void)DrawTextW(dc, label, -1, &text, DT_SINGLELINE | DT_CALCRECT);
    (void)DrawTextW(dc, shortcut, -1, &right, DT_SINGLELINE | DT_CALCRECT);
    (void)SelectObject(dc, before);
    (void)ReleaseDC(NULL, dc);
    measure->itemWidth = (UINT)(item->bar ? text.right : text.right + right.right + 60 * unit);
    measure->itemHeight = (UINT)(item->separator ? 7 * unit : text.bottom + 8 * unit);
    return true;
}

bool theme_draw_menu(const DRAWITEMSTRUCT *draw) {
    const dressed_item *item = (const dressed_item *)draw->itemData;
    const int unit = MulDiv(1, (int)GetDpiForSystem(), 96);
    const bool chosen = (draw->itemState & (ODS_SELECTED | ODS_HOTLIGHT)) != 0;
    const UINT prefix = draw->itemState & ODS_NOACCEL ? DT_HIDEPREFIX : 0;
    WCHAR label[LABEL_SIZE];
    const WCHAR *shortcut = NULL;
    RECT area = draw->rcItem;
    HGDIOBJ before = NULL;
    if (!item)
        return false;
    split(item, label, &shortcut);
    (void)FillRect(draw->hDC, &area, theme_brush(chosen && !item->separator ? THEME_HOT : THEME_PANEL));
    if (item->separator) {
        const RECT line = {area.left + 8 * unit, (area.top + area.bottom) / 2, area.right - 8 * unit, (area.top + area.bottom) / 2 + 1};
        (void)FillRect(draw->hDC, &line, theme_brush(THEME_LINE));
        return true;
    }
    before = SelectObject(draw->hDC, menu_font());
    (void)SetBkMode(draw->hDC, TRANSPARENT);
    (void)SetTextColor(draw->hDC, theme_color(draw->itemState & (ODS_GRAYED | ODS_DISABLED) ? THEME_DIM : THEME_TEXT));
    if (item->bar) {
        (void)DrawTextW(draw->hDC, label, -1, &area, DT_CENTER | DT_VCENTER | DT_SINGLELINE | prefix);
    } else {
        area.left += 24 * unit;
        area.right -= 16 * unit;
        if (draw->itemState & ODS_CHECKED) {
            RECT mark = {draw->rcItem.left + 9 * unit, (area.top + area.bottom) / 2 - 3 * unit, draw->rcItem.left + 15 * unit,
                         (area.top + area.bottom) / 2 + 3 * unit};
            (void)FillRect(draw->hDC, &mark, theme_brush(THEME_TEXT));
        }
        (void)DrawTextW(draw->hDC, label, -1, &area, DT_LEFT | DT_VCENTER | DT_SINGLELINE | prefix);
        (void)DrawTextW(draw->hDC, shortcut, -1, &area, DT_RIGHT | DT_VCENTER | DT_SINGLELINE);
    }
    (void)SelectObject(draw->hDC, before);
    return true;
}
