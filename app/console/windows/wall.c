/* A wall of thumbnails: the desktop of every run that this console carries out, live. A click or Enter opens the run. The pictures
 * can be blurred, for a screen that others see. */
#include "console/windows/windows.h"

#include <stdio.h>
#include <stdlib.h>

#include "console/ui/names.h"
#include "console/ui/options.h"
#include "console/ui/theme.h"

enum { REFRESH_TIMER = 1, REFRESH_MS = 500, BLUR = 24, TILE_WIDTH = 260, TILE_HEIGHT = 190, TILE_LEAST = 70, CAPTION = 34 };

static HWND wall;

static const app *app_of(HWND window) {
    return (const app *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

/* The frame as it is now, drawn small; blurred by way of a bitmap of few pixels. */
static void draw_frame(HDC dc, const RECT *area, const ns_frame_view *view, bool blur) {
    BITMAPINFO info = {0};
    info.bmiHeader.biSize = sizeof info.bmiHeader;
    info.bmiHeader.biWidth = (LONG)view->width;
    info.bmiHeader.biHeight = -(LONG)view->height;
    info.bmiHeader.biPlanes = 1;
    info.bmiHeader.biBitCount = 32;
    info.bmiHeader.biCompression = BI_RGB;
    const int width = area->right - area->left;
    const int height = area->bottom - area->top;
    if (!blur) {
        (void)SetStretchBltMode(dc, HALFTONE);
        (void)SetBrushOrgEx(dc, 0, 0, NULL);
        (void)StretchDIBits(dc, area->left, area->top, width, height, 0, 0, (int)view->width, (int)view->height, view->pixels, &info, DIB_RGB_COLORS,
                            SRCCOPY);
        return;
    }
    HDC small = CreateCompatibleDC(dc);
    HBITMAP bitmap = CreateCompatibleBitmap(dc, BLUR, BLUR);
    HGDIOBJ before = SelectObject(small, bitmap);
    (void)SetStretchBltMode(small, HALFTONE);
    (void)StretchDIBits(small, 0, 0, BLUR, BLUR, 0, 0, (int)view->width, (int)view->height, view->pixels, &info, DIB_RGB_COLORS, SRCCOPY);
    (void)SetStretchBltMode(dc, HALFTONE);
    (void)StretchBlt(dc, area->left, area->top, width, height, small, 0, 0, BLUR, BLUR, SRCCOPY);
    (void)SelectObject(small, before);
    (void)DeleteObject(bitmap);
    (void)DeleteDC(small);
}

static void caption_of(const app *self, live_run *run, WCHAR out[WORDS_SIZE]) {
    const ns_run *record = snapshot_run(self->snapshot, run->id);
    char number[24];
    (void)snprintf(number, sizeof number, "%lld", (long long)run->id);
    EnterCriticalSection(&run->lock);
    words_insert(out, IDS_WALL_CAPTION, number, record ? record->machine : "", record ? record->flow : "",
                 run->phase_count ? run->phases[run->phase_count - 1].name : "");
    LeaveCriticalSection(&run->lock);
}

/* How many tiles of that width stand side by side. */
static int tiles_across(const RECT *area, int width, int gap) {
    const int across = (area->right - gap) / (width + gap);
    return across > 0 ? across : 1;
}

/* The more runs, the smaller their tiles: all are in sight. */
static RECT tile_at(const app *self, HWND window, size_t index) {
    RECT area;
    RECT tile;
    int width = scaled(window, TILE_WIDTH);
    int height = scaled(window, TILE_HEIGHT);
    const int gap = scaled(window, 8);
    int across = 1;
    (void)GetClientRect(window, &area);
    across = tiles_across(&area, width, gap);
    while (width > scaled(window, TILE_LEAST) && ((int)runs_count(self->runs) + across - 1) / across * (height + gap) + gap > area.bottom) {
        width = width * 9 / 10;
        height = height * 9 / 10;
        across = tiles_across(&area, width, gap);
    }
    tile.left = gap + (int)(index % (size_t)across) * (width + gap);
    tile.top = gap + (int)(index / (size_t)across) * (height + gap);
    tile.right = tile.left + width;
    tile.bottom = tile.top + height;
    return tile;
}

static void draw_tile(const app *self, HWND window, HDC dc, RECT tile, live_run *run, bool blur) {
    WCHAR caption[WORDS_SIZE];
    RECT text = tile;
    bool drawn = false;
    caption_of(self, run, caption);
    (void)FillRect(dc, &tile, theme_brush(THEME_RAISED));
    text.top = tile.bottom - scaled(window, CAPTION);
    tile.bottom = text.top;
    (void)InflateRect(&tile, -2, -2);
    EnterCriticalSection(&run->lock);
    if (run->frame) {
        const ns_frame_view view = ns_frame_look(run->frame);
        if (view.width) {
            draw_frame(dc, &tile, &view, blur);
            drawn = true;
        }
    }
    LeaveCriticalSection(&run->lock);
    (void)SetBkMode(dc, TRANSPARENT);
    (void)SetTextColor(dc, theme_color(drawn ? THEME_TEXT : THEME_DIM));
    if (!drawn)
        (void)DrawTextW(dc, words(IDS_NO_PICTURE), -1, &tile, DT_CENTER | DT_VCENTER | DT_SINGLELINE);
    (void)SetTextColor(dc, theme_color(THEME_TEXT));
    (void)InflateRect(&text, -4, 0);
    (void)DrawTextW(dc, caption, -1, &text, DT_LEFT | DT_WORDBREAK | DT_NOPREFIX | DT_END_ELLIPSIS);
}

static void wall_on_paint(HWND window) {
    const app *self = app_of(window);
    const bool blur = options_integer(NAME_BLUR, 0) != 0;
    PAINTSTRUCT paint;
    HDC screen = BeginPaint(window, &paint);
    RECT area;
    HDC dc = CreateCompatibleDC(screen);
    HBITMAP bitmap = NULL;
    HGDIOBJ before = NULL;
    HGDIOBJ font = NULL;
    (void)GetClientRect(window, &area);
    bitmap = CreateCompatibleBitmap(screen, area.right, area.bottom);
    before = SelectObject(dc, bitmap);
    font = SelectObject(dc, self->font);
    (void)FillRect(dc, &area, theme_brush(THEME_PANEL));
    for (size_t i = 0; i < runs_count(self->runs); i++)
        draw_tile(self, window, dc, tile_at(self, window, i), runs_at(self->runs, i), blur);
    if (runs_count(self->runs) == 0) {
        (void)SetBkMode(dc, TRANSPARENT);
        (void)SetTextColor(dc, theme_color(THEME_TEXT));
        (void)DrawTextW(dc, words(IDS_WALL_EMPTY), -1, &area, DT_CENTER | DT_VCENTER | DT_SINGLELINE);
    }
    (void)BitBlt(screen, 0, 0, area.right, area.bottom, dc, 0, 0, SRCCOPY);
    (void)SelectObject(dc, font);
    (void)SelectObject(dc, before);
    (void)DeleteObject(bitmap);
    (void)DeleteDC(dc);
    (void)EndPaint(window, &paint);
}

static void open_run_at(HWND window, POINT at) {
    const app *self = app_of(window);
    for (size_t i = 0; i < runs_count(self->runs); i++) {
        const RECT tile = tile_at(self, window, i);
        if (PtInRect(&tile, at))
            run_window_show(self, runs_at(self->runs, i)->id);
    }
}

/* 1 to 9 open that run; Esc closes the wall. */
static void wall_on_keydown(HWND window, WPARAM key) {
    const app *self = app_of(window);
    const size_t index = key >= '1' && key <= '9' ? key - '1' : key == VK_RETURN ? 0 : RUNS_MAXIMUM;
    if (key == VK_ESCAPE)
        (void)DestroyWindow(window);
    else if (index < runs_count(self->runs))
        run_window_show(self, runs_at(self->runs, index)->id);
}

static LRESULT CALLBACK wall_on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    switch (message) {
    case WM_NCCREATE:
        (void)SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)((LPCREATESTRUCTW)lparam)->lpCreateParams);
        break;
    case WM_NCDESTROY:
        wall = NULL;
        break;
    case WM_PAINT:
        wall_on_paint(window);
        return 0;
    case WM_ERASEBKGND:
        return 1;
    case WM_TIMER:
        if (runs_count(app_of(window)->runs))
            (void)InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_SIZE:
        (void)InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_LBUTTONDBLCLK:
    case WM_LBUTTONUP:
        open_run_at(window, (POINT){GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam)});
        return 0;
    case WM_KEYDOWN:
        wall_on_keydown(window, wparam);
        return 0;
    default:
        break;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

bool wall_register(void) {
    const WNDCLASSW class = {.lpfnWndProc = wall_on_message,
                             .hInstance = GetModuleHandleW(NULL),
                             .hIcon = LoadIconW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDI_NIGHTSHIFT)),
                             .hCursor = LoadCursorW(NULL, (LPCWSTR)IDC_ARROW),
                             .lpszClassName = NAME_WALL_CLASS};
    return RegisterClassW(&class) != 0;
}

void wall_changed(void) {
    WCHAR text[WORDS_SIZE];
    if (!wall)
        return;
    words_format(text, IDS_WALL_TITLE, (int)runs_count(app_of(wall)->runs));
    (void)SetWindowTextW(wall, text); /* so a screen reader has it too */
    theme_dress(wall);
    (void)InvalidateRect(wall, NULL, FALSE);
}

void wall_show(const app *self) {
    if (wall) {
        (void)SetForegroundWindow(wall);
        return;
    }
    wall = CreateWindowExW(0, NAME_WALL_CLASS, L"", WS_OVERLAPPEDWINDOW, CW_USEDEFAULT, CW_USEDEFAULT, scaled(self->window, 840),
                           scaled(self->window, 460), self->window, NULL, GetModuleHandleW(NULL), (LPVOID)(uintptr_t)self);
    if (!wall)
        return;
    (void)SetTimer(wall, REFRESH_TIMER, REFRESH_MS, NULL);
    wall_changed();
    (void)ShowWindow(wall, SW_SHOW);
    (void)SetForegroundWindow(wall);
}
