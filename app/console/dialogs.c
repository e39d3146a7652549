#include "console/dialogs.h"

#include <commctrl.h>
#include <shellapi.h>
#include <stdlib.h>
#include <wchar.h>

#include "../../resources/resource.h"
#include "base/system.h"
#include "base/wide.h"
#include "console/console.h"
#include "console/theme.h"
#include "console/words.h"

enum { OPEN_MAXIMUM = 64 };

static struct open_dialog {
    HWND window;
    unsigned id;
    int64_t thing;
} open_dialogs[OPEN_MAXIMUM];
static size_t open_count;

static const struct {
    unsigned dialog;
    unsigned topic;
} topics[] = {
    {IDD_MACHINE, IDS_HELP_MACHINES},    {IDD_GROUP, IDS_HELP_MACHINES},   {IDD_CONNECTION, IDS_HELP_CONNECTIONS}, {IDD_FLOW, IDS_HELP_FLOWS},
    {IDD_PROPERTIES, IDS_HELP_SETTINGS}, {IDD_MOVE, IDS_HELP_MACHINES},    {IDD_TEST_RUN, IDS_HELP_RUNS},          {IDD_RUN, IDS_HELP_RUNS},
    {IDD_PREFLIGHT, IDS_HELP_PREFLIGHT}, {IDD_CHECKS, IDS_HELP_PREFLIGHT}, {IDD_SCREEN, IDS_HELP_SETTINGS},        {IDD_EXPLAIN, IDS_HELP_EXPLAIN},
    {IDD_ACTIVITY, IDS_HELP_ACTIVITY},   {IDD_IMPORT, IDS_HELP_MACHINES},  {IDD_SAVED, IDS_HELP_MACHINES}};

static unsigned topic_of(unsigned dialog) {
    for (size_t i = 0; i < NS_COUNT_OF(topics); i++)
        if (topics[i].dialog == dialog)
            return topics[i].topic;
    return IDS_HELP_START;
}

static void forget(HWND window) {
    for (size_t i = 0; i < open_count; i++)
        if (open_dialogs[i].window == window)
            open_dialogs[i--] = open_dialogs[--open_count];
}

static LRESULT CALLBACK dressed(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    LRESULT answer = 0;
    (void)context;
    switch (message) {
    case WM_HELP:
        help_open(window, topic_of((unsigned)id));
        return TRUE;
    case WM_NOTIFY: /* what the dialog does not draw itself */
        answer = DefSubclassProc(window, message, wparam, lparam);
        return answer ? answer : theme_draws((NMHDR *)lparam);
    case WM_NCDESTROY:
        forget(window);
        (void)RemoveWindowSubclass(window, dressed, id);
        break;
    default:
        if (theme_handles(window, message, wparam, lparam, &answer))
            return answer;
    }
    return DefSubclassProc(window, message, wparam, lparam);
}

/* The dialog procedure is called with its own first message before the dialog can be dressed; so the true one is kept here
 * until then. Modal calls nest, and each passes its own. */
typedef struct start {
    unsigned id;
    DLGPROC procedure;
    LPARAM context;
} start;

static INT_PTR CALLBACK first(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam) {
    const start *self = (const start *)lparam;
    INT_PTR answer = FALSE;
    if (message != WM_INITDIALOG)
        return FALSE;
    (void)SetWindowSubclass(dialog, dressed, self->id, 0);
    (void)SetWindowLongPtrW(dialog, DWLP_DLGPROC, (LONG_PTR)self->procedure);
    (void)SendMessageW(dialog, WM_SETICON, ICON_SMALL,
                       (LPARAM)LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDI_NIGHTSHIFT), IMAGE_ICON, GetSystemMetrics(SM_CXSMICON),
                                          GetSystemMetrics(SM_CYSMICON), LR_SHARED));
    answer = self->procedure(dialog, message, wparam, self->context);
    if (IsWindow(dialog))
        theme_dress(dialog);
    return answer;
}

HWND dialog_open(console *of, unsigned id, int64_t thing, DLGPROC procedure, LPARAM context, bool *again) {
    start self = {id, procedure, context};
    HWND window = NULL;
    *again = false;
    for (size_t i = 0; thing && i < open_count; i++) {
        if (open_dialogs[i].id == id && open_dialogs[i].thing == thing) {
            *again = true;
            (void)ShowWindow(open_dialogs[i].window, IsIconic(open_dialogs[i].window) ? SW_RESTORE : SW_SHOW);
            (void)SetForegroundWindow(open_dialogs[i].window);
            return open_dialogs[i].window;
        }
    }
    if (open_count == OPEN_MAXIMUM)
        return NULL;
    window = CreateDialogIndirectParamW(GetModuleHandleW(NULL), words_dialog(id), of->window, first, (LPARAM)&self);
    if (!window)
        return NULL;
    open_dialogs[open_count++] = (struct open_dialog){window, id, thing};
    (void)ShowWindow(window, SW_SHOW);
    return window;
}

INT_PTR dialog_ask(HWND owner, unsigned id, DLGPROC procedure, LPARAM context) {
    start self = {id, procedure, context};
    return DialogBoxIndirectParamW(GetModuleHandleW(NULL), words_dialog(id), owner, first, (LPARAM)&self);
}

static bool is_modeless(HWND dialog) {
    for (size_t i = 0; i < open_count; i++)
        if (open_dialogs[i].window == dialog)
            return true;
    return false;
}

void dialog_end(HWND dialog, int result) {
    if (is_modeless(dialog))
        (void)DestroyWindow(dialog);
    else
        (void)EndDialog(dialog, result);
}

bool dialogs_take_message(MSG *message) {
    HWND top = GetAncestor(message->hwnd, GA_ROOT);
    return is_modeless(top) && IsDialogMessageW(top, message);
}

void dialogs_close_all(void) {
    while (open_count)
        (void)DestroyWindow(open_dialogs[open_count - 1].window);
}

static BOOL CALLBACK dress_one(HWND window, LPARAM context) {
    (void)context;
    theme_dress(window);
    return TRUE;
}

void dialogs_dress_all(void) {
    (void)EnumThreadWindows(GetCurrentThreadId(), dress_one, 0);
}

static BOOL CALLBACK is_untouched(HWND control, LPARAM context) {
    WCHAR name[16] = {0};
    (void)GetClassNameW(control, name, NS_COUNT_OF(name));
    if (_wcsicmp(name, WC_EDITW) == 0 && !(GetWindowLongW(control, GWL_STYLE) & ES_READONLY) && SendMessageW(control, EM_GETMODIFY, 0, 0))
        *(bool *)context = true;
    return !*(bool *)context;
}

/* A sheet is dirty when it could be applied, a form when something was typed into it. */
static bool is_dirty(const struct open_dialog *dialog) {
    bool dirty = false;
    if (dialog->id == IDD_PROPERTIES)
        return IsWindowEnabled(GetDlgItem(dialog->window, IDC_APPLY)) != FALSE;
    if (dialog->id <= IDD_FLOW)
        (void)EnumChildWindows(dialog->window, is_untouched, (LPARAM)&dirty);
    return dirty;
}

bool dialogs_may_close(HWND owner) {
    for (size_t i = 0; i < open_count; i++)
        if (is_dirty(&open_dialogs[i]))
            return ask(owner, words(IDS_ASK_DISCARD), IDS_DISCARD, true);
    return true;
}

static HRESULT CALLBACK on_told(HWND window, UINT notice, WPARAM button, LPARAM lparam, LONG_PTR context) {
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

void tell(HWND owner, const WCHAR *text) {
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
                                     .pfCallback = on_told,
                                     .lpCallbackData = (LONG_PTR)text};
    if (FAILED(TaskDialogIndirect(&config, NULL, NULL, NULL)))
        (void)MessageBoxW(owner, text, words(IDS_ERROR), MB_ICONWARNING);
}

bool ask(HWND owner, const WCHAR *question, unsigned action, bool careful) {
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
