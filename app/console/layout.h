/* Which columns of a view are shown, in what order and how wide, and what it is sorted by: as the user left it. UI thread. */
#ifndef NS_CONSOLE_LAYOUT_H
#define NS_CONSOLE_LAYOUT_H

#include "console/options.h"
#include "console/views.h"

typedef struct layout {
    size_t columns[VIEW_COLUMNS_MAXIMUM]; /* of the view, in the order shown; the hidden ones follow */
    int widths[VIEW_COLUMNS_MAXIMUM];     /* by the view's column; px at 96 dpi */
    size_t shown;                         /* how many are shown, at least one */
    size_t count;
    int sort; /* the view's column; -1 as the store has it */
    bool descending;
} layout;

/* As kept; what a newer version added, or was never arranged, comes as the program has it. */
void layout_read(layout *self, view_kind kind);
void layout_write(const layout *self, view_kind kind);
/* As the program came. */
void layout_reset(layout *self, view_kind kind);
/* All of a view's kept layout as one text, by which it can be had again. */
void layout_text(view_kind kind, WCHAR out[OPTION_SIZE]);
void layout_use(layout *self, view_kind kind, const WCHAR *text);
/* Asks which columns to show and in what order; true when that changed. */
bool layout_ask(HWND owner, layout *self, view_kind kind);

#endif
