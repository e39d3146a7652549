/* A list of many rows: owner data over a table of functions. It filters, sorts, keeps the selection while the data change, and
 * arranges its columns as the user left them. UI thread. */
#ifndef NS_CONSOLE_LIST_H
#define NS_CONSOLE_LIST_H

#include "console/ui/events.h"
#include "console/ui/rows.h"

typedef struct list list;

/* `to` is borrowed. NULL when memory ran out. The window goes with its parent; destroy after that. */
list *list_create(HWND parent, int id, const events *to);
void list_destroy(list *self); /* may be NULL */
HWND list_window(const list *self);
/* WM_NOTIFY of the list and of its header. */
LRESULT list_on_notify(list *self, NMHDR *header);

/* Shows another source; `data` as of list_refresh. */
void list_show(list *self, const list_source *source, const void *data, const char *filter);
/* Makes the rows anew. `data` is borrowed until the next call; NULL while there is nothing to show: the list then stays as it is. */
void list_refresh(list *self, const void *data);
/* Shows the rows that have that text (index_fold); NULL or "" for all. */
void list_filter(list *self, const char *folded);
/* The data are about to go: until the next refresh no row is asked for. */
void list_forget_rows(list *self);

/* Borrowed until the next refresh. */
const rows *list_rows(const list *self);
int64_t list_id_at(const list *self, int row);
size_t list_selected_count(const list *self);
/* The ids of the selected rows; the caller frees. */
int64_t *list_selection(const list *self, size_t *count);
/* Selects the row after the focused one, from the last to the first. */
void list_next(list *self);
/* The selected rows, or all, to the clipboard. */
void list_copy(list *self);
/* Lets the user type another name for the selected row. */
void list_rename(list *self);
bool list_is_renaming(const list *self);

void list_choose_columns(list *self);
void list_reset_columns(list *self);
/* What layout_text gave. */
void list_use_columns(list *self, const WCHAR *text);
void list_set_columns_dpi(list *self);

#endif
