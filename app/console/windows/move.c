/* Moving machines to a group, or out of any: shows first which setting changes on which machine. */
#include "console/windows/windows.h"

#include <stdlib.h>
#include <string.h>

#include "console/model/thing_text.h"
#include "store/action.h"
#include "store/changed.h"

enum { ROWS_MAXIMUM = 5000 };

typedef struct question {
    const app *app;
    int64_t *ids;
    size_t count;
    int64_t group_id; /* chosen at first; -1: none is */
    int64_t since;    /* the newest activity when what is shown was read */
} question;

typedef struct move_job {
    job head;
    int64_t *ids;
    size_t count;
    int64_t group_id;
    int64_t since;
} move_job;

static void add_row(HWND list, const char *machine, ns_setting_id id, ns_effective now, ns_effective then) {
    const int row = list_add_row(list);
    char text[CELL_SIZE];
    if (row < 0)
        return;
    list_set_cell(list, row, 0, machine);
    list_set_cell(list, row, 1, words_of_core(ns_setting_get(id)->label));
    setting_value_text(id, now.value, text);
    list_set_cell(list, row, 2, text);
    setting_value_text(id, then.value, text);
    list_set_cell(list, row, 3, text);
}

/* How many settings of the machine would have another value; adds a row for each. */
static size_t add_changes(HWND list, const snapshot *from, const ns_machine *machine, const ns_group *to) {
    const ns_group *old = snapshot_group(from, machine->group_id);
    size_t changes = 0;
    for (int id = 0; id < NS_SETTING_COUNT; id++) {
        const ns_effective now = ns_setting_resolve((ns_setting_id)id, &machine->values, old ? &old->values : NULL);
        const ns_effective then = ns_setting_resolve_moved((ns_setting_id)id, &machine->values, old ? &old->values : NULL, to ? &to->values : NULL);
        if (strcmp(now.value, then.value) == 0)
            continue;
        changes++;
        if (ListView_GetItemCount(list) < ROWS_MAXIMUM)
            add_row(list, machine->name, (ns_setting_id)id, now, then);
    }
    return changes;
}

static void show_changes(HWND dialog, question *self) {
    const snapshot *from = self->app->snapshot;
    const int64_t group_id = combo_chosen(GetDlgItem(dialog, IDC_GROUP), -1);
    const ns_group *to = snapshot_group(from, group_id > 0 ? group_id : 0);
    HWND list = GetDlgItem(dialog, IDC_MOVE_LIST);
    WCHAR text[WORDS_SIZE];
    size_t settings = 0;
    size_t machines = 0;
    self->since = from->seen;
    (void)SendMessageW(list, WM_SETREDRAW, FALSE, 0);
    (void)ListView_DeleteAllItems(list);
    for (size_t i = 0; group_id >= 0 && i < self->count; i++) {
        const ns_machine *machine = snapshot_machine(from, self->ids[i]);
        const size_t changes = machine ? add_changes(list, from, machine, to) : 0;
        settings += changes;
        machines += changes ? 1 : 0;
    }
    (void)SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    if (group_id < 0)
        (void)lstrcpynW(text, words(IDS_MOVE_CHOOSE), WORDS_SIZE);
    else if (settings)
        words_format(text, IDS_MOVE_CHANGES, (int)settings, (int)machines);
    else
        (void)lstrcpynW(text, words(IDS_MOVE_NOTHING), WORDS_SIZE);
    (void)SetDlgItemTextW(dialog, IDC_MOVE_SUMMARY, text);
    (void)EnableWindow(GetDlgItem(dialog, IDOK), group_id >= 0);
}

static bool move_on_initdialog(HWND dialog, void *context) {
    static const list_column columns[] = {
        {IDS_COLUMN_MACHINE, 120, false}, {IDS_COLUMN_SETTING, 160, false}, {IDS_COLUMN_NOW, 120, false}, {IDS_COLUMN_THEN, 120, false}};
    question *self = context;
    HWND list = GetDlgItem(dialog, IDC_MOVE_LIST);
    WCHAR text[WORDS_SIZE];
    words_format(text, IDS_TARGETS, (int)self->count);
    (void)SetDlgItemTextW(dialog, IDC_TARGETS, text);
    (void)SetWindowTextW(list, words(IDS_MOVE_LIST));
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    app_fill_groups(self->app, GetDlgItem(dialog, IDC_GROUP), self->group_id);
    show_changes(dialog, self);
    return true;
}

static void move_work(job *head, ns_store *store) {
    const move_job *self = (const move_job *)head;
    const ns_seen_field any = {"", self->since};
    ns_status status = ns_action_begin(store, "move", &head->error);
    if (status == NS_OK) { /* what was shown is what is done */
        if (self->group_id)
            status = ns_changed_since(store, "group", self->group_id, &any, 1, NULL, &head->error);
        for (size_t i = 0; status == NS_OK && i < self->count; i++)
            status = ns_changed_since(store, "machine", self->ids[i], &any, 1, NULL, &head->error);
        if (status == NS_OK)
            status = ns_machines_move(store, self->ids, self->count, self->group_id, &head->error);
        status = ns_action_end(store, status, &head->error);
    }
    head->status = status;
}

static void move_destroy(job *head) {
    free(((move_job *)head)->ids);
    free(head);
}

/* Where somebody was quicker, it is shown anew. */
static void move_done(job *head) {
    HWND dialog = head->window;
    app_on_saved(head);
    if (head->status != NS_OK)
        show_changes(dialog, dialog_self(dialog));
}

static void start_move(HWND dialog, const question *self) {
    move_job *item = job_new(sizeof *item, (job){.work = move_work, .done = move_done, .destroy = move_destroy, .window = dialog});
    if (!item)
        return;
    item->group_id = combo_chosen(GetDlgItem(dialog, IDC_GROUP), -1);
    item->count = self->count;
    item->since = self->since;
    item->ids = calloc(self->count, sizeof *item->ids);
    if (!item->ids) {
        free(item);
        return;
    }
    memcpy(item->ids, self->ids, self->count * sizeof *item->ids);
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    jobs_add(self->app->jobs, &item->head);
}

static void move_on_command(HWND dialog, void *self, int id, UINT code) {
    if (id == IDOK)
        start_move(dialog, self);
    else if (id == IDC_GROUP && code == CBN_SELCHANGE)
        show_changes(dialog, self);
}

static const dialog_kind move_dialog = {.id = IDD_MOVE, .topic = IDS_HELP_MACHINES, .init = move_on_initdialog, .command = move_on_command};

void move_show(const app *self, int64_t *machine_ids, size_t count, int64_t group_id) {
    question shown = {self, machine_ids, count, group_id, 0};
    (void)dialog_run(self->window, &move_dialog, &shown);
    free(machine_ids);
}
