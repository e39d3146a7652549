/* The console's own options. */
#include "console/windows/windows.h"

#include "console/ui/names.h"
#include "console/ui/options.h"

static bool options_on_initdialog(HWND dialog, void *self) {
    HWND box = GetDlgItem(dialog, IDC_LANGUAGE);
    WCHAR chosen[OPTION_SIZE];
    (void)self;
    options_text(NAME_LANGUAGE, chosen);
    (void)ComboBox_AddString(box, words(IDS_LANGUAGE_WINDOWS));
    (void)ComboBox_AddString(box, words(IDS_LANGUAGE_ENGLISH));
    (void)ComboBox_AddString(box, words(IDS_LANGUAGE_GERMAN));
    (void)ComboBox_SetCurSel(box, chosen[0] == L'e' ? 1 : chosen[0] == L'd' ? 2 : 0);
    (void)ComboBox_SetItemData(box, 0, ComboBox_GetCurSel(box)); /* what it was */
    (void)CheckDlgButton(dialog, IDC_BLUR, options_integer(NAME_BLUR, 0) ? BST_CHECKED : BST_UNCHECKED);
    (void)CheckDlgButton(dialog, IDC_WORK, options_integer(NAME_WORK, 0) ? BST_CHECKED : BST_UNCHECKED);
    return true;
}

static void options_on_command(HWND dialog, void *self, int id, UINT code) {
    const int language = ComboBox_GetCurSel(GetDlgItem(dialog, IDC_LANGUAGE));
    (void)self;
    (void)code;
    if (id != IDOK)
        return;
    options_set_integer(NAME_BLUR, IsDlgButtonChecked(dialog, IDC_BLUR) == BST_CHECKED);
    options_set_integer(NAME_WORK, IsDlgButtonChecked(dialog, IDC_WORK) == BST_CHECKED);
    if (language != ComboBox_GetItemData(GetDlgItem(dialog, IDC_LANGUAGE), 0) && !dialogs_may_close(dialog))
        return;
    options_set_text(NAME_LANGUAGE, language == 1 ? L"en" : language == 2 ? L"de" : L"");
    dialog_end(dialog, IDOK);
}

static const dialog_kind options_dialog = {.id = IDD_OPTIONS, .init = options_on_initdialog, .command = options_on_command};

bool options_show(const app *self) {
    return dialog_run(self->window, &options_dialog, NULL) == IDOK;
}
