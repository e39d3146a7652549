/* A run in a window of its own, modeless: live while this console carries it out, from its record afterwards. */
#include "console/windows/windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/thing_jobs.h"
#include "console/model/thing_text.h"
#include "console/ui/folder.h"
#include "console/ui/names.h"
#include "console/ui/options.h"
#include "console/ui/picture.h"
#include "store/queue.h"
#include "transfer/save.h"

enum { PICTURE_TIMER = 1, PICTURE_MS = 150, COMPARED_RUNS = 500, OUTPUT_CHARACTERS = 4 * 1024 * 1024 };

typedef struct run_window {
    const app *app;
    int64_t run_id;
    HWND dialog;
    size_t phases_shown;
    size_t output_shown;
    bool recorded; /* the record was asked for after the end */
    char *command; /* the command line that does the same; NULL before it is known */
} run_window;

/* The windows that are open, for those that have news for them. */
static run_window *open_windows[RUNS_MAXIMUM];
static size_t open_count;

static void set_phase(HWND list, int row, const char *name, const char *took, const char *good, const char *detail) {
    if (row >= ListView_GetItemCount(list))
        row = list_add_row(list);
    list_set_cell(list, row, 0, name);
    list_set_cell(list, row, 1, took);
    list_set_cell(list, row, 2, good);
    list_set_cell(list, row, 3, detail);
}

static void duration_text(int64_t ms, char out[32]) {
    WCHAR text[WORDS_SIZE];
    char *utf8 = NULL;
    words_format(text, IDS_MILLISECONDS, (int)ms);
    utf8 = ns_wide_to_utf8(text);
    (void)snprintf(out, 32, "%s", ms >= 0 && utf8 ? utf8 : "");
    free(utf8);
}

static void append_output(HWND edit, const char *utf8) {
    ns_text lines;
    WCHAR *wide = NULL;
    ns_text_init(&lines, (size_t)4 * 1024 * 1024);
    for (const char *p = utf8; *p; p++) /* an edit control wants both */
        (void)ns_text_append(&lines, *p == '\n' ? "\r\n" : p, *p == '\n' ? 2 : 1);
    wide = ns_wide_from_utf8(ns_text_string(&lines));
    (void)SendMessageW(edit, EM_SETSEL, (WPARAM)-2, -1);
    if (wide)
        (void)SendMessageW(edit, EM_REPLACESEL, FALSE, (LPARAM)wide);
    free(wide);
    ns_text_clear(&lines);
}

/* What the run told so far. Returns whether it goes on. */
static bool show_live(run_window *self) {
    live_run *run = runs_find(self->app->runs, self->run_id);
    HWND list = GetDlgItem(self->dialog, IDC_PHASES);
    WCHAR text[WORDS_SIZE];
    bool finished = false;
    if (!run)
        return false;
    EnterCriticalSection(&run->lock);
    for (size_t i = self->phases_shown ? self->phases_shown - 1 : 0; i < run->phase_count; i++) {
        char took[32] = {0};
        if (i + 1 < run->phase_count)
            duration_text(run->phases[i + 1].started_at - run->phases[i].started_at, took);
        set_phase(list, (int)i, run->phases[i].name, took, "", words_of_core(run->phases[i].detail));
    }
    self->phases_shown = run->phase_count;
    if (run->phase_count) {
        words_insert(text, IDS_RUN_GOES_ON, run->phases[run->phase_count - 1].name, NULL, NULL, NULL);
        (void)SetDlgItemTextW(self->dialog, IDC_RESULT, text);
    }
    if (run->output.size > self->output_shown) {
        append_output(GetDlgItem(self->dialog, IDC_OUTPUT), run->output.bytes + self->output_shown);
        self->output_shown = run->output.size;
    }
    finished = run->finished;
    LeaveCriticalSection(&run->lock);
    return !finished;
}

static void show_picture(run_window *self) {
    live_run *run = runs_find(self->app->runs, self->run_id);
    if (!run || !IsWindowVisible(self->dialog))
        return;
    EnterCriticalSection(&run->lock);
    if (run->frame) {
        const ns_frame_view view = ns_frame_look(run->frame);
        picture_set_frame(GetDlgItem(self->dialog, IDC_PICTURE), &view);
    }
    LeaveCriticalSection(&run->lock);
}

typedef struct record_job {
    job head;
    int64_t run_id;
    ns_run run;
    ns_run good; /* the last good run before it, of the same flow on the same machine; id 0 for none */
    ns_kept_artifacts files;
    uint8_t *png;
    size_t png_size;
} record_job;

static void load_good(record_job *self, ns_store *store) {
    ns_run_list list;
    int64_t id = 0;
    ns_error error;
    if (!self->run.machine_id || self->run.purpose != NS_PURPOSE_FLOW ||
        ns_runs_load(store, self->run.machine_id, COMPARED_RUNS, &list, &error) != NS_OK)
        return;
    for (size_t i = 0; i < list.count && !id; i++)
        if (list.items[i].id < self->run.id && list.items[i].state == NS_RUN_SUCCEEDED && strcmp(list.items[i].flow, self->run.flow) == 0)
            id = list.items[i].id;
    ns_run_list_clear(&list);
    if (id && ns_run_load(store, id, &self->good, &error) != NS_OK)
        memset(&self->good, 0, sizeof self->good);
}

static void record_work(job *head, ns_store *store) {
    record_job *self = (record_job *)head;
    head->status = ns_run_load(store, self->run_id, &self->run, &head->error);
    if (head->status == NS_OK && self->run.has_screenshot)
        (void)!ns_run_screenshot(store, self->run_id, &self->png, &self->png_size, &(ns_error){0});
    if (head->status == NS_OK)
        head->status = ns_artifacts_load(store, self->run_id, &self->files, &head->error);
    if (head->status == NS_OK)
        load_good(self, store);
}

static void show_result(HWND dialog, const ns_run *run) {
    const char *state = words_utf8(IDS_RUN_QUEUED + (UINT)run->state);
    const char *message = words_of_core(run->message);
    const char *remedy = words_of_core(run->remedy);
    WCHAR text[WORDS_SIZE];
    if (strcmp(run->code, ns_run_state_name(run->state)) == 0)
        words_insert(text, IDS_RUN_SUCCEEDED_TEXT, state, message, NULL, NULL);
    else
        words_insert(text, IDS_RUN_ENDED, state, run->code, message, NULL);
    (void)SetDlgItemTextW(dialog, IDC_RESULT, text);
    words_insert(text, IDS_RUN_RESULT, remedy, NULL, NULL, NULL);
    (void)SetDlgItemTextW(dialog, IDC_REMEDY, remedy[0] ? text : L"");
}

static void show_title(HWND dialog, const ns_run *run) {
    char number[24];
    WCHAR text[WORDS_SIZE];
    (void)snprintf(number, sizeof number, "%lld", (long long)run->id);
    if (run->purpose == NS_PURPOSE_SIGN_OUT)
        words_insert(text, IDS_RUN_TITLE_SIGN_OUT, number, run->machine, run->connection, NULL);
    else
        words_insert(text, IDS_RUN_TITLE, number, run->purpose == NS_PURPOSE_FLOW ? run->flow : words_utf8(purpose_text(run->purpose)), run->machine,
                     run->connection);
    (void)SetWindowTextW(dialog, text);
    (void)SetDlgItemTextW(dialog, IDC_RUN_TITLE, text);
}

static void show_session(HWND dialog, const ns_run *run) {
    WCHAR text[WORDS_SIZE];
    if (!run->session_id[0])
        return;
    words_insert(text, IDS_SESSION_TEXT, run->session_id, run->session_user, words_utf8(run->session_reused ? IDS_SESSION_REUSED : IDS_SESSION_NEW),
                 words_utf8(session_end_text(run->session_end)));
    (void)SetDlgItemTextW(dialog, IDC_RUN_SESSION, text);
}

static void add_row(HWND list, UINT what, const char *detail) {
    set_phase(list, ListView_GetItemCount(list), words_utf8(what), "", "", detail);
}

static void add_value(HWND list, UINT what, const ns_named_value *value) {
    ns_text text;
    ns_text_init(&text, 20000);
    (void)ns_text_appendf(&text, "%s = %s", value->name, value->secret ? words_utf8(IDS_SECRET_VALUE) : value->value);
    add_row(list, what, ns_text_string(&text));
    ns_text_clear(&text);
}

static void add_file(HWND list, const ns_kept_artifact *file) {
    WCHAR text[WORDS_SIZE];
    char size[32];
    char *utf8 = NULL;
    (void)snprintf(size, sizeof size, "%lld", (long long)file->size);
    words_insert(text, file->whole ? IDS_FILE_WHOLE : IDS_FILE_INCOMPLETE, file->name, size, NULL, NULL);
    utf8 = ns_wide_to_utf8(text);
    add_row(list, IDS_FILE, utf8 ? utf8 : file->name);
    free(utf8);
}

/* Below the phases: what was found, what the flow was given and gave, and the files that it brought back. */
static void add_findings(HWND list, const record_job *self) {
    const ns_run *run = &self->run;
    for (size_t i = 0; i < run->finding_count; i++)
        add_row(list, IDS_FOUND, words_of_core(run->findings[i].message));
    for (size_t i = 0; i < run->input_count; i++)
        add_value(list, IDS_INPUT, &run->inputs[i]);
    for (size_t i = 0; i < run->output_count; i++)
        add_value(list, IDS_OUTPUT_VALUE, &run->outputs[i]);
    for (size_t i = 0; i < self->files.count; i++)
        add_file(list, &self->files.items[i]);
}

static int64_t phase_ms(const ns_run *run, const char *name) {
    for (size_t i = 0; i < run->phase_count; i++)
        if (strcmp(run->phases[i].name, name) == 0)
            return run->phases[i].duration_ms;
    return -1;
}

/* Each phase, beside how long it took in the last good run. */
static void add_phases(HWND list, const record_job *self) {
    for (size_t i = 0; i < self->run.phase_count; i++) {
        char took[32];
        char good[32] = {0};
        duration_text(self->run.phases[i].duration_ms, took);
        if (self->good.id)
            duration_text(phase_ms(&self->good, self->run.phases[i].name), good);
        set_phase(list, (int)i, self->run.phases[i].name, took, good, words_of_core(self->run.phases[i].detail));
    }
}

/* The line below the result: how it compares with the last good run. */
static void show_comparison(HWND dialog, const record_job *self) {
    WCHAR text[WORDS_SIZE] = {0};
    const int64_t now = self->run.ended_at - self->run.started_at;
    const int64_t then = self->good.ended_at - self->good.started_at;
    if (self->good.id && self->run.started_at && self->run.ended_at)
        words_format(text, now >= then ? IDS_COMPARED_SLOWER : IDS_COMPARED_FASTER, (int)self->good.id, (int)(now >= then ? now - then : then - now));
    else if (!self->good.id && self->run.purpose == NS_PURPOSE_FLOW)
        (void)lstrcpynW(text, words(IDS_COMPARED_NONE), WORDS_SIZE);
    (void)SetDlgItemTextW(dialog, IDC_COMPARED, text);
}

static void record_done(job *head) {
    record_job *self = (record_job *)head;
    run_window *shown = dialog_self(head->window);
    HWND list = GetDlgItem(head->window, IDC_PHASES);
    if (head->status != NS_OK) {
        message_error(head->window, &head->error);
        return;
    }
    show_title(head->window, &self->run);
    free(shown->command);
    shown->command = run_command_line(shown->app, &self->run);
    (void)EnableWindow(GetDlgItem(head->window, IDC_RUN_AGAIN), ns_run_state_is_final(self->run.state) &&
                                                                    (self->run.machine_id || self->run.group_id) && self->run.flow_id &&
                                                                    self->run.connection_id);
    (void)EnableWindow(GetDlgItem(head->window, IDC_RUN_COPY), shown->command != NULL);
    if (ns_run_state_is_final(self->run.state) && GetFocus() == GetDlgItem(head->window, IDC_RUN_CANCEL))
        (void)SendMessageW(head->window, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(head->window, IDCANCEL), TRUE);
    (void)EnableWindow(GetDlgItem(head->window, IDC_RUN_CANCEL), !ns_run_state_is_final(self->run.state));
    if (!ns_run_state_is_final(self->run.state))
        return;
    shown->recorded = true;
    show_result(head->window, &self->run);
    (void)ListView_DeleteAllItems(list);
    add_phases(list, self);
    add_findings(list, self);
    (void)ShowWindow(GetDlgItem(head->window, IDC_SAVE_FILES), self->files.count ? SW_SHOW : SW_HIDE);
    show_comparison(head->window, self);
    show_session(head->window, &self->run);
    (void)SetDlgItemTextW(head->window, IDC_OUTPUT, L"");
    append_output(GetDlgItem(head->window, IDC_OUTPUT), self->run.output);
    if (self->png)
        picture_set_bitmap(GetDlgItem(head->window, IDC_PICTURE), picture_decode_png(self->png, self->png_size));
}

static void record_destroy(job *head) {
    record_job *self = (record_job *)head;
    ns_run_clear(&self->run);
    ns_run_clear(&self->good);
    ns_kept_artifacts_clear(&self->files);
    free(self->png);
    free(self);
}

static void load_record(run_window *self) {
    record_job *item = job_new(sizeof *item, (job){.work = record_work, .done = record_done, .destroy = record_destroy, .window = self->dialog});
    if (!item)
        return;
    item->run_id = self->run_id;
    jobs_add(self->app->jobs, &item->head);
}

static bool run_on_initdialog(HWND dialog, void *context) {
    static const list_column columns[] = {
        {IDS_COLUMN_PHASE, 80, false}, {IDS_COLUMN_DURATION, 70, false}, {IDS_COLUMN_LAST_GOOD, 75, false}, {IDS_COLUMN_DETAIL, 300, false}};
    run_window *self = context;
    HWND list = GetDlgItem(dialog, IDC_PHASES);
    self->dialog = dialog;
    (void)SetWindowTextW(list, words(IDS_PHASES));
    (void)SetWindowTextW(GetDlgItem(dialog, IDC_PICTURE), words(IDS_PICTURE));
    open_windows[open_count++] = self;
    list_add_columns(list, columns, NS_COUNT_OF(columns));
    (void)ListView_SetColumnWidth(list, 3, scaled(dialog, columns[3].width)); /* the window is made larger yet */
    (void)SendDlgItemMessageW(dialog, IDC_OUTPUT, EM_SETLIMITTEXT, OUTPUT_CHARACTERS, 0);
    (void)show_live(self);
    load_record(self);
    (void)SetTimer(dialog, PICTURE_TIMER, PICTURE_MS, NULL);
    (void)SetFocus(list);
    return false;
}

static void place(HWND dialog, int control, int left, int top, int width, int height) {
    (void)MoveWindow(GetDlgItem(dialog, control), left, top, width > 0 ? width : 0, height > 0 ? height : 0, TRUE);
}

static SIZE size_of(HWND dialog, int control) {
    RECT area;
    (void)GetClientRect(GetDlgItem(dialog, control), &area);
    return (SIZE){area.right, area.bottom};
}

/* Everything grows with the window: the lists take the height, the picture what is left of the width. The texts above and the
 * buttons below keep the size that the dialog's language gave them. */
static void run_on_size(HWND dialog, int width, int height) {
    static const int texts[] = {IDC_RUN_TITLE, IDC_RESULT, IDC_REMEDY, IDC_RUN_SESSION, IDC_COMPARED};
    static const int buttons[] = {IDC_RUN_AGAIN, IDC_RUN_COPY, IDC_SAVE_FILES};
    const int gap = MulDiv(6, (int)GetDpiForWindow(dialog), 96);
    const int button = size_of(dialog, IDCANCEL).cy;
    const int left = width * 46 / 100;
    int top = gap;
    int output = 0;
    int middle = 0;
    int at = gap;
    for (size_t i = 0; i < NS_COUNT_OF(texts); i++) {
        place(dialog, texts[i], gap, top, width - 2 * gap, size_of(dialog, texts[i]).cy);
        top += size_of(dialog, texts[i]).cy + gap / 3;
    }
    output = (height - top) / 3;
    middle = height - top - output - button - 3 * gap;
    place(dialog, IDC_PHASES, gap, top, left - 2 * gap, middle);
    place(dialog, IDC_PICTURE, left, top, width - left - gap, middle);
    place(dialog, IDC_OUTPUT_LABEL, gap, top + middle + gap / 2, width - 2 * gap, size_of(dialog, IDC_OUTPUT_LABEL).cy);
    place(dialog, IDC_OUTPUT, gap, top + middle + gap / 2 + size_of(dialog, IDC_OUTPUT_LABEL).cy, width - 2 * gap,
          output + gap / 2 - size_of(dialog, IDC_OUTPUT_LABEL).cy);
    for (size_t i = 0; i < NS_COUNT_OF(buttons); i++) {
        place(dialog, buttons[i], at, height - button - gap, size_of(dialog, buttons[i]).cx, button);
        at += size_of(dialog, buttons[i]).cx + gap;
    }
    at = width - gap - size_of(dialog, IDCANCEL).cx;
    place(dialog, IDCANCEL, at, height - button - gap, size_of(dialog, IDCANCEL).cx, button);
    place(dialog, IDC_RUN_CANCEL, at - gap - size_of(dialog, IDC_RUN_CANCEL).cx, height - button - gap, size_of(dialog, IDC_RUN_CANCEL).cx, button);
    (void)RedrawWindow(dialog, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

static void cancel(const run_window *self) {
    const thing_caller by = {self->app->jobs, self->dialog, message_error};
    live_run *run = runs_find(self->app->runs, self->run_id);
    /* A disabled button that has the focus would swallow the keyboard. */
    (void)SendMessageW(self->dialog, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(self->dialog, IDCANCEL), TRUE);
    (void)EnableWindow(GetDlgItem(self->dialog, IDC_RUN_CANCEL), FALSE);
    if (run)
        live_run_cancel(run);
    else
        thing_do(&by, ns_run_request_cancel, self->run_id);
}

typedef struct save_files_job {
    job head;
    int64_t run_id;
    char *folder;
} save_files_job;

static void save_files_work(job *head, ns_store *store) {
    const save_files_job *self = (save_files_job *)head;
    ns_kept_artifacts files = {0};
    head->status = ns_artifacts_load(store, self->run_id, &files, &head->error);
    if (head->status == NS_OK)
        head->status = ns_save_artifacts(store, &files, self->folder, &head->error);
    ns_kept_artifacts_clear(&files);
}

/* The folder opens, which says that it worked. */
static void save_files_done(job *head) {
    const save_files_job *self = (const save_files_job *)head;
    if (head->status == NS_OK)
        show_folder(head->window, self->folder);
    else
        message_error(head->window, &head->error);
}

static void save_files_destroy(job *head) {
    save_files_job *self = (save_files_job *)head;
    free(self->folder);
    free(self);
}

static void save_files(const run_window *self) {
    save_files_job *item = NULL;
    char *folder = choose_folder(self->dialog, words(IDS_SAVE_FILES_WHERE));
    if (folder)
        item = job_new(sizeof *item, (job){.work = save_files_work, .done = save_files_done, .destroy = save_files_destroy, .window = self->dialog});
    if (!item) {
        free(folder);
        return;
    }
    item->run_id = self->run_id;
    item->folder = folder;
    jobs_add(self->app->jobs, &item->head);
}

static void run_on_command(HWND dialog, void *context, int id, UINT code) {
    const run_window *self = context;
    (void)code;
    if (id == IDC_RUN_CANCEL)
        cancel(self);
    else if (id == IDC_RUN_AGAIN)
        test_run_again(self->app, self->run_id);
    else if (id == IDC_RUN_COPY && self->command)
        copy_text(dialog, self->command);
    else if (id == IDC_SAVE_FILES)
        save_files(self);
}

/* The next one opens as large as the user made this one; px at 96 dpi. */
static void remember_size(HWND dialog) {
    const int dpi = (int)GetDpiForWindow(dialog);
    RECT area;
    if (IsZoomed(dialog) || !GetWindowRect(dialog, &area))
        return;
    options_set_integer(NAME_RUN_WIDTH, MulDiv(area.right - area.left, 96, dpi));
    options_set_integer(NAME_RUN_HEIGHT, MulDiv(area.bottom - area.top, 96, dpi));
}

static void use_remembered_size(HWND dialog) {
    const int dpi = (int)GetDpiForWindow(dialog);
    const int width = MulDiv(options_integer(NAME_RUN_WIDTH, 0), dpi, 96);
    const int height = MulDiv(options_integer(NAME_RUN_HEIGHT, 0), dpi, 96);
    MONITORINFO screen = {.cbSize = sizeof screen};
    if (GetMonitorInfoW(MonitorFromWindow(dialog, MONITOR_DEFAULTTONEAREST), &screen) && width >= 300 && height >= 200 &&
        width <= screen.rcWork.right - screen.rcWork.left && height <= screen.rcWork.bottom - screen.rcWork.top)
        (void)SetWindowPos(dialog, NULL, (screen.rcWork.left + screen.rcWork.right - width) / 2,
                           (screen.rcWork.top + screen.rcWork.bottom - height) / 2, width, height, SWP_NOZORDER | SWP_NOACTIVATE);
}

static void run_on_message(HWND dialog, void *self, UINT message, WPARAM wparam, LPARAM lparam) {
    (void)wparam;
    if (message == WM_SIZE)
        run_on_size(dialog, GET_X_LPARAM(lparam), GET_Y_LPARAM(lparam));
    else if (message == WM_TIMER)
        show_picture(self);
    else if (message == WM_EXITSIZEMOVE)
        remember_size(dialog);
}

static void run_destroy(void *context) {
    run_window *self = context;
    for (size_t i = 0; i < open_count; i++)
        if (open_windows[i] == self)
            open_windows[i--] = open_windows[--open_count];
    free(self->command);
    free(self);
}

static const dialog_kind run_dialog = {
    .id = IDD_RUN, .topic = IDS_HELP_RUNS, .init = run_on_initdialog, .command = run_on_command, .message = run_on_message, .destroy = run_destroy};

void run_window_changed(int64_t run_id) {
    for (size_t i = 0; i < open_count; i++)
        if (open_windows[i]->run_id == run_id && !show_live(open_windows[i]) && !open_windows[i]->recorded)
            load_record(open_windows[i]);
}

char *run_command_line(const app *self, const ns_run *run) {
    ns_text line;
    ns_text_init(&line, 4000);
    if (run->purpose != NS_PURPOSE_FLOW)
        return NULL;
    (void)ns_text_append_string(&line, "nightshiftctl ");
    if (self->store_locator)
        (void)ns_text_appendf(&line, "--store \"%s\" ", self->store_locator);
    (void)ns_text_appendf(&line, "run start \"%s%s\" --flow \"%s\" --connection \"%s\" --wait", run->group_id ? "group:" : "",
                          run->group_id ? run->group : run->machine, run->flow, run->connection);
    return ns_text_take(&line);
}

void run_window_show(const app *self, int64_t run_id) {
    run_window *shown = open_count < RUNS_MAXIMUM ? calloc(1, sizeof *shown) : NULL;
    HWND dialog = NULL;
    bool again = false;
    if (!shown)
        return;
    shown->app = self;
    shown->run_id = run_id;
    dialog = dialog_open(self->window, &run_dialog, run_id, shown, &again);
    if (dialog && !again) {
        RECT area;
        use_remembered_size(dialog);
        (void)GetClientRect(dialog, &area);
        run_on_size(dialog, area.right, area.bottom);
    }
}
