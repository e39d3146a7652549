/* The settings of a machine or a group: each with its value and where that comes from. Edits go into a draft that is
 * written once, on OK. */
#include "console/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "console/present/present.h"

typedef struct sheet {
    console *console;
    int64_t machine_id; /* 0 when a group is edited */
    int64_t group_id;
    char *title;
    char *group_name;
    ns_setting_values own;       /* the draft */
    ns_setting_values inherited; /* the group's, for a machine */
    bool touched[NS_SETTING_COUNT];
    int current;  /* -1 before one is selected */
    bool showing; /* controls change because of us, not of the user */
} sheet;

typedef struct settings_job {
    job head;
    int64_t machine_id;
    int64_t group_id;
    ns_setting_change changes[NS_SETTING_COUNT];
    char *texts[NS_SETTING_COUNT];
    size_t count;
} settings_job;

static sheet *sheet_of(HWND dialog) {
    return (sheet *)GetWindowLongPtrW(dialog, DWLP_USER);
}

/* A group's own values are the group's; it inherits nothing but the defaults. */
static ns_effective resolve(const sheet *self, int id) {
    if (self->machine_id)
        return ns_setting_resolve((ns_setting_id)id, &self->own, &self->inherited);
    return ns_setting_resolve((ns_setting_id)id, NULL, &self->own);
}

static void set_cell(HWND list, int row, int column, const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8);
    if (wide)
        ListView_SetItemText(list, row, column, wide);
    free(wide);
}

static void show_row(HWND dialog, int id) {
    const sheet *self = sheet_of(dialog);
    HWND list = GetDlgItem(dialog, IDC_SETTING_LIST);
    const ns_effective effective = resolve(self, id);
    char text[PRESENT_CELL_SIZE];
    present_setting_value((ns_setting_id)id, effective.value, words_utf8, text);
    set_cell(list, id, 1, text);
    present_origin(effective, self->group_name, words_utf8, text);
    set_cell(list, id, 2, text);
}

static void fill_list(HWND dialog) {
    static const struct {
        UINT title;
        int width;
    } columns[] = {{IDS_COLUMN_SETTING, 170}, {IDS_COLUMN_VALUE, 130}, {IDS_COLUMN_FROM, 130}};
    const sheet *self = sheet_of(dialog);
    HWND list = GetDlgItem(dialog, IDC_SETTING_LIST);
    ListView_SetExtendedListViewStyle(list, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER);
    for (size_t i = 0; i < NS_COUNT_OF(columns); i++) {
        LVCOLUMNW column = {
            .mask = LVCF_TEXT | LVCF_WIDTH, .pszText = (LPWSTR)(uintptr_t)words(columns[i].title), .cx = scaled(self->console, columns[i].width)};
        (void)ListView_InsertColumn(list, (int)i, &column);
    }
    for (int id = 0; id < NS_SETTING_COUNT; id++) {
        WCHAR *label = ns_wide_from_utf8(ns_setting_get((ns_setting_id)id)->label);
        LVITEMW item = {.mask = LVIF_TEXT, .iItem = id, .pszText = label};
        if (label)
            (void)ListView_InsertItem(list, &item);
        free(label);
        show_row(dialog, id);
    }
    ListView_SetItemState(list, 0, LVIS_SELECTED | LVIS_FOCUSED, LVIS_SELECTED | LVIS_FOCUSED);
}

/* Puts the selected setting into the field that fits its type. */
static void show_field(HWND dialog, int id) {
    sheet *self = sheet_of(dialog);
    const ns_setting *setting = ns_setting_get((ns_setting_id)id);
    const ns_effective effective = resolve(self, id);
    HWND edit = GetDlgItem(dialog, IDC_SETTING_VALUE);
    HWND box = GetDlgItem(dialog, IDC_SETTING_CHOICE);
    const char *choices = setting->type == NS_SETTING_SWITCH ? "off|on" : setting->choices;
    self->current = id;
    self->showing = true;
    (void)ShowWindow(edit, choices[0] ? SW_HIDE : SW_SHOW);
    (void)ShowWindow(box, choices[0] ? SW_SHOW : SW_HIDE);
    set_text(GetDlgItem(dialog, IDC_SETTING_LABEL), setting->label);
    set_text(GetDlgItem(dialog, IDC_SETTING_HELP), setting->help);
    (void)ComboBox_ResetContent(box);
    for (const char *p = choices; *p;) {
        char word[32] = {0};
        size_t size = strcspn(p, "|");
        WCHAR *wide = NULL;
        memcpy(word, p, size < sizeof word ? size : sizeof word - 1);
        wide = ns_wide_from_utf8(word);
        if (wide) {
            int at = ComboBox_AddString(box, wide);
            if (strcmp(word, effective.value) == 0)
                (void)ComboBox_SetCurSel(box, at);
        }
        free(wide);
        p += size + (p[size] ? 1 : 0);
    }
    set_text(edit, effective.value);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SETTING_RESET), self->own.value[id] != NULL);
    self->showing = false;
}

static void take_field(HWND dialog, HWND control) {
    sheet *self = sheet_of(dialog);
    char *text = NULL;
    ns_error error;
    char *checked = NULL;
    WCHAR words_of[WORDS_SIZE];
    if (self->showing || self->current < 0)
        return;
    text = get_text(control);
    if (!text)
        return;
    if (ns_setting_parse((ns_setting_id)self->current, text, &checked, &error) == NS_OK) {
        (void)SetDlgItemTextW(dialog, IDC_ERROR, L"");
        free(checked);
    } else {
        words_of_error(words_of, &error);
        (void)SetDlgItemTextW(dialog, IDC_ERROR, words_of);
    }
    ns_setting_values_take(&self->own, (ns_setting_id)self->current, text);
    self->touched[self->current] = true;
    show_row(dialog, self->current);
    (void)EnableWindow(GetDlgItem(dialog, IDC_SETTING_RESET), TRUE);
}

static void reset_field(HWND dialog) {
    sheet *self = sheet_of(dialog);
    if (self->current < 0)
        return;
    ns_setting_values_take(&self->own, (ns_setting_id)self->current, NULL);
    self->touched[self->current] = true;
    show_row(dialog, self->current);
    show_field(dialog, self->current);
    (void)SetDlgItemTextW(dialog, IDC_ERROR, L"");
    (void)SetFocus(GetDlgItem(dialog, IDC_SETTING_LIST));
}

static void save_work(job *head, ns_store *store) {
    settings_job *self = (settings_job *)head;
    head->status = self->machine_id ? ns_machine_set(store, self->machine_id, self->changes, self->count, &head->error)
                                    : ns_group_set(store, self->group_id, self->changes, self->count, &head->error);
}

static void save_destroy(job *head) {
    settings_job *self = (settings_job *)head;
    for (size_t i = 0; i < self->count; i++)
        free(self->texts[i]);
    free(self);
}

static void on_ok(HWND dialog) {
    sheet *self = sheet_of(dialog);
    settings_job *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = save_work, .done = dialog_on_saved, .destroy = save_destroy, .window = dialog};
    item->machine_id = self->machine_id;
    item->group_id = self->group_id;
    for (int id = 0; id < NS_SETTING_COUNT; id++) {
        if (!self->touched[id])
            continue;
        item->texts[item->count] = self->own.value[id] ? ns_string_copy(self->own.value[id]) : NULL;
        item->changes[item->count] = (ns_setting_change){(ns_setting_id)id, item->texts[item->count]};
        item->count++;
    }
    /* Until the answer is there, the dialog stays: a failure must have somebody to tell. */
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    (void)EnableWindow(GetDlgItem(dialog, IDCANCEL), FALSE);
    jobs_add(self->console->jobs, &item->head);
}

static BOOL on_init(HWND dialog, HWND focus, LPARAM context) {
    sheet *self = (sheet *)context;
    WCHAR *name = ns_wide_from_utf8(self->title);
    WCHAR title[WORDS_SIZE];
    (void)focus;
    (void)SetWindowLongPtrW(dialog, DWLP_USER, context);
    if (name) {
        words_format(title, IDS_SETTINGS_OF, name);
        (void)SetWindowTextW(dialog, title);
    }
    free(name);
    fill_list(dialog);
    show_field(dialog, 0);
    return TRUE;
}

static void on_command(HWND dialog, int id, HWND control, UINT code) {
    if (id == IDOK)
        on_ok(dialog);
    else if (id == IDCANCEL && IsWindowEnabled(GetDlgItem(dialog, IDCANCEL)))
        (void)EndDialog(dialog, IDCANCEL);
    else if (id == IDC_SETTING_RESET)
        reset_field(dialog);
    else if (id == IDC_SETTING_VALUE && code == EN_CHANGE)
        take_field(dialog, control);
    else if (id == IDC_SETTING_CHOICE && code == CBN_SELCHANGE)
        take_field(dialog, control);
}

static INT_PTR CALLBACK procedure(HWND dialog, UINT message, WPARAM wParam, LPARAM lParam) {
    const NMLISTVIEW *change = (const NMLISTVIEW *)lParam;
    switch (message) {
        HANDLE_MSG(dialog, WM_INITDIALOG, on_init);
        HANDLE_MSG(dialog, WM_COMMAND, on_command);
    case WM_NOTIFY:
        if (wParam == IDC_SETTING_LIST && change->hdr.code == LVN_ITEMCHANGED && (change->uNewState & LVIS_SELECTED) && sheet_of(dialog))
            show_field(dialog, change->iItem);
        return FALSE;
    default:
        return FALSE;
    }
}

static void copy_values(ns_setting_values *to, const ns_setting_values *from) {
    for (int id = 0; id < NS_SETTING_COUNT; id++)
        if (from->value[id])
            ns_setting_values_take(to, (ns_setting_id)id, ns_string_copy(from->value[id]));
}

void settings_show(console *self, int64_t machine_id, int64_t group_id) {
    const ns_machine *machine = snapshot_machine(self->snapshot, machine_id);
    const ns_group *group = snapshot_group(self->snapshot, machine ? machine->group_id : group_id);
    sheet shown = {.console = self, .machine_id = machine_id, .group_id = group_id, .current = -1};
    if (machine)
        shown.title = ns_string_copy(machine->name);
    else if (group)
        shown.title = ns_string_copy(group->name);
    else
        return;
    shown.group_name = ns_string_copy(group ? group->name : "");
    if (machine)
        copy_values(&shown.own, &machine->values);
    if (group)
        copy_values(machine ? &shown.inherited : &shown.own, &group->values);
    if (shown.title && shown.group_name)
        (void)DialogBoxParamW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(IDD_SETTINGS), self->window, procedure, (LPARAM)&shown);
    ns_setting_values_clear(&shown.own);
    ns_setting_values_clear(&shown.inherited);
    free(shown.title);
    free(shown.group_name);
}
