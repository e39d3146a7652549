/* Power Automate's own resolution on a machine: what is there in both registry views, a change that is confirmed, and undo.
 * Reading and writing go over RPC: through jobs. */
#include "console/console.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/wide.h"
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
    console *console;
    int64_t machine_id;
} question;

static const question *question_of(HWND dialog) {
    return (const question *)GetWindowLongPtrW(dialog, DWLP_USER);
}

static void work(job *head, ns_store *store) {
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

static void destroy(job *head) {
    free(head);
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

static void done(job *head) {
    screen_job *self = (screen_job *)head;
    HWND dialog = head->window;
    const ns_screen_view *used = self->screen.wide.value[1] >= 0 ? &self->screen.wide : &self->screen.narrow;
    WCHAR text[WORDS_SIZE] = {0};
    if (head->status != NS_OK) {
        words_of_error(text, &head->error);
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
    (void)SetDlgItemTextW(dialog, IDC_ERROR, text);
}

static void start(HWND dialog, screen_act act) {
    const question *self = question_of(dialog);
    screen_job *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = work, .done = done, .destroy = destroy, .window = dialog};
    item->machine_id = self->machine_id;
    item->act = act;
    item->width = GetDlgItemInt(dialog, IDC_SCREEN_WIDTH, NULL, FALSE);
    item->height = GetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, NULL, FALSE);
    item->scale = GetDlgItemInt(dialog, IDC_SCREEN_SCALE, NULL, FALSE);
    enable(dialog, FALSE);
    (void)SetDlgItemTextW(dialog, IDC_ERROR, words(IDS_ASKING_MACHINE));
    jobs_add(self->console->jobs, &item->head);
}

static void ask_and_write(HWND dialog) {
    WCHAR text[WORDS_SIZE];
    words_format(text, IDS_ASK_SCREEN, (int)GetDlgItemInt(dialog, IDC_SCREEN_WIDTH, NULL, FALSE),
                 (int)GetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, NULL, FALSE), (int)GetDlgItemInt(dialog, IDC_SCREEN_SCALE, NULL, FALSE));
    if (ask(dialog, text, IDS_CHANGE_NOW, true))
        start(dialog, SCREEN_WRITE);
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    const question *self = (const question *)context;
    const ns_machine *machine = snapshot_machine(self->console->snapshot, self->machine_id);
    WCHAR *name = ns_wide_from_utf8(machine ? machine->name : "");
    WCHAR title[WORDS_SIZE];
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    if (name) {
        words_format(title, IDS_SCREEN_OF, name);
        (void)SetWindowTextW(dialog, title);
    }
    free(name);
    (void)SetDlgItemInt(dialog, IDC_SCREEN_WIDTH, 1920, FALSE);
    (void)SetDlgItemInt(dialog, IDC_SCREEN_HEIGHT, 1080, FALSE);
    (void)SetDlgItemInt(dialog, IDC_SCREEN_SCALE, 100, FALSE);
    start(dialog, SCREEN_READ);
    return TRUE;
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    (void)code;
    if (id == IDC_SCREEN_WRITE)
        ask_and_write(dialog);
    else if (id == IDC_SCREEN_UNDO)
        start(dialog, SCREEN_UNDO);
    else if (id == IDCANCEL || id == IDOK)
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

void screen_show(console *self, int64_t machine_id) {
    question shown = {self, machine_id};
    (void)dialog_ask(self->window, IDD_SCREEN, procedure, (LPARAM)&shown);
}
