#include "console/controls.h"

#include <stdlib.h>
#include <string.h>
#include <windowsx.h>

#include <commctrl.h>

#include "base/text.h"
#include "base/wide.h"
#include "console/words.h"

void set_text(HWND window, const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8 ? utf8 : "");
    if (wide)
        (void)SetWindowTextW(window, wide);
    free(wide);
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
