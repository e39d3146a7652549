/* A view: what the navigation calls it, what its list shows (ui/source.h), and what can be done with a row. A new one is a file that
 * defines it, and a line in all.h. Portable: tested without a window. */
#ifndef NS_CONSOLE_VIEW_H
#define NS_CONSOLE_VIEW_H

#include "console/model/board_row.h"
#include "console/model/snapshot.h"
#include "console/ui/icons.h"
#include "console/ui/source.h"
#include "store/by_name.h"

/* What views show: the `data` of their functions. */
typedef struct view_data {
    const snapshot *snapshot; /* not NULL where a function is called */
    const board_row *board;
    size_t board_count;
    int64_t group_id; /* of the machines shown; 0 for all */
} view_data;

/* What a row of a view stands for: so commands know what may be done with it. */
typedef enum view_things {
    THINGS_MACHINES,
    THINGS_GROUPS,
    THINGS_RUNS,
    THINGS_SESSIONS,
    THINGS_CONNECTIONS,
    THINGS_FLOWS,
    THINGS_ACTIVITY
} view_things;

enum { VIEW_STATES = 4, VIEWS_MAXIMUM = 32 };

typedef struct view {
    list_source rows;
    view_things things;
    icon_kind icon;
    unsigned empty;    /* text: what to do when nothing is there */
    unsigned counted;  /* text: how many rows there are, and how many are selected */
    unsigned menu;     /* over a row */
    int enter;         /* the command of Enter and a double click */
    size_t checks;     /* the first column that opens one check, in the order of the catalogue; 0: none does */
    unsigned help;     /* text: its page of the guide */
    bool has_groups;   /* the navigation has the groups below it, and shows one by itself */
    bool is_preflight; /* a preflight that begins is shown here */
    /* Adds the state of each of these rows to `counts`: IDS_STATE_READY and the following. NULL: they have none. */
    void (*count_states)(const view_data *data, const size_t *rows, size_t count, size_t counts[VIEW_STATES]);
    ns_named named; /* what a row is, where its name can be another (rows.can_rename) */
    /* NULL where removing is not for the user to do. Worker. */
    ns_status (*remove)(ns_store *store, const int64_t *ids, size_t count, ns_error *error);
} view;

/* Of a view that shows a list of the snapshot as it is: `count`, `id`, and `at`, the thing itself. */
#define VIEW_ROWS(thing, list, number)                                                                                                               \
    static size_t count(const void *data) {                                                                                                          \
        return ((const view_data *)data)->snapshot->number;                                                                                          \
    }                                                                                                                                                \
    static const thing *at(const void *data, size_t index) {                                                                                         \
        return &((const view_data *)data)->snapshot->list[index];                                                                                    \
    }                                                                                                                                                \
    static int64_t id(const void *data, size_t index) {                                                                                              \
        return at(data, index)->id;                                                                                                                  \
    }
/* Every row has the same icon. */
#define VIEW_ICON(kind)                                                                                                                              \
    static int icon(const void *data, size_t index, size_t column) {                                                                                 \
        (void)data;                                                                                                                                  \
        (void)index;                                                                                                                                 \
        (void)column;                                                                                                                                \
        return kind;                                                                                                                                 \
    }

/* What every view says of its rows, with the names that the above and a view's file give its functions. */
#define VIEW_SAYS(of, text)                                                                                                                          \
    .name = (of), .title = (text), .columns = columns, .column_count = NS_COUNT_OF(columns), .count = count, .id = id, .cell = cell, .icon = icon

/* In the order of the navigation. NULL behind the last. */
const view *view_at(size_t number);
size_t view_number(const view *self);
const view *view_of_groups(void);
const view *view_of_preflight(void);

/* Columns that are quoted elsewhere: in questions, and in the window of one change. */
enum { SESSION_MACHINE, SESSION_ID, SESSION_USER, SESSION_STATE, SESSION_SINCE, SESSION_CONNECTION, SESSION_RUN };
enum { ACTIVITY_AT, ACTIVITY_WHO, ACTIVITY_WHAT, ACTIVITY_KIND, ACTIVITY_SUBJECT, ACTIVITY_CHANGES, ACTIVITY_UNDONE };
void view_session_cell(const ns_session *session, size_t column, char out[CELL_SIZE]);
/* "Machine" for "machine"; what it does not know as it is. */
const char *view_kind_text(const char *kind);
void view_activity_cell(const ns_activity *activity, size_t column, char out[CELL_SIZE]);

#endif
