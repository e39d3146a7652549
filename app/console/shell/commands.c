/* One table of commands feeds menu, toolbar, context menu and accelerators: when each may run, and what it does. */
#include "console/shell/console.h"

#include <stdlib.h>

#include "common/version.h"
#include "console/ui/theme_menu.h"
#include "console/windows/windows.h"
#include "store/queue.h"

/* What a command does is one of these: about the console, with a window, with a window about the one selected row, or to the list. */
typedef struct command {
    int id;
    bool (*enabled)(const console *self); /* NULL: always */
    void (*run)(console *self);
    void (*of_app)(const app *self);
    void (*of_row)(const app *self, int64_t id);
    void (*of_list)(list *self);
} command;

/* What commands look at. */
static bool has_store(const console *self) {
    return self->snapshot != NULL;
}

static bool has_all(const console *self) {
    return self->snapshot && !self->snapshot->partial;
}

static bool has_rows(const console *self) {
    return self->snapshot && list_rows(self->list)->count > 0;
}

static bool shows(const console *self, view_things things) {
    return self->snapshot && self->view->things == things;
}

static bool has_one(const console *self, view_things things) {
    return shows(self, things) && list_selected_count(self->list) == 1;
}

static bool can_rename(const console *self) {
    return self->snapshot && self->view->rows.can_rename && !console_tree_has_focus(self) && list_selected_count(self->list) == 1;
}

static bool can_remove(const console *self) {
    return self->snapshot && self->view->remove &&
           (console_meant_group(self) || (!console_tree_has_focus(self) && list_selected_count(self->list) > 0));
}

static bool some_machines(const console *self) {
    return shows(self, THINGS_MACHINES) && list_selected_count(self->list) > 0 && !console_tree_has_focus(self);
}

static bool one_machine(const console *self) {
    return has_one(self, THINGS_MACHINES);
}

static bool has_properties(const console *self) {
    if (!self->snapshot)
        return false;
    return console_meant_group(self) || some_machines(self) || has_one(self, THINGS_CONNECTIONS) || has_one(self, THINGS_FLOWS);
}

static bool can_move(const console *self) {
    return self->view->has_groups && some_machines(self);
}

static bool is_looking(const console *self) {
    return board_is_running(self->app.board, NULL, NULL);
}

/* With none selected, all machines that are shown are meant. */
static bool can_look(const console *self) {
    if (!has_all(self) || is_looking(self))
        return false;
    return shows(self, THINGS_GROUPS) ? console_meant_group(self) != 0 : shows(self, THINGS_MACHINES) && list_rows(self->list)->count > 0;
}

static bool one_row_of_board(const console *self) {
    return self->view->is_preflight && one_machine(self);
}

static bool one_run(const console *self) {
    return has_one(self, THINGS_RUNS);
}

static bool one_session(const console *self) {
    return has_one(self, THINGS_SESSIONS);
}

static bool one_activity(const console *self) {
    return has_one(self, THINGS_ACTIVITY);
}

static const ns_run *selected_run(const console *self) {
    return one_run(self) ? snapshot_run(self->snapshot, console_only_selected(self)) : NULL;
}

static bool can_run_again(const console *self) {
    const ns_run *run = selected_run(self);
    return run && run->flow_id && (run->machine_id || run->group_id) && run->connection_id;
}

static bool can_cancel(const console *self) {
    const ns_run *run = selected_run(self);
    return run && !ns_run_state_is_final(run->state);
}

static bool is_queued(const console *self) {
    const ns_run *run = selected_run(self);
    return run && run->state == NS_RUN_QUEUED;
}

/* The one that is selected, or the only one that there is. */
static int64_t meant_machine(const console *self) {
    if (one_machine(self))
        return console_only_selected(self);
    return self->snapshot && self->snapshot->fleet.machine_count == 1 ? self->snapshot->fleet.machines[0].id : 0;
}

/* A group that is meant, or one machine. */
static bool can_test(const console *self) {
    return has_all(self) && (console_meant_group(self) != 0 || meant_machine(self) != 0);
}

static bool can_undo(const console *self) {
    const ns_activity *found = question_meant_activity(self);
    return found && ns_activity_is_undoable(found);
}

/* What commands do. */
static void add_machine(console *self) {
    form_machine(&self->app, self->data.group_id);
}

static void add_connection(console *self) {
    form_connection(&self->app, 0);
}

static void add_flow(console *self) {
    form_flow(&self->app, 0);
}

static void properties(console *self) {
    const int64_t group = console_meant_group(self);
    size_t count = 0;
    int64_t *ids = group ? NULL : list_selection(self->list, &count);
    if (group || self->view->things == THINGS_MACHINES)
        sheet_show(&self->app, ids, count, group);
    else if (self->view->things == THINGS_CONNECTIONS)
        form_connection(&self->app, console_only_selected(self));
    else
        form_flow(&self->app, console_only_selected(self));
    free(ids);
}

static void move_to_group(console *self) {
    size_t count = 0;
    int64_t *ids = list_selection(self->list, &count);
    if (ids)
        move_show(&self->app, ids, count, -1);
}

static void focus_filter(console *self) {
    filter_focus(self->filter);
}

static void choose_filter(console *self) {
    WCHAR present[OPTION_SIZE];
    WCHAR chosen[OPTION_SIZE];
    (void)GetWindowTextW(filter_window(self->filter), present, OPTION_SIZE);
    if (!saved_filters(self->app.window, &self->view->rows, present, chosen))
        return;
    filter_set(self->filter, chosen);
    (void)SetFocus(list_window(self->list));
}

static void preflight(console *self) {
    size_t count = 0;
    int64_t *ids = console_meant_machines(self, &count);
    if (ids && preflight_show(&self->app, ids, count))
        tree_choose(self->tree, view_of_preflight());
}

static void cancel_preflight(console *self) {
    board_cancel(self->app.board);
}

static void show_checks(console *self) {
    checks_show(&self->app, console_only_selected(self), -1);
}

static void copy_command(console *self) {
    const ns_run *run = selected_run(self);
    char *line = run ? run_command_line(&self->app, run) : NULL;
    if (line)
        copy_text(self->app.window, line);
    free(line);
}

static void cancel_run(console *self) {
    const thing_caller by = console_caller(self);
    const int64_t id = console_only_selected(self);
    live_run *live = runs_find(self->app.runs, id);
    if (live)
        live_run_cancel(live);
    else
        thing_do(&by, ns_run_request_cancel, id);
}

static bool can_trust(const console *self) {
    return has_all(self) && (console_meant_group(self) != 0 || some_machines(self));
}

static void trust(console *self) {
    size_t count = 0;
    int64_t *ids = console_meant_machines(self, &count);
    if (ids)
        trust_show(&self->app, ids, count);
}

static void test_run(console *self) {
    const int64_t group = console_meant_group(self);
    test_run_show(&self->app, group ? 0 : meant_machine(self), group);
}

static ns_status move_to_top(ns_store *store, int64_t id, ns_error *error) {
    return ns_queue_move(store, id, true, error);
}

static ns_status move_back(ns_store *store, int64_t id, ns_error *error) {
    return ns_queue_move(store, id, false, error);
}

static ns_status make_high(ns_store *store, int64_t id, ns_error *error) {
    return ns_queue_prioritise(store, id, true, error);
}

static ns_status make_normal(ns_store *store, int64_t id, ns_error *error) {
    return ns_queue_prioritise(store, id, false, error);
}

static void queue_do(console *self, ns_status (*what)(ns_store *store, int64_t id, ns_error *error)) {
    const thing_caller by = console_caller(self);
    thing_do(&by, what, console_only_selected(self));
}

static void queue_top(console *self) {
    queue_do(self, move_to_top);
}

static void queue_back(console *self) {
    queue_do(self, move_back);
}

static void queue_high(console *self) {
    queue_do(self, make_high);
}

static void queue_normal(console *self) {
    queue_do(self, make_normal);
}

static void refresh(console *self) {
    jobs_refresh(self->app.jobs);
}

static void choose_column_set(console *self) {
    WCHAR chosen[OPTION_SIZE];
    if (saved_columns(self->app.window, &self->view->rows, chosen))
        list_use_columns(self->list, chosen);
}

/* Menus, columns and whatever is open are in the language of before. */
static void use_language(console *self, words_language language) {
    const bool starting = self->start != NULL;
    words_use(language);
    dialogs_close_all();
    self->start = NULL;
    tree_clear(self->tree);
    bars_use_menu(self);
    bars_use_words(self);
    tree_fill(self->tree, self->snapshot, self->view, self->data.group_id);
    console_show_view(self, self->view, self->data.group_id);
    if (starting)
        bars_show_start(self, true);
    jobs_refresh(self->app.jobs); /* the index is of words too */
}

static void options(console *self) {
    if (!options_show(&self->app))
        return;
    wall_changed();
    console_use_worker(self);
    if (words_wanted() != words_current())
        use_language(self, words_wanted());
}

static void start(console *self) {
    bars_show_start(self, self->start == NULL);
    (void)SetFocus(self->start ? GetNextDlgTabItem(self->start, NULL, FALSE) : list_window(self->list));
}

static bool can_prepare(const console *self) {
    return meant_machine(self) != 0;
}

static void prepare(console *self) {
    prepare_show(&self->app, meant_machine(self));
}

static void help(console *self) {
    help_open(self->app.window, self->view->help);
}

static void keys(console *self) {
    help_open(self->app.window, IDS_HELP_KEYS);
}

static void quit(console *self) {
    (void)PostMessageW(self->app.window, WM_CLOSE, 0, 0);
}

static void about(console *self) {
    WCHAR text[WORDS_SIZE];
    words_insert(text, IDS_ABOUT, NS_VERSION, NULL, NULL, NULL);
    (void)MessageBoxW(self->app.window, text, words(IDS_TITLE), MB_ICONINFORMATION);
}

static void step_pane(const console *self, int by) {
    HWND start = self->start ? GetNextDlgTabItem(self->start, NULL, FALSE) : NULL;
    HWND panes[] = {tree_window(self->tree), filter_window(self->filter), list_window(self->list), start};
    const int count = (int)NS_COUNT_OF(panes) - !start;
    int at = 0;
    for (int i = 0; i < count; i++)
        if (GetFocus() == panes[i] || (panes[i] == start && start && IsChild(self->start, GetFocus())))
            at = i;
    (void)SetFocus(panes[(at + by + count) % count]);
}

static void next_pane(console *self) {
    step_pane(self, 1);
}

static void previous_pane(console *self) {
    step_pane(self, -1);
}

static void select_all(console *self) {
    ListView_SetItemState(list_window(self->list), -1, LVIS_SELECTED, LVIS_SELECTED);
}

static const command commands[] = {
    {ID_MACHINE_ADD, has_store, .run = add_machine},
    {ID_GROUP_ADD, has_store, .of_app = form_group},
    {ID_CONNECTION_ADD, has_store, .run = add_connection},
    {ID_FLOW_ADD, has_store, .run = add_flow},
    {ID_IMPORT, has_store, .of_app = transfer_import},
    {ID_EXPORT, has_store, .of_app = transfer_export},
    {ID_RENAME, can_rename, .of_list = list_rename},
    {ID_REMOVE, can_remove, .run = question_remove},
    {ID_PROPERTIES, has_properties, .run = properties},
    {ID_MOVE, can_move, .run = move_to_group},
    {ID_UNDO, can_undo, .run = question_undo},
    {ID_ACTIVITY_SHOW, one_activity, .of_row = activity_show},
    {ID_COPY, has_rows, .of_list = list_copy},
    {ID_FILTER, has_store, .run = focus_filter},
    {ID_FILTERS, has_store, .run = choose_filter},
    {ID_FIND_NEXT, has_rows, .of_list = list_next},
    {ID_PREFLIGHT, can_look, .run = preflight},
    {ID_PREFLIGHT_CANCEL, is_looking, .run = cancel_preflight},
    {ID_CHECKS, one_row_of_board, .run = show_checks},
    {ID_SCREEN, one_machine, .of_row = screen_show},
    {ID_TEST_RUN, can_test, .run = test_run},
    {ID_RUN_SHOW, one_run, .of_row = run_window_show},
    {ID_RUN_AGAIN, can_run_again, .of_row = test_run_again},
    {ID_RUN_COPY, one_run, .run = copy_command},
    {ID_RUN_CANCEL, can_cancel, .run = cancel_run},
    {ID_QUEUE_TOP, is_queued, .run = queue_top},
    {ID_QUEUE_BACK, is_queued, .run = queue_back},
    {ID_QUEUE_HIGH, is_queued, .run = queue_high},
    {ID_QUEUE_NORMAL, is_queued, .run = queue_normal},
    {ID_WALL, NULL, .of_app = wall_show},
    {ID_SESSION_SIGN_OUT, one_session, .run = question_sign_out},
    {ID_SESSION_FORGET, one_session, .run = question_forget_session},
    {ID_TRUST, can_trust, .run = trust},
    {ID_REFRESH, has_store, .run = refresh},
    {ID_COLUMNS, NULL, .of_list = list_choose_columns},
    {ID_COLUMN_SETS, NULL, .run = choose_column_set},
    {ID_COLUMNS_RESET, NULL, .of_list = list_reset_columns},
    {ID_PREPARE, can_prepare, .run = prepare},
    {ID_OPTIONS, NULL, .run = options},
    {ID_EXPLAIN, NULL, .of_app = explain_show},
    {ID_START, has_store, .run = start},
    {ID_HELP, NULL, .run = help},
    {ID_KEYS, NULL, .run = keys},
    {ID_QUIT, NULL, .run = quit},
    {ID_ABOUT, NULL, .run = about},
    {ID_NEXT_PANE, NULL, .run = next_pane},
    {ID_PREVIOUS_PANE, NULL, .run = previous_pane},
    {ID_SELECT_ALL, has_all, .run = select_all},
};

static bool is_enabled(const console *self, int id) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++)
        if (commands[i].id == id)
            return !commands[i].enabled || commands[i].enabled(self);
    return false;
}

static void carry_out(console *self, const command *of) {
    if (of->of_app)
        of->of_app(&self->app);
    else if (of->of_row)
        of->of_row(&self->app, console_only_selected(self));
    else if (of->of_list)
        of->of_list(self->list);
    else
        of->run(self);
}

bool commands_run(console *self, int id) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++) {
        if (commands[i].id != id || !is_enabled(self, id))
            continue;
        carry_out(self, &commands[i]);
        return true;
    }
    return false;
}

/* The toolbar is told only what changed: it paints itself anew each time. */
static void update_toolbar(const console *self) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++) {
        const WPARAM id = (WPARAM)commands[i].id;
        bool enabled = false;
        if (SendMessageW(self->toolbar, TB_COMMANDTOINDEX, id, 0) < 0)
            continue;
        enabled = is_enabled(self, commands[i].id);
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
        (void)EnableMenuItem(menu, (UINT)commands[i].id, (UINT)(MF_BYCOMMAND | (is_enabled(self, commands[i].id) ? MF_ENABLED : MF_GRAYED)));
}

/* Over the header, the columns; over a group in the tree, the group's; else the view's. */
static WORD menu_for(const console *self, HWND from, int x, int y) {
    RECT header;
    (void)GetWindowRect(ListView_GetHeader(list_window(self->list)), &header);
    if (from == list_window(self->list) && PtInRect(&header, (POINT){x, y}))
        return IDR_CONTEXT_HEADER;
    return from == tree_window(self->tree) ? IDR_CONTEXT_GROUP : (WORD)self->view->menu;
}

void commands_context_menu(console *self, HWND from, int x, int y) {
    HMENU loaded = NULL;
    if (from == tree_window(self->tree))
        tree_select_for_menu(self->tree, &x, &y);
    loaded = words_menu(menu_for(self, from, x, y));
    if (x == -1 && y == -1) { /* from the keyboard: at the focused row */
        RECT place = {0};
        int row = ListView_GetNextItem(list_window(self->list), -1, LVNI_FOCUSED);
        POINT at = {0, 0};
        if (from == list_window(self->list) && row >= 0 && ListView_GetItemRect(list_window(self->list), row, &place, LVIR_LABEL))
            at = (POINT){place.left, place.bottom};
        (void)ClientToScreen(from, &at);
        x = at.x;
        y = at.y;
    }
    if (loaded) {
        HMENU popup = GetSubMenu(loaded, 0);
        commands_update(self, popup);
        theme_dress_menu(loaded);
        (void)TrackPopupMenu(popup, TPM_RIGHTBUTTON, x, y, 0, self->app.window, NULL);
        theme_undress_menu(loaded);
        (void)DestroyMenu(loaded);
    }
}
