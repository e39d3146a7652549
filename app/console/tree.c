/* The navigation pane: all machines and their groups, runs, connections, flows. An item's lParam is a group's id, or one
 * of the negative numbers below. */
#include "console/console.h"

#include "base/wide.h"
#include "console/present/present.h"

#include <stdlib.h>

enum { ITEM_ALL = -1, ITEM_RUNS = -2, ITEM_CONNECTIONS = -3, ITEM_FLOWS = -4, ITEM_SESSIONS = -5, ITEM_PREFLIGHT = -6 };

static HTREEITEM add(console *self, HTREEITEM parent, const WCHAR *text, LPARAM data, int icon) {
    TVINSERTSTRUCTW insert = {.hParent = parent, .hInsertAfter = TVI_LAST};
    insert.item.mask = TVIF_TEXT | TVIF_PARAM | TVIF_IMAGE | TVIF_SELECTEDIMAGE;
    insert.item.pszText = (LPWSTR)(uintptr_t)text;
    insert.item.lParam = data;
    insert.item.iImage = icon;
    insert.item.iSelectedImage = icon;
    return TreeView_InsertItem(self->tree, &insert);
}

/* Order: view_kind. */
static const LPARAM items[VIEW_COUNT] = {ITEM_ALL, ITEM_PREFLIGHT, ITEM_RUNS, ITEM_SESSIONS, ITEM_CONNECTIONS, ITEM_FLOWS};

static LPARAM current(const console *self) {
    return self->view == VIEW_MACHINES && self->group_id ? (LPARAM)self->group_id : items[self->view];
}

/* Whether the tree shows these groups already, so that a change elsewhere does not make it flicker. */
static bool is_up_to_date(const console *self) {
    const ns_fleet *fleet = &self->snapshot->fleet;
    HTREEITEM all = TreeView_GetRoot(self->tree);
    HTREEITEM item = TreeView_GetChild(self->tree, all);
    for (size_t i = 0; i < fleet->group_count; i++) {
        WCHAR text[256] = {0};
        TVITEMW data = {.mask = TVIF_TEXT | TVIF_PARAM, .hItem = item, .pszText = text, .cchTextMax = NS_COUNT_OF(text)};
        WCHAR *name = NULL;
        bool same = false;
        if (!item || !TreeView_GetItem(self->tree, &data))
            return false;
        name = ns_wide_from_utf8(fleet->groups[i].name);
        same = name && data.lParam == (LPARAM)fleet->groups[i].id && wcscmp(name, text) == 0;
        free(name);
        if (!same)
            return false;
        item = TreeView_GetNextSibling(self->tree, item);
    }
    return item == NULL;
}

void tree_fill(console *self) {
    HTREEITEM all = NULL;
    HTREEITEM selected = NULL;
    if (self->snapshot && TreeView_GetRoot(self->tree) && is_up_to_date(self))
        return;
    self->filling_tree = true;
    (void)SendMessageW(self->tree, WM_SETREDRAW, FALSE, 0);
    (void)TreeView_DeleteAllItems(self->tree);
    all = add(self, TVI_ROOT, words(IDS_ALL_MACHINES), ITEM_ALL, PRESENT_ICON_MACHINE);
    selected = all;
    for (size_t i = 0; self->snapshot && i < self->snapshot->fleet.group_count; i++) {
        const ns_group *group = &self->snapshot->fleet.groups[i];
        WCHAR *name = ns_wide_from_utf8(group->name);
        HTREEITEM item = name ? add(self, all, name, (LPARAM)group->id, PRESENT_ICON_GROUP) : NULL;
        if (current(self) == (LPARAM)group->id)
            selected = item;
        free(name);
    }
    {
        const struct {
            UINT text;
            LPARAM data;
            int icon;
        } rest[] = {{IDS_PREFLIGHT, ITEM_PREFLIGHT, PRESENT_ICON_OK},
                    {IDS_RUNS, ITEM_RUNS, PRESENT_ICON_RUN},
                    {IDS_SESSIONS, ITEM_SESSIONS, PRESENT_ICON_PAUSE},
                    {IDS_CONNECTIONS, ITEM_CONNECTIONS, PRESENT_ICON_CONNECTION},
                    {IDS_FLOWS, ITEM_FLOWS, PRESENT_ICON_FLOW}};
        for (size_t i = 0; i < NS_COUNT_OF(rest); i++) {
            HTREEITEM item = add(self, TVI_ROOT, words(rest[i].text), rest[i].data, rest[i].icon);
            if (current(self) == rest[i].data)
                selected = item;
        }
    }
    (void)TreeView_Expand(self->tree, all, TVE_EXPAND);
    (void)TreeView_SelectItem(self->tree, selected);
    (void)SendMessageW(self->tree, WM_SETREDRAW, TRUE, 0);
    self->filling_tree = false;
    if (self->view == VIEW_MACHINES && self->group_id && !snapshot_group(self->snapshot, self->group_id))
        self->group_id = 0; /* the group was removed */
}

void tree_show_view(console *self) {
    for (HTREEITEM item = TreeView_GetRoot(self->tree); item; item = TreeView_GetNextSibling(self->tree, item)) {
        TVITEMW data = {.mask = TVIF_PARAM, .hItem = item};
        if (TreeView_GetItem(self->tree, &data) && data.lParam == items[self->view])
            (void)TreeView_SelectItem(self->tree, item);
    }
}

void tree_on_select(console *self, LPARAM item) {
    self->group_id = item > 0 ? item : 0;
    self->view = VIEW_MACHINES;
    for (int i = 0; i < VIEW_COUNT; i++)
        if (items[i] == item)
            self->view = (view_kind)i;
    list_show_view(self);
    list_refresh(self);
    console_update_status(self);
    commands_update(self, NULL);
}

bool tree_has_focus(const console *self) {
    return GetFocus() == self->tree;
}
