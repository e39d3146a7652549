/* What a preflight found on a machine: the checks, the worst first, and of the chosen one what was seen, why it matters and
 * what to change. The record comes from the store, through a job. */
#include "console/windows/windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/thing_text.h"
#include "run/fixes.h"
#include "store/fleet.h"
#include "store/preflights.h"

typedef struct checks {
    const app *app;
    int64_t machine_id;
    const char *wanted; /* the id of the check that is shown first; NULL for the worst */
    cJSON *row;         /* as in the store */
} checks;

typedef struct load_job {
    job head;
    int64_t machine_id;
    ns_preflight_record record;
} load_job;

static void load_work(job *head, ns_store *store) {
    load_job *self = (load_job *)head;
    head->status = ns_preflight_load(store, self->machine_id, &self->record, &head->error);
}

static void load_destroy(job *head) {
    ns_preflight_record_clear(&((load_job *)head)->record);
    free(head);
}

static const cJSON *check_at(const checks *self, int at) {
    return cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(self->row, "checks"), at);
}

static void append_given(ns_text *out, unsigned format, const char *value) {
    if (value[0])
        append_words(out, format, value, "");
}

/* A line for each fact: its name, its value as JSON or why it could not be read, and where it was seen. */
static void append_evidence(ns_text *out, const cJSON *check) {
    const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(check, "evidence");
    const cJSON *each = NULL;
    if (cJSON_GetArraySize(evidence) > 0)
        append_words(out, IDS_CHECK_EVIDENCE, "", "");
    cJSON_ArrayForEach(each, evidence) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(each, "value");
        char *text = value ? ns_json_print(value) : NULL;
        (void)ns_text_appendf(out, "  %s: %s  [%s]\r\n", ns_json_string(each, "name", "?"), text ? text : words_of_member(each, "reason"),
                              ns_json_string(each, "source", ""));
        cJSON_free(text);
    }
}

static void describe(const cJSON *check, ns_text *out) {
    append_words(out, IDS_CHECK_TEXT, words_of_member(check, "message"), words_of_core(ns_json_string(check, "why", "")));
    append_given(out, IDS_CHECK_CODE, ns_json_string(check, "code", ""));
    append_given(out, IDS_CHECK_REMEDY, words_of_core(ns_json_string(check, "remedy", "")));
    append_given(out, IDS_CHECK_FIX, ns_json_string(check, "fix", ""));
    append_given(out, IDS_CHECK_UNDO, ns_json_string(check, "undo", ""));
    append_evidence(out, check);
    append_given(out, IDS_CHECK_SOURCE, ns_json_string(check, "source", ""));
}

static void show_check(HWND dialog, int at) {
    const cJSON *check = check_at(dialog_self(dialog), at);
    const ns_check *known = NULL;
    ns_text text;
    ns_text_init(&text, 1 << 20);
    if (check)
        describe(check, &text);
    set_text(GetDlgItem(dialog, IDC_CHECK_TEXT), ns_text_string(&text));
    known = check ? ns_check_find(ns_json_string(check, "id", "")) : NULL;
    (void)EnableWindow(GetDlgItem(dialog, IDC_COPY_FIX), check && ns_json_string(check, "fix", "")[0]);
    (void)EnableWindow(GetDlgItem(dialog, IDC_APPLY_FIX), known && ns_json_string(check, "fix", "")[0] && ns_fix_is_possible(known));
    (void)EnableWindow(GetDlgItem(dialog, IDC_UNDO_FIX), known && ns_fix_is_possible(known));
    ns_text_clear(&text);
}

static unsigned verdict_words(const char *name, int *icon) {
    for (int kind = NS_VERDICT_PASS; kind <= NS_VERDICT_FAIL; kind++) {
        *icon = (int)verdict_icon((ns_verdict_kind)kind);
        if (strcmp(name, ns_verdict_name((ns_verdict_kind)kind)) == 0)
            return IDS_VERDICT_PASS + (unsigned)kind;
    }
    *icon = ICON_UNKNOWN;
    return IDS_VERDICT_UNKNOWN;
}

static void fill(HWND dialog) {
    const checks *self = dialog_self(dialog);
    HWND list = GetDlgItem(dialog, IDC_CHECK_LIST);
    int chosen = 0;
    set_text(GetDlgItem(dialog, IDC_FORECAST), self->row ? words_of_member(self->row, "forecast") : words_utf8(IDS_NOT_LOOKED_AT));
    for (int i = 0; check_at(self, i); i++) {
        const cJSON *check = check_at(self, i);
        int icon = 0;
        const unsigned verdict = verdict_words(ns_json_string(check, "verdict", ""), &icon);
        LVITEMW item = {.mask = LVIF_IMAGE | LVIF_TEXT, .iItem = i, .iImage = icon, .pszText = (LPWSTR)(uintptr_t)words(verdict)};
        (void)ListView_InsertItem(list, &item);
        list_set_cell(list, i, 1, words_of_core(ns_json_string(check, "title", "")));
        list_set_cell(list, i, 2, words_of_member(check, "message"));
        if (self->wanted && strcmp(self->wanted, ns_json_string(check, "id", "")) == 0)
            chosen = i;
    }
    ListView_SetItemState(list, chosen, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
    (void)ListView_EnsureVisible(list, chosen, FALSE);
    show_check(dialog, chosen);
}

/* What was found, with what the catalogue and the facts add to it. */
static cJSON *join(const ns_preflight_record *record) {
    cJSON *brief = cJSON_Parse(record->row);
    cJSON *document = cJSON_Parse(record->facts);
    ns_facts facts = {0};
    cJSON *whole = NULL;
    if (brief && document && ns_facts_read(document, &facts, &(ns_error){0}) == NS_OK)
        whole = ns_row_fill(brief, &facts);
    ns_facts_clear(&facts);
    cJSON_Delete(document);
    cJSON_Delete(brief);
    return whole;
}

static void load_done(job *head) {
    load_job *self = (load_job *)head;
    checks *of = dialog_self(head->window);
    if (head->status != NS_OK) {
        message_error(head->window, &head->error);
        return;
    }
    of->row = self->record.row ? join(&self->record) : NULL;
    fill(head->window);
}

static bool checks_on_initdialog(HWND dialog, void *context) {
    static const list_column columns[] = {{IDS_COLUMN_VERDICT, 90, false}, {IDS_COLUMN_CHECK, 150, false}, {IDS_COLUMN_FOUND, 480, false}};
    const checks *self = context;
    HWND list = GetDlgItem(dialog, IDC_CHECK_LIST);
    load_job *item = calloc(1, sizeof *item);
    app_set_title(self->app, dialog, IDS_CHECKS_OF, self->machine_id);
    app_set_title(self->app, list, IDS_CHECKS_OF, self->machine_id);
    (void)ListView_SetImageList(list, icons_create(scaled(dialog, 16)), LVSIL_SMALL); /* the list frees it */
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    if (item) {
        item->head = (job){.work = load_work, .done = load_done, .destroy = load_destroy, .window = dialog};
        item->machine_id = self->machine_id;
        jobs_add(self->app->jobs, &item->head);
    }
    return true;
}

typedef struct fix_job {
    job head;
    int64_t machine_id;
    const ns_check *check;
    bool undo;
} fix_job;

static void fix_work(job *head, ns_store *store) {
    fix_job *self = (fix_job *)head;
    ns_machine machine = {0};
    head->status = ns_machine_load_by_id(store, self->machine_id, &machine, &head->error);
    if (head->status == NS_OK)
        head->status =
            self->undo ? ns_fix_undo(store, &machine, self->check, &head->error) : ns_fix_apply(store, &machine, self->check, &head->error);
    ns_machine_clear(&machine);
}

static void fix_done(job *head) {
    WCHAR text[WORDS_SIZE];
    if (head->status != NS_OK)
        words_of_error(text, &head->error);
    else
        (void)lstrcpynW(text, words(((fix_job *)head)->undo ? IDS_UNFIXED : IDS_FIXED), WORDS_SIZE);
    (void)SetDlgItemTextW(head->window, IDC_FORECAST, text);
}

static const cJSON *selected(HWND dialog) {
    const int at = ListView_GetNextItem(GetDlgItem(dialog, IDC_CHECK_LIST), -1, LVNI_SELECTED);
    return check_at(dialog_self(dialog), at < 0 ? 0 : at);
}

/* The command that is shown is what is done. */
static bool is_confirmed(HWND dialog, const checks *self, const ns_check *check) {
    const ns_machine *machine = snapshot_machine(self->app->snapshot, self->machine_id);
    WCHAR text[WORDS_SIZE];
    words_insert(text, IDS_ASK_FIX, machine ? machine->name : "", check->fix, NULL, NULL);
    return message_confirm(dialog, text, IDS_CHANGE_NOW, true);
}

static void fix(HWND dialog, bool undo) {
    const checks *self = dialog_self(dialog);
    const ns_check *check = ns_check_find(ns_json_string(selected(dialog), "id", ""));
    fix_job *item = check && (undo || is_confirmed(dialog, self, check))
                        ? job_new(sizeof *item, (job){.work = fix_work, .done = fix_done, .window = dialog})
                        : NULL;
    if (!item)
        return;
    item->machine_id = self->machine_id;
    item->check = check;
    item->undo = undo;
    (void)SetDlgItemTextW(dialog, IDC_FORECAST, words(IDS_ASKING_MACHINE));
    jobs_add(self->app->jobs, &item->head);
}

static void copy(HWND dialog, bool all) {
    const cJSON *check = selected(dialog);
    ns_text text;
    ns_text_init(&text, 1 << 20);
    if (check && all)
        describe(check, &text);
    copy_text(dialog, all ? ns_text_string(&text) : ns_json_string(check, "fix", ""));
    ns_text_clear(&text);
}

static void checks_on_command(HWND dialog, void *self, int id, UINT code) {
    (void)self;
    (void)code;
    if (id == IDOK)
        dialog_end(dialog, IDCANCEL);
    else if (id == IDC_APPLY_FIX || id == IDC_UNDO_FIX)
        fix(dialog, id == IDC_UNDO_FIX);
    else if (id == IDC_COPY_FIX || id == IDC_COPY_ALL)
        copy(dialog, id == IDC_COPY_ALL);
}

static bool checks_on_notify(HWND dialog, void *self, NMHDR *header, LRESULT *answer) {
    const NMLISTVIEW *change = (const NMLISTVIEW *)(const void *)header;
    (void)self;
    (void)answer;
    if (header->idFrom == IDC_CHECK_LIST && header->code == LVN_ITEMCHANGED && (change->uNewState & LVIS_SELECTED))
        show_check(dialog, change->iItem);
    return false;
}

static void checks_destroy(void *context) {
    checks *self = context;
    cJSON_Delete(self->row);
    free(self);
}

static const dialog_kind checks_dialog = {.id = IDD_CHECKS,
                                          .topic = IDS_HELP_PREFLIGHT,
                                          .init = checks_on_initdialog,
                                          .command = checks_on_command,
                                          .notify = checks_on_notify,
                                          .destroy = checks_destroy};

void checks_show(const app *self, int64_t machine_id, int check) {
    const ns_check *wanted = check >= 0 ? ns_check_at((size_t)check) : NULL;
    checks *shown = machine_id ? calloc(1, sizeof *shown) : NULL;
    if (!shown)
        return;
    *shown = (checks){.app = self, .machine_id = machine_id, .wanted = wanted ? wanted->id : NULL};
    (void)dialog_open(self->window, &checks_dialog, machine_id, shown, NULL);
}
