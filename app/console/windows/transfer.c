/* Import, with a look at what it would do first, and export. */
#include "console/windows/windows.h"

#include <commdlg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "console/ui/names.h"
#include "console/views/view.h"
#include "transfer/transfer.h"

enum { ROWS_MAXIMUM = 2000, PATH_SIZE = 2048 };

typedef struct import_state {
    const app *app;
    char *path;
    char *bytes; /* the file, once it was read: what was shown is what is imported */
    size_t size;
    int64_t seen; /* the newest activity before the last look at what it would do */
} import_state;

typedef struct import_job {
    job head;
    char *path;
    char *bytes; /* NULL: to be read from the path */
    size_t size;
    ns_import_options options;
    ns_import_report report;
} import_job;

static void import_work(job *head, ns_store *store) {
    import_job *self = (import_job *)head;
    if (!self->bytes)
        head->status = ns_file_read(self->path, NS_TRANSFER_MAXIMUM, &self->bytes, &self->size, &head->error);
    if (head->status == NS_OK)
        head->status = ns_transfer_import(store, self->bytes, self->size, &self->options, &self->report, &head->error);
}

static void import_destroy(job *head) {
    import_job *self = (import_job *)head;
    ns_import_report_clear(&self->report);
    free(self->path);
    free(self->bytes);
    free(self);
}

static void add_rows(HWND list, const ns_import_report *report, ns_import_outcome outcome) {
    for (size_t i = 0; i < report->count && ListView_GetItemCount(list) < ROWS_MAXIMUM; i++) {
        const ns_import_item *found = &report->items[i];
        const int row = found->outcome == outcome ? list_add_row(list) : -1;
        char line[24] = {0};
        if (row < 0)
            continue;
        if (found->line)
            (void)snprintf(line, sizeof line, "%lld", (long long)found->line);
        list_set_cell(list, row, 0, found->name);
        list_set_cell(list, row, 1, view_kind_text(found->kind));
        list_set_cell(list, row, 2, line);
        list_set_cell(list, row, 3, words_utf8(IDS_OUTCOME_ADDED + (unsigned)outcome));
        list_set_cell(list, row, 4, words_of_core(found->text));
    }
}

/* Mistakes first; what stays the same is only counted. */
static void show_report(HWND dialog, const ns_import_report *report) {
    static const ns_import_outcome order[] = {NS_IMPORT_REFUSED, NS_IMPORT_CHANGED, NS_IMPORT_ADDED, NS_IMPORT_KEPT};
    HWND list = GetDlgItem(dialog, IDC_MOVE_LIST);
    WCHAR text[WORDS_SIZE];
    (void)SendMessageW(list, WM_SETREDRAW, FALSE, 0);
    (void)ListView_DeleteAllItems(list);
    for (size_t i = 0; i < NS_COUNT_OF(order); i++)
        add_rows(list, report, order[i]);
    (void)SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    words_format(text, IDS_IMPORT_SUMMARY, (int)report->outcomes[NS_IMPORT_ADDED], (int)report->outcomes[NS_IMPORT_CHANGED],
                 (int)report->outcomes[NS_IMPORT_SAME], (int)report->outcomes[NS_IMPORT_KEPT], (int)report->outcomes[NS_IMPORT_REFUSED]);
    (void)SetDlgItemTextW(dialog, IDC_MOVE_SUMMARY, text);
    if (report->others)
        words_format(text, IDS_IMPORT_OTHERS, (int)report->others);
    else if (report->unused && report->unused[0])
        words_insert(text, IDS_IMPORT_UNUSED, report->unused, NULL, NULL, NULL);
    else
        text[0] = 0;
    (void)SetDlgItemTextW(dialog, IDC_ERROR, text);
}

static bool is_ticked(HWND dialog) {
    return IsDlgButtonChecked(dialog, IDC_IMPORT_UPDATE) == BST_CHECKED;
}

static void enable(HWND dialog, bool import, bool rest) {
    (void)EnableWindow(GetDlgItem(dialog, IDOK), import);
    (void)EnableWindow(GetDlgItem(dialog, IDC_IMPORT_UPDATE), rest);
    (void)EnableWindow(GetDlgItem(dialog, IDCANCEL), rest);
}

static void import_done(job *head) {
    import_job *self = (import_job *)head;
    import_state *dialog = dialog_self(head->window);
    const size_t *outcomes = self->report.outcomes;
    const bool done = head->status == NS_OK && !self->options.preview;
    if (!dialog->bytes) {
        dialog->bytes = self->bytes;
        dialog->size = self->size;
        self->bytes = NULL;
    }
    if (done) {
        dialog_end(head->window, IDOK);
        return;
    }
    dialog->seen = self->report.seen; /* what it would do, or who was quicker, is shown now */
    if (self->options.update != is_ticked(head->window))
        return; /* the box was ticked since, and that look is on its way */
    show_report(head->window, &self->report);
    if (head->status != NS_OK)
        dialog_set_error(head->window, &head->error);
    if (!self->report.count)
        (void)SetDlgItemTextW(head->window, IDC_MOVE_SUMMARY, L"");
    enable(head->window, (head->status == NS_OK || head->status == NS_STATUS_REFUSED) && outcomes[NS_IMPORT_ADDED] + outcomes[NS_IMPORT_CHANGED] > 0,
           true);
}

/* Once the import itself is on its way, it is waited for: it cannot be called off. */
static void start(HWND dialog, bool preview) {
    const import_state *self = dialog_self(dialog);
    import_job *item = job_new(sizeof *item, (job){.work = import_work, .done = import_done, .destroy = import_destroy, .window = dialog});
    if (!item)
        return;
    item->options = (ns_import_options){.update = is_ticked(dialog), .preview = preview, .seen = self->seen};
    item->path = ns_string_copy(self->path);
    item->bytes = self->bytes ? malloc(self->size + 1) : NULL;
    if (!item->path || (self->bytes && !item->bytes)) {
        import_destroy(&item->head);
        return;
    }
    if (self->bytes)
        memcpy(item->bytes, self->bytes, self->size);
    item->size = self->size;
    enable(dialog, false, preview);
    (void)SetDlgItemTextW(dialog, IDC_MOVE_SUMMARY, words(IDS_IMPORT_READING));
    jobs_add(self->app->jobs, &item->head);
}

static bool import_on_initdialog(HWND dialog, void *context) {
    static const list_column columns[] = {{IDS_COLUMN_NAME, 150, false},
                                          {IDS_COLUMN_KIND, 80, false},
                                          {IDS_COLUMN_LINE, 50, false},
                                          {IDS_COLUMN_OUTCOME, 110, false},
                                          {IDS_COLUMN_NOTE, 220, false}};
    const import_state *self = context;
    HWND list = GetDlgItem(dialog, IDC_MOVE_LIST);
    set_text(GetDlgItem(dialog, IDC_TARGETS), self->path);
    (void)SetWindowTextW(list, words(IDS_COLUMN_OUTCOME));
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    start(dialog, true);
    return true;
}

static void import_on_command(HWND dialog, void *self, int id, UINT code) {
    (void)self;
    (void)code;
    if (id == IDOK)
        start(dialog, false);
    else if (id == IDC_IMPORT_UPDATE)
        start(dialog, true);
}

/* The whole of a mistake that its column cuts off. */
static bool import_on_notify(HWND dialog, void *self, NMHDR *header, LRESULT *answer) {
    const NMLISTVIEW *changed = (const NMLISTVIEW *)(const void *)header;
    WCHAR text[WORDS_SIZE] = {0};
    (void)self;
    (void)answer;
    if (header->idFrom != IDC_MOVE_LIST || header->code != LVN_ITEMCHANGED || !(changed->uNewState & LVIS_SELECTED))
        return false;
    ListView_GetItemText(header->hwndFrom, changed->iItem, 4, text, WORDS_SIZE);
    if (text[0])
        (void)SetDlgItemTextW(dialog, IDC_ERROR, text);
    return false;
}

static const dialog_kind import_dialog = {
    .id = IDD_IMPORT, .topic = IDS_HELP_MACHINES, .init = import_on_initdialog, .command = import_on_command, .notify = import_on_notify};

/* "JSON|*.json|" as the file dialogs want it: parted and ended by zeros. */
static void file_types(unsigned id, WCHAR out[WORDS_SIZE]) {
    (void)lstrcpynW(out, words(id), WORDS_SIZE - 1);
    out[lstrlenW(out) + 1] = 0;
    for (WCHAR *p = out; *p; p++)
        if (*p == L'|')
            *p = 0;
}

/* The file that the user names; the caller frees. NULL when none. */
static char *choose_file(const app *self, bool save) {
    WCHAR types[WORDS_SIZE];
    WCHAR path[PATH_SIZE] = {0};
    OPENFILENAMEW question = {.lStructSize = sizeof question,
                              .hwndOwner = self->window,
                              .lpstrFilter = types,
                              .lpstrFile = path,
                              .nMaxFile = PATH_SIZE,
                              .lpstrDefExt = save ? NAME_JSON : NULL,
                              .Flags = OFN_EXPLORER | OFN_NOCHANGEDIR | OFN_HIDEREADONLY | (DWORD)(save ? OFN_OVERWRITEPROMPT : OFN_FILEMUSTEXIST)};
    file_types(save ? IDS_EXPORT_TYPES : IDS_IMPORT_TYPES, types);
    if (save)
        (void)lstrcpynW(path, words(IDS_EXPORT_NAME), PATH_SIZE);
    return (save ? GetSaveFileNameW(&question) : GetOpenFileNameW(&question)) ? ns_wide_to_utf8(path) : NULL;
}

void transfer_import(const app *self) {
    import_state shown = {.app = self, .path = choose_file(self, false)};
    if (shown.path)
        (void)dialog_run(self->window, &import_dialog, &shown);
    free(shown.path);
    free(shown.bytes);
}

typedef struct export_job {
    job head;
    const app *app;
    char *path;
} export_job;

static void export_work(job *head, ns_store *store) {
    const export_job *self = (const export_job *)head;
    char *text = NULL;
    head->status = ns_transfer_export(store, &text, &head->error);
    if (head->status == NS_OK)
        head->status = ns_file_write(self->path, text, strlen(text), &head->error);
    free(text);
}

static void export_done(job *head) {
    const export_job *self = (const export_job *)head;
    WCHAR text[WORDS_SIZE];
    if (head->status != NS_OK) {
        message_error(head->window, &head->error);
        return;
    }
    words_insert(text, IDS_EXPORTED, self->path, NULL, NULL, NULL);
    self->app->events->status(self->app->events->context, text);
}

static void export_destroy(job *head) {
    free(((export_job *)head)->path);
    free(head);
}

void transfer_export(const app *self) {
    char *path = choose_file(self, true);
    export_job *item = path ? calloc(1, sizeof *item) : NULL;
    if (!item) {
        free(path);
        return;
    }
    item->head = (job){.work = export_work, .done = export_done, .destroy = export_destroy, .window = self->window};
    item->app = self;
    item->path = path;
    jobs_add(self->jobs, &item->head);
}
