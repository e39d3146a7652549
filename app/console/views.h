/* What each view of the list shows: its columns, and of each row the id, the cells, their true order and the icons. */
#ifndef NS_CONSOLE_VIEWS_H
#define NS_CONSOLE_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

#include "console/present/present.h"

struct console;

typedef enum view_kind {
    VIEW_MACHINES,
    VIEW_GROUPS,
    VIEW_PREFLIGHT,
    VIEW_RUNS,
    VIEW_SESSIONS,
    VIEW_CONNECTIONS,
    VIEW_FLOWS,
    VIEW_ACTIVITY,
    VIEW_COUNT
} view_kind;

enum { VIEW_COLUMNS_MAXIMUM = 128, VIEW_NAME_SIZE = 48, BOARD_CHECKS = 4 };

typedef struct view_info {
    const WCHAR *name; /* under which its layout is kept */
    UINT title;
    UINT empty;  /* what to do when nothing is there */
    int command; /* of Enter and a double click */
    WORD menu;   /* over a row */
    int sort;    /* column at first; -1: as the store has it */
    bool descending;
    UINT help;
} view_info;

const view_info *view_get(view_kind kind);
size_t view_column_count(view_kind kind);
/* What the header says; borrowed until the next call. */
const WCHAR *view_column_title(view_kind kind, size_t column);
int view_column_width(view_kind kind, size_t column); /* px at 96 dpi */
bool view_column_is_right(view_kind kind, size_t column);
/* The column's name in a kept layout, whichever version or language wrote it. */
void view_column_name(view_kind kind, size_t column, WCHAR out[VIEW_NAME_SIZE]);

/* Of the view shown. */
size_t view_row_count(const struct console *self);
int64_t view_row_id(const struct console *self, size_t index);
void view_cell(const struct console *self, size_t index, size_t column, char out[PRESENT_CELL_SIZE]);
/* The real value where text would sort wrongly; false where the text decides. */
bool view_number(const struct console *self, size_t index, size_t column, int64_t *out);
/* -1 for none. Icons stand in the first shown column, and on the board in the checks'. */
int view_icon(const struct console *self, size_t index, size_t column, bool first);

#endif
