/* A window that shows a picture, fitted into it with its proportions: the live desktop of a run, or a kept screenshot. */
#define COBJMACROS
#include "console/ui/picture.h"

#include <stdlib.h>
#include <string.h>
#include <wincodec.h>
#include <windowsx.h>

#include "../../../resources/resource.h"
#include "console/ui/names.h"
#include "console/ui/palette.h"
#include "console/ui/words_win32.h"

typedef struct picture {
    HBITMAP bitmap; /* a 32-bit DIB section; NULL for none */
    int width;
    int height;
    uint32_t sequence;
} picture;

static picture *picture_of(HWND window) {
    return (picture *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static HBITMAP make_bitmap(int width, int height, void **pixels) {
    BITMAPINFO info = {0};
    info.bmiHeader.biSize = sizeof info.bmiHeader;
    info.bmiHeader.biWidth = width;
    info.bmiHeader.biHeight = -height; /* top row first */
    info.bmiHeader.biPlanes = 1;
    info.bmiHeader.biBitCount = 32;
    info.bmiHeader.biCompression = BI_RGB;
    return CreateDIBSection(NULL, &info, DIB_RGB_COLORS, pixels, NULL, 0);
}

static void take(picture *self, HBITMAP bitmap) {
    BITMAP shape = {0};
    if (self->bitmap && self->bitmap != bitmap)
        (void)DeleteObject(self->bitmap);
    self->bitmap = bitmap;
    if (bitmap)
        (void)GetObjectW(bitmap, sizeof shape, &shape);
    self->width = shape.bmWidth;
    self->height = shape.bmHeight;
}

static void picture_on_paint(HWND window) {
    PAINTSTRUCT paint;
    HDC dc = BeginPaint(window, &paint);
    const picture *self = picture_of(window);
    RECT area;
    (void)GetClientRect(window, &area);
    if (!self || !self->bitmap || self->width == 0) {
        (void)FillRect(dc, &area, theme_brush(THEME_RAISED));
        (void)SetBkMode(dc, TRANSPARENT);
        (void)SetTextColor(dc, theme_color(THEME_TEXT));
        (void)SelectObject(dc, GetWindowFont(GetParent(window)));
        (void)DrawTextW(dc, words(IDS_NO_PICTURE), -1, &area, DT_CENTER | DT_VCENTER | DT_SINGLELINE);
    } else {
        HDC memory = CreateCompatibleDC(dc);
        HGDIOBJ before = SelectObject(memory, self->bitmap);
        int width = area.right;
        int height = MulDiv(area.right, self->height, self->width);
        int left = 0;
        int top = 0;
        if (height > area.bottom) {
            height = area.bottom;
            width = MulDiv(area.bottom, self->width, self->height);
        }
        left = (area.right - width) / 2;
        top = (area.bottom - height) / 2;
        (void)ExcludeClipRect(dc, left, top, left + width, top + height);
        (void)FillRect(dc, &area, theme_brush(THEME_RAISED));
        (void)SelectClipRgn(dc, NULL);
        (void)SetStretchBltMode(dc, HALFTONE);
        (void)SetBrushOrgEx(dc, 0, 0, NULL);
        (void)StretchBlt(dc, left, top, width, height, memory, 0, 0, self->width, self->height, SRCCOPY);
        (void)SelectObject(memory, before);
        (void)DeleteDC(memory);
    }
    (void)EndPaint(window, &paint);
}

static LRESULT CALLBACK picture_on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    picture *self = picture_of(window);
    switch (message) {
    case WM_NCCREATE:
        (void)SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)calloc(1, sizeof(picture)));
        break;
    case WM_NCDESTROY:
        if (self)
            take(self, NULL);
        free(self);
        (void)SetWindowLongPtrW(window, GWLP_USERDATA, 0);
        break;
    case WM_PAINT:
        picture_on_paint(window);
        return 0;
    case WM_ERASEBKGND:
        return 1;
    case WM_SIZE:
        (void)InvalidateRect(window, NULL, FALSE);
        return 0;
    default:
        break;
    }
    return DefWindowProcW(window, message, wparam, lparam);
}

bool picture_register(void) {
    const WNDCLASSW class = {.lpfnWndProc = picture_on_message,
                             .hInstance = GetModuleHandleW(NULL),
                             .hCursor = LoadCursorW(NULL, (LPCWSTR)IDC_ARROW),
                             .lpszClassName = NAME_PICTURE_CLASS};
    return RegisterClassW(&class) != 0;
}

void picture_set_bitmap(HWND window, HBITMAP bitmap) {
    picture *self = picture_of(window);
    if (!self)
        return;
    take(self, bitmap);
    (void)InvalidateRect(window, NULL, FALSE);
}

void picture_set_frame(HWND window, const ns_frame_view *view) {
    picture *self = picture_of(window);
    DIBSECTION section;
    if (!self || view->width == 0 || (self->bitmap && self->sequence == view->sequence))
        return;
    if (!self->bitmap || self->width != (int)view->width || self->height != (int)view->height) {
        void *pixels = NULL;
        take(self, make_bitmap((int)view->width, (int)view->height, &pixels));
    }
    if (self->bitmap && GetObjectW(self->bitmap, sizeof section, &section) == sizeof section) {
        (void)GdiFlush();
        memcpy(section.dsBm.bmBits, view->pixels, (size_t)view->width * view->height * 4);
        self->sequence = view->sequence;
        (void)InvalidateRect(window, NULL, FALSE);
    }
}

/* The first frame of an image in memory, as 32-bit BGR. The caller releases; NULL when it is no image. */
static IWICBitmapSource *decode(IWICImagingFactory *factory, const uint8_t *bytes, size_t size) {
    IWICStream *stream = NULL;
    IWICBitmapDecoder *decoder = NULL;
    IWICBitmapFrameDecode *frame = NULL;
    IWICBitmapSource *converted = NULL;
    if (SUCCEEDED(IWICImagingFactory_CreateStream(factory, &stream)) &&
        SUCCEEDED(IWICStream_InitializeFromMemory(stream, (BYTE *)(uintptr_t)bytes, (DWORD)size)) &&
        SUCCEEDED(IWICImagingFactory_CreateDecoderFromStream(factory, (IStream *)stream, NULL, WICDecodeMetadataCacheOnDemand, &decoder)) &&
        SUCCEEDED(IWICBitmapDecoder_GetFrame(decoder, 0, &frame)))
        (void)WICConvertBitmapSource(&GUID_WICPixelFormat32bppBGR, (IWICBitmapSource *)frame, &converted);
    if (frame)
        (void)IWICBitmapFrameDecode_Release(frame);
    if (decoder)
        (void)IWICBitmapDecoder_Release(decoder);
    if (stream)
        (void)IWICStream_Release(stream);
    return converted;
}

HBITMAP picture_decode_png(const uint8_t *png, size_t size) {
    IWICImagingFactory *factory = NULL;
    IWICBitmapSource *source = NULL;
    UINT width = 0;
    UINT height = 0;
    void *pixels = NULL;
    HBITMAP bitmap = NULL;
    if (FAILED(CoCreateInstance(&CLSID_WICImagingFactory, NULL, CLSCTX_INPROC_SERVER, &IID_IWICImagingFactory, (void **)&factory)))
        return NULL;
    source = decode(factory, png, size);
    if (source && SUCCEEDED(IWICBitmapSource_GetSize(source, &width, &height)) && width <= 16384 && height <= 16384)
        bitmap = make_bitmap((int)width, (int)height, &pixels);
    if (bitmap && FAILED(IWICBitmapSource_CopyPixels(source, NULL, width * 4, width * height * 4, pixels))) {
        (void)DeleteObject(bitmap);
        bitmap = NULL;
    }
    if (source)
        (void)IWICBitmapSource_Release(source);
    (void)IWICImagingFactory_Release(factory);
    return bitmap;
}
