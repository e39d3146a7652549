/* Choosing flow and connection for a test run, and starting it. */
#include "console/console.h"

#include <stdlib.h>

#include "model/result_code.h"
#include "run/request.h"
#include "store/runs.h"

typedef struct choice {
    console *console;
    int64_t machine_id;
} choice;

typedef struct start_job {
    job head;
    console *console;
    HWND dialog; /* may be gone by the time the run is queued; the run is started all the same */
    int64_t machine_id;
    int64_t flow_id;
    int64_t connection_id;
    int64_t session_record; /* not 0: the run signs that session out, and the three above are not used */
    int64_t like;           /* not 0: the run whose three are taken */
    int64_t run_id;
} start_job;

static void start_work(job *head, ns_store *store) {
    start_job *self = (start_job *)head;
    if (self->session_record) {
        head->status = ns_sign_out_request(store, self->session_record, &self->run_id, &head->error);
        return;
    }
    if (self->like) {
        ns_run before = {0};
        head->status = ns_run_load(store, self->like, &before, &head->error);
        self->machine_id = before.machine_id;
        self->flow_id = before.flow_id;
        self->connection_id = before.connection_id;
        ns_run_clear(&before);
        if (head->status != NS_OK)
            return;
    }
    head->status = ns_run_request(store, self->machine_id, self->flow_id, self->connection_id, &self->run_id, &head->error);
}

static void start_destroy(job *head) {
    free(head);
}

/* A run that was queued and cannot be carried out: its record says so, and the machine is free for the next. */
static void abandon_work(job *head, ns_store *store) {
    const ns_result_code *outcome = ns_result_code_find("Interrupted");
    const ns_run closed = {.id = ((start_job *)head)->run_id,
                           .state = outcome->state,
                           .code = (char *)(uintptr_t)outcome->code,
                           .message = (char *)(uintptr_t)outcome->message,
                           .remedy = (char *)(uintptr_t)outcome->remedy};
    head->status = ns_run_finish(store, &closed, &head->error);
}

static void abandon(console *owner, int64_t run_id) {
    start_job *item = calloc(1, sizeof *item);
    ns_error error;
    if (item) {
        item->head = (job){.work = abandon_work, .destroy = start_destroy};
        item->run_id = run_id;
        jobs_add(owner->jobs, &item->head);
    }
    if (owner->closing)
        return;
    (void)ns_error_set_memory(&error);
    console_show_error(owner->window, &error);
}

static void start_done(job *head) {
    start_job *self = (start_job *)head;
    console *owner = self->console;
    live_run *run = NULL;
    WCHAR text[WORDS_SIZE];
    if (head->status != NS_OK && IsWindow(self->dialog)) {
        words_of_error(text, &head->error);
        (void)SetDlgItemTextW(self->dialog, IDC_ERROR, text);
        (void)EnableWindow(GetDlgItem(self->dialog, IDOK), TRUE);
        return;
    }
    if (head->status != NS_OK) {
        console_show_error(head->window, &head->error);
        return;
    }
    if (IsWindow(self->dialog))
        dialog_end(self->dialog, IDOK);
    run = !owner->closing && owner->run_count < LIVE_RUNS_MAXIMUM ? live_run_start(owner->window, owner->store_path, self->run_id) : NULL;
    if (!run) {
        abandon(owner, self->run_id);
        return;
    }
    owner->runs[owner->run_count++] = run;
    jobs_refresh(owner->jobs);
    run_window_show(owner, self->run_id);
    console_update_status(owner);
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    const choice *self = (const choice *)context;
    const snapshot *from = self->console->snapshot;
    const ns_machine *machine = snapshot_machine(from, self->machine_id);
    HWND flows = GetDlgItem(dialog, IDC_FLOW);
    HWND connections = GetDlgItem(dialog, IDC_CONNECTION);
    int64_t last_flow = 0;
    int64_t last_connection = 0;
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    set_text(GetDlgItem(dialog, IDC_MACHINE), machine ? machine->name : "");
    for (size_t i = 0; i < from->runs.count && !last_flow; i++) {
        if (from->runs.items[i].machine_id == self->machine_id) {
            last_flow = from->runs.items[i].flow_id;
            last_connection = from->runs.items[i].connection_id;
        }
    }
    for (size_t i = 0; i < from->flows.count; i++)
        combo_add(flows, from->flows.items[i].name, from->flows.items[i].id, last_flow);
    for (size_t i = 0; i < from->connections.count; i++)
        combo_add(connections, from->connections.items[i].name, from->connections.items[i].id, last_connection);
    if (ComboBox_GetCurSel(flows) < 0)
        (void)ComboBox_SetCurSel(flows, 0);
    if (ComboBox_GetCurSel(connections) < 0)
        (void)ComboBox_SetCurSel(connections, 0);
    if (from->flows.count == 0 || from->connections.count == 0) {
        (void)SetDlgItemTextW(dialog, IDC_ERROR, words(IDS_NEED_FLOW_AND_CONNECTION));
        (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    }
    return TRUE;
}

static void on_ok(HWND dialog) {
    const choice *self = (const choice *)GetWindowLongPtrW(dialog, DWLP_USER);
    HWND flows = GetDlgItem(dialog, IDC_FLOW);
    HWND connections = GetDlgItem(dialog, IDC_CONNECTION);
    start_job *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = start_work, .done = start_done, .destroy = start_destroy, .window = self->console->window};
    item->dialog = dialog;
    item->console = self->console;
    item->machine_id = self->machine_id;
    item->flow_id = combo_chosen(flows, 0);
    item->connection_id = combo_chosen(connections, 0);
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    jobs_add(self->console->jobs, &item->head);
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    (void)code;
    if (id == IDOK)
        on_ok(dialog);
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

static bool has_room(const console *self) {
    if (self->run_count < LIVE_RUNS_MAXIMUM)
        return true;
    (void)MessageBoxW(self->window, words(IDS_TOO_MANY_RUNS), words(IDS_TITLE), MB_ICONINFORMATION);
    return false;
}

void test_run_sign_out(console *self, int64_t session_record) {
    start_job *item = has_room(self) ? calloc(1, sizeof *item) : NULL;
    if (!item)
        return;
    item->head = (job){.work = start_work, .done = start_done, .destroy = start_destroy, .window = self->window};
    item->console = self;
    item->session_record = session_record;
    jobs_add(self->jobs, &item->head);
}

void test_run_again(console *self, int64_t run_id) {
    start_job *item = has_room(self) ? calloc(1, sizeof *item) : NULL;
    if (!item)
        return;
    item->head = (job){.work = start_work, .done = start_done, .destroy = start_destroy, .window = self->window};
    item->console = self;
    item->like = run_id;
    jobs_add(self->jobs, &item->head);
}

void test_run_show(console *self, int64_t machine_id) {
    choice shown = {self, machine_id};
    if (!has_room(self))
        return;
    (void)dialog_ask(self->window, IDD_TEST_RUN, procedure, (LPARAM)&shown);
}
