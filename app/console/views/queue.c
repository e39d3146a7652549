/* What waits, in the order in which it is looked at. */
#include "console/views/view.h"

#include <stdio.h>

#include "../../../resources/resource.h"
#include "base/clock.h"
#include "console/model/thing_text.h"
#include "console/ui/words.h"

enum { QUEUE_POSITION, QUEUE_TARGET, QUEUE_WHY, QUEUE_FLOW, QUEUE_CONNECTION, QUEUE_PRIORITY, QUEUE_SINCE, QUEUE_ID };

static const list_column columns[] = {{IDS_COLUMN_POSITION, 60, true},        {IDS_COLUMN_TARGET, 110, false},    {IDS_COLUMN_WHY, 240, false},
                                      {IDS_COLUMN_FLOW, 90, false},           {IDS_COLUMN_CONNECTION, 90, false}, {IDS_COLUMN_PRIORITY, 65, false},
                                      {IDS_COLUMN_WAITING_SINCE, 150, false}, {IDS_COLUMN_ID, 50, true}};

VIEW_ROWS(ns_run, queue.items, queue.count)

/* What holds it up; of one that is behind others of its target, that. */
static void why(const ns_run *run, char out[CELL_SIZE]) {
    if (run->not_before > ns_clock_utc_ms()) {
        char time[64];
        words_local_time(run->not_before, time, sizeof time);
        (void)snprintf(out, CELL_SIZE, "%s %s", words_utf8(IDS_NOT_BEFORE), time);
    } else if (run->waits[0]) {
        cell_set(out, words_of_core(run->waits));
    } else if (run->position > 1) {
        cell_set(out, words_utf8(IDS_BEHIND_OTHERS));
    }
}

static void cell_of(const ns_run *run, size_t column, char out[CELL_SIZE]) {
    out[0] = 0;
    switch (column) {
    case QUEUE_POSITION:
        (void)snprintf(out, CELL_SIZE, "%lld", (long long)run->position);
        break;
    case QUEUE_TARGET:
        cell_set(out, run->group[0] ? run->group : run->machine);
        break;
    case QUEUE_WHY:
        why(run, out);
        break;
    case QUEUE_FLOW:
        cell_set(out, run->purpose == NS_PURPOSE_FLOW ? run->flow : words_utf8(purpose_text(run->purpose)));
        break;
    case QUEUE_CONNECTION:
        cell_set(out, run->connection);
        break;
    case QUEUE_PRIORITY:
        cell_set(out, words_utf8(run->moved ? IDS_PRIORITY_TOP : run->high ? IDS_PRIORITY_HIGH : IDS_PRIORITY_NORMAL));
        break;
    case QUEUE_SINCE:
        words_local_time(run->created_at, out, CELL_SIZE);
        break;
    case QUEUE_ID:
        (void)snprintf(out, CELL_SIZE, "%lld", (long long)run->id);
        break;
    }
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    cell_of(at(data, index), column, out);
}

static bool number(const void *data, size_t index, size_t column, int64_t *out) {
    const ns_run *run = at(data, index);
    if (column == QUEUE_POSITION)
        *out = run->position;
    else if (column == QUEUE_SINCE)
        *out = run->created_at;
    else if (column == QUEUE_ID)
        *out = run->id;
    else
        return false;
    return true;
}

static int icon(const void *data, size_t index, size_t column) {
    (void)column;
    return at(data, index)->group[0] ? ICON_GROUP : ICON_WAIT;
}

const view view_queue = {.rows = {VIEW_SAYS("queue", IDS_QUEUE), .number = number, .sort = -1},
                         .things = THINGS_RUNS,
                         .icon = ICON_WAIT,
                         .empty = IDS_EMPTY_QUEUE,
                         .counted = IDS_STATUS_OTHER,
                         .menu = IDR_CONTEXT_QUEUE,
                         .enter = ID_RUN_SHOW,
                         .help = IDS_HELP_RUNS};
