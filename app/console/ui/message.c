/* What is said or asked in a box of its own, and the guide. */
#include "console/ui/message.h"

#include <commctrl.h>
#include <shellapi.h>
#include <stdlib.h>

#include "../../../resources/resource.h"
#include "base/system.h"
#include "base/text.h"
#include "base/wide.h"
#include "console/ui/controls.h"
#include "console/ui/words_win32.h"

static HRESULT CALLBACK message_on_button(HWND window, UINT notice, WPARAM button, LPARAM lparam, LONG_PTR context) {
    char *text = NULL;
    (void)lparam;
    if (notice != TDN_BUTTON_CLICKED || button != IDC_COPY_ALL)
        return S_OK;
    text = ns_wide_to_utf8((const WCHAR *)context);
    if (text)
        copy_text(window, text);
    free(text);
    return S_FALSE; /* it stays open */
}

void message_show(HWND owner, const WCHAR *text) {
    const TASKDIALOG_BUTTON buttons[] = {{IDC_COPY_ALL, words(IDS_COPY_DETAILS)}, {IDCANCEL, words(IDS_CLOSE)}};
    const TASKDIALOGCONFIG config = {.cbSize = sizeof config,
                                     .hwndParent = owner,
                                     .hInstance = GetModuleHandleW(NULL),
                                     .dwFlags = TDF_ALLOW_DIALOG_CANCELLATION | TDF_POSITION_RELATIVE_TO_WINDOW,
                                     .pszWindowTitle = words(IDS_ERROR),
                                     .pszMainIcon = TD_WARNING_ICON,
                                     .pszContent = text,
                                     .cButtons = NS_COUNT_OF(buttons),
                                     .pButtons = buttons,
                                     .nDefaultButton = IDCANCEL,
                                     .pfCallback = message_on_button,
                                     .lpCallbackData = (LONG_PTR)text};
    if (FAILED(TaskDialogIndirect(&config, NULL, NULL, NULL)))
        (void)MessageBoxW(owner, text, words(IDS_ERROR), MB_ICONWARNING);
}

void message_error(HWND owner, const ns_error *error) {
    WCHAR text[WORDS_SIZE];
    words_of_error(text, error);
    message_show(owner, text);
}

bool message_confirm(HWND owner, const WCHAR *question, unsigned action, bool careful) {
    const TASKDIALOG_BUTTON buttons[] = {{IDYES, words(action)}, {IDCANCEL, words(IDS_DO_NOTHING)}};
    const TASKDIALOGCONFIG config = {.cbSize = sizeof config,
                                     .hwndParent = owner,
                                     .hInstance = GetModuleHandleW(NULL),
                                     .dwFlags = TDF_USE_COMMAND_LINKS | TDF_ALLOW_DIALOG_CANCELLATION | TDF_POSITION_RELATIVE_TO_WINDOW,
                                     .pszWindowTitle = words(IDS_TITLE),
                                     .pszMainIcon = careful ? TD_WARNING_ICON : NULL,
                                     .pszContent = question,
                                     .cButtons = NS_COUNT_OF(buttons),
                                     .pButtons = buttons,
                                     .nDefaultButton = careful ? IDCANCEL : IDYES};
    int pressed = IDCANCEL;
    return SUCCEEDED(TaskDialogIndirect(&config, &pressed, NULL, NULL)) && pressed == IDYES;
}

/* The guide lies beside the program, a page for each topic. */
void help_open(HWND owner, unsigned topic) {
    char *folder = ns_system_program_folder();
    ns_text path;
    WCHAR *wide = NULL;
    ns_text_init(&path, 40000);
    (void)ns_text_appendf(&path, "%s\\guide\\%s.html", folder ? folder : ".", words_utf8(topic));
    wide = ns_wide_from_utf8(ns_text_string(&path));
    if (!wide || (INT_PTR)ShellExecuteW(owner, NULL, wide, NULL, NULL, SW_SHOWNORMAL) <= 32) {
        WCHAR text[WORDS_SIZE];
        words_format(text, IDS_NO_GUIDE, wide ? wide : L"");
        (void)MessageBoxW(owner, text, words(IDS_TITLE), MB_ICONINFORMATION);
    }
    free(wide);
    free(folder);
    ns_text_clear(&path);
}
