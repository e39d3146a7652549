/* What was changed, by whom, newest first. */
#include "console/views/view.h"

#include <stdio.h>
#include <string.h>

#include "../../../resources/resource.h"
#include "console/ui/words.h"

static const list_column columns[] = {{IDS_COLUMN_WHEN, 160, false},  {IDS_COLUMN_WHO, 110, false},     {IDS_COLUMN_WHAT, 100, false},
                                      {IDS_COLUMN_KIND, 80, false},   {IDS_COLUMN_SUBJECT, 110, false}, {IDS_COLUMN_CHANGES, 250, false},
                                      {IDS_COLUMN_UNDONE, 160, false}};

VIEW_ROWS(ns_activity, activity.items, activity.count)

/* Order: the verbs' and kinds' strings. */
static const char *const verbs[] = {"add",      "edit",   "remove", "move", "set",   "password", "trust",
                                    "registry", "import", "undo",   "redo", "start", "cancel",   "queue"};
static const char *const kinds[] = {"machine", "group", "connection", "flow", "registry", "run"};

static const char *word_of(const char *name, const char *const *names, size_t count, unsigned first) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return words_utf8(first + (unsigned)i);
    return name;
}

const char *view_kind_text(const char *kind) {
    return word_of(kind, kinds, NS_COUNT_OF(kinds), IDS_KIND_MACHINE);
}

/* "screen.width: 1920 → 1280", for each field, with the thing's name before it where there are several. */
static void changes_cell(const ns_activity *activity, char out[CELL_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < activity->change_count && used + 8 < CELL_SIZE; i++) {
        const ns_field_change *change = &activity->changes[i];
        const int wrote =
            snprintf(out + used, CELL_SIZE - used, "%s%s%s%s: %s \xE2\x86\x92 %s", i ? "; " : "", activity->thing_count > 1 ? change->thing : "",
                     activity->thing_count > 1 ? " " : "", change->field, change->before ? change->before : words_utf8(IDS_NO_VALUE),
                     change->after ? change->after : words_utf8(IDS_NO_VALUE));
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    cell_make_line(out);
}

void view_activity_cell(const ns_activity *activity, size_t column, char out[CELL_SIZE]) {
    out[0] = 0;
    switch (column) {
    case ACTIVITY_AT:
        words_local_time(activity->at, out, CELL_SIZE);
        break;
    case ACTIVITY_WHO:
        cell_set(out, activity->who);
        break;
    case ACTIVITY_WHAT:
        cell_set(out, word_of(activity->verb, verbs, NS_COUNT_OF(verbs), IDS_VERB_ADD));
        break;
    case ACTIVITY_KIND:
        cell_set(out, view_kind_text(activity->kind));
        break;
    case ACTIVITY_SUBJECT:
        if (activity->thing_count > 1)
            (void)snprintf(out, CELL_SIZE, "%s +%zu", activity->subject, activity->thing_count - 1);
        else
            cell_set(out, activity->subject);
        break;
    case ACTIVITY_CHANGES:
        changes_cell(activity, out);
        break;
    case ACTIVITY_UNDONE:
        if (activity->undone_at)
            words_local_time(activity->undone_at, out, CELL_SIZE);
        break;
    }
}

static void cell(const void *data, size_t index, size_t column, char out[CELL_SIZE]) {
    view_activity_cell(at(data, index), column, out);
}

static bool number(const void *data, size_t index, size_t column, int64_t *out) {
    *out = column == ACTIVITY_AT ? at(data, index)->id : at(data, index)->undone_at;
    return column == ACTIVITY_AT || column == ACTIVITY_UNDONE;
}

VIEW_ICON(ICON_ACTIVITY)

const view view_activity = {.rows = {VIEW_SAYS("activity", IDS_ACTIVITY), .number = number, .sort = -1},
                            .things = THINGS_ACTIVITY,
                            .icon = ICON_ACTIVITY,
                            .empty = IDS_EMPTY_ACTIVITY,
                            .counted = IDS_STATUS_OTHER,
                            .menu = IDR_CONTEXT_ACTIVITY,
                            .enter = ID_ACTIVITY_SHOW,
                            .help = IDS_HELP_ACTIVITY};
