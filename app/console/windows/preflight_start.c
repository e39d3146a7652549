/* With which connection a preflight looks, and whether it signs in. */
#include "console/windows/windows.h"

#include <stdlib.h>

typedef struct question {
    const app *app;
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

static bool preflight_on_initdialog(HWND dialog, void *context) {
    const question *self = context;
    HWND box = GetDlgItem(dialog, IDC_CONNECTION);
    WCHAR text[WORDS_SIZE];
    words_format(text, IDS_TARGETS, (int)self->count);
    (void)SetDlgItemTextW(dialog, IDC_TARGETS, text);
    combo_add(box, words_utf8(IDS_NO_CONNECTION), 0, 0);
    app_fill_connections(self->app, box, 0);
    enable_attempts(dialog);
    return true;
}

static void start_preflight(HWND dialog, const question *self) {
    const board_request request = {.machine_ids = self->machine_ids,
                                   .count = self->count,
                                   .connection_id = combo_chosen(GetDlgItem(dialog, IDC_CONNECTION), 0),
                                   .sign_in = IsDlgButtonChecked(dialog, IDC_SIGN_IN) == BST_CHECKED,
                                   .session = IsDlgButtonChecked(dialog, IDC_SESSION) == BST_CHECKED};
    ns_error error;
    if (board_start(self->app->board, &request, &error))
        dialog_end(dialog, IDOK);
    else
        dialog_set_error(dialog, &error);
}

static void preflight_on_command(HWND dialog, void *self, int id, UINT code) {
    if (id == IDOK)
        start_preflight(dialog, self);
    else if (id == IDC_CONNECTION && code == CBN_SELCHANGE)
        enable_attempts(dialog);
}

static const dialog_kind preflight_dialog = {
    .id = IDD_PREFLIGHT, .topic = IDS_HELP_PREFLIGHT, .init = preflight_on_initdialog, .command = preflight_on_command};

bool preflight_show(const app *self, int64_t *machine_ids, size_t count) {
    question shown = {self, machine_ids, count};
    const bool started = dialog_run(self->window, &preflight_dialog, &shown) == IDOK;
    free(machine_ids);
    return started;
}
