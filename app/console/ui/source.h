/* What a list shows: a table of functions over data that the list does not know. Portable. */
#ifndef NS_CONSOLE_SOURCE_H
#define NS_CONSOLE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/ui/cell.h"

typedef struct list_index list_index; /* ui/index.h */

typedef struct list_column {
    unsigned title; /* a text's number */
    int width;      /* px at 96 dpi */
    bool right;     /* numbers stand right */
} list_column;

/* `data` is what the list was given with the source; an index is below `count`, a column below the columns' count. */
typedef struct list_source {
    const char *name; /* under which the user's arrangement is kept; never changes */
    unsigned title;   /* a text's number: the list's name for a screen reader */
    const list_column *columns;
    size_t column_count;
    /* Columns after those, as many as there are: the title as a phrase, and in *name what the column is called in a kept
     * arrangement; NULL behind the last. May be NULL. */
    const char *(*more)(size_t at, const char **name);
    size_t (*count)(const void *data);
    int64_t (*id)(const void *data, size_t index);
    void (*cell)(const void *data, size_t index, size_t column, char out[CELL_SIZE]);
    /* The real value where text would sort wrongly; false where the text decides. NULL: it always does. */
    bool (*number)(const void *data, size_t index, size_t column, int64_t *out);
    int (*icon)(const void *data, size_t index, size_t column);
    bool (*belongs)(const void *data, size_t index); /* NULL: all are shown */
    const list_index *(*index)(const void *data);    /* made ahead, for many rows; NULL: cells are asked for */
    int sort;                                        /* column at first; -1: as the data have it */
    bool descending;
    bool has_icons_in_cells; /* else only the first column shown has one */
    bool can_rename;         /* in place, where the first column is column 0 */
} list_source;

#endif
