/* The navigation pane: the views, and the groups below the one that has them. UI thread. */
#ifndef NS_CONSOLE_TREE_H
#define NS_CONSOLE_TREE_H

#include "console/ui/events.h"

#include <commctrl.h>

#include "console/views/view.h"

typedef struct tree tree;

/* `to` is borrowed. NULL when memory ran out. */
tree *tree_create(HWND parent, int id, const events *to);
void tree_destroy(tree *self); /* may be NULL */
HWND tree_window(const tree *self);
void tree_on_notify(tree *self, const NMHDR *header);

/* Makes the items those of the snapshot (NULL: the views alone), and selects the one of what is shown, without a report. */
void tree_fill(tree *self, const snapshot *from, const view *shown, int64_t group_id);
/* Takes all items away: their words are another language's. */
void tree_clear(tree *self);
/* Selects a view's item, as if the user did. */
void tree_choose(tree *self, const view *shown);
/* A menu was asked for at a point of the screen, or with -1, -1 by the keyboard: selects the item that is meant, and gives the point. */
void tree_select_for_menu(tree *self, int *x, int *y);
/* The group of the item under a point of the screen: its id, 0 for the one without a group, or -1 for no such item. */
int64_t tree_group_at(const tree *self, POINT at, HTREEITEM *item);

#endif
