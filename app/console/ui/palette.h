/* The colours: light or dark as Windows is set. UI thread. */
#ifndef NS_CONSOLE_PALETTE_H
#define NS_CONSOLE_PALETTE_H

#include <stdbool.h>
#include <winsock2.h>
#include <windows.h>

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

#endif
