/* Which of a source's things are shown, and in what order: numbers. UI thread. */
#ifndef NS_CONSOLE_ROWS_H
#define NS_CONSOLE_ROWS_H

#include "console/ui/layout.h"
#include "console/ui/source.h"

typedef struct rows {
    size_t *items; /* the things' indexes */
    size_t count;
    size_t things; /* what there would be without the filter */
    size_t room;
} rows;

/* Makes them anew: what belongs and has the folded text (NULL or "" for all) in a shown column, sorted as arranged. Where an index is
 * still to come, the order is the data's. When memory runs out, they stay as they were. */
void rows_build(rows *self, const list_source *source, const void *data, const layout *shown, const char *folded);
void rows_clear(rows *self);

#endif
