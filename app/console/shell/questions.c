#include "console/shell/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/windows/windows.h"

enum { NAMES_SHOWN = 5, NAMES_SIZE = 1000, CELLS = 3 };

thing_caller console_caller(const console *self) {
    return (thing_caller){self->app.jobs, self->app.window, message_error};
}

static bool confirm(const console *self, unsigned question, const char *const cells[CELLS], unsigned action, bool careful) {
    WCHAR text[WORDS_SIZE];
    words_insert(text, question, cells[0], cells[1], cells[2], NULL);
    return text[0] && message_confirm(self->app.window, text, action, careful);
}

/* "fin-1, fin-2, fin-3 …": the first of what is selected, by name. */
static void append_names(const console *self, ns_text *names) {
    size_t named = 0;
    for (int row = -1; (row = ListView_GetNextItem(list_window(self->list), row, LVNI_SELECTED)) >= 0;) {
        char cell[CELL_SIZE];
        if (named++ == NAMES_SHOWN) {
            (void)ns_text_append_string(names, " \xE2\x80\xA6");
            return;
        }
        console_cell(self, (size_t)row, 0, cell);
        (void)ns_text_appendf(names, "%s%.150s", named > 1 ? ", " : "", cell);
    }
}

static bool may_remove(const console *self, size_t count, const ns_group *group) {
    ns_text names;
    char number[24];
    WCHAR question[WORDS_SIZE];
    ns_text_init(&names, NAMES_SIZE);
    if (group)
        (void)ns_text_append_string(&names, group->name);
    else
        append_names(self, &names);
    (void)snprintf(number, sizeof number, "%zu", count);
    if (count > 1)
        words_insert(question, IDS_ASK_REMOVE_MANY, number, ns_text_string(&names), NULL, NULL);
    else
        words_insert(question, IDS_ASK_REMOVE, ns_text_string(&names), NULL, NULL, NULL);
    ns_text_clear(&names);
    return message_confirm(self->app.window, question, IDS_REMOVE, false);
}

void question_remove(console *self) {
    const thing_caller by = console_caller(self);
    const ns_group *group = snapshot_group(self->snapshot, console_meant_group(self));
    ns_status (*remove_all)(ns_store *, const int64_t *, size_t, ns_error *) = group ? ns_groups_remove : self->view->remove;
    size_t count = 1;
    int64_t *ids = group ? calloc(1, sizeof *ids) : list_selection(self->list, &count);
    if (ids && group)
        ids[0] = group->id;
    if (ids && may_remove(self, count, group))
        things_do(&by, remove_all, ids, count);
    else
        free(ids);
}

/* With the session's own words: number, user, machine. */
static bool confirm_session(const console *self, unsigned question, unsigned action) {
    const int row = ListView_GetNextItem(list_window(self->list), -1, LVNI_SELECTED);
    char cells[CELLS][CELL_SIZE];
    if (row < 0)
        return false;
    console_cell(self, (size_t)row, SESSION_ID, cells[0]);
    console_cell(self, (size_t)row, SESSION_USER, cells[1]);
    console_cell(self, (size_t)row, SESSION_MACHINE, cells[2]);
    return confirm(self, question, (const char *const[CELLS]){cells[0], cells[1], cells[2]}, action, true);
}

void question_sign_out(console *self) {
    const int64_t id = console_only_selected(self);
    if (confirm_session(self, IDS_ASK_SIGN_OUT, IDS_SIGN_OUT))
        test_run_sign_out(&self->app, id);
}

void question_forget_session(console *self) {
    const thing_caller by = console_caller(self);
    const int64_t id = console_only_selected(self);
    if (confirm_session(self, IDS_ASK_FORGET_SESSION, IDS_TAKE_OFF))
        thing_do(&by, ns_session_forget_by_id, id);
}

const ns_activity *question_meant_activity(const console *self) {
    const ns_activity_list *changes = self->snapshot ? &self->snapshot->activity : NULL;
    if (changes && self->view->things == THINGS_ACTIVITY && list_selected_count(self->list) == 1)
        return snapshot_activity(self->snapshot, console_only_selected(self));
    for (size_t i = 0; changes && i < changes->count; i++)
        if (ns_activity_is_undoable(&changes->items[i]) && strcmp(changes->items[i].verb, "undo") != 0)
            return &changes->items[i];
    return NULL;
}

/* What is taken back is named first: it may be somebody else's. */
void question_undo(console *self) {
    const thing_caller by = console_caller(self);
    const ns_activity *found = question_meant_activity(self);
    const int64_t id = found ? found->id : 0;
    char cells[CELLS][CELL_SIZE];
    if (!found)
        return;
    view_activity_cell(found, ACTIVITY_WHAT, cells[0]);
    view_activity_cell(found, ACTIVITY_SUBJECT, cells[1]);
    view_activity_cell(found, ACTIVITY_CHANGES, cells[2]);
    if (confirm(self, IDS_ASK_UNDO, (const char *const[CELLS]){cells[0], cells[1], cells[2]}, IDS_UNDO, false))
        thing_do(&by, ns_activity_undo, id);
}
