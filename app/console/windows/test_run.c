/* Choosing flow and connection for a test run, and starting it. */
#include "console/windows/windows.h"

#include <stdlib.h>

#include "base/wide.h"
#include "flow/inputs.h"
#include "model/result_code.h"
#include "run/request.h"
#include "store/runs.h"

typedef struct choice {
    const app *app;
    int64_t machine_id;
    int64_t group_id;
} choice;

typedef struct start_job {
    job head;
    const app *app;
    HWND dialog; /* may be gone by the time the run is queued; the run is started all the same */
    ns_run_request request;
    int64_t session_record; /* not 0: the run signs that session out, and the request is not used */
    int64_t like;           /* not 0: the run whose three are taken, and what it gave its flow */
    char *inputs;           /* as they were typed; owned */
    ns_hold hold;
} start_job;

/* The same target, flow, connection and inputs, but for secrets, which are gone. */
static ns_status take_like(start_job *self, ns_store *store, ns_flow_inputs *inputs, ns_error *error) {
    ns_run before = {0};
    ns_status status = ns_run_load(store, self->like, &before, error);
    self->request = (ns_run_request){.machine_id = before.group_id ? 0 : before.machine_id,
                                     .group_id = before.group_id,
                                     .flow_id = before.flow_id,
                                     .connection_id = before.connection_id,
                                     .high = before.high};
    for (size_t i = 0; i < before.input_count && status == NS_OK; i++)
        if (!before.inputs[i].secret)
            status = ns_flow_inputs_give(inputs, before.inputs[i].name, before.inputs[i].value, false, error);
    ns_run_clear(&before);
    return status;
}

static void start_work(job *head, ns_store *store) {
    start_job *self = (start_job *)head;
    ns_flow_inputs inputs = {0};
    if (self->session_record) {
        head->status = ns_sign_out_ask(store, self->session_record, &self->hold, &head->error);
        return;
    }
    if (self->like)
        head->status = take_like(self, store, &inputs, &head->error);
    else if (self->inputs)
        head->status = ns_flow_inputs_declare(self->inputs, &inputs, &head->error);
    if (head->status == NS_OK)
        head->status = ns_flow_inputs_check(&inputs, &head->error);
    self->request.inputs = &inputs;
    if (head->status == NS_OK)
        head->status = ns_run_ask(store, &self->request, &self->hold, &head->error);
    self->request.inputs = NULL;
    ns_flow_inputs_clear(&inputs);
}

static void start_destroy(job *head) {
    free(((start_job *)head)->inputs);
    free(head);
}

/* A run that was queued and cannot be carried out: its record says so, and the machine is free for the next. */
static void abandon_work(job *head, ns_store *store) {
    const ns_result_code *outcome = ns_result_code_find("Interrupted");
    const ns_hold *hold = &((start_job *)head)->hold;
    const ns_run closed = {.id = hold->run_id,
                           .state = outcome->state,
                           .code = (char *)(uintptr_t)outcome->code,
                           .message = (char *)(uintptr_t)outcome->message,
                           .remedy = (char *)(uintptr_t)outcome->remedy};
    head->status = ns_run_finish(store, hold, &closed, &head->error);
}

static void abandon(const app *owner, const ns_hold *hold) {
    start_job *item = calloc(1, sizeof *item);
    ns_error error;
    if (item) {
        item->head = (job){.work = abandon_work};
        item->hold = *hold;
        jobs_add(owner->jobs, &item->head);
    }
    if (owner->closing)
        return;
    (void)ns_error_set_memory(&error);
    message_error(owner->window, &error);
}

static void start_done(job *head) {
    start_job *self = (start_job *)head;
    const app *owner = self->app;
    if (head->status != NS_OK && IsWindow(self->dialog)) {
        dialog_set_error(self->dialog, &head->error);
        (void)EnableWindow(GetDlgItem(self->dialog, IDOK), TRUE);
        return;
    }
    if (head->status != NS_OK) {
        message_error(head->window, &head->error);
        return;
    }
    if (IsWindow(self->dialog))
        dialog_end(self->dialog, IDOK);
    if (owner->closing || !runs_start(owner->runs, &self->hold)) {
        abandon(owner, &self->hold);
        return;
    }
    jobs_refresh(owner->jobs);
    owner->events->started(owner->events->context, self->hold.run_id);
}

static bool has_room(const app *self) {
    if (runs_have_room(self->runs))
        return true;
    (void)MessageBoxW(self->window, words(IDS_TOO_MANY_RUNS), words(IDS_TITLE), MB_ICONINFORMATION);
    return false;
}

/* Takes the inputs. */
static bool add_start(const app *self, start_job like) {
    start_job *item = has_room(self) ? calloc(1, sizeof *item) : NULL;
    if (!item) {
        free(like.inputs);
        return false;
    }
    *item = like;
    item->head = (job){.work = start_work, .done = start_done, .destroy = start_destroy, .window = self->window};
    item->app = self;
    jobs_add(self->jobs, &item->head);
    return true;
}

/* What the chosen flow declares, in grey. */
static void show_declared(HWND dialog, const choice *self) {
    const ns_flow *flow = snapshot_flow(self->app->snapshot, combo_chosen(GetDlgItem(dialog, IDC_FLOW), 0));
    WCHAR *wide = ns_wide_from_utf8(flow ? flow->inputs : "");
    if (wide)
        (void)SendDlgItemMessageW(dialog, IDC_INPUTS, EM_SETCUEBANNER, TRUE, (LPARAM)wide);
    free(wide);
}

static bool test_run_on_initdialog(HWND dialog, void *context) {
    const choice *self = context;
    const snapshot *from = self->app->snapshot;
    const ns_machine *machine = snapshot_machine(from, self->machine_id);
    const ns_group *group = snapshot_group(from, self->group_id);
    WCHAR target[WORDS_SIZE];
    HWND flows = GetDlgItem(dialog, IDC_FLOW);
    HWND connections = GetDlgItem(dialog, IDC_CONNECTION);
    const ns_run *last = NULL;
    if (group)
        words_insert(target, IDS_TARGET_GROUP, group->name, NULL, NULL, NULL);
    else
        words_insert(target, IDS_TARGET_MACHINE, machine ? machine->name : "", NULL, NULL, NULL);
    (void)SetDlgItemTextW(dialog, IDC_MACHINE, target);
    for (size_t i = 0; i < from->runs.count && !last; i++)
        if (from->runs.items[i].flow_id &&
            (group ? from->runs.items[i].group_id == self->group_id : from->runs.items[i].machine_id == self->machine_id))
            last = &from->runs.items[i];
    app_fill_flows(self->app, flows, last ? last->flow_id : 0);
    app_fill_connections(self->app, connections, last ? last->connection_id : 0);
    if (ComboBox_GetCurSel(flows) < 0)
        (void)ComboBox_SetCurSel(flows, 0);
    if (ComboBox_GetCurSel(connections) < 0)
        (void)ComboBox_SetCurSel(connections, 0);
    if (from->flows.count == 0 || from->connections.count == 0) {
        (void)SetDlgItemTextW(dialog, IDC_ERROR, words(IDS_NEED_FLOW_AND_CONNECTION));
        (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    }
    show_declared(dialog, self);
    return true;
}

static void start_chosen(HWND dialog, const choice *self) {
    const start_job like = {.dialog = dialog,
                            .inputs = get_text(GetDlgItem(dialog, IDC_INPUTS)),
                            .request = {.machine_id = self->machine_id,
                                        .group_id = self->group_id,
                                        .high = IsDlgButtonChecked(dialog, IDC_HIGH) == BST_CHECKED,
                                        .flow_id = combo_chosen(GetDlgItem(dialog, IDC_FLOW), 0),
                                        .connection_id = combo_chosen(GetDlgItem(dialog, IDC_CONNECTION), 0)}};
    if (add_start(self->app, like))
        (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
}

static void test_run_on_command(HWND dialog, void *self, int id, UINT code) {
    if (id == IDOK)
        start_chosen(dialog, self);
    else if (id == IDC_FLOW && code == CBN_SELCHANGE)
        show_declared(dialog, self);
}

static const dialog_kind test_run_dialog = {
    .id = IDD_TEST_RUN, .topic = IDS_HELP_RUNS, .init = test_run_on_initdialog, .command = test_run_on_command};

void test_run_sign_out(const app *self, int64_t session_record) {
    (void)add_start(self, (start_job){.session_record = session_record});
}

void test_run_again(const app *self, int64_t run_id) {
    (void)add_start(self, (start_job){.like = run_id});
}

void test_run_show(const app *self, int64_t machine_id, int64_t group_id) {
    choice shown = {self, machine_id, group_id};
    if (has_room(self))
        (void)dialog_run(self->window, &test_run_dialog, &shown);
}
