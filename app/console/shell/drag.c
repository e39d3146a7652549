/* Machines dragged from the list onto a group. Dropping asks, with what would change, before anything does. */
#include "console/shell/console.h"

#include <stdlib.h>

#include "console/windows/windows.h"

static bool dragging;

void drag_begin(const console *self) {
    if (!self->view->has_groups || !self->snapshot)
        return;
    dragging = true;
    (void)SetCapture(self->app.window);
    (void)SetFocus(self->app.window); /* so that Esc is heard */
}

bool drag_goes_on(void) {
    return dragging;
}

void drag_move(const console *self) {
    POINT at;
    HTREEITEM item = NULL;
    int64_t group = 0;
    (void)GetCursorPos(&at);
    group = tree_group_at(self->tree, at, &item);
    (void)TreeView_SelectDropTarget(tree_window(self->tree), item);
    (void)SetCursor(LoadCursorW(NULL, (LPCWSTR)(group >= 0 ? IDC_HAND : IDC_NO)));
}

void drag_end(const console *self, bool drop) {
    POINT at;
    HTREEITEM item = NULL;
    int64_t group = -1;
    size_t count = 0;
    if (!dragging)
        return;
    dragging = false;
    (void)GetCursorPos(&at);
    group = tree_group_at(self->tree, at, &item);
    (void)TreeView_SelectDropTarget(tree_window(self->tree), NULL);
    (void)ReleaseCapture();
    (void)SetFocus(list_window(self->list));
    if (drop && group >= 0) {
        int64_t *ids = list_selection(self->list, &count);
        if (ids && count)
            move_show(&self->app, ids, count, group);
        else
            free(ids);
    }
}
