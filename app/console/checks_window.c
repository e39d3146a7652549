/* What a preflight found on a machine: the checks, the worst first, and of the chosen one what was seen, why it matters and
 * what to change. The record comes from the store, through a job. */
#include "console/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "console/present/present.h"
#include "run/fixes.h"
#include "store/fleet.h"
#include "store/preflights.h"

typedef struct checks {
    console *console;
    int64_t machine_id;
    const char *wanted; /* the id of the check that is shown first; NULL for the worst */
    cJSON *row;         /* as in the store */
} checks;

typedef struct load_job {
    job head;
    int64_t machine_id;
    ns_preflight_record record;
} load_job;

static checks *checks_of(HWND dialog) {
    return (checks *)GetWindowLongPtrW(dialog, DWLP_USER);
}

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

static void append_words(ns_text *out, unsigned format, const char *a, const char *b) {
    WCHAR text[WORDS_SIZE];
    WCHAR *first = ns_wide_from_utf8(a);
    WCHAR *second = ns_wide_from_utf8(b);
    char *utf8 = NULL;
    if (first && second) {
        words_format(text, format, first, second);
        utf8 = ns_wide_to_utf8(text);
    }
    (void)ns_text_append_string(out, utf8 ? utf8 : "");
    free(first);
    free(second);
    free(utf8);
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
    const cJSON *check = check_at(checks_of(dialog), at);
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
        *icon = (int)present_verdict_icon((ns_verdict_kind)kind);
        if (strcmp(name, ns_verdict_name((ns_verdict_kind)kind)) == 0)
            return IDS_VERDICT_PASS + (unsigned)kind;
    }
    *icon = PRESENT_ICON_UNKNOWN;
    return IDS_VERDICT_UNKNOWN;
}

static void fill(HWND dialog) {
    const checks *self = checks_of(dialog);
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
    checks *of = checks_of(head->window);
    if (head->status != NS_OK) {
        console_show_error(head->window, &head->error);
        return;
    }
    of->row = self->record.row ? join(&self->record) : NULL;
    fill(head->window);
}

static void add_columns(HWND dialog, const console *self) {
    static const list_column columns[] = {{IDS_COLUMN_VERDICT, 90}, {IDS_COLUMN_CHECK, 150}, {IDS_COLUMN_FOUND, 480}};
    HWND list = GetDlgItem(dialog, IDC_CHECK_LIST);
    (void)ListView_SetImageList(list, icons_create(scaled(self, 16)), LVSIL_SMALL); /* the list frees it */
    list_add_columns(list, columns, NS_COUNT_OF(columns));
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    checks *self = (checks *)context;
    const ns_machine *machine = snapshot_machine(self->console->snapshot, self->machine_id);
    WCHAR *name = ns_wide_from_utf8(machine ? machine->name : "");
    WCHAR title[WORDS_SIZE];
    load_job *item = calloc(1, sizeof *item);
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    if (name) {
        words_format(title, IDS_CHECKS_OF, name);
        (void)SetWindowTextW(dialog, title);
        (void)SetWindowTextW(GetDlgItem(dialog, IDC_CHECK_LIST), title);
    }
    free(name);
    add_columns(dialog, self->console);
    if (item) {
        item->head = (job){.work = load_work, .done = load_done, .destroy = load_destroy, .window = dialog};
        item->machine_id = self->machine_id;
        jobs_add(self->console->jobs, &item->head);
    }
    return TRUE;
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

static void fix_destroy(job *head) {
    free(head);
}

static const ns_check *selected_check(HWND dialog) {
    const int at = ListView_GetNextItem(GetDlgItem(dialog, IDC_CHECK_LIST), -1, LVNI_SELECTED);
    return ns_check_find(ns_json_string(check_at(checks_of(dialog), at < 0 ? 0 : at), "id", ""));
}

/* The command that is shown is what is done. */
static bool is_confirmed(HWND dialog, const checks *self, const ns_check *check) {
    const ns_machine *machine = snapshot_machine(self->console->snapshot, self->machine_id);
    WCHAR *name = ns_wide_from_utf8(machine ? machine->name : "");
    WCHAR *command = ns_wide_from_utf8(check->fix);
    WCHAR text[WORDS_SIZE];
    bool yes = false;
    if (name && command) {
        words_format(text, IDS_ASK_FIX, name, command);
        yes = ask(dialog, text, IDS_CHANGE_NOW, true);
    }
    free(name);
    free(command);
    return yes;
}

static void fix(HWND dialog, bool undo) {
    const checks *self = checks_of(dialog);
    const ns_check *check = selected_check(dialog);
    fix_job *item = check && (undo || is_confirmed(dialog, self, check)) ? calloc(1, sizeof *item) : NULL;
    if (!item)
        return;
    item->head = (job){.work = fix_work, .done = fix_done, .destroy = fix_destroy, .window = dialog};
    item->machine_id = self->machine_id;
    item->check = check;
    item->undo = undo;
    (void)SetDlgItemTextW(dialog, IDC_FORECAST, words(IDS_ASKING_MACHINE));
    jobs_add(self->console->jobs, &item->head);
}

static void copy(HWND dialog, bool all) {
    const int at = ListView_GetNextItem(GetDlgItem(dialog, IDC_CHECK_LIST), -1, LVNI_SELECTED);
    const cJSON *check = check_at(checks_of(dialog), at < 0 ? 0 : at);
    ns_text text;
    ns_text_init(&text, 1 << 20);
    if (check && all)
        describe(check, &text);
    copy_text(dialog, all ? ns_text_string(&text) : ns_json_string(check, "fix", ""));
    ns_text_clear(&text);
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    (void)control;
    (void)code;
    if (id == IDCANCEL || id == IDOK)
        dialog_end(dialog, IDCANCEL);
    else if (id == IDC_APPLY_FIX || id == IDC_UNDO_FIX)
        fix(dialog, id == IDC_UNDO_FIX);
    else if (id == IDC_COPY_FIX || id == IDC_COPY_ALL)
        copy(dialog, id == IDC_COPY_ALL);
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    const NMLISTVIEW *change = (const NMLISTVIEW *)lParam;
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    case WM_NCDESTROY:
        if (checks_of(dialog))
            cJSON_Delete(checks_of(dialog)->row);
        free(checks_of(dialog));
        (void)SetWindowLongPtrW(dialog, DWLP_USER, 0);
        return FALSE;
    case WM_NOTIFY:
        if (wParam == IDC_CHECK_LIST && change->hdr.code == LVN_ITEMCHANGED && (change->uNewState & LVIS_SELECTED) && checks_of(dialog))
            show_check(dialog, change->iItem);
        return FALSE;
    default:
        return FALSE;
    }
}

void checks_show(console *self, int64_t machine_id, int check) {
    const ns_check *wanted = check >= 0 ? ns_check_at((size_t)check) : NULL;
    checks *shown = machine_id ? calloc(1, sizeof *shown) : NULL;
    bool again = false;
    if (!shown)
        return;
    *shown = (checks){.console = self, .machine_id = machine_id, .wanted = wanted ? wanted->id : NULL};
    if (!dialog_open(self, IDD_CHECKS, machine_id, procedure, (LPARAM)shown, &again) || again)
        free(shown);
}
