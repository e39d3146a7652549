/* What lists are filtered and sorted by, made once for many rows off the UI thread: each row's cells as one folded text, and for
 * each column the row's place in that column's order. So a keystroke or a click on a header looks at numbers and bytes only.
 * Portable; any thread. */
#ifndef NS_CONSOLE_INDEX_H
#define NS_CONSOLE_INDEX_H

#include "console/ui/source.h"

enum { CELL_END = 0x1F, INDEX_COLUMNS = 16 };

struct list_index {
    size_t count;
    size_t columns;
    char *text;                    /* every row's cells, ended by CELL_END each and the row by 0 */
    size_t *at;                    /* where a row's begin */
    uint32_t *rank[INDEX_COLUMNS]; /* equal cells have equal ranks; ranks begin at 0 */
    uint32_t ranks[INDEX_COLUMNS]; /* how many there are */
};

/* Of all rows and the first columns of a source, which needs `count`, `cell` and `number` only. NULL when memory ran out. The caller
 * destroys. */
list_index *index_build(const list_source *source, const void *data);
void index_destroy(list_index *index);

/* Small letters, for filters: writes at most `size` with the final 0. */
void index_fold(const char *text, char *out, size_t size);
/* Whether the folded text is in a cell, of a row as above, whose bit is set in `visible`. */
bool index_matches(const char *row, const char *folded, const uint64_t visible[2]);
/* Order of two folded texts as people expect it: "web9" before "web10". */
int index_compare(const char *a, const char *b);

#endif
