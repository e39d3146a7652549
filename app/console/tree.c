/* The navigation pane: machines and their groups, and the other views. An item's lParam is a group's id, or the negative number
 * of a view. */
#include "console/console.h"

#include "base/wide.h"

#include <stdlib.h>

static const int icons[VIEW_COUNT] = {PRESENT_ICON_MACHINE, PRESENT_ICON_GROUP,      PRESENT_ICON_OK,   PRESENT_ICON_RUN,
                                      PRESENT_ICON_PAUSE,   PRESENT_ICON_CONNECTION, PRESENT_ICON_FLOW, PRESENT_ICON_ACTIVITY};

static LPARAM item_of(view_kind view) {
    return -1 - (LPARAM)view;
}

static HTREEITEM add(console *self, HTREEITEM parent, HTREEITEM after, const WCHAR *text, LPARAM data, int icon) {
    TVINSERTSTRUCTW insert = {.hParent = parent, .hInsertAfter = after};
    insert.item.mask = TVIF_TEXT | TVIF_PARAM | TVIF_IMAGE | TVIF_SELECTEDIMAGE;
    insert.item.pszText = (LPWSTR)(uintptr_t)text;
    insert.item.lParam = data;
    insert.item.iImage = icon;
    insert.item.iSelectedImage = icon;
    return TreeView_InsertItem(self->tree, &insert);
}

static LPARAM current(const console *self) {
    return self->view == VIEW_MACHINES && self->group_id ? (LPARAM)self->group_id : item_of(self->view);
}

static LPARAM data_of(const console *self, HTREEITEM item) {
    TVITEMW data = {.mask = TVIF_PARAM, .hItem = item};
    return item && TreeView_GetItem(self->tree, &data) ? data.lParam : 0;
}

static bool says(const console *self, HTREEITEM item, const WCHAR *wanted) {
    WCHAR text[256] = {0};
    TVITEMW data = {.mask = TVIF_TEXT, .hItem = item, .pszText = text, .cchTextMax = NS_COUNT_OF(text)};
    return TreeView_GetItem(self->tree, &data) && wcscmp(text, wanted) == 0;
}

/* Makes the groups below "machines" those of the snapshot, item by item: what is expanded or selected stays. */
static void fill_groups(console *self, HTREEITEM all) {
    const ns_fleet *fleet = &self->snapshot->fleet;
    HTREEITEM item = TreeView_GetChild(self->tree, all);
    HTREEITEM before = TVI_FIRST;
    for (size_t i = 0; i < fleet->group_count; i++) {
        const LPARAM id = (LPARAM)fleet->groups[i].id;
        WCHAR *name = ns_wide_from_utf8(fleet->groups[i].name);
        if (name && data_of(self, item) == id && says(self, item, name)) {
            before = item;
            item = TreeView_GetNextSibling(self->tree, item);
        } else if (name) {
            for (HTREEITEM old = item; old;) { /* it stood elsewhere, or had another name */
                HTREEITEM next = TreeView_GetNextSibling(self->tree, old);
                if (data_of(self, old) == id) {
                    if (old == item)
                        item = next;
                    (void)TreeView_DeleteItem(self->tree, old);
                }
                old = next;
            }
            before = add(self, all, before, name, id, PRESENT_ICON_GROUP);
        }
        free(name);
    }
    while (item) {
        HTREEITEM next = TreeView_GetNextSibling(self->tree, item);
        (void)TreeView_DeleteItem(self->tree, item);
        item = next;
    }
}

static HTREEITEM find(const console *self, LPARAM data) {
    for (HTREEITEM item = TreeView_GetRoot(self->tree); item; item = TreeView_GetNextSibling(self->tree, item)) {
        if (data_of(self, item) == data)
            return item;
        for (HTREEITEM child = TreeView_GetChild(self->tree, item); child; child = TreeView_GetNextSibling(self->tree, child))
            if (data_of(self, child) == data)
                return child;
    }
    return NULL;
}

void tree_fill(console *self) {
    HTREEITEM all = TreeView_GetRoot(self->tree);
    const bool first = all == NULL;
    self->filling_tree = true;
    for (int view = 0; first && view < VIEW_COUNT; view++) {
        HTREEITEM item = add(self, TVI_ROOT, TVI_LAST, words(view_get((view_kind)view)->title), item_of((view_kind)view), icons[view]);
        all = all ? all : item;
    }
    if (self->snapshot) {
        const bool had_groups = TreeView_GetChild(self->tree, all) != NULL;
        fill_groups(self, all);
        if (!had_groups)
            (void)TreeView_Expand(self->tree, all, TVE_EXPAND);
        if (self->group_id && !snapshot_group(self->snapshot, self->group_id))
            self->group_id = 0; /* the group was removed */
    }
    if (data_of(self, TreeView_GetSelection(self->tree)) != current(self) && find(self, current(self)))
        (void)TreeView_SelectItem(self->tree, find(self, current(self)));
    self->filling_tree = false;
}

void tree_show_view(console *self) {
    HTREEITEM item = find(self, current(self));
    if (item && item != TreeView_GetSelection(self->tree))
        (void)TreeView_SelectItem(self->tree, item);
    else
        tree_on_select(self, current(self));
}

void tree_on_select(console *self, LPARAM item) {
    self->group_id = item > 0 ? item : 0;
    self->view = item < 0 ? (view_kind)(-1 - item) : VIEW_MACHINES;
    list_show_view(self);
    filter_show(self);
    list_refresh(self);
    console_selection_changed(self);
}

bool tree_has_focus(const console *self) {
    return GetFocus() == self->tree;
}

int64_t tree_group_at(const console *self, POINT at, HTREEITEM *item) {
    TVHITTESTINFO hit = {.pt = at};
    LPARAM data = 0;
    (void)ScreenToClient(self->tree, &hit.pt);
    *item = TreeView_HitTest(self->tree, &hit);
    data = data_of(self, *item);
    if (*item && (data > 0 || data == item_of(VIEW_MACHINES)))
        return data > 0 ? (int64_t)data : 0;
    *item = NULL;
    return -1;
}

void tree_select_for_menu(console *self, int *x, int *y) {
    TVHITTESTINFO hit = {.pt = {*x, *y}};
    RECT place = {0};
    POINT at = {0, 0};
    if (*x != -1 || *y != -1) {
        (void)ScreenToClient(self->tree, &hit.pt);
        if (TreeView_HitTest(self->tree, &hit))
            (void)TreeView_SelectItem(self->tree, hit.hItem);
        (void)SetFocus(self->tree);
        return;
    }
    if (TreeView_GetItemRect(self->tree, TreeView_GetSelection(self->tree), &place, TRUE))
        at = (POINT){place.left, place.bottom};
    (void)ClientToScreen(self->tree, &at);
    *x = at.x;
    *y = at.y;
}
