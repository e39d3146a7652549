/* One table of commands feeds menu, toolbar, context menu and accelerators: when each may run, and what it does. */
#include "console/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "common/version.h"
#include "console/present/present.h"

typedef struct command {
    int id;
    bool (*enabled)(console *self); /* NULL: always */
    void (*run)(console *self);
} command;

/* What commands look at. */
static size_t selected_count(const console *self) {
    return self->snapshot ? (size_t)ListView_GetSelectedCount(self->list) : 0;
}

static int64_t only_selected(const console *self) {
    size_t count = 0;
    int64_t *ids = list_selection(self, &count);
    int64_t id = ids && count == 1 ? ids[0] : 0;
    free(ids);
    return id;
}

/* The group that is meant: the one selected among the groups; in the tree, the one that has the focus there, or whose machines
 * are shown with none of them selected. 0 for none. */
static int64_t meant_group(const console *self) {
    if (self->view == VIEW_GROUPS)
        return only_selected(self);
    return self->view == VIEW_MACHINES && self->group_id && (tree_has_focus(self) || selected_count(self) == 0) ? self->group_id : 0;
}

static bool has_store(console *self) {
    return self->snapshot != NULL;
}

/* Machines, groups, connections and flows are things that people name and change. */
static bool shows_things(const console *self) {
    return self->snapshot && (self->view == VIEW_MACHINES || self->view == VIEW_GROUPS || self->view == VIEW_CONNECTIONS || self->view == VIEW_FLOWS);
}

static bool has_all(console *self) {
    return self->snapshot && !self->snapshot->partial;
}

static bool can_rename(console *self) {
    return shows_things(self) && !tree_has_focus(self) && selected_count(self) == 1;
}

static bool can_remove(console *self) {
    return shows_things(self) && (meant_group(self) || (!tree_has_focus(self) && selected_count(self) > 0));
}

static bool some_machines(console *self) {
    return self->snapshot && (self->view == VIEW_MACHINES || self->view == VIEW_PREFLIGHT) && selected_count(self) > 0 && !tree_has_focus(self);
}

static bool one_machine(console *self) {
    return self->snapshot && (self->view == VIEW_MACHINES || self->view == VIEW_PREFLIGHT) && selected_count(self) == 1;
}

static bool has_properties(console *self) {
    if (!self->snapshot)
        return false;
    if (meant_group(self) || some_machines(self))
        return true;
    return (self->view == VIEW_CONNECTIONS || self->view == VIEW_FLOWS) && selected_count(self) == 1;
}

static bool can_move(console *self) {
    return self->view == VIEW_MACHINES && some_machines(self);
}

/* The rows of the preflight board and of the machines are machines; with none selected, all that are shown. */
static bool can_look(console *self) {
    if (!self->snapshot || self->snapshot->partial || board_is_running(self->board, NULL, NULL))
        return false;
    return self->view == VIEW_GROUPS ? meant_group(self) != 0 : (self->view == VIEW_MACHINES || self->view == VIEW_PREFLIGHT) && self->row_count > 0;
}

static bool is_looking(console *self) {
    return board_is_running(self->board, NULL, NULL);
}

static bool one_row_of_board(console *self) {
    return self->view == VIEW_PREFLIGHT && one_machine(self);
}

static bool one_run(console *self) {
    return self->snapshot && self->view == VIEW_RUNS && selected_count(self) == 1;
}

static bool can_run_again(console *self) {
    const ns_run *run = one_run(self) ? snapshot_run(self->snapshot, only_selected(self)) : NULL;
    return run && run->flow_id && run->machine_id && run->connection_id;
}

static bool one_activity(console *self) {
    return self->snapshot && self->view == VIEW_ACTIVITY && selected_count(self) == 1;
}

/* In the view of what was changed the one that is selected, elsewhere the newest. */
static const ns_activity *meant_activity(console *self) {
    const ns_activity_list *list = self->snapshot ? &self->snapshot->activity : NULL;
    const int64_t id = one_activity(self) ? only_selected(self) : 0;
    for (size_t i = 0; list && i < list->count; i++)
        if (id ? list->items[i].id == id : ns_activity_is_undoable(&list->items[i]) && strcmp(list->items[i].verb, "undo") != 0)
            return &list->items[i];
    return NULL;
}

static bool can_undo(console *self) {
    const ns_activity *found = meant_activity(self);
    return found && ns_activity_is_undoable(found);
}

static bool has_rows(console *self) {
    return self->snapshot && self->row_count > 0;
}

static bool one_session(console *self) {
    return self->snapshot && self->view == VIEW_SESSIONS && selected_count(self) == 1;
}

static bool can_cancel(console *self) {
    const ns_run *run = one_run(self) ? snapshot_run(self->snapshot, only_selected(self)) : NULL;
    return run && !ns_run_state_is_final(run->state);
}

/* What commands do. */
static void add_machine(console *self) {
    form_machine(self);
}

static void add_group(console *self) {
    form_group(self);
}

static void add_connection(console *self) {
    form_connection(self, 0);
}

static void add_flow(console *self) {
    form_flow(self, 0);
}

static void tell_failure(job *head) {
    if (head->status != NS_OK)
        console_show_error(head->window, &head->error);
}

static void remove_selected(console *self) {
    remove_ask(self, meant_group(self));
}

static void properties(console *self) {
    const int64_t group = meant_group(self);
    size_t count = 0;
    int64_t *ids = group ? NULL : list_selection(self, &count);
    if (group || self->view == VIEW_MACHINES || self->view == VIEW_PREFLIGHT)
        sheet_show(self, ids, count, group);
    else if (self->view == VIEW_CONNECTIONS)
        form_connection(self, only_selected(self));
    else
        form_flow(self, only_selected(self));
    free(ids);
}

static void move_to_group(console *self) {
    size_t count = 0;
    int64_t *ids = list_selection(self, &count);
    if (ids)
        move_ask(self, ids, count, -1);
}

static void test_run(console *self) {
    test_run_show(self, only_selected(self));
}

static void show_run(console *self) {
    run_window_show(self, only_selected(self));
}

typedef struct id_job {
    job head;
    int64_t id;
} id_job;

static void id_job_destroy(job *head) {
    free(head);
}

static void cancel_work(job *head, ns_store *store) {
    head->status = ns_run_request_cancel(store, ((id_job *)head)->id, &head->error);
}

static void forget_work(job *head, ns_store *store) {
    head->status = ns_machine_unpin(store, ((id_job *)head)->id, &head->error);
}

static void add_id_job(console *self, void (*work)(job *, ns_store *), int64_t id) {
    id_job *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = work, .done = tell_failure, .destroy = id_job_destroy, .window = self->window};
    item->id = id;
    jobs_add(self->jobs, &item->head);
}

static void cancel_run(console *self) {
    const int64_t id = only_selected(self);
    live_run *live = console_find_run(self, id);
    if (live)
        live_run_cancel(live);
    else
        add_id_job(self, cancel_work, id);
}

static void forget_certificate(console *self) {
    const int64_t id = only_selected(self);
    const ns_machine *machine = snapshot_machine(self->snapshot, id);
    WCHAR *name = ns_wide_from_utf8(machine ? machine->name : "");
    WCHAR question[WORDS_SIZE];
    words_format(question, IDS_ASK_FORGET, name ? name : L"");
    free(name);
    if (ask(self->window, question, IDS_FORGET, true))
        add_id_job(self, forget_work, id);
}

/* Asks with the session's own words: number, user, machine. */
static bool ask_about_session(console *self, UINT question, UINT action) {
    WCHAR *cells[3] = {0};
    WCHAR text[WORDS_SIZE] = {0};
    const int row = ListView_GetNextItem(self->list, -1, LVNI_SELECTED);
    const size_t columns[] = {PRESENT_SESSION_ID, PRESENT_SESSION_USER, PRESENT_SESSION_MACHINE};
    for (size_t i = 0; i < NS_COUNT_OF(columns) && row >= 0 && (size_t)row < self->row_count; i++) {
        char cell[PRESENT_CELL_SIZE];
        view_cell(self, self->rows[row], columns[i], cell);
        cells[i] = ns_wide_from_utf8(cell);
    }
    if (cells[0] && cells[1] && cells[2])
        words_format(text, question, cells[0], cells[1], cells[2]);
    for (size_t i = 0; i < NS_COUNT_OF(cells); i++)
        free(cells[i]);
    return text[0] && ask(self->window, text, action, true);
}

static void sign_out_session(console *self) {
    const int64_t id = only_selected(self);
    if (ask_about_session(self, IDS_ASK_SIGN_OUT, IDS_SIGN_OUT))
        test_run_sign_out(self, id);
}

static void forget_session_work(job *head, ns_store *store) {
    head->status = ns_session_forget_by_id(store, ((id_job *)head)->id, &head->error);
}

static void forget_session(console *self) {
    const int64_t id = only_selected(self);
    if (ask_about_session(self, IDS_ASK_FORGET_SESSION, IDS_TAKE_OFF))
        add_id_job(self, forget_session_work, id);
}

static void refresh(console *self) {
    jobs_refresh(self->jobs);
}

static void quit(console *self) {
    (void)PostMessageW(self->window, WM_CLOSE, 0, 0);
}

static void about(console *self) {
    WCHAR *version = ns_wide_from_utf8(NS_VERSION);
    WCHAR text[WORDS_SIZE];
    if (version) {
        words_format(text, IDS_ABOUT, version);
        (void)MessageBoxW(self->window, text, words(IDS_TITLE), MB_ICONINFORMATION);
    }
    free(version);
}

/* The machines of a group, or the rows shown. */
static int64_t *machines_meant(console *self, size_t *count) {
    const int64_t group = self->view == VIEW_GROUPS ? meant_group(self) : 0;
    const ns_fleet *fleet = &self->snapshot->fleet;
    const size_t most = group ? fleet->machine_count : self->row_count;
    int64_t *ids = calloc(most ? most : 1, sizeof *ids);
    *count = 0;
    for (size_t i = 0; ids && i < most; i++) {
        if (!group)
            ids[(*count)++] = list_id_at(self, (int)i);
        else if (fleet->machines[i].group_id == group)
            ids[(*count)++] = fleet->machines[i].id;
    }
    return ids;
}

static void preflight(console *self) {
    size_t count = 0;
    int64_t *ids =
        self->view != VIEW_GROUPS && !meant_group(self) && selected_count(self) > 0 ? list_selection(self, &count) : machines_meant(self, &count);
    if (ids)
        preflight_ask(self, ids, count);
}

static void cancel_preflight(console *self) {
    board_cancel(self->board);
}

static void show_checks(console *self) {
    checks_show(self, only_selected(self), -1);
}

static void show_screen(console *self) {
    screen_show(self, only_selected(self));
}

static void step_pane(console *self, int by) {
    HWND panes[] = {self->tree, self->filter, self->list};
    const int count = (int)NS_COUNT_OF(panes);
    int at = 0;
    for (int i = 0; i < count; i++)
        if (GetFocus() == panes[i])
            at = i;
    (void)SetFocus(panes[(at + by + count) % count]);
}

static void next_pane(console *self) {
    step_pane(self, 1);
}

static void previous_pane(console *self) {
    step_pane(self, -1);
}

static void undo_work(job *head, ns_store *store) {
    head->status = ns_activity_undo(store, ((id_job *)head)->id, &head->error);
}

/* What is taken back is named first: it may be somebody else's. */
static void undo(console *self) {
    const ns_activity *found = meant_activity(self);
    const int64_t id = found ? found->id : 0;
    char cells[3][PRESENT_CELL_SIZE];
    WCHAR *wide[3] = {0};
    WCHAR text[WORDS_SIZE] = {0};
    const int columns[] = {PRESENT_ACTIVITY_WHAT, PRESENT_ACTIVITY_SUBJECT, PRESENT_ACTIVITY_CHANGES};
    for (size_t i = 0; found && i < NS_COUNT_OF(columns); i++) {
        present_activity_cell(found, columns[i], words_utf8, words_local_time, cells[i]);
        wide[i] = ns_wide_from_utf8(cells[i]);
    }
    if (wide[0] && wide[1] && wide[2])
        words_format(text, IDS_ASK_UNDO, wide[0], wide[1], wide[2]);
    for (size_t i = 0; i < NS_COUNT_OF(wide); i++)
        free(wide[i]);
    if (text[0] && ask(self->window, text, IDS_UNDO, false))
        add_id_job(self, undo_work, id);
}

static void show_activity(console *self) {
    activity_show(self, only_selected(self));
}

static void rename_selected(console *self) {
    list_rename(self);
}

static void explain(console *self) {
    explain_show(self, "");
}

static void run_again(console *self) {
    test_run_again(self, only_selected(self));
}

static void copy_command(console *self) {
    const ns_run *run = snapshot_run(self->snapshot, only_selected(self));
    char *line = run ? run_command_line(self, run) : NULL;
    if (line)
        copy_text(self->window, line);
    free(line);
}

static void help(console *self) {
    help_open(self->window, view_get(self->view)->help);
}

static void keys(console *self) {
    help_open(self->window, IDS_HELP_KEYS);
}

static void select_all(console *self) {
    ListView_SetItemState(self->list, -1, LVIS_SELECTED, LVIS_SELECTED);
}

static const command commands[] = {
    {ID_MACHINE_ADD, has_store, add_machine},
    {ID_GROUP_ADD, has_store, add_group},
    {ID_CONNECTION_ADD, has_store, add_connection},
    {ID_FLOW_ADD, has_store, add_flow},
    {ID_IMPORT, has_store, transfer_import},
    {ID_EXPORT, has_store, transfer_export},
    {ID_RENAME, can_rename, rename_selected},
    {ID_REMOVE, can_remove, remove_selected},
    {ID_PROPERTIES, has_properties, properties},
    {ID_MOVE, can_move, move_to_group},
    {ID_UNDO, can_undo, undo},
    {ID_ACTIVITY_SHOW, one_activity, show_activity},
    {ID_COPY, has_rows, list_copy},
    {ID_FILTER, has_store, filter_focus},
    {ID_FILTERS, has_store, saved_filters_ask},
    {ID_FIND_NEXT, has_rows, list_next},
    {ID_PREFLIGHT, can_look, preflight},
    {ID_PREFLIGHT_CANCEL, is_looking, cancel_preflight},
    {ID_CHECKS, one_row_of_board, show_checks},
    {ID_SCREEN, one_machine, show_screen},
    {ID_TEST_RUN, one_machine, test_run},
    {ID_RUN_SHOW, one_run, show_run},
    {ID_RUN_AGAIN, can_run_again, run_again},
    {ID_RUN_COPY, one_run, copy_command},
    {ID_RUN_CANCEL, can_cancel, cancel_run},
    {ID_WALL, NULL, wall_show},
    {ID_SESSION_SIGN_OUT, one_session, sign_out_session},
    {ID_SESSION_FORGET, one_session, forget_session},
    {ID_FORGET_CERTIFICATE, one_machine, forget_certificate},
    {ID_REFRESH, has_store, refresh},
    {ID_COLUMNS, NULL, list_choose_columns},
    {ID_COLUMN_SETS, NULL, saved_columns_ask},
    {ID_COLUMNS_RESET, NULL, list_reset_columns},
    {ID_OPTIONS, NULL, options_show},
    {ID_EXPLAIN, NULL, explain},
    {ID_HELP, NULL, help},
    {ID_KEYS, NULL, keys},
    {ID_QUIT, NULL, quit},
    {ID_ABOUT, NULL, about},
    {ID_NEXT_PANE, NULL, next_pane},
    {ID_PREVIOUS_PANE, NULL, previous_pane},
    {ID_SELECT_ALL, has_all, select_all},
};

bool commands_are_enabled(console *self, int id) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++)
        if (commands[i].id == id)
            return !commands[i].enabled || commands[i].enabled(self);
    return false;
}

void commands_run(console *self, int id) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++)
        if (commands[i].id == id && commands_are_enabled(self, id))
            commands[i].run(self);
}

/* The toolbar is told only what changed: it paints itself anew each time. */
static void update_toolbar(console *self) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++) {
        const WPARAM id = (WPARAM)commands[i].id;
        bool enabled = false;
        if (SendMessageW(self->toolbar, TB_COMMANDTOINDEX, id, 0) < 0)
            continue;
        enabled = commands_are_enabled(self, commands[i].id);
        if ((SendMessageW(self->toolbar, TB_ISBUTTONENABLED, id, 0) != 0) != enabled)
            (void)SendMessageW(self->toolbar, TB_ENABLEBUTTON, id, MAKELPARAM(enabled, 0));
    }
}

void commands_update(console *self, HMENU menu) {
    if (!menu) {
        update_toolbar(self);
        return;
    }
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++)
        (void)EnableMenuItem(menu, (UINT)commands[i].id,
                             (UINT)(MF_BYCOMMAND | (commands_are_enabled(self, commands[i].id) ? MF_ENABLED : MF_GRAYED)));
}

/* Over the header, the columns; over a group in the tree, the group's; else the view's. */
static WORD menu_for(const console *self, HWND from, int x, int y) {
    RECT header;
    (void)GetWindowRect(ListView_GetHeader(self->list), &header);
    if (from == self->list && PtInRect(&header, (POINT){x, y}))
        return IDR_CONTEXT_HEADER;
    return from == self->tree ? IDR_CONTEXT_GROUP : view_get(self->view)->menu;
}

void commands_context_menu(console *self, HWND from, int x, int y) {
    HMENU loaded = NULL;
    if (from == self->tree)
        tree_select_for_menu(self, &x, &y);
    loaded = words_menu(menu_for(self, from, x, y));
    if (x == -1 && y == -1) { /* from the keyboard: at the focused row */
        RECT place = {0};
        int row = ListView_GetNextItem(self->list, -1, LVNI_FOCUSED);
        POINT at = {0, 0};
        if (from == self->list && row >= 0 && ListView_GetItemRect(self->list, row, &place, LVIR_LABEL))
            at = (POINT){place.left, place.bottom};
        (void)ClientToScreen(from, &at);
        x = at.x;
        y = at.y;
    }
    if (loaded) {
        HMENU popup = GetSubMenu(loaded, 0);
        commands_update(self, popup);
        theme_dress_menu(loaded);
        (void)TrackPopupMenu(popup, TPM_RIGHTBUTTON, x, y, 0, self->window, NULL);
        theme_undress_menu(loaded);
        (void)DestroyMenu(loaded);
    }
}
