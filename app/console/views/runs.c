/* The runs, newest first. */
#include "console/views/view.h"

#include <stdio.h>

#include "../../../resources/resource.h"
#include "console/model/thing_text.h"
#include "console/ui/words.h"

enum { RUN_ID, RUN_STATE, RUN_MACHINE, RUN_FLOW, RUN_CONNECTION, RUN_STARTED, RUN_DURATION, RUN_CODE };

static const list_column columns[] = {{IDS_COLUMN_ID, 55, false},      {IDS_COLUMN_STATE, 90, false},       {IDS_COLUMN_MACHINE, 120, false},
                                      {IDS_COLUMN_FLOW, 110, false},   {IDS_COLUMN_CONNECTION, 110, false}, {IDS_COLUMN_STARTED, 150, false},
                                      {IDS_COLUMN_DURATION, 80, true}, {IDS_COLUMN_CODE, 150, false}};

VIEW_ROWS(ns_run, runs.items, runs.count)

static void duration(const ns_run *run, char out[CELL_SIZE]) {
    int64_t took = run->ended_at && run->started_at ? run->ended_at - run->started_at : 0;
    if (took > 0)
        (void)snprintf(out, CELL_SIZE, "%lld:%02lld:%02lld.%lld", (long long)(took / 3600000), (long long)(took / 60000 % 60),
                       (long long)(took / 1000 % 60), (long long)(took / 100 % 10));
}

static void cell_of(const ns_run *run, size_t column, char out[CELL_SIZE]) {
    out[0] = 0;
    switch (column) {
    case RUN_ID:
        (void)snprintf(out, CELL_SIZE, "%lld", (long long)run->id);
        break;
    case RUN_STATE:
        cell_set(out, words_utf8(IDS_RUN_QUEUED + (unsigned)run->state));
        break;
    case RUN_MACHINE:
        cell_set(out, run->machine[0] ? run->machine : run->group);
        break;
    case RUN_FLOW:
        cell_set(out, run->purpose == NS_PURPOSE_FLOW ? run->flow : words_utf8(purpose_text(run->purpose)));
        break;
    case RUN_CONNECTION:
        cell_set(out, run->connection);
        break;
    case RUN_STARTED:
        words_local_time(run->created_at, out, CELL_SIZE);
        break;
    case RUN_DURATION:
        duration(run, out);
        break;
    case RUN_CODE:
        cell_set(out, run->code);
        break;
    }
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    cell_of(at(data, index), column, out);
}

static bool number(const void *data, size_t index, size_t column, int64_t *out) {
    const ns_run *run = at(data, index);
    if (column == RUN_ID)
        *out = run->id;
    else if (column == RUN_STARTED)
        *out = run->created_at;
    else if (column == RUN_DURATION)
        *out = run->started_at && run->ended_at ? run->ended_at - run->started_at : -1;
    else
        return false;
    return true;
}

static int icon(const void *data, size_t index, size_t column) {
    (void)column;
    return run_icon(at(data, index)->state);
}

const view view_runs = {.rows = {VIEW_SAYS("runs", IDS_RUNS), .number = number, .sort = -1},
                        .things = THINGS_RUNS,
                        .icon = ICON_RUN,
                        .empty = IDS_EMPTY_RUNS,
                        .counted = IDS_STATUS_OTHER,
                        .menu = IDR_CONTEXT_RUN,
                        .enter = ID_RUN_SHOW,
                        .help = IDS_HELP_RUNS};
