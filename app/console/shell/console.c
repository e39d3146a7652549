#include "console/shell/console.h"

#include <stdlib.h>

#include "console/ui/names.h"
#include "console/ui/options.h"
#include "console/windows/windows.h"

void console_show_view(console *self, const view *shown, int64_t group_id) {
    self->view = shown;
    self->data.group_id = group_id;
    options_set_integer(NAME_VIEW, (int)view_number(shown));
    options_set_integer(NAME_GROUP, (int)group_id);
    options_set_integer(NAME_GROUP_STORE, self->store_number);
    filter_show(self->filter, view_number(shown));
    if (shown->is_preflight && self->snapshot)
        self->data.board = board_rows(self->app.board, self->snapshot, &self->data.board_count);
    list_show(self->list, &shown->rows, self->snapshot ? &self->data : NULL, filter_text(self->filter));
}

void console_refresh(console *self) {
    if (self->view->is_preflight && self->snapshot)
        self->data.board = board_rows(self->app.board, self->snapshot, &self->data.board_count);
    list_refresh(self->list, self->snapshot ? &self->data : NULL);
}

void console_take_snapshot(console *self, snapshot *fresh) {
    const bool first = self->snapshot == NULL;
    list_forget_rows(self->list); /* they are numbers in the old one */
    jobs_retire(self->app.jobs, self->snapshot);
    self->snapshot = fresh;
    self->app.snapshot = fresh;
    self->data.snapshot = fresh;
    if (!snapshot_group(fresh, self->data.group_id))
        self->data.group_id = 0; /* the group was removed */
    tree_fill(self->tree, fresh, self->view, self->data.group_id);
    console_refresh(self);
    if (first)
        bars_offer_start(self);
    else if (self->start)
        start_update(self->start, fresh);
}

int64_t console_only_selected(const console *self) {
    size_t count = 0;
    int64_t *ids = list_selection(self->list, &count);
    const int64_t id = ids && count == 1 ? ids[0] : 0;
    free(ids);
    return id;
}

bool console_tree_has_focus(const console *self) {
    return GetFocus() == tree_window(self->tree);
}

int64_t console_meant_group(const console *self) {
    if (self->view->things == THINGS_GROUPS)
        return console_only_selected(self);
    return console_tree_has_focus(self) || list_selected_count(self->list) == 0 ? self->data.group_id : 0;
}

int64_t *console_meant_machines(const console *self, size_t *count) {
    const int64_t group = self->view->things == THINGS_GROUPS ? console_meant_group(self) : 0;
    const ns_fleet *fleet = &self->snapshot->fleet;
    const size_t most = group ? fleet->machine_count : list_rows(self->list)->count;
    int64_t *ids = NULL;
    if (self->view->things != THINGS_GROUPS && !console_meant_group(self) && list_selected_count(self->list) > 0)
        return list_selection(self->list, count);
    ids = calloc(most ? most : 1, sizeof *ids);
    *count = 0;
    for (size_t i = 0; ids && i < most; i++) {
        if (!group)
            ids[(*count)++] = list_id_at(self->list, (int)i);
        else if (fleet->machines[i].group_id == group)
            ids[(*count)++] = fleet->machines[i].id;
    }
    return ids;
}

void console_cell(const console *self, size_t row, size_t column, char out[CELL_SIZE]) {
    const rows *shown = list_rows(self->list);
    out[0] = 0;
    if (row < shown->count)
        self->view->rows.cell(&self->data, shown->items[row], column, out);
}

void console_use_worker(console *self) {
    const bool wanted = options_integer(NAME_WORK, 0) != 0;
    if (self->app.worker && queue_worker_has_stopped(self->app.worker)) {
        queue_worker_destroy(self->app.worker);
        self->app.worker = NULL;
    }
    if (wanted && !self->app.worker)
        self->app.worker = queue_worker_start(self->app.store_locator);
    else if (!wanted)
        queue_worker_stop(self->app.worker, false);
}
