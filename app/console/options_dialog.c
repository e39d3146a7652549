/* The console's own options. */
#include "console/console.h"

#include "console/names.h"

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    HWND box = GetDlgItem(dialog, IDC_LANGUAGE);
    WCHAR chosen[OPTION_SIZE];
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    options_text(NAME_LANGUAGE, chosen);
    (void)ComboBox_AddString(box, words(IDS_LANGUAGE_WINDOWS));
    (void)ComboBox_AddString(box, words(IDS_LANGUAGE_ENGLISH));
    (void)ComboBox_AddString(box, words(IDS_LANGUAGE_GERMAN));
    (void)ComboBox_SetCurSel(box, chosen[0] == L'e' ? 1 : chosen[0] == L'd' ? 2 : 0);
    (void)ComboBox_SetItemData(box, 0, ComboBox_GetCurSel(box)); /* what it was */
    (void)CheckDlgButton(dialog, IDC_BLUR, options_integer(NAME_BLUR, 0) ? BST_CHECKED : BST_UNCHECKED);
    return TRUE;
}

static void on_ok(HWND dialog) {
    console *self = (console *)GetWindowLongPtrW(dialog, DWLP_USER);
    const int language = ComboBox_GetCurSel(GetDlgItem(dialog, IDC_LANGUAGE));
    options_set_integer(NAME_BLUR, IsDlgButtonChecked(dialog, IDC_BLUR) == BST_CHECKED);
    if (language != ComboBox_GetItemData(GetDlgItem(dialog, IDC_LANGUAGE), 0) && !dialogs_may_close(dialog))
        return;
    options_set_text(NAME_LANGUAGE, language == 1 ? L"en" : language == 2 ? L"de" : L"");
    dialog_end(dialog, IDOK);
    wall_changed();
    if (words_wanted() != words_current())
        console_use_language(self, words_wanted());
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    (void)code;
    if (id == IDOK)
        on_ok(dialog);
    else if (id == IDCANCEL)
        dialog_end(dialog, IDCANCEL);
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    default:
        return FALSE;
    }
}

void options_show(console *self) {
    (void)dialog_ask(self->window, IDD_OPTIONS, procedure, (LPARAM)self);
}
