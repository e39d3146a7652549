#include "console/ui/dialogs.h"

#include <commctrl.h>
#include <stdlib.h>
#include <wchar.h>

#include "../../../resources/resource.h"
#include "base/text.h"
#include "console/ui/message.h"
#include "console/ui/theme.h"
#include "console/ui/words_win32.h"

enum { OPEN_MAXIMUM = 64 };

/* Of each dialog that is shown; freed with its window. */
typedef struct dialog_record {
    const dialog_kind *kind;
    void *self;
    int64_t thing;
    HWND window;
} dialog_record;

static dialog_record *open_dialogs[OPEN_MAXIMUM]; /* the modeless ones */
static size_t open_count;

static dialog_record *record_of(HWND dialog) {
    return (dialog_record *)GetWindowLongPtrW(dialog, DWLP_USER);
}

void *dialog_self(HWND dialog) {
    return record_of(dialog)->self;
}

static void destroy_record(dialog_record *record) {
    for (size_t i = 0; i < open_count; i++)
        if (open_dialogs[i] == record)
            open_dialogs[i--] = open_dialogs[--open_count];
    if (record->kind->destroy)
        record->kind->destroy(record->self);
    free(record);
}

static LRESULT CALLBACK dressed_on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    LRESULT answer = 0;
    (void)context;
    switch (message) {
    case WM_HELP:
        help_open(window, record_of(window)->kind->topic ? record_of(window)->kind->topic : IDS_HELP_START);
        return TRUE;
    case WM_NOTIFY: /* what the dialog does not draw itself */
        answer = DefSubclassProc(window, message, wparam, lparam);
        return answer ? answer : theme_draws((NMHDR *)lparam);
    case WM_NCDESTROY:
        (void)RemoveWindowSubclass(window, dressed_on_message, id);
        break;
    default:
        if (theme_handles(window, message, wparam, lparam, &answer))
            return answer;
    }
    return DefSubclassProc(window, message, wparam, lparam);
}

static BOOL dialog_on_initdialog(HWND dialog, dialog_record *record) {
    BOOL focus = TRUE;
    record->window = dialog;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, (LONG_PTR)record);
    (void)SetWindowSubclass(dialog, dressed_on_message, 1, 0);
    (void)SendMessageW(dialog, WM_SETICON, ICON_SMALL,
                       (LPARAM)LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDI_NIGHTSHIFT), IMAGE_ICON, GetSystemMetrics(SM_CXSMICON),
                                          GetSystemMetrics(SM_CYSMICON), LR_SHARED));
    if (record->kind->init)
        focus = record->kind->init(dialog, record->self);
    if (IsWindow(dialog))
        theme_dress(dialog);
    return focus;
}

static INT_PTR CALLBACK dialog_on_message(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam) {
    dialog_record *record = message == WM_INITDIALOG ? (dialog_record *)lparam : record_of(dialog);
    LRESULT answer = 0;
    if (!record)
        return FALSE;
    switch (message) {
    case WM_INITDIALOG:
        return dialog_on_initdialog(dialog, record);
    case WM_COMMAND:
        if ((LOWORD(wparam) == IDCANCEL && !record->kind->part) || (LOWORD(wparam) == IDOK && !record->kind->command))
            dialog_end(dialog, IDCANCEL);
        else if (record->kind->command)
            record->kind->command(dialog, record->self, LOWORD(wparam), HIWORD(wparam));
        return FALSE;
    case WM_NOTIFY:
        if (!record->kind->notify || !record->kind->notify(dialog, record->self, (NMHDR *)lparam, &answer))
            return FALSE;
        (void)SetWindowLongPtrW(dialog, DWLP_MSGRESULT, answer);
        return TRUE;
    case WM_NCDESTROY:
        (void)SetWindowLongPtrW(dialog, DWLP_USER, 0);
        destroy_record(record);
        return FALSE;
    default:
        if (record->kind->message)
            record->kind->message(dialog, record->self, message, wparam, lparam);
        return FALSE;
    }
}

static dialog_record *make_record(const dialog_kind *kind, int64_t thing, void *self) {
    dialog_record *record = calloc(1, sizeof *record);
    if (record)
        *record = (dialog_record){.kind = kind, .self = self, .thing = thing};
    else if (kind->destroy)
        kind->destroy(self);
    return record;
}

static HWND show_again(const dialog_kind *kind, int64_t thing) {
    for (size_t i = 0; thing && i < open_count; i++) {
        HWND window = open_dialogs[i]->window;
        if (open_dialogs[i]->kind != kind || open_dialogs[i]->thing != thing)
            continue;
        (void)ShowWindow(window, IsIconic(window) ? SW_RESTORE : SW_SHOW);
        (void)SetForegroundWindow(window);
        return window;
    }
    return NULL;
}

HWND dialog_open(HWND owner, const dialog_kind *kind, int64_t thing, void *self, bool *again) {
    HWND window = show_again(kind, thing);
    dialog_record *record = make_record(kind, thing, self);
    if (again)
        *again = window != NULL;
    if (!record)
        return window;
    if (window || open_count == OPEN_MAXIMUM) {
        destroy_record(record);
        return window;
    }
    window = CreateDialogIndirectParamW(GetModuleHandleW(NULL), words_dialog(kind->id), owner, dialog_on_message, (LPARAM)record);
    if (!window) { /* it never was */
        destroy_record(record);
        return NULL;
    }
    open_dialogs[open_count++] = record;
    (void)ShowWindow(window, SW_SHOW);
    return window;
}

INT_PTR dialog_run(HWND owner, const dialog_kind *kind, void *self) {
    dialog_record *record = make_record(kind, 0, self);
    const INT_PTR result =
        record ? DialogBoxIndirectParamW(GetModuleHandleW(NULL), words_dialog(kind->id), owner, dialog_on_message, (LPARAM)record) : IDCANCEL;
    if (result == -1)
        destroy_record(record);
    return result;
}

static bool is_modeless(HWND dialog) {
    for (size_t i = 0; i < open_count; i++)
        if (open_dialogs[i]->window == dialog)
            return true;
    return false;
}

void dialog_end(HWND dialog, int result) {
    if (is_modeless(dialog))
        (void)DestroyWindow(dialog);
    else
        (void)EndDialog(dialog, result);
}

void dialog_set_error(HWND dialog, const ns_error *error) {
    WCHAR text[WORDS_SIZE] = {0};
    if (error->status != NS_OK)
        words_of_error(text, error);
    (void)SetDlgItemTextW(dialog, IDC_ERROR, text);
}

static BOOL CALLBACK find_modified(HWND control, LPARAM context) {
    WCHAR name[16] = {0};
    (void)GetClassNameW(control, name, NS_COUNT_OF(name));
    if (_wcsicmp(name, WC_EDITW) == 0 && !(GetWindowLongW(control, GWL_STYLE) & ES_READONLY) && SendMessageW(control, EM_GETMODIFY, 0, 0))
        *(bool *)context = true;
    return !*(bool *)context;
}

bool dialog_is_typed_into(HWND dialog) {
    bool dirty = false;
    (void)EnumChildWindows(dialog, find_modified, (LPARAM)&dirty);
    return dirty;
}

bool dialogs_take_message(MSG *message) {
    HWND top = message->hwnd;
    while (top && !is_modeless(top))
        top = GetAncestor(top, GA_PARENT);
    return top && IsDialogMessageW(top, message);
}

void dialogs_close_all(void) {
    while (open_count)
        (void)DestroyWindow(open_dialogs[open_count - 1]->window);
}

static BOOL CALLBACK dress_one(HWND window, LPARAM context) {
    (void)context;
    theme_dress(window);
    return TRUE;
}

void dialogs_dress_all(void) {
    (void)EnumThreadWindows(GetCurrentThreadId(), dress_one, 0);
}

bool dialogs_may_close(HWND owner) {
    for (size_t i = 0; i < open_count; i++)
        if (open_dialogs[i]->kind->is_dirty && open_dialogs[i]->kind->is_dirty(open_dialogs[i]->window))
            return message_confirm(owner, words(IDS_ASK_DISCARD), IDS_DISCARD, true);
    return true;
}
