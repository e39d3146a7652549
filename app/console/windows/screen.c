/* Power Automate's own resolution on a machine: what is there in both registry views, a change that is confirmed, and undo.
 * Reading and writing go over RPC: through jobs. */
#include "console/windows/windows.h"

#include <stdio.h>
#include <stdlib.h>

#include "run/screen.h"
#include "store/fleet.h"

typedef enum screen_act { SCREEN_READ, SCREEN_WRITE, SCREEN_UNDO } screen_act;

typedef struct screen_job {
    job head;
    int64_t machine_id;
    screen_act act;
    long long width;
    long long height;
    long long scale;
    ns_screen screen;
} screen_job;

typedef struct question {
    const app *app;
    int64_t machine_id;
} question;

static void screen_work(job *head, ns_store *store) {
    screen_job *self = (screen_job *)head;
    ns_machine machine = {0};
    head->status = ns_machine_load_by_id(store, self->machine_id, &machine, &head->error);
    if (head->status == NS_OK && self->act == SCREEN_WRITE)
        head->status = ns_screen_write(store, &machine, self->width, self->height, self->scale, &head->error);
    else if (head->status == NS_OK && self->act == SCREEN_UNDO)
        head->status = ns_screen_undo(store, &machine, &head->error);
    if (head->status == NS_OK)
        head->status = ns_screen_read(&machine, &self->screen, &head->error);
    ns_machine_clear(&machine);
}

static void enable(HWND dialog, BOOL on) {
    const int controls[] = {IDC_SCREEN_WRITE, IDC_SCREEN_UNDO, IDC_SCREEN_WIDTH, IDC_SCREEN_HEIGHT, IDC_SCREEN_SCALE};
    for (size_t i = 0; i < NS_COUNT_OF(controls); i++)
        (void)EnableWindow(GetDlgItem(dialog, controls[i]), on);
}

/* "1920 (0x780)", so that a number that was typed as hexadecimal shows. */
static void show_view(HWND dialog, int control, unsigned title, const ns_screen_view *view) {
    WCHAR cells[NS_SCREEN_VALUES][48];
    WCHAR text[WORDS_SIZE];
    for (size_t i = 0; i < NS_SCREEN_VALUES; i++) {
        if (view->value[i] < 0)
            (void)lstrcpynW(cells[i], words(IDS_NOT_SET), NS_COUNT_OF(cells[i]));
        else
            (void)swprintf(cells[i], NS_COUNT_OF(cells[i]), L"%lld (0x%llX)", (long long)view->value[i], (unsigned long long)view->value[i]);
    }
    words_format(text, title, cells[0], cells[1], cells[2], cells[3]);
    (void)SetDlgItemTextW(dialog, control, text);
}

static void screen_done(job *head) {
    screen_job *self = (screen_job *)head;
    HWND dialog = head->window;
    const ns_screen_view *used = self->screen.wide.value[1] >= 0 ? &self->screen.wide : &self->screen.narrow;
    if (head->status != NS_OK) {
        if (self->act == SCREEN_READ)
            (void)SetDlgItemTextW(dialog, IDC_SCREEN_WIDE, words(IDS_SCREEN_UNREAD));
        enable(dialog, self->act != SCREEN_READ);
    } else {
        show_view(dialog, IDC_SCREEN_WIDE, IDS_SCREEN_WIDE, &self->screen.wide);
        show_view(dialog, IDC_SCREEN_NARROW, IDS_SCREEN_NARROW, &self->screen.narrow);
        enable(dialog, TRUE);
        if (self->act == SCREEN_READ && used->value[1] > 0) {
            (void)SetDlgItemInt(dialog, IDC_SCREEN_WIDTH, (UINT)used->value[1], FALSE);
            (void)SetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, (UINT)(used->value[2] > 0 ? used->value[2] : 0), FALSE);
        }
    }
    dialog_set_error(dialog, &head->error);
}

static void start(HWND dialog, const question *self, screen_act act) {
    screen_job *item = job_new(sizeof *item, (job){.work = screen_work, .done = screen_done, .window = dialog});
    if (!item)
        return;
    item->machine_id = self->machine_id;
    item->act = act;
    item->width = GetDlgItemInt(dialog, IDC_SCREEN_WIDTH, NULL, FALSE);
    item->height = GetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, NULL, FALSE);
    item->scale = GetDlgItemInt(dialog, IDC_SCREEN_SCALE, NULL, FALSE);
    enable(dialog, FALSE);
    (void)SetDlgItemTextW(dialog, IDC_ERROR, words(IDS_ASKING_MACHINE));
    jobs_add(self->app->jobs, &item->head);
}

static void confirm_and_write(HWND dialog, const question *self) {
    WCHAR text[WORDS_SIZE];
    words_format(text, IDS_ASK_SCREEN, (int)GetDlgItemInt(dialog, IDC_SCREEN_WIDTH, NULL, FALSE),
                 (int)GetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, NULL, FALSE), (int)GetDlgItemInt(dialog, IDC_SCREEN_SCALE, NULL, FALSE));
    if (message_confirm(dialog, text, IDS_CHANGE_NOW, true))
        start(dialog, self, SCREEN_WRITE);
}

static bool screen_on_initdialog(HWND dialog, void *context) {
    const question *self = context;
    app_set_title(self->app, dialog, IDS_SCREEN_OF, self->machine_id);
    (void)SetDlgItemInt(dialog, IDC_SCREEN_WIDTH, 1920, FALSE);
    (void)SetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, 1080, FALSE);
    (void)SetDlgItemInt(dialog, IDC_SCREEN_SCALE, 100, FALSE);
    start(dialog, self, SCREEN_READ);
    return true;
}

static void screen_on_command(HWND dialog, void *self, int id, UINT code) {
    (void)code;
    if (id == IDC_SCREEN_WRITE)
        confirm_and_write(dialog, self);
    else if (id == IDC_SCREEN_UNDO)
        start(dialog, self, SCREEN_UNDO);
    else if (id == IDOK)
        dialog_end(dialog, IDCANCEL);
}

static const dialog_kind screen_dialog = {.id = IDD_SCREEN, .topic = IDS_HELP_SETTINGS, .init = screen_on_initdialog, .command = screen_on_command};

void screen_show(const app *self, int64_t machine_id) {
    question shown = {self, machine_id};
    (void)dialog_run(self->window, &screen_dialog, &shown);
}
