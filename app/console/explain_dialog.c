/* What a code means: pasted in, explained while it is typed. */
#include "console/console.h"

#include <stdlib.h>

#include "base/wide.h"
#include "model/explain.h"

static void append(ns_text *out, unsigned format, const char *a, const char *b) {
    WCHAR text[WORDS_SIZE];
    WCHAR *first = ns_wide_from_utf8(a);
    WCHAR *second = ns_wide_from_utf8(b);
    char *utf8 = NULL;
    if (first && second && a[0]) {
        words_format(text, format, first, second);
        utf8 = ns_wide_to_utf8(text);
    }
    (void)ns_text_append_string(out, utf8 ? utf8 : "");
    free(first);
    free(second);
    free(utf8);
}

static void explain(HWND dialog) {
    char *code = get_text(GetDlgItem(dialog, IDC_CODE));
    ns_explanation found[NS_EXPLANATIONS];
    const size_t count = code ? ns_explain(code, found) : 0;
    ns_text text;
    ns_text_init(&text, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        const ns_result_code *result = found[i].result;
        if (found[i].native)
            append(&text, IDS_EXPLAIN_NATIVE, found[i].native->name, ns_native_kind_name(found[i].native->kind));
        append(&text, IDS_EXPLAIN_CODE, result->code, words_of_core(result->message));
        append(&text, IDS_EXPLAIN_CAUSE, words_of_core(result->cause), "");
        append(&text, IDS_EXPLAIN_REMEDY, words_of_core(result->remedy), "");
        (void)ns_text_append_string(&text, "\r\n");
    }
    if (code && code[0] && !count)
        (void)ns_text_append_string(&text, words_utf8(IDS_EXPLAIN_UNKNOWN));
    set_text(GetDlgItem(dialog, IDC_EXPLANATION), ns_text_string(&text));
    (void)EnableWindow(GetDlgItem(dialog, IDC_COPY_ALL), count > 0);
    ns_text_clear(&text);
    free(code);
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    (void)focus;
    (void)SendDlgItemMessageW(dialog, IDC_CODE, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_EXPLAIN_CUE));
    set_text(GetDlgItem(dialog, IDC_CODE), (const char *)context);
    explain(dialog);
    return TRUE;
}

static void copy(HWND dialog) {
    char *text = get_text(GetDlgItem(dialog, IDC_EXPLANATION));
    if (text)
        copy_text(dialog, text);
    free(text);
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    if (id == IDC_CODE && code == EN_CHANGE)
        explain(dialog);
    else if (id == IDC_COPY_ALL)
        copy(dialog);
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

void explain_show(console *self, const char *code) {
    bool again = false;
    HWND dialog = dialog_open(self, IDD_EXPLAIN, 1, procedure, (LPARAM)code, &again);
    if (dialog && again && code[0])
        set_text(GetDlgItem(dialog, IDC_CODE), code);
}
