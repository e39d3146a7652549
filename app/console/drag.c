/* Machines dragged from the list onto a group. Dropping asks, with what would change, before anything does. */
#include "console/console.h"

#include <stdlib.h>

void drag_begin(console *self) {
    if (self->view != VIEW_MACHINES || !self->snapshot)
        return;
    self->dragging = true;
    (void)SetCapture(self->window);
    (void)SetFocus(self->window); /* so that Esc is heard */
}

void drag_move(console *self) {
    POINT at;
    HTREEITEM item = NULL;
    int64_t group = 0;
    (void)GetCursorPos(&at);
    group = tree_group_at(self, at, &item);
    (void)TreeView_SelectDropTarget(self->tree, item);
    (void)SetCursor(LoadCursorW(NULL, (LPCWSTR)(group >= 0 ? IDC_HAND : IDC_NO)));
}

void drag_end(console *self, bool drop) {
    POINT at;
    HTREEITEM item = NULL;
    int64_t group = -1;
    size_t count = 0;
    if (!self->dragging)
        return;
    self->dragging = false;
    (void)GetCursorPos(&at);
    group = tree_group_at(self, at, &item);
    (void)TreeView_SelectDropTarget(self->tree, NULL);
    (void)ReleaseCapture();
    (void)SetFocus(self->list);
    if (drop && group >= 0) {
        int64_t *ids = list_selection(self, &count);
        if (ids && count)
            move_ask(self, ids, count, group);
        else
            free(ids);
    }
}
