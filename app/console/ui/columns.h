/* The dialog that asks which columns a list shows, and in what order. UI thread. */
#ifndef NS_CONSOLE_COLUMNS_H
#define NS_CONSOLE_COLUMNS_H

#include "console/ui/layout.h"

/* True when the user changed something. */
bool columns_choose(HWND owner, layout *self, const list_source *source);

#endif
