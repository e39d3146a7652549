/* Removing what is selected, after a question that names it. What is to be removed is settled before the question: while it is
 * asked, the list may change underneath. */
#include "console/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

enum { NAMES_SHOWN = 5, NAMES_SIZE = 1000 };

typedef struct removal {
    job head;
    view_kind view;
    int64_t *ids;
    size_t count;
} removal;

static void work(job *head, ns_store *store) {
    removal *self = (removal *)head;
    if (self->view == VIEW_MACHINES)
        head->status = ns_machines_remove(store, self->ids, self->count, &head->error);
    else if (self->view == VIEW_CONNECTIONS)
        head->status = ns_connections_remove(store, self->ids, self->count, &head->error);
    else if (self->view == VIEW_FLOWS)
        head->status = ns_flows_remove(store, self->ids, self->count, &head->error);
    else
        head->status = ns_groups_remove(store, self->ids, self->count, &head->error);
}

static void done(job *head) {
    if (head->status != NS_OK)
        console_show_error(head->window, &head->error);
}

static void destroy(job *head) {
    free(((removal *)head)->ids);
    free(head);
}

/* "fin-1, fin-2, fin-3 …": the first of what is selected, by name. */
static void append_names(const console *self, ns_text *names) {
    size_t named = 0;
    for (int row = -1; (row = ListView_GetNextItem(self->list, row, LVNI_SELECTED)) >= 0 && (size_t)row < self->row_count;) {
        char cell[PRESENT_CELL_SIZE];
        if (named++ == NAMES_SHOWN) {
            (void)ns_text_append_string(names, " \xE2\x80\xA6");
            return;
        }
        view_cell(self, self->rows[row], 0, cell);
        (void)ns_text_appendf(names, "%s%.150s", named > 1 ? ", " : "", cell);
    }
}

static bool is_confirmed(const console *self, const removal *item, const ns_group *group) {
    ns_text names;
    WCHAR *wide = NULL;
    WCHAR question[WORDS_SIZE];
    ns_text_init(&names, NAMES_SIZE);
    if (group)
        (void)ns_text_append_string(&names, group->name);
    else
        append_names(self, &names);
    wide = ns_wide_from_utf8(ns_text_string(&names));
    ns_text_clear(&names);
    if (item->count > 1)
        words_format(question, IDS_ASK_REMOVE_MANY, (int)item->count, wide ? wide : L"");
    else
        words_format(question, IDS_ASK_REMOVE, wide ? wide : L"");
    free(wide);
    return ask(self->window, question, IDS_REMOVE, false);
}

void remove_ask(console *self, int64_t group_id) {
    const ns_group *group = snapshot_group(self->snapshot, group_id);
    removal *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = work, .done = done, .destroy = destroy, .window = self->window};
    item->view = group ? VIEW_GROUPS : self->view;
    item->ids = group ? calloc(1, sizeof *item->ids) : list_selection(self, &item->count);
    if (group && item->ids) {
        item->ids[0] = group_id;
        item->count = 1;
    }
    if (item->ids && is_confirmed(self, item, group))
        jobs_add(self->jobs, &item->head);
    else
        destroy(&item->head);
}
