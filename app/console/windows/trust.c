/* Whether to trust machines: what they show now beside what is known of them, and keeping exactly that. Machines are asked by a thread of the
 * dialog's own: one that does not answer keeps nobody else waiting. */
#include "console/windows/windows.h"

#include <stdlib.h>
#include <string.h>

#include "run/shown.h"

enum { LOOK_TIMER = 1, LOOK_TICK_MS = 100 };

typedef struct question {
    const app *app;
    int64_t *ids;
    size_t count;
    HANDLE thread;
    HANDLE cancel;
    ns_shown *items; /* the thread's until it has ended */
    ns_error error;
} question;

typedef struct trust_job {
    job head;
    ns_shown *items;
    size_t count;
} trust_job;

static DWORD WINAPI look(LPVOID context) {
    question *self = context;
    ns_store *store = NULL;
    if (ns_store_open(self->app->store_locator, &store, &self->error) == NS_OK)
        (void)!ns_shown_look(store, self->ids, self->count, self->cancel, &self->items, &self->error);
    ns_store_close(store);
    return 0;
}

static void add_row(HWND list, const ns_shown *item) {
    const int row = list_add_row(list);
    const bool same = strcmp(item->sha256, item->was) == 0;
    if (row < 0)
        return;
    list_set_cell(list, row, 0, item->name);
    list_set_cell(list, row, 1, item->sha256[0] ? item->sha256 : words_of_core(item->why));
    list_set_cell(list, row, 2, !item->was[0] ? words_utf8(IDS_NO_VALUE) : same ? words_utf8(IDS_TRUST_KNOWN_SAME) : item->was);
    list_set_cell(list, row, 3, item->subject);
}

static void show(HWND dialog, const question *self) {
    HWND list = GetDlgItem(dialog, IDC_TRUST_LIST);
    WCHAR text[WORDS_SIZE];
    size_t shown = 0;
    size_t different = 0;
    for (size_t i = 0; i < self->count; i++) {
        add_row(list, &self->items[i]);
        shown += self->items[i].sha256[0] != 0;
        different += self->items[i].sha256[0] && strcmp(self->items[i].sha256, self->items[i].was) != 0;
    }
    if (different)
        words_format(text, IDS_TRUST_DIFFERENT, (int)different, (int)self->count);
    else
        (void)lstrcpynW(text, words(shown ? IDS_TRUST_SAME : IDS_TRUST_NONE), WORDS_SIZE);
    (void)SetDlgItemTextW(dialog, IDC_TRUST_SUMMARY, text);
    (void)EnableWindow(GetDlgItem(dialog, IDOK), shown != 0);
}

static void trust_on_message(HWND dialog, void *context, UINT message, WPARAM wparam, LPARAM lparam) {
    question *self = context;
    (void)wparam;
    (void)lparam;
    if (message != WM_TIMER || WaitForSingleObject(self->thread, 0) != WAIT_OBJECT_0)
        return;
    (void)KillTimer(dialog, LOOK_TIMER);
    if (self->items) {
        show(dialog, self);
        return;
    }
    (void)SetDlgItemTextW(dialog, IDC_TRUST_SUMMARY, L"");
    dialog_set_error(dialog, &self->error);
}

static bool trust_on_initdialog(HWND dialog, void *context) {
    /* A fingerprint is there to be compared: it has room for all its digits. */
    static const list_column columns[] = {
        {IDS_COLUMN_MACHINE, 110, false}, {IDS_COLUMN_SHOWS, 510, false}, {IDS_COLUMN_KNOWN, 510, false}, {IDS_COLUMN_CERTIFICATE, 300, false}};
    question *self = context;
    HWND list = GetDlgItem(dialog, IDC_TRUST_LIST);
    WCHAR text[WORDS_SIZE];
    (void)SetWindowTextW(list, words(IDS_TRUST_LIST));
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    words_format(text, IDS_TRUST_ASKING, (int)self->count);
    (void)SetDlgItemTextW(dialog, IDC_TRUST_SUMMARY, text);
    self->thread = self->cancel ? CreateThread(NULL, 0, look, self, 0, NULL) : NULL;
    if (self->thread)
        (void)SetTimer(dialog, LOOK_TIMER, LOOK_TICK_MS, NULL);
    else
        dialog_end(dialog, IDCANCEL);
    return true;
}

static void trust_work(job *head, ns_store *store) {
    const trust_job *self = (const trust_job *)head;
    head->status = ns_shown_trust(store, self->items, self->count, &head->error);
}

/* What could not be kept, because something else became known, is to be looked at again. */
static void trust_done(job *head) {
    if (head->status == NS_OK)
        dialog_end(head->window, IDOK);
    else
        dialog_set_error(head->window, &head->error);
}

static void trust_destroy(job *head) {
    trust_job *self = (trust_job *)head;
    ns_shown_free(self->items, self->count);
    free(self);
}

static void trust_on_command(HWND dialog, void *context, int id, UINT code) {
    question *self = context;
    trust_job *item = NULL;
    (void)code;
    if (id != IDOK)
        return;
    item = job_new(sizeof *item, (job){.work = trust_work, .done = trust_done, .destroy = trust_destroy, .window = dialog});
    if (!item)
        return;
    item->items = self->items;
    item->count = self->count;
    self->items = NULL;
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    jobs_add(self->app->jobs, &item->head);
}

static const dialog_kind trust_dialog = {
    .id = IDD_TRUST, .topic = IDS_HELP_MACHINES, .init = trust_on_initdialog, .command = trust_on_command, .message = trust_on_message};

void trust_show(const app *self, int64_t *machine_ids, size_t count) {
    question shown = {.app = self, .ids = machine_ids, .count = count, .cancel = CreateEventW(NULL, TRUE, FALSE, NULL)};
    (void)dialog_run(self->window, &trust_dialog, &shown);
    if (shown.thread) {
        (void)SetEvent(shown.cancel);
        (void)WaitForSingleObject(shown.thread, INFINITE);
        (void)CloseHandle(shown.thread);
    }
    if (shown.cancel)
        (void)CloseHandle(shown.cancel);
    ns_shown_free(shown.items, count);
    free(machine_ids);
}
