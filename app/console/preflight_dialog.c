/* With which connection a preflight looks, and whether it signs in. */
#include "console/console.h"

#include <stdlib.h>

typedef struct question {
    console *console;
    int64_t *machine_ids;
    size_t count;
} question;

/* Without a connection there is nobody to sign in. */
static void enable_attempts(HWND dialog) {
    const BOOL named = combo_chosen(GetDlgItem(dialog, IDC_CONNECTION), 0) != 0;
    const int boxes[] = {IDC_SIGN_IN, IDC_SESSION};
    for (size_t i = 0; i < NS_COUNT_OF(boxes); i++) {
        (void)EnableWindow(GetDlgItem(dialog, boxes[i]), named);
        if (!named)
            (void)CheckDlgButton(dialog, boxes[i], BST_UNCHECKED);
    }
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    const question *self = (const question *)context;
    const snapshot *from = self->console->snapshot;
    HWND box = GetDlgItem(dialog, IDC_CONNECTION);
    WCHAR text[WORDS_SIZE];
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    words_format(text, IDS_TARGETS, (int)self->count);
    (void)SetDlgItemTextW(dialog, IDC_TARGETS, text);
    combo_add(box, words_utf8(IDS_NO_CONNECTION), 0, 0);
    for (size_t i = 0; i < from->connections.count; i++)
        combo_add(box, from->connections.items[i].name, from->connections.items[i].id, 0);
    enable_attempts(dialog);
    return TRUE;
}

static void on_ok(HWND dialog) {
    const question *self = (const question *)GetWindowLongPtrW(dialog, DWLP_USER);
    const board_request request = {.machine_ids = self->machine_ids,
                                   .count = self->count,
                                   .connection_id = combo_chosen(GetDlgItem(dialog, IDC_CONNECTION), 0),
                                   .sign_in = IsDlgButtonChecked(dialog, IDC_SIGN_IN) == BST_CHECKED,
                                   .session = IsDlgButtonChecked(dialog, IDC_SESSION) == BST_CHECKED};
    ns_error error;
    if (board_start(self->console->board, &request, &error)) {
        dialog_end(dialog, IDOK);
    } else {
        WCHAR text[WORDS_SIZE];
        words_of_error(text, &error);
        (void)SetDlgItemTextW(dialog, IDC_ERROR, text);
    }
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    if (id == IDOK)
        on_ok(dialog);
    else if (id == IDCANCEL)
        dialog_end(dialog, IDCANCEL);
    else if (id == IDC_CONNECTION && code == CBN_SELCHANGE)
        enable_attempts(dialog);
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    default:
        return FALSE;
    }
}

void preflight_ask(console *self, int64_t *machine_ids, size_t count) {
    question shown = {self, machine_ids, count};
    if (dialog_ask(self->window, IDD_PREFLIGHT, procedure, (LPARAM)&shown) == IDOK) {
        self->view = VIEW_PREFLIGHT;
        tree_show_view(self);
    }
    free(machine_ids);
}
