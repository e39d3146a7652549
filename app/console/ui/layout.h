/* Which columns of a view are shown, in what order and how wide, and what it is sorted by: as the user left it. UI thread. */
#ifndef NS_CONSOLE_LAYOUT_H
#define NS_CONSOLE_LAYOUT_H

#include "console/ui/options.h"
#include "console/ui/source.h"

enum { LAYOUT_COLUMNS = 128 };

typedef struct layout {
    size_t columns[LAYOUT_COLUMNS]; /* of the source, in the order shown; the hidden ones follow */
    int widths[LAYOUT_COLUMNS];     /* by the source's column; px at 96 dpi */
    size_t shown;                   /* how many are shown, at least one */
    size_t count;
    int sort; /* the source's column; -1 as the data have it */
    bool descending;
} layout;

/* What the header says; borrowed until the next call. */
const WCHAR *layout_title(const list_source *source, size_t column);
bool layout_is_right(const list_source *source, size_t column);
/* As kept; what a newer version added, or was never arranged, comes as the program has it. */
void layout_read(layout *self, const list_source *source);
void layout_write(const layout *self, const list_source *source);
void layout_write_sort(const layout *self, const list_source *source);
/* As the program came: kept so, or only here. */
void layout_reset(layout *self, const list_source *source);
void layout_set_defaults(layout *self, const list_source *source);
/* All of a source's kept layout as one text, by which it can be had again. */
void layout_text(const list_source *source, WCHAR out[OPTION_SIZE]);
void layout_use(layout *self, const list_source *source, const WCHAR *text);
#endif
