#include "console/ui/folder.h"

#include <ole2.h>
#include <shellapi.h>
#include <shlobj.h>
#include <stdlib.h>

#include "base/wide.h"

char *choose_folder(HWND owner, const WCHAR *title) {
    WCHAR path[MAX_PATH] = {0};
    BROWSEINFOW question = {.hwndOwner = owner, .lpszTitle = title, .ulFlags = BIF_RETURNONLYFSDIRS | BIF_USENEWUI};
    const HRESULT begun = OleInitialize(NULL); /* BIF_USENEWUI wants it */
    PIDLIST_ABSOLUTE chosen = SHBrowseForFolderW(&question);
    const BOOL known = chosen && SHGetPathFromIDListW(chosen, path);
    CoTaskMemFree(chosen);
    if (SUCCEEDED(begun))
        OleUninitialize();
    return known ? ns_wide_to_utf8(path) : NULL;
}

void show_folder(HWND owner, const char *folder) {
    WCHAR *wide = ns_wide_from_utf8(folder);
    if (wide)
        (void)ShellExecuteW(owner, NULL, wide, NULL, NULL, SW_SHOWNORMAL);
    free(wide);
}
