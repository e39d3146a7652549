/* The navigation pane: machines and their groups, and the other views. An item's lParam is a group's id, or the negative number
 * of a view. */
#include "console/shell/tree.h"

#include <stdlib.h>
#include <wchar.h>

#include <commctrl.h>

#include "base/wide.h"
#include "console/ui/words_win32.h"

struct tree {
    HWND window;
    const events *events;
    bool filling; /* selections that come from ourselves are not the user's */
};

static LPARAM item_of(const view *shown) {
    return -1 - (LPARAM)view_number(shown);
}

static HTREEITEM add(tree *self, HTREEITEM parent, HTREEITEM after, const WCHAR *text, LPARAM data, int icon) {
    TVINSERTSTRUCTW insert = {.hParent = parent, .hInsertAfter = after};
    insert.item.mask = TVIF_TEXT | TVIF_PARAM | TVIF_IMAGE | TVIF_SELECTEDIMAGE;
    insert.item.pszText = (LPWSTR)(uintptr_t)text;
    insert.item.lParam = data;
    insert.item.iImage = icon;
    insert.item.iSelectedImage = icon;
    return TreeView_InsertItem(self->window, &insert);
}

/* A group is shown by its own item. */
static LPARAM item_for(const view *shown, int64_t group_id) {
    return shown->has_groups && group_id ? (LPARAM)group_id : item_of(shown);
}

static LPARAM data_of(const tree *self, HTREEITEM item) {
    TVITEMW data = {.mask = TVIF_PARAM, .hItem = item};
    return item && TreeView_GetItem(self->window, &data) ? data.lParam : 0;
}

static bool says(const tree *self, HTREEITEM item, const WCHAR *wanted) {
    WCHAR text[256] = {0};
    TVITEMW data = {.mask = TVIF_TEXT, .hItem = item, .pszText = text, .cchTextMax = NS_COUNT_OF(text)};
    return TreeView_GetItem(self->window, &data) && wcscmp(text, wanted) == 0;
}

/* Makes the groups below their view's item those of the snapshot, item by item: what is expanded or selected stays. */
static void fill_groups(tree *self, HTREEITEM all, const ns_fleet *fleet) {
    HTREEITEM item = TreeView_GetChild(self->window, all);
    HTREEITEM before = TVI_FIRST;
    for (size_t i = 0; i < fleet->group_count; i++) {
        const LPARAM id = (LPARAM)fleet->groups[i].id;
        WCHAR *name = ns_wide_from_utf8(fleet->groups[i].name);
        if (name && data_of(self, item) == id && says(self, item, name)) {
            before = item;
            item = TreeView_GetNextSibling(self->window, item);
        } else if (name) {
            for (HTREEITEM old = item; old;) { /* it stood elsewhere, or had another name */
                HTREEITEM next = TreeView_GetNextSibling(self->window, old);
                if (data_of(self, old) == id) {
                    if (old == item)
                        item = next;
                    (void)TreeView_DeleteItem(self->window, old);
                }
                old = next;
            }
            before = add(self, all, before, name, id, ICON_GROUP);
        }
        free(name);
    }
    while (item) {
        HTREEITEM next = TreeView_GetNextSibling(self->window, item);
        (void)TreeView_DeleteItem(self->window, item);
        item = next;
    }
}

static HTREEITEM find(const tree *self, LPARAM data) {
    for (HTREEITEM item = TreeView_GetRoot(self->window); item; item = TreeView_GetNextSibling(self->window, item)) {
        if (data_of(self, item) == data)
            return item;
        for (HTREEITEM child = TreeView_GetChild(self->window, item); child; child = TreeView_GetNextSibling(self->window, child))
            if (data_of(self, child) == data)
                return child;
    }
    return NULL;
}

void tree_fill(tree *self, const snapshot *from, const view *shown, int64_t group_id) {
    HTREEITEM chosen = NULL;
    self->filling = true;
    if (!TreeView_GetRoot(self->window))
        for (size_t i = 0; view_at(i); i++)
            (void)add(self, TVI_ROOT, TVI_LAST, words(view_at(i)->rows.title), item_of(view_at(i)), (int)view_at(i)->icon);
    if (from) {
        HTREEITEM all = find(self, item_of(view_of_groups()));
        const bool had_groups = TreeView_GetChild(self->window, all) != NULL;
        fill_groups(self, all, &from->fleet);
        if (!had_groups)
            (void)TreeView_Expand(self->window, all, TVE_EXPAND);
    }
    chosen = find(self, item_for(shown, group_id));
    if (chosen && chosen != TreeView_GetSelection(self->window))
        (void)TreeView_SelectItem(self->window, chosen);
    self->filling = false;
}

void tree_clear(tree *self) {
    self->filling = true;
    (void)TreeView_DeleteAllItems(self->window);
    self->filling = false;
}

static void report(const tree *self, LPARAM item) {
    if (item < 0)
        self->events->chosen(self->events->context, (size_t)(-1 - item), 0);
    else
        self->events->chosen(self->events->context, view_number(view_of_groups()), item);
}

void tree_choose(tree *self, const view *shown) {
    HTREEITEM item = find(self, item_of(shown));
    if (item && item != TreeView_GetSelection(self->window))
        (void)TreeView_SelectItem(self->window, item); /* which is reported */
    else
        report(self, item_of(shown));
}

void tree_on_notify(tree *self, const NMHDR *header) {
    if (header->code == TVN_SELCHANGEDW && !self->filling)
        report(self, ((const NMTREEVIEWW *)(const void *)header)->itemNew.lParam);
    else if (header->code == NM_SETFOCUS)
        self->events->focused(self->events->context);
}

int64_t tree_group_at(const tree *self, POINT at, HTREEITEM *item) {
    TVHITTESTINFO hit = {.pt = at};
    LPARAM data = 0;
    (void)ScreenToClient(self->window, &hit.pt);
    *item = TreeView_HitTest(self->window, &hit);
    data = data_of(self, *item);
    if (*item && (data > 0 || data == item_of(view_of_groups())))
        return data > 0 ? (int64_t)data : 0;
    *item = NULL;
    return -1;
}

void tree_select_for_menu(tree *self, int *x, int *y) {
    TVHITTESTINFO hit = {.pt = {*x, *y}};
    RECT place = {0};
    POINT at = {0, 0};
    if (*x != -1 || *y != -1) {
        (void)ScreenToClient(self->window, &hit.pt);
        if (TreeView_HitTest(self->window, &hit))
            (void)TreeView_SelectItem(self->window, hit.hItem);
        (void)SetFocus(self->window);
        return;
    }
    if (TreeView_GetItemRect(self->window, TreeView_GetSelection(self->window), &place, TRUE))
        at = (POINT){place.left, place.bottom};
    (void)ClientToScreen(self->window, &at);
    *x = at.x;
    *y = at.y;
}

HWND tree_window(const tree *self) {
    return self->window;
}

tree *tree_create(HWND parent, int id, const events *to) {
    tree *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->events = to;
    self->window =
        CreateWindowExW(0, WC_TREEVIEWW, NULL, WS_CHILD | WS_VISIBLE | WS_TABSTOP | WS_BORDER | TVS_HASBUTTONS | TVS_LINESATROOT | TVS_SHOWSELALWAYS,
                        0, 0, 0, 0, parent, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL), NULL);
    if (!self->window) {
        free(self);
        return NULL;
    }
    return self;
}

void tree_destroy(tree *self) {
    free(self);
}
