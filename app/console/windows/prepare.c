/* What an administrator runs on a machine to make it ready, as the user of a connection: to read, to copy, or to save. */
#include "console/windows/windows.h"

#include <commdlg.h>
#include <stdlib.h>
#include <string.h>

#include "console/ui/names.h"
#include "preflight/prepare.h"

enum { PATH_SIZE = 32768 };

typedef struct preparation {
    const app *app;
    int64_t machine_id;
} preparation;

static const ns_connection *chosen_connection(HWND dialog, const preparation *self) {
    return snapshot_connection(self->app->snapshot, combo_chosen(GetDlgItem(dialog, IDC_CONNECTION), 0));
}

/* With the line ends of Windows. The caller frees; NULL when there is none, or memory ran out. */
static char *script_of(HWND dialog, const preparation *self) {
    const ns_machine *machine = snapshot_machine(self->app->snapshot, self->machine_id);
    const ns_connection *connection = chosen_connection(dialog, self);
    char *script = machine && connection ? ns_prepare_script_for(machine, connection) : NULL;
    ns_text text;
    ns_text_init(&text, 1 << 20);
    for (const char *p = script; p && *p;) {
        const size_t size = strcspn(p, "\n");
        (void)ns_text_append(&text, p, size);
        (void)ns_text_append_string(&text, "\r\n");
        p += size + (p[size] == '\n');
    }
    free(script);
    return ns_text_take_whole(&text);
}

static void show(HWND dialog, const preparation *self) {
    char *script = script_of(dialog, self);
    const bool there = script && script[0];
    set_text(GetDlgItem(dialog, IDC_EXPLANATION), there ? script : words_utf8(IDS_PREPARE_NOBODY));
    (void)EnableWindow(GetDlgItem(dialog, IDC_COPY_ALL), there);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SAVE_AS), there);
    free(script);
}

static bool prepare_on_initdialog(HWND dialog, void *context) {
    const preparation *self = context;
    HWND box = GetDlgItem(dialog, IDC_CONNECTION);
    app_set_title(self->app, dialog, IDS_PREPARE_TITLE, self->machine_id);
    app_fill_connections(self->app, box, 0);
    if (SendMessageW(box, CB_GETCURSEL, 0, 0) == CB_ERR)
        (void)SendMessageW(box, CB_SETCURSEL, 0, 0);
    show(dialog, self);
    return true;
}

static void save(HWND dialog, const preparation *self, const char *path) {
    const ns_machine *machine = snapshot_machine(self->app->snapshot, self->machine_id);
    const ns_connection *connection = chosen_connection(dialog, self);
    ns_error error = {0};
    if (!machine || !connection)
        return; /* removed meanwhile */
    if (ns_prepare_save(path, machine, connection, &error) == NS_OK)
        self->app->events->status(self->app->events->context, words(IDS_PREPARE_SAVED));
    else
        message_error(dialog, &error);
}

static void ask_where(HWND dialog, const preparation *self) {
    static WCHAR path[PATH_SIZE];
    OPENFILENAMEW question = {.lStructSize = sizeof question,
                              .hwndOwner = dialog,
                              .lpstrFile = path,
                              .nMaxFile = PATH_SIZE,
                              .lpstrDefExt = NAME_SCRIPT,
                              .Flags = OFN_EXPLORER | OFN_NOCHANGEDIR | OFN_HIDEREADONLY | OFN_OVERWRITEPROMPT};
    char *chosen = NULL;
    (void)lstrcpynW(path, words(IDS_PREPARE_NAME), PATH_SIZE);
    if (GetSaveFileNameW(&question))
        chosen = ns_wide_to_utf8(path);
    if (chosen)
        save(dialog, self, chosen);
    free(chosen);
}

static void prepare_on_command(HWND dialog, void *context, int id, UINT code) {
    const preparation *self = context;
    if (id == IDC_CONNECTION && code == CBN_SELCHANGE) {
        show(dialog, self);
    } else if (id == IDC_COPY_ALL) {
        char *script = script_of(dialog, self);
        if (script)
            copy_text(dialog, script);
        free(script);
    } else if (id == IDC_SAVE_AS) {
        ask_where(dialog, self);
    }
}

static const dialog_kind prepare_dialog = {
    .id = IDD_PREPARE, .topic = IDS_HELP_MACHINES, .init = prepare_on_initdialog, .command = prepare_on_command, .destroy = free};

void prepare_show(const app *self, int64_t machine_id) {
    preparation *shown = calloc(1, sizeof *shown);
    if (!shown)
        return;
    *shown = (preparation){.app = self, .machine_id = machine_id};
    (void)dialog_open(self->window, &prepare_dialog, machine_id, shown, NULL);
}
