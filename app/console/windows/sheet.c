/* The property sheet of a machine, of many at once, or of a group: every field with its value and where that comes from. Modeless.
 * Edits go into a draft that is written on OK or Apply: the thing's own row as one change, its settings as another. A field that
 * was not touched is not written. */
#include "console/windows/windows.h"

#include <stdlib.h>
#include <string.h>

#include "console/model/sheet_draft.h"
#include "console/model/thing_text.h"
#include "console/ui/palette.h"
#include "store/action.h"
#include "store/by_name.h"
#include "store/changed.h"

typedef struct sheet {
    const app *app;
    draft draft;
    int current;  /* field; -1 before one is selected */
    bool showing; /* controls change because of us, not of the user */
    bool closing; /* OK, not Apply */
} sheet;

typedef struct sheet_job {
    job head;
    int64_t *ids;
    size_t count;
    int64_t group_id;
    char *general[DRAFT_GENERAL]; /* NULL for one that was not touched */
    ns_setting_change changes[NS_SETTING_COUNT];
    char *texts[NS_SETTING_COUNT];
    size_t change_count;
    ns_seen_field seen[DRAFT_FIELDS]; /* of what is written */
    size_t seen_count;
    int64_t activity; /* which this became, or that somebody else's change is */
} sheet_job;

static const char *label_of(const draft_field *field) {
    return field->setting < 0 ? words_utf8(field->label) : words_of_core(ns_setting_get((ns_setting_id)field->setting)->label);
}

static void field_origin(const sheet *self, const draft_field *field, char out[CELL_SIZE]) {
    const ns_effective effective = {field->effective, field->origin};
    if (field->various_origins)
        (void)lstrcpynA(out, words_utf8(IDS_VARIOUS), CELL_SIZE);
    else if (field->setting < 0)
        out[0] = 0;
    else if (self->draft.group_id && field->origin == NS_ORIGIN_MACHINE)
        (void)lstrcpynA(out, words_utf8(IDS_FROM_THIS_GROUP), CELL_SIZE);
    else
        origin_text(effective, self->draft.group_name, out);
}

static void show_row(HWND dialog, int row) {
    const sheet *self = dialog_self(dialog);
    const draft_field *field = &self->draft.fields[row];
    HWND list = GetDlgItem(dialog, IDC_SETTING_LIST);
    char text[CELL_SIZE] = {0};
    if (!field->effective)
        (void)lstrcpynA(text, words_utf8(field->touched ? IDS_INHERITED : IDS_MULTIPLE), CELL_SIZE);
    else if (field->setting < 0)
        (void)lstrcpynA(text, field->effective, CELL_SIZE);
    else
        setting_value_text((ns_setting_id)field->setting, field->effective, text);
    list_set_cell(list, row, 1, text);
    field_origin(self, field, text);
    list_set_cell(list, row, 2, text);
}

static void show_buttons(HWND dialog) {
    const sheet *self = dialog_self(dialog);
    const draft_field *field = self->current >= 0 ? &self->draft.fields[self->current] : NULL;
    ns_error ignored;
    const bool valid = draft_check(&self->draft, &ignored);
    (void)EnableWindow(GetDlgItem(dialog, IDC_APPLY), valid && draft_is_dirty(&self->draft));
    (void)EnableWindow(GetDlgItem(dialog, IDOK), valid);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SETTING_RESET),
                       field && field->setting >= 0 && (field->value || field->various_origins || (!field->effective && !field->touched)));
}

static void fill_list(HWND dialog) {
    static const list_column columns[] = {{IDS_COLUMN_SETTING, 190, false}, {IDS_COLUMN_VALUE, 170, false}, {IDS_COLUMN_FROM, 150, false}};
    const sheet *self = dialog_self(dialog);
    HWND list = GetDlgItem(dialog, IDC_SETTING_LIST);
    (void)SendMessageW(list, WM_SETREDRAW, FALSE, 0);
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    for (size_t i = 0; i < self->draft.field_count; i++) {
        WCHAR *label = ns_wide_from_utf8(label_of(&self->draft.fields[i]));
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = (int)i, .pszText = label};
        if (label)
            (void)ListView_InsertItem(list, &item);
        free(label);
        show_row(dialog, (int)i);
    }
    (void)SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    ListView_SetItemState(list, 0, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

/* The choices of a field, and selects the value in force. A switch shows words and keeps its value as the item's data. */
static void fill_choices(HWND box, const ns_setting *setting, const char *effective) {
    const char *choices = setting->type == NS_SETTING_SWITCH ? "off|on" : setting->choices;
    (void)ComboBox_ResetContent(box);
    for (const char *p = choices; *p;) {
        char word[32] = {0};
        size_t size = strcspn(p, "|");
        WCHAR *wide = NULL;
        memcpy(word, p, size < sizeof word ? size : sizeof word - 1);
        wide = ns_wide_from_utf8(word);
        if (wide) {
            const WCHAR *shown = setting->type == NS_SETTING_SWITCH ? words(strcmp(word, "on") == 0 ? IDS_ON : IDS_OFF) : wide;
            int at = ComboBox_AddString(box, shown);
            if (effective && strcmp(word, effective) == 0)
                (void)ComboBox_SetCurSel(box, at);
        }
        free(wide);
        p += size + (p[size] ? 1 : 0);
    }
}

/* "Height of the session's screen. (200 to 8192 px)" */
static void show_help(HWND dialog, const ns_setting *setting) {
    WCHAR text[WORDS_SIZE] = {0};
    WCHAR *help = setting ? ns_wide_from_utf8(words_of_core(setting->help)) : NULL;
    WCHAR *unit = setting ? ns_wide_from_utf8(setting->unit) : NULL;
    if (help && unit && setting->type == NS_SETTING_INTEGER)
        words_format(text, IDS_RANGE, help, (int)setting->minimum, (int)setting->maximum, unit);
    else if (help)
        (void)lstrcpynW(text, help, WORDS_SIZE);
    (void)SetDlgItemTextW(dialog, IDC_SETTING_HELP, text);
    free(help);
    free(unit);
}

/* Puts the selected field into the control that fits its type. */
static void show_field(HWND dialog, int row) {
    sheet *self = dialog_self(dialog);
    const draft_field *field = &self->draft.fields[row];
    const ns_setting *setting = field->setting < 0 ? NULL : ns_setting_get((ns_setting_id)field->setting);
    const bool choice = setting && (setting->type == NS_SETTING_SWITCH || setting->choices[0]);
    HWND edit = GetDlgItem(dialog, IDC_SETTING_VALUE);
    HWND box = GetDlgItem(dialog, IDC_SETTING_CHOICE);
    char label[CELL_SIZE];
    self->current = row;
    self->showing = true;
    (void)ShowWindow(edit, choice ? SW_HIDE : SW_SHOW);
    (void)ShowWindow(box, choice ? SW_SHOW : SW_HIDE);
    (void)lstrcpynA(label, label_of(field), CELL_SIZE - 2);
    (void)lstrcatA(label, ":");
    set_text(GetDlgItem(dialog, IDC_SETTING_LABEL), label);
    show_help(dialog, setting);
    if (choice)
        fill_choices(box, setting, field->effective);
    set_text(edit, choice ? "" : field->effective);
    self->showing = false;
    show_buttons(dialog);
}

static void take_text(HWND dialog, const char *text) {
    sheet *self = dialog_self(dialog);
    ns_error error = {0};
    if (draft_set(&self->draft, (size_t)self->current, text, &error) && draft_check(&self->draft, &error))
        ns_error_clear(&error);
    dialog_set_error(dialog, &error);
    show_row(dialog, self->current);
    show_buttons(dialog);
}

static void take_field(HWND dialog, HWND control, bool choice) {
    const sheet *self = dialog_self(dialog);
    const draft_field *field = self->current >= 0 ? &self->draft.fields[self->current] : NULL;
    char *text = NULL;
    if (self->showing || !field)
        return;
    if (choice && field->setting >= 0 && ns_setting_get((ns_setting_id)field->setting)->type == NS_SETTING_SWITCH)
        text = ns_string_copy(ComboBox_GetCurSel(control) == 1 ? "on" : "off");
    else
        text = get_text(control);
    if (text)
        take_text(dialog, text);
    free(text);
}

static void reset_field(HWND dialog) {
    const sheet *self = dialog_self(dialog);
    if (self->current < 0)
        return;
    take_text(dialog, NULL);
    show_field(dialog, self->current);
    (void)SetFocus(GetDlgItem(dialog, IDC_SETTING_LIST));
}

static ns_status save_general(const sheet_job *self, ns_store *store, ns_error *error) {
    char *const *given = self->general;
    if (self->group_id)
        return ns_group_edit(store, self->group_id, given[0], given[1], error);
    return ns_machine_edit(store, self->ids[0], given[0], given[1], given[2] ? (uint16_t)strtoul(given[2], NULL, 10) : 0, given[3], error);
}

static ns_status check_unchanged(sheet_job *self, ns_store *store, ns_error *error) {
    ns_status status = NS_OK;
    if (self->group_id)
        return ns_changed_since(store, "group", self->group_id, self->seen, self->seen_count, &self->activity, error);
    for (size_t i = 0; i < self->count && status == NS_OK; i++)
        status = ns_changed_since(store, "machine", self->ids[i], self->seen, self->seen_count, &self->activity, error);
    return status;
}

/* Name and settings are one change: saved together or not at all, and undone together. */
static void save_work(job *head, ns_store *store) {
    sheet_job *self = (sheet_job *)head;
    const bool general = self->general[0] || self->general[1] || self->general[2] || self->general[3];
    ns_status status = ns_action_begin(store, general ? "edit" : "set", &head->error);
    if (status == NS_OK) {
        status = check_unchanged(self, store, &head->error);
        if (status == NS_OK && general)
            status = save_general(self, store, &head->error);
        if (status == NS_OK && self->change_count)
            status = self->group_id ? ns_group_set(store, self->group_id, self->changes, self->change_count, &head->error)
                                    : ns_machines_set(store, self->ids, self->count, self->changes, self->change_count, &head->error);
        if (status == NS_OK)
            status = ns_activity_newest(store, &self->activity, &head->error);
        status = ns_action_end(store, status, &head->error);
    }
    head->status = status;
}

static void enable(HWND dialog, BOOL on) {
    const int controls[] = {IDC_SETTING_LIST, IDC_SETTING_VALUE, IDC_SETTING_CHOICE};
    for (size_t i = 0; i < NS_COUNT_OF(controls); i++)
        (void)EnableWindow(GetDlgItem(dialog, controls[i]), on);
}

static void save_done(job *head) {
    HWND dialog = head->window;
    sheet *self = dialog_self(dialog);
    const int64_t activity = ((const sheet_job *)head)->activity;
    if (head->status == NS_OK && self->closing) {
        dialog_end(dialog, IDOK);
        return;
    }
    enable(dialog, TRUE);
    if (head->status == NS_OK)
        draft_settle(&self->draft, activity);
    else if (activity)
        draft_told(&self->draft, activity);
    dialog_set_error(dialog, &head->error);
    app_offer_look(dialog, head->status == NS_OK ? 0 : activity);
    show_buttons(dialog);
    if (GetActiveWindow() == dialog)
        (void)SetFocus(GetDlgItem(dialog, IDC_SETTING_LIST));
}

static void save_destroy(job *head) {
    sheet_job *self = (sheet_job *)head;
    for (size_t i = 0; i < self->change_count; i++)
        free(self->texts[i]);
    for (size_t i = 0; i < DRAFT_GENERAL; i++)
        free(self->general[i]);
    free(self->ids);
    free(self);
}

static bool take_draft(sheet_job *item, const draft *from) {
    item->group_id = from->group_id;
    item->count = from->count;
    item->ids = calloc(from->count ? from->count : 1, sizeof *item->ids);
    if (!item->ids)
        return false;
    if (from->ids)
        memcpy(item->ids, from->ids, from->count * sizeof *item->ids);
    for (size_t i = 0; i < from->field_count; i++) {
        const draft_field *field = &from->fields[i];
        if (!field->touched)
            continue;
        item->seen[item->seen_count++] = (ns_seen_field){draft_field_name(from, i), field->since};
        if (field->setting < 0) {
            item->general[i] = ns_string_copy(field->value);
            continue;
        }
        item->texts[item->change_count] = field->value ? ns_string_copy(field->value) : NULL;
        item->changes[item->change_count] = (ns_setting_change){(ns_setting_id)field->setting, item->texts[item->change_count]};
        item->change_count++;
    }
    return true;
}

/* Until the answer is there the sheet stays: a failure must have somebody to tell. Closing it does not take back what was asked for. */
static void apply(HWND dialog, bool closing) {
    sheet *self = dialog_self(dialog);
    sheet_job *item = NULL;
    self->closing = closing;
    if (!draft_is_dirty(&self->draft)) {
        if (closing)
            dialog_end(dialog, IDOK);
        return;
    }
    item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = save_work, .done = save_done, .destroy = save_destroy, .window = dialog};
    if (!take_draft(item, &self->draft)) {
        save_destroy(&item->head);
        return;
    }
    enable(dialog, FALSE);
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    (void)EnableWindow(GetDlgItem(dialog, IDC_APPLY), FALSE);
    jobs_add(self->app->jobs, &item->head);
}

static bool sheet_on_initdialog(HWND dialog, void *context) {
    const sheet *self = context;
    WCHAR title[WORDS_SIZE];
    if (self->draft.count > 1)
        words_format(title, IDS_PROPERTIES_OF_MANY, (int)self->draft.count);
    else
        words_insert(title, IDS_PROPERTIES_OF, self->draft.title, NULL, NULL, NULL);
    (void)SetWindowTextW(dialog, title);
    (void)SetWindowTextW(GetDlgItem(dialog, IDC_SETTING_LIST), title);
    fill_list(dialog);
    show_field(dialog, 0);
    (void)SetFocus(GetDlgItem(dialog, IDC_SETTING_LIST));
    return false;
}

static void sheet_on_command(HWND dialog, void *self, int id, UINT code) {
    if (id == IDC_LOOK)
        app_look(((const sheet *)self)->app, dialog);
    else if (id == IDOK || id == IDC_APPLY)
        apply(dialog, id == IDOK);
    else if (id == IDC_SETTING_RESET)
        reset_field(dialog);
    else if (id == IDC_SETTING_VALUE && code == EN_CHANGE)
        take_field(dialog, GetDlgItem(dialog, id), false);
    else if (id == IDC_SETTING_CHOICE && code == CBN_SELCHANGE)
        take_field(dialog, GetDlgItem(dialog, id), true);
}

/* What is inherited is dimmed, besides what the third column says. */
static LRESULT sheet_on_customdraw(const sheet *self, NMLVCUSTOMDRAW *draw) {
    const size_t row = (size_t)draw->nmcd.dwItemSpec;
    if (draw->nmcd.dwDrawStage == CDDS_PREPAINT)
        return CDRF_NOTIFYITEMDRAW;
    if (draw->nmcd.dwDrawStage == CDDS_ITEMPREPAINT && row < self->draft.field_count)
        draw->clrText =
            theme_color(self->draft.fields[row].origin == NS_ORIGIN_MACHINE || self->draft.fields[row].various_origins ? THEME_TEXT : THEME_DIM);
    return CDRF_DODEFAULT;
}

static bool sheet_on_notify(HWND dialog, void *context, NMHDR *header, LRESULT *answer) {
    const sheet *self = context;
    const NMLISTVIEW *change = (const NMLISTVIEW *)(const void *)header;
    if (header->idFrom == IDC_SETTING_LIST && header->code == NM_CUSTOMDRAW) {
        *answer = sheet_on_customdraw(self, (NMLVCUSTOMDRAW *)header);
        return true;
    }
    if (header->idFrom == IDC_SETTING_LIST && header->code == LVN_ITEMCHANGED && (change->uNewState & LVIS_SELECTED) &&
        change->iItem != self->current)
        show_field(dialog, change->iItem);
    return false;
}

/* It could be applied. */
static bool sheet_is_dirty(HWND dialog) {
    return IsWindowEnabled(GetDlgItem(dialog, IDC_APPLY)) != FALSE;
}

static void sheet_destroy(void *context) {
    sheet *self = context;
    draft_clear(&self->draft);
    free(self);
}

static const dialog_kind sheet_dialog = {.id = IDD_PROPERTIES,
                                         .topic = IDS_HELP_SETTINGS,
                                         .init = sheet_on_initdialog,
                                         .command = sheet_on_command,
                                         .notify = sheet_on_notify,
                                         .is_dirty = sheet_is_dirty,
                                         .destroy = sheet_destroy};

void sheet_show(const app *self, const int64_t *machine_ids, size_t count, int64_t group_id) {
    sheet *shown = calloc(1, sizeof *shown);
    /* One sheet for a thing; sheets of several may be many. */
    const int64_t thing = group_id ? -group_id : count == 1 ? machine_ids[0] : 0;
    if (!shown)
        return;
    shown->app = self;
    shown->current = -1;
    if (draft_read(&shown->draft, self->snapshot, machine_ids, count, group_id))
        (void)dialog_open(self->window, &sheet_dialog, thing, shown, NULL);
    else
        free(shown);
}
