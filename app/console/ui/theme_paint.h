/* What colours do not reach, painted in the dark. UI thread. */
#ifndef NS_CONSOLE_THEME_PAINT_H
#define NS_CONSOLE_THEME_PAINT_H

#include "console/ui/palette.h"

#include <commctrl.h>

/* The subclass that paints a control in the dark; NULL for a class that colours suffice for. */
SUBCLASSPROC theme_painter(const WCHAR *class_name);
/* What a list, tree or toolbar asks by NM_CUSTOMDRAW: colours in the dark for what the system would draw light. */
LRESULT theme_draws(NMHDR *header);

#endif
