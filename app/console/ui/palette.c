#include "console/ui/palette.h"

#include "console/ui/names.h"

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
