/* What colours do not reach, painted in the dark over the stock control, which keeps its behaviour and its accessibility. */
#include <wchar.h>

#include <winsock2.h>
#include <windows.h>
#include <windowsx.h>

#include "base/platform.h"
#include "console/ui/theme_paint.h"

enum { TEXT_SIZE = 512 };

static void frame(HDC dc, const RECT *area, theme_part part) {
    (void)FrameRect(dc, area, theme_brush(part));
}

/* The edge that the system draws outside the client area. */
static void paint_edge(HWND window) {
    HDC dc = GetWindowDC(window);
    RECT area;
    if (!dc)
        return;
    (void)GetWindowRect(window, &area);
    (void)OffsetRect(&area, -area.left, -area.top);
    if (GetWindowExStyle(window) & WS_EX_CLIENTEDGE || GetWindowStyle(window) & WS_BORDER) {
        frame(dc, &area, GetFocus() == window ? THEME_DIM : THEME_LINE);
        if (GetWindowExStyle(window) & WS_EX_CLIENTEDGE) {
            (void)InflateRect(&area, -1, -1);
            frame(dc, &area, THEME_BACK);
        }
    }
    (void)ReleaseDC(window, dc);
}

static void draw_text(HDC dc, HWND window, RECT *area, UINT format) {
    WCHAR text[TEXT_SIZE] = {0};
    HFONT font = GetWindowFont(window);
    HGDIOBJ before = font ? SelectObject(dc, font) : NULL;
    (void)GetWindowTextW(window, text, TEXT_SIZE);
    (void)SetBkMode(dc, TRANSPARENT);
    (void)SetTextColor(dc, theme_color(IsWindowEnabled(window) ? THEME_TEXT : THEME_DIM));
    if (SendMessageW(window, WM_QUERYUISTATE, 0, 0) & UISF_HIDEACCEL)
        format |= DT_HIDEPREFIX;
    (void)DrawTextW(dc, text, -1, area, format);
    if (before)
        (void)SelectObject(dc, before);
}

static bool shows_focus(HWND window) {
    return GetFocus() == window && !(SendMessageW(window, WM_QUERYUISTATE, 0, 0) & UISF_HIDEFOCUS);
}

static void paint_push(HWND window, HDC dc, RECT area) {
    const LRESULT state = SendMessageW(window, BM_GETSTATE, 0, 0);
    const bool is_default = (GetWindowStyle(window) & BS_TYPEMASK) == BS_DEFPUSHBUTTON || GetFocus() == window;
    (void)FillRect(dc, &area, theme_brush(state & (BST_PUSHED | BST_HOT) ? THEME_HOT : THEME_RAISED));
    frame(dc, &area, is_default ? THEME_TEXT : THEME_LINE);
    draw_text(dc, window, &area, DT_CENTER | DT_VCENTER | DT_SINGLELINE);
    if (shows_focus(window)) {
        (void)InflateRect(&area, -3, -3);
        frame(dc, &area, THEME_DIM);
    }
}

static void paint_check(HWND window, HDC dc, RECT area) {
    const UINT dpi = GetDpiForWindow(window);
    const int size = MulDiv(13, (int)dpi, 96);
    const int gap = MulDiv(4, (int)dpi, 96);
    RECT box = {area.left, (area.top + area.bottom - size) / 2, area.left + size, (area.top + area.bottom - size) / 2 + size};
    (void)FillRect(dc, &area, theme_brush(THEME_PANEL));
    (void)FillRect(dc, &box, theme_brush(THEME_BACK));
    frame(dc, &box, IsWindowEnabled(window) ? THEME_TEXT : THEME_LINE);
    if (Button_GetCheck(window) == BST_CHECKED) {
        HPEN pen = CreatePen(PS_SOLID, MulDiv(2, (int)dpi, 96), theme_color(IsWindowEnabled(window) ? THEME_TEXT : THEME_DIM));
        HGDIOBJ before = SelectObject(dc, pen);
        (void)MoveToEx(dc, box.left + size / 4, box.top + size / 2, NULL);
        (void)LineTo(dc, box.left + size * 45 / 100, box.bottom - size / 4 - 1);
        (void)LineTo(dc, box.right - size / 5, box.top + size / 4);
        (void)SelectObject(dc, before);
        (void)DeleteObject(pen);
    }
    area.left = box.right + gap;
    draw_text(dc, window, &area, DT_LEFT | DT_VCENTER | DT_SINGLELINE);
    if (shows_focus(window)) {
        RECT around = area;
        around.left -= 2;
        frame(dc, &around, THEME_DIM);
    }
}

static void paint_button(HWND window) {
    PAINTSTRUCT paint;
    HDC dc = BeginPaint(window, &paint);
    const LONG type = GetWindowStyle(window) & BS_TYPEMASK;
    RECT area;
    (void)GetClientRect(window, &area);
    if (type == BS_AUTOCHECKBOX || type == BS_CHECKBOX)
        paint_check(window, dc, area);
    else
        paint_push(window, dc, area);
    (void)EndPaint(window, &paint);
}

/* A button paints itself at once when its state changes, not only when it is asked to. */
static bool changes_look(UINT message) {
    return message == BM_SETSTATE || message == BM_SETCHECK || message == BM_SETSTYLE || message == WM_ENABLE || message == WM_SETTEXT ||
           message == WM_SETFOCUS || message == WM_KILLFOCUS || message == WM_LBUTTONDOWN || message == WM_LBUTTONUP || message == WM_MOUSELEAVE ||
           message == WM_UPDATEUISTATE || message == WM_KEYDOWN || message == WM_KEYUP || message == CB_SETCURSEL;
}

static void repaint(HWND window) {
    (void)RedrawWindow(window, NULL, NULL, RDW_INVALIDATE | RDW_UPDATENOW | RDW_NOERASE);
}

static LRESULT CALLBACK button(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    LRESULT answer = 0;
    (void)id;
    (void)context;
    if (!theme_is_dark() || (GetWindowStyle(window) & BS_TYPEMASK) == BS_GROUPBOX)
        return DefSubclassProc(window, message, wparam, lparam);
    if (message == WM_PAINT) {
        paint_button(window);
        return 0;
    }
    if (message == WM_ERASEBKGND)
        return TRUE;
    answer = DefSubclassProc(window, message, wparam, lparam);
    if (changes_look(message) && IsWindow(window))
        repaint(window);
    return answer;
}

static void paint_combo(HWND window) {
    PAINTSTRUCT paint;
    HDC dc = BeginPaint(window, &paint);
    const int chosen = ComboBox_GetCurSel(window);
    const int arrow = MulDiv(4, (int)GetDpiForWindow(window), 96);
    WCHAR text[TEXT_SIZE] = {0};
    HGDIOBJ before = SelectObject(dc, GetWindowFont(window));
    HGDIOBJ brush = SelectObject(dc, theme_brush(THEME_TEXT));
    RECT area;
    POINT points[3];
    (void)GetClientRect(window, &area);
    (void)FillRect(dc, &area, theme_brush(THEME_RAISED));
    frame(dc, &area, GetFocus() == window ? THEME_TEXT : THEME_LINE);
    points[0] = (POINT){area.right - 4 * arrow, (area.top + area.bottom - arrow) / 2};
    points[1] = (POINT){points[0].x + 2 * arrow, points[0].y};
    points[2] = (POINT){points[0].x + arrow, points[0].y + arrow};
    (void)Polygon(dc, points, 3);
    if (chosen >= 0 && ComboBox_GetLBTextLen(window, chosen) < TEXT_SIZE)
        (void)ComboBox_GetLBText(window, chosen, text);
    (void)SetBkMode(dc, TRANSPARENT);
    (void)SetTextColor(dc, theme_color(IsWindowEnabled(window) ? THEME_TEXT : THEME_DIM));
    area.left += 2 * arrow;
    area.right -= 5 * arrow;
    (void)DrawTextW(dc, text, -1, &area, DT_LEFT | DT_VCENTER | DT_SINGLELINE | DT_NOPREFIX | DT_END_ELLIPSIS);
    (void)SelectObject(dc, brush);
    (void)SelectObject(dc, before);
    (void)EndPaint(window, &paint);
}

static LRESULT CALLBACK combo(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    LRESULT answer = 0;
    (void)id;
    (void)context;
    if (!theme_is_dark() || !(GetWindowStyle(window) & CBS_DROPDOWNLIST))
        return DefSubclassProc(window, message, wparam, lparam);
    if (message == WM_PAINT) {
        paint_combo(window);
        return 0;
    }
    answer = DefSubclassProc(window, message, wparam, lparam);
    if ((changes_look(message) || message == WM_COMMAND) && IsWindow(window))
        repaint(window);
    return answer;
}

/* What the system draws light behind the last column. */
static void fill_rest(HWND header, HDC dc) {
    RECT whole;
    RECT each = {0};
    int right = 0;
    (void)GetClientRect(header, &whole);
    for (int i = 0; i < (int)SendMessageW(header, HDM_GETITEMCOUNT, 0, 0); i++)
        if (SendMessageW(header, HDM_GETITEMRECT, (WPARAM)i, (LPARAM)&each) && each.right > right)
            right = each.right;
    whole.left = right;
    if (whole.left < whole.right)
        (void)FillRect(dc, &whole, theme_brush(THEME_RAISED));
}

/* Edits, lists and trees: their edge. A list also answers for its header. */
static LRESULT draw_header(const NMCUSTOMDRAW *draw) {
    HWND header = draw->hdr.hwndFrom;
    HDITEMW item = {.mask = HDI_TEXT | HDI_FORMAT};
    WCHAR text[TEXT_SIZE] = {0};
    RECT area = draw->rc;
    if (draw->dwDrawStage == CDDS_PREPAINT) {
        RECT whole;
        (void)GetClientRect(header, &whole);
        (void)FillRect(draw->hdc, &whole, theme_brush(THEME_RAISED));
        return CDRF_NOTIFYITEMDRAW | CDRF_NOTIFYPOSTPAINT;
    }
    if (draw->dwDrawStage == CDDS_POSTPAINT)
        fill_rest(header, draw->hdc);
    if (draw->dwDrawStage != CDDS_ITEMPREPAINT)
        return CDRF_DODEFAULT;
    item.pszText = text;
    item.cchTextMax = TEXT_SIZE;
    (void)SendMessageW(header, HDM_GETITEMW, draw->dwItemSpec, (LPARAM)&item);
    (void)FillRect(draw->hdc, &area, theme_brush(draw->uItemState & CDIS_SELECTED ? THEME_HOT : THEME_RAISED));
    {
        const RECT line = {area.right - 1, area.top + 3, area.right, area.bottom - 3};
        (void)FillRect(draw->hdc, &line, theme_brush(THEME_LINE));
    }
    (void)SetBkMode(draw->hdc, TRANSPARENT);
    (void)SetTextColor(draw->hdc, theme_color(THEME_TEXT));
    if (item.fmt & (HDF_SORTUP | HDF_SORTDOWN)) {
        const int size = MulDiv(4, (int)GetDpiForWindow(header), 96);
        const int middle = (area.left + area.right) / 2;
        const int tip = item.fmt & HDF_SORTUP ? area.top + 2 : area.top + 2 + size;
        const int base = item.fmt & HDF_SORTUP ? area.top + 2 + size : area.top + 2;
        const POINT points[] = {{middle - size, base}, {middle + size, base}, {middle, tip}};
        HGDIOBJ brush = SelectObject(draw->hdc, theme_brush(THEME_DIM));
        (void)Polygon(draw->hdc, points, 3);
        (void)SelectObject(draw->hdc, brush);
    }
    area.left += 6;
    area.right -= 6;
    (void)DrawTextW(draw->hdc, text, -1, &area,
                    DT_VCENTER | DT_SINGLELINE | DT_NOPREFIX | DT_END_ELLIPSIS | (item.fmt & HDF_RIGHT ? DT_RIGHT : DT_LEFT));
    return CDRF_SKIPDEFAULT;
}

static LRESULT CALLBACK field(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    LRESULT answer = 0;
    (void)id;
    (void)context;
    if (!theme_is_dark())
        return DefSubclassProc(window, message, wparam, lparam);
    if (message == WM_NOTIFY && ((const NMHDR *)lparam)->code == NM_CUSTOMDRAW && ((const NMHDR *)lparam)->hwndFrom == ListView_GetHeader(window))
        return draw_header((const NMCUSTOMDRAW *)lparam);
    answer = DefSubclassProc(window, message, wparam, lparam);
    if (message == WM_NCPAINT || message == WM_SETFOCUS || message == WM_KILLFOCUS)
        paint_edge(window);
    return answer;
}

static LRESULT CALLBACK status(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    PAINTSTRUCT paint;
    RECT area;
    HDC dc = NULL;
    (void)id;
    (void)context;
    if (!theme_is_dark() || (message != WM_PAINT && message != WM_ERASEBKGND))
        return DefSubclassProc(window, message, wparam, lparam);
    if (message == WM_ERASEBKGND)
        return TRUE;
    dc = BeginPaint(window, &paint);
    (void)GetClientRect(window, &area);
    (void)FillRect(dc, &area, theme_brush(THEME_PANEL));
    area.left += 6;
    draw_text(dc, window, &area, DT_LEFT | DT_VCENTER | DT_SINGLELINE | DT_NOPREFIX | DT_END_ELLIPSIS);
    (void)EndPaint(window, &paint);
    return 0;
}

static LRESULT CALLBACK toolbar(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    RECT area;
    (void)id;
    (void)context;
    if (!theme_is_dark() || message != WM_ERASEBKGND)
        return DefSubclassProc(window, message, wparam, lparam);
    (void)GetClientRect(window, &area);
    (void)FillRect((HDC)wparam, &area, theme_brush(THEME_PANEL));
    return TRUE;
}

/* A selected row without the keyboard would be drawn light under light text. */
static LRESULT draw_row(NMLVCUSTOMDRAW *draw) {
    HWND list = draw->nmcd.hdr.hwndFrom;
    if (draw->nmcd.dwDrawStage == CDDS_PREPAINT)
        return CDRF_NOTIFYITEMDRAW;
    if (draw->nmcd.dwDrawStage == CDDS_ITEMPREPAINT && GetFocus() != list &&
        (ListView_GetItemState(list, (int)draw->nmcd.dwItemSpec, LVIS_SELECTED) & LVIS_SELECTED)) {
        draw->nmcd.uItemState &= (UINT)~CDIS_SELECTED;
        draw->clrText = theme_color(THEME_TEXT);
        draw->clrTextBk = theme_color(THEME_HOT);
        return CDRF_NEWFONT;
    }
    return CDRF_DODEFAULT;
}

static LRESULT draw_branch(NMTVCUSTOMDRAW *draw) {
    if (draw->nmcd.dwDrawStage == CDDS_PREPAINT)
        return CDRF_NOTIFYITEMDRAW;
    if (draw->nmcd.dwDrawStage == CDDS_ITEMPREPAINT && draw->nmcd.uItemState & (CDIS_SELECTED | CDIS_HOT) && GetFocus() != draw->nmcd.hdr.hwndFrom) {
        draw->clrText = theme_color(THEME_TEXT);
        draw->clrTextBk = draw->nmcd.uItemState & CDIS_SELECTED ? theme_color(THEME_HOT) : theme_color(THEME_BACK);
    }
    return CDRF_DODEFAULT;
}

static LRESULT draw_tool(NMTBCUSTOMDRAW *draw) {
    if (draw->nmcd.dwDrawStage == CDDS_PREPAINT)
        return CDRF_NOTIFYITEMDRAW;
    draw->clrText = theme_color(THEME_TEXT);
    draw->clrBtnHighlight = theme_color(THEME_PANEL);
    draw->clrHighlightHotTrack = theme_color(THEME_HOT);
    return TBCDRF_USECDCOLORS;
}

LRESULT theme_draws(NMHDR *header) {
    WCHAR name[64] = {0};
    if (!theme_is_dark() || header->code != NM_CUSTOMDRAW)
        return CDRF_DODEFAULT;
    (void)GetClassNameW(header->hwndFrom, name, NS_COUNT_OF(name));
    if (_wcsicmp(name, WC_LISTVIEWW) == 0)
        return draw_row((NMLVCUSTOMDRAW *)header);
    if (_wcsicmp(name, WC_TREEVIEWW) == 0)
        return draw_branch((NMTVCUSTOMDRAW *)header);
    return _wcsicmp(name, TOOLBARCLASSNAMEW) == 0 ? draw_tool((NMTBCUSTOMDRAW *)header) : CDRF_DODEFAULT;
}

SUBCLASSPROC theme_painter(const WCHAR *class_name) {
    static const struct {
        const WCHAR *name;
        SUBCLASSPROC painter;
    } painters[] = {{WC_BUTTONW, button},  {WC_COMBOBOXW, combo},      {WC_EDITW, field},           {WC_LISTVIEWW, field},
                    {WC_TREEVIEWW, field}, {STATUSCLASSNAMEW, status}, {TOOLBARCLASSNAMEW, toolbar}};
    for (size_t i = 0; i < NS_COUNT_OF(painters); i++)
        if (_wcsicmp(class_name, painters[i].name) == 0)
            return painters[i].painter;
    return NULL;
}
