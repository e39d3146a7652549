/* What a code means: pasted in, explained while it is typed. */
#include "console/windows/windows.h"

#include <stdlib.h>

#include "model/explain.h"

static void append_given(ns_text *out, unsigned format, const char *value, const char *more) {
    if (value[0])
        append_words(out, format, value, more);
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
            append_given(&text, IDS_EXPLAIN_NATIVE, found[i].native->name, ns_native_kind_name(found[i].native->kind));
        append_given(&text, IDS_EXPLAIN_CODE, result->code, words_of_core(result->message));
        append_given(&text, IDS_EXPLAIN_CAUSE, words_of_core(result->cause), "");
        append_given(&text, IDS_EXPLAIN_REMEDY, words_of_core(result->remedy), "");
        (void)ns_text_append_string(&text, "\r\n");
    }
    if (code && code[0] && !count)
        (void)ns_text_append_string(&text, words_utf8(IDS_EXPLAIN_UNKNOWN));
    set_text(GetDlgItem(dialog, IDC_EXPLANATION), ns_text_string(&text));
    (void)EnableWindow(GetDlgItem(dialog, IDC_COPY_ALL), count > 0);
    ns_text_clear(&text);
    free(code);
}

static bool explain_on_initdialog(HWND dialog, void *self) {
    (void)self;
    (void)SendDlgItemMessageW(dialog, IDC_CODE, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_EXPLAIN_CUE));
    explain(dialog);
    return true;
}

static void copy(HWND dialog) {
    char *text = get_text(GetDlgItem(dialog, IDC_EXPLANATION));
    if (text)
        copy_text(dialog, text);
    free(text);
}

static void explain_on_command(HWND dialog, void *self, int id, UINT code) {
    (void)self;
    if (id == IDC_CODE && code == EN_CHANGE)
        explain(dialog);
    else if (id == IDC_COPY_ALL)
        copy(dialog);
}

static const dialog_kind explain_dialog = {
    .id = IDD_EXPLAIN, .topic = IDS_HELP_EXPLAIN, .init = explain_on_initdialog, .command = explain_on_command};

void explain_show(const app *self) {
    (void)dialog_open(self->window, &explain_dialog, 1, NULL, NULL);
}
