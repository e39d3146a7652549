/* The main window's state, and what is shown in it. Files of the shell above this one have no state but their own. UI thread. */
#ifndef NS_CONSOLE_CONSOLE_H
#define NS_CONSOLE_CONSOLE_H

#include "console/model/thing_jobs.h"
#include "console/shell/filter.h"
#include "console/shell/tree.h"
#include "console/ui/list.h"
#include "console/views/view.h"
#include "console/windows/app.h"

typedef struct console {
    app app;          /* what windows and dialogs get */
    events events;    /* what the parts report to */
    int store_number; /* by which this store is told from others */
    HWND toolbar;
    HWND status;
    HWND empty; /* over the list while it has no row: what to do */
    HWND start; /* above the list until it is closed: the steps to the first run. NULL: not shown */
    tree *tree;
    filter *filter;
    list *list;
    HIMAGELIST images;
    int tree_width; /* px at 96 dpi */
    const view *view;
    view_data data;             /* what the view shows; its snapshot is NULL until there is one, and the list then has no data */
    size_t states[VIEW_STATES]; /* of the rows shown */
    snapshot *snapshot;         /* the app's, owned */
    snapshot *pending;          /* newer, kept back while a name is edited in the list */
    unsigned open_attempt;      /* at opening the store: the last that was told of */
} console;

/* Shows a view, of machines those of one group or, with 0, all; and remembers it. */
void console_show_view(console *self, const view *shown, int64_t group_id);
/* Makes the rows anew: another snapshot, or news of a preflight. */
void console_refresh(console *self);
/* Takes another snapshot for the one before. */
void console_take_snapshot(console *self, snapshot *fresh);

/* What commands are about. The id of the one row that is selected, 0 for none or several. */
int64_t console_only_selected(const console *self);
bool console_tree_has_focus(const console *self);
/* The group that is meant, or 0: selected among the groups, or in the tree with the focus there or no machine selected. */
int64_t console_meant_group(const console *self);
/* The machines that are meant: the selected rows, else those of the meant group, else all rows. The caller frees. */
int64_t *console_meant_machines(const console *self, size_t *count);
/* A cell of the row that the list shows there. */
void console_cell(const console *self, size_t row, size_t column, char out[CELL_SIZE]);

/* bars.c: toolbar, status bar and what lies over an empty list, and how the main window is laid out. */
/* Makes the window's parts; false when one could not be made. */
bool bars_create(console *self);
/* The words of toolbar and filter, and the menu, in the language of now. */
void bars_use_words(const console *self);
void bars_use_menu(const console *self);
/* Font and icons for the window's monitor. */
void bars_use_dpi(console *self);
/* Shows the steps to the first run, or takes them away; and once, with the first snapshot of a store in which nothing is. */
void bars_show_start(console *self, bool shown);
void bars_offer_start(console *self);
/* Lays everything out in the client area. */
void bars_arrange(const console *self);
/* Status bar and banner; and over a list without a row what to do. */
void bars_update(const console *self);
void bars_show_empty(const console *self);

/* taskbar.c: progress on the taskbar's button, and a notification when long work ended while the window was not in front. */
void taskbar_progress(const app *self);
void taskbar_notify(const app *self, const WCHAR *text);
/* The user came back: the notification's icon goes. */
void taskbar_seen(const app *self);
void taskbar_end(const app *self);

/* console.c: works the queue, or does not any more, as the user has chosen. What it has by then it brings to its end. */
void console_use_worker(console *self);

/* drag.c: machines dragged from the list to a group in the tree. */
void drag_begin(const console *self);
bool drag_goes_on(void);
void drag_move(const console *self);
/* With `drop` over a group, asks and moves. */
void drag_end(const console *self, bool drop);

/* questions.c: commands that ask first, with names. What is meant is settled before: meanwhile the list may change underneath. */
/* By whom jobs of commands are done: a failure is shown over the main window. */
thing_caller console_caller(const console *self);
/* What is selected, or the group that is meant. */
void question_remove(console *self);
void question_sign_out(console *self);
void question_forget_session(console *self);
void question_undo(console *self);
/* The change that undo is about: in the view of changes the one that is selected, elsewhere the newest. NULL for none. */
const ns_activity *question_meant_activity(const console *self);

/* commands.c: of menu, toolbar, context menu and accelerators. */
/* Runs one, if it may run now; false when it may not. */
bool commands_run(console *self, int id);
/* Shows which may run, in a menu that opens, or with NULL on the toolbar. */
void commands_update(console *self, HMENU menu);
/* WM_CONTEXTMENU. */
void commands_context_menu(console *self, HWND from, int x, int y);

/* window.c; the message is from a second start of the program: come to the front. */
#define WM_APP_SHOW (WM_APP + 5)
HWND console_window_create(console *self, int show);

#endif
