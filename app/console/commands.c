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

/* A group is meant when the tree has the focus, or when no machine of it is selected. */
static bool group_is_meant(const console *self) {
    return self->view == VIEW_MACHINES && self->group_id && (tree_has_focus(self) || selected_count(self) == 0);
}

static bool has_store(console *self) {
    return self->snapshot != NULL;
}

static bool can_edit(console *self) {
    if (!self->snapshot || self->view == VIEW_RUNS || self->view == VIEW_SESSIONS || self->view == VIEW_PREFLIGHT)
        return false;
    return group_is_meant(self) || (!tree_has_focus(self) && selected_count(self) == 1);
}

static bool can_remove(console *self) {
    if (!self->snapshot || self->view == VIEW_RUNS || self->view == VIEW_SESSIONS || self->view == VIEW_PREFLIGHT)
        return false;
    return group_is_meant(self) || (!tree_has_focus(self) && selected_count(self) > 0);
}

static bool one_machine(console *self) {
    return self->snapshot && (self->view == VIEW_MACHINES || self->view == VIEW_PREFLIGHT) && selected_count(self) == 1;
}

static bool can_set(console *self) {
    return (self->snapshot && group_is_meant(self)) || one_machine(self);
}

/* The rows of the preflight board and of the machines are machines; with none selected, all that are shown. */
static bool can_look(console *self) {
    return self->snapshot && (self->view == VIEW_MACHINES || self->view == VIEW_PREFLIGHT) && self->row_count > 0 &&
           !board_is_running(self->board, NULL, NULL);
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

static bool one_session(console *self) {
    return self->snapshot && self->view == VIEW_SESSIONS && selected_count(self) == 1;
}

static bool can_cancel(console *self) {
    const int64_t id = one_run(self) ? only_selected(self) : 0;
    for (size_t i = 0; id && i < self->snapshot->runs.count; i++)
        if (self->snapshot->runs.items[i].id == id)
            return !ns_run_state_is_final(self->snapshot->runs.items[i].state);
    return false;
}

/* What commands do. */
static void add_machine(console *self) {
    form_machine(self, 0);
}

static void add_group(console *self) {
    form_group(self, 0);
}

static void add_connection(console *self) {
    form_connection(self, 0);
}

static void add_flow(console *self) {
    form_flow(self, 0);
}

static void edit(console *self) {
    const int64_t id = only_selected(self);
    if (group_is_meant(self))
        form_group(self, self->group_id);
    else if (self->view == VIEW_MACHINES)
        form_machine(self, id);
    else if (self->view == VIEW_CONNECTIONS)
        form_connection(self, id);
    else
        form_flow(self, id);
}

typedef struct removal {
    job head;
    view_kind view;
    int64_t group_id;
    int64_t *ids;
    size_t count;
    console *console;
} removal;

static void remove_work(job *head, ns_store *store) {
    removal *self = (removal *)head;
    if (self->group_id)
        head->status = ns_group_remove(store, self->group_id, &head->error);
    for (size_t i = 0; !self->group_id && i < self->count && head->status == NS_OK; i++) {
        if (self->view == VIEW_MACHINES)
            head->status = ns_machine_remove(store, self->ids[i], &head->error);
        else if (self->view == VIEW_CONNECTIONS)
            head->status = ns_connection_remove(store, self->ids[i], &head->error);
        else
            head->status = ns_flow_remove(store, self->ids[i], &head->error);
    }
}

static void removal_destroy(job *head) {
    free(((removal *)head)->ids);
    free(head);
}

static void tell_failure(job *head) {
    if (head->status != NS_OK)
        console_show_error(head->window, &head->error);
}

static void name_of_selection(const console *self, WCHAR *out, size_t count) {
    int row = ListView_GetNextItem(self->list, -1, LVNI_SELECTED);
    const ns_group *group = snapshot_group(self->snapshot, self->group_id);
    out[0] = 0;
    if (group_is_meant(self) && group) {
        WCHAR *name = ns_wide_from_utf8(group->name);
        if (name)
            (void)lstrcpynW(out, name, (int)count);
        free(name);
    } else {
        ListView_GetItemText(self->list, row, 0, out, (int)count);
    }
}

/* What is to be removed is settled before the question: while it is asked, the list may change underneath. */
static void remove_selected(console *self) {
    WCHAR name[256];
    WCHAR question[WORDS_SIZE];
    removal *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = remove_work, .done = tell_failure, .destroy = removal_destroy, .window = self->window};
    item->view = self->view;
    item->group_id = group_is_meant(self) ? self->group_id : 0;
    item->ids = list_selection(self, &item->count);
    name_of_selection(self, name, NS_COUNT_OF(name));
    if (item->count > 1 && !item->group_id)
        words_format(question, IDS_ASK_REMOVE_MANY, (int)item->count);
    else
        words_format(question, IDS_ASK_REMOVE, name);
    if (MessageBoxW(self->window, question, words(IDS_TITLE), MB_YESNO | MB_ICONQUESTION) == IDYES)
        jobs_add(self->jobs, &item->head);
    else
        removal_destroy(&item->head);
}

static void settings(console *self) {
    if (group_is_meant(self))
        settings_show(self, 0, self->group_id);
    else
        settings_show(self, only_selected(self), 0);
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
    WCHAR name[256];
    WCHAR question[WORDS_SIZE];
    const int64_t id = only_selected(self);
    name_of_selection(self, name, NS_COUNT_OF(name));
    words_format(question, IDS_ASK_FORGET, name);
    if (MessageBoxW(self->window, question, words(IDS_TITLE), MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2) == IDYES)
        add_id_job(self, forget_work, id);
}

/* Asks with the session's own words: number, user, machine. */
static bool ask_about_session(console *self, UINT question) {
    WCHAR cells[3][256];
    WCHAR text[WORDS_SIZE];
    const int row = ListView_GetNextItem(self->list, -1, LVNI_SELECTED);
    const int columns[] = {PRESENT_SESSION_ID, PRESENT_SESSION_USER, PRESENT_SESSION_MACHINE};
    for (size_t i = 0; i < NS_COUNT_OF(columns); i++)
        ListView_GetItemText(self->list, row, columns[i], cells[i], (int)NS_COUNT_OF(cells[i]));
    words_format(text, question, cells[0], cells[1], cells[2]);
    return MessageBoxW(self->window, text, words(IDS_TITLE), MB_YESNO | MB_ICONQUESTION | MB_DEFBUTTON2) == IDYES;
}

static void sign_out_session(console *self) {
    const int64_t id = only_selected(self);
    if (ask_about_session(self, IDS_ASK_SIGN_OUT))
        test_run_sign_out(self, id);
}

static void forget_session_work(job *head, ns_store *store) {
    head->status = ns_session_forget_by_id(store, ((id_job *)head)->id, &head->error);
}

static void forget_session(console *self) {
    const int64_t id = only_selected(self);
    if (ask_about_session(self, IDS_ASK_FORGET_SESSION))
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

static void preflight(console *self) {
    size_t count = 0;
    int64_t *ids = NULL;
    if (!group_is_meant(self) && selected_count(self) > 0) {
        ids = list_selection(self, &count);
    } else {
        ids = calloc(self->row_count ? self->row_count : 1, sizeof *ids);
        for (size_t i = 0; ids && i < self->row_count; i++)
            ids[count++] = list_id_at(self, (int)i);
    }
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

static void next_pane(console *self) {
    (void)SetFocus(tree_has_focus(self) ? self->list : self->tree);
}

static void select_all(console *self) {
    ListView_SetItemState(self->list, -1, LVIS_SELECTED, LVIS_SELECTED);
}

static const command commands[] = {
    {ID_MACHINE_ADD, has_store, add_machine},
    {ID_GROUP_ADD, has_store, add_group},
    {ID_CONNECTION_ADD, has_store, add_connection},
    {ID_FLOW_ADD, has_store, add_flow},
    {ID_EDIT, can_edit, edit},
    {ID_REMOVE, can_remove, remove_selected},
    {ID_SETTINGS, can_set, settings},
    {ID_PREFLIGHT, can_look, preflight},
    {ID_PREFLIGHT_CANCEL, is_looking, cancel_preflight},
    {ID_CHECKS, one_row_of_board, show_checks},
    {ID_SCREEN, one_machine, show_screen},
    {ID_TEST_RUN, one_machine, test_run},
    {ID_RUN_SHOW, one_run, show_run},
    {ID_RUN_CANCEL, can_cancel, cancel_run},
    {ID_SESSION_SIGN_OUT, one_session, sign_out_session},
    {ID_SESSION_FORGET, one_session, forget_session},
    {ID_FORGET_CERTIFICATE, one_machine, forget_certificate},
    {ID_REFRESH, has_store, refresh},
    {ID_QUIT, NULL, quit},
    {ID_ABOUT, NULL, about},
    {ID_NEXT_PANE, NULL, next_pane},
    {ID_SELECT_ALL, has_store, select_all},
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

void commands_update(console *self, HMENU menu) {
    for (size_t i = 0; i < NS_COUNT_OF(commands); i++) {
        bool enabled = commands_are_enabled(self, commands[i].id);
        if (menu)
            (void)EnableMenuItem(menu, (UINT)commands[i].id, (UINT)(MF_BYCOMMAND | (enabled ? MF_ENABLED : MF_GRAYED)));
        else
            (void)SendMessageW(self->toolbar, TB_ENABLEBUTTON, (WPARAM)commands[i].id, MAKELPARAM(enabled, 0));
    }
}

void commands_context_menu(console *self, HWND from, int x, int y) {
    static const WORD menus[] = {IDR_CONTEXT_MACHINE, IDR_CONTEXT_PREFLIGHT, IDR_CONTEXT_RUN,
                                 IDR_CONTEXT_SESSION, IDR_CONTEXT_OTHER,     IDR_CONTEXT_OTHER};
    WORD which = from == self->tree ? IDR_CONTEXT_GROUP : menus[self->view];
    HMENU loaded = LoadMenuW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(which));
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
        (void)TrackPopupMenu(popup, TPM_RIGHTBUTTON, x, y, 0, self->window, NULL);
        (void)DestroyMenu(loaded);
    }
}
