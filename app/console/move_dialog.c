/* Moving machines to a group, or out of any: shows first which setting changes on which machine. */
#include "console/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

enum { ROWS_MAXIMUM = 5000 };

typedef struct question {
    console *console;
    int64_t *ids;
    size_t count;
    int64_t group_id; /* chosen at first; -1: none is */
} question;

typedef struct move_job {
    job head;
    int64_t *ids;
    size_t count;
    int64_t group_id;
} move_job;

static question *question_of(HWND dialog) {
    return (question *)GetWindowLongPtrW(dialog, DWLP_USER);
}

static void add_row(HWND list, const char *machine, ns_setting_id id, ns_effective now, ns_effective then) {
    const int row = ListView_GetItemCount(list);
    LVITEMW item = {.mask = LVIF_TEXT, .iItem = row, .pszText = (LPWSTR)(uintptr_t)L""};
    char text[PRESENT_CELL_SIZE];
    if (ListView_InsertItem(list, &item) < 0)
        return;
    list_set_cell(list, row, 0, machine);
    list_set_cell(list, row, 1, words_of_core(ns_setting_get(id)->label));
    present_setting_value(id, now.value, words_utf8, text);
    list_set_cell(list, row, 2, text);
    present_setting_value(id, then.value, words_utf8, text);
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

static void show_changes(HWND dialog) {
    const question *self = question_of(dialog);
    const snapshot *from = self->console->snapshot;
    const int64_t group_id = combo_chosen(GetDlgItem(dialog, IDC_GROUP), -1);
    const ns_group *to = snapshot_group(from, group_id > 0 ? group_id : 0);
    HWND list = GetDlgItem(dialog, IDC_MOVE_LIST);
    WCHAR text[WORDS_SIZE];
    size_t settings = 0;
    size_t machines = 0;
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

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    static const list_column columns[] = {{IDS_COLUMN_MACHINE, 120}, {IDS_COLUMN_SETTING, 160}, {IDS_COLUMN_NOW, 120}, {IDS_COLUMN_THEN, 120}};
    const question *self = (const question *)context;
    const ns_fleet *fleet = &self->console->snapshot->fleet;
    HWND list = GetDlgItem(dialog, IDC_MOVE_LIST);
    HWND box = GetDlgItem(dialog, IDC_GROUP);
    WCHAR text[WORDS_SIZE];
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    words_format(text, IDS_TARGETS, (int)self->count);
    (void)SetDlgItemTextW(dialog, IDC_TARGETS, text);
    (void)SetWindowTextW(list, words(IDS_MOVE_LIST));
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    combo_add(box, words_utf8(IDS_NO_GROUP), 0, self->group_id);
    for (size_t i = 0; i < fleet->group_count; i++)
        combo_add(box, fleet->groups[i].name, fleet->groups[i].id, self->group_id);
    show_changes(dialog);
    return TRUE;
}

static void work(job *head, ns_store *store) {
    const move_job *self = (const move_job *)head;
    head->status = ns_machines_move(store, self->ids, self->count, self->group_id, &head->error);
}

static void destroy(job *head) {
    free(((move_job *)head)->ids);
    free(head);
}

static void on_ok(HWND dialog) {
    const question *self = question_of(dialog);
    move_job *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = work, .done = dialog_on_saved, .destroy = destroy, .window = dialog};
    item->group_id = combo_chosen(GetDlgItem(dialog, IDC_GROUP), -1);
    item->count = self->count;
    item->ids = calloc(self->count, sizeof *item->ids);
    if (!item->ids) {
        free(item);
        return;
    }
    memcpy(item->ids, self->ids, self->count * sizeof *item->ids);
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    jobs_add(self->console->jobs, &item->head);
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    if (id == IDOK)
        on_ok(dialog);
    else if (id == IDCANCEL)
        dialog_end(dialog, IDCANCEL);
    else if (id == IDC_GROUP && code == CBN_SELCHANGE)
        show_changes(dialog);
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    default:
        return FALSE;
    }
}

void move_ask(console *self, int64_t *machine_ids, size_t count, int64_t group_id) {
    question shown = {self, machine_ids, count, group_id};
    (void)dialog_ask(self->window, IDD_MOVE, procedure, (LPARAM)&shown);
    free(machine_ids);
}
