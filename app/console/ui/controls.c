#include "console/ui/controls.h"

#include <stdlib.h>
#include <string.h>
#include <windowsx.h>

#include <commctrl.h>

#include "../../../resources/resource.h"
#include "base/wide.h"
#include "console/ui/icons.h"
#include "console/ui/words_win32.h"

int scaled(HWND window, int at_96_dpi) {
    return MulDiv(at_96_dpi, (int)GetDpiForWindow(window), 96);
}

void set_text(HWND window, const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8 ? utf8 : "");
    if (wide)
        (void)SetWindowTextW(window, wide);
    free(wide);
}

void set_text_if_new(HWND window, const WCHAR *text) {
    WCHAR before[WORDS_SIZE] = {0};
    (void)GetWindowTextW(window, before, WORDS_SIZE);
    if (wcscmp(before, text) != 0)
        (void)SetWindowTextW(window, text);
}

char *get_text(HWND window) {
    int units = GetWindowTextLengthW(window);
    WCHAR *wide = calloc((size_t)units + 1, sizeof *wide);
    char *utf8 = NULL;
    if (!wide)
        return NULL;
    (void)GetWindowTextW(window, wide, units + 1);
    utf8 = ns_wide_to_utf8(wide);
    ns_wipe(wide, (size_t)units * sizeof *wide); /* it may be a password */
    free(wide);
    return utf8;
}

void copy_text(HWND owner, const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8);
    const size_t size = wide ? (wcslen(wide) + 1) * sizeof(WCHAR) : 0;
    HGLOBAL memory = size ? GlobalAlloc(GMEM_MOVEABLE, size) : NULL;
    void *bytes = memory ? GlobalLock(memory) : NULL;
    if (bytes) {
        memcpy(bytes, wide, size);
        (void)GlobalUnlock(memory);
    }
    if (bytes && OpenClipboard(owner)) {
        (void)EmptyClipboard();
        if (SetClipboardData(CF_UNICODETEXT, memory))
            memory = NULL; /* it is the clipboard's now */
        (void)CloseClipboard();
    }
    if (memory)
        (void)GlobalFree(memory);
    free(wide);
}

void combo_add(HWND box, const char *utf8, int64_t id, int64_t wanted) {
    WCHAR *wide = ns_wide_from_utf8(utf8);
    const int at = wide ? ComboBox_AddString(box, wide) : CB_ERR;
    free(wide);
    if (at < 0)
        return;
    (void)ComboBox_SetItemData(box, at, (LPARAM)id);
    if (id == wanted)
        (void)ComboBox_SetCurSel(box, at);
}

int64_t combo_chosen(HWND box, int64_t otherwise) {
    const int at = ComboBox_GetCurSel(box);
    return at < 0 ? otherwise : (int64_t)ComboBox_GetItemData(box, at);
}

void list_add_columns(HWND list, const list_column *columns, size_t count) {
    const int dpi = (int)GetDpiForWindow(list);
    ListView_SetExtendedListViewStyle(list, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER | LVS_EX_LABELTIP);
    for (size_t i = 0; i < count; i++) {
        LVCOLUMNW column = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_SUBITEM,
                            .pszText = (LPWSTR)(uintptr_t)words(columns[i].title),
                            .cx = MulDiv(columns[i].width, dpi, 96),
                            .iSubItem = (int)i};
        (void)ListView_InsertColumn(list, (int)i, &column);
    }
    (void)ListView_SetColumnWidth(list, (int)count - 1, LVSCW_AUTOSIZE_USEHEADER);
}

void list_set_cell(HWND list, int row, int column, const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8);
    if (wide)
        ListView_SetItemText(list, row, column, wide);
    free(wide);
}

int list_add_row(HWND list) {
    LVITEMW item = {.mask = LVIF_TEXT, .iItem = ListView_GetItemCount(list), .pszText = (LPWSTR)(uintptr_t)L""};
    return ListView_InsertItem(list, &item);
}

void append_words(ns_text *out, unsigned format, const char *first, const char *second) {
    WCHAR text[WORDS_SIZE];
    char *utf8 = NULL;
    words_insert(text, format, first, second, NULL, NULL);
    utf8 = ns_wide_to_utf8(text);
    (void)ns_text_append_string(out, utf8 ? utf8 : "");
    free(utf8);
}

HIMAGELIST icons_create(int size) {
    static const WORD icons[] = {IDI_MACHINE, IDI_GROUP, IDI_RUN,  IDI_OK,      IDI_BAD,      IDI_WAIT,     IDI_CONNECTION,
                                 IDI_FLOW,    IDI_PAUSE, IDI_WARN, IDI_UNKNOWN, IDI_ACTIVITY, IDI_SETTINGS, IDI_ADD};
    _Static_assert(NS_COUNT_OF(icons) == ICON_COUNT, "every icon has its picture");
    HIMAGELIST list = ImageList_Create(size, size, ILC_COLOR32 | ILC_MASK, (int)NS_COUNT_OF(icons), 4);
    for (size_t i = 0; list && i < NS_COUNT_OF(icons); i++) {
        HICON icon = (HICON)LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(icons[i]), IMAGE_ICON, size, size, 0);
        (void)ImageList_ReplaceIcon(list, -1, icon);
        if (icon)
            (void)DestroyIcon(icon);
    }
    return list;
}
