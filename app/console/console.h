/* The state of the main window, which all its files share. UI thread only. */
#ifndef NS_CONSOLE_CONSOLE_H
#define NS_CONSOLE_CONSOLE_H

#include <winsock2.h>
#include <windows.h>
#include <windowsx.h>

#include <commctrl.h>

#include "../../resources/resource.h"
#include "console/board.h"
#include "console/controls.h"
#include "console/dialogs.h"
#include "console/jobs.h"
#include "console/layout.h"
#include "console/live_run.h"
#include "console/options.h"
#include "console/theme.h"
#include "console/views.h"
#include "console/words.h"

enum { LIVE_RUNS_MAXIMUM = 64, MACHINE_STATES = 4 };

typedef struct console {
    HWND window;
    HWND tree;
    HWND list;
    HWND toolbar;
    HWND status;
    HWND filter_label;
    HWND filter;
    HWND banner; /* what the filter leaves out; "" without one */
    HWND empty;  /* over the list while it has no row: what to do */
    HIMAGELIST images;
    HFONT font;
    UINT dpi;
    int tree_width;   /* px at 96 dpi */
    char *store_path; /* NULL: the default place */
    int store_number; /* by which this store is told from others */
    jobs *jobs;
    snapshot *snapshot;    /* NULL until the store was read */
    snapshot *pending;     /* newer, kept back while a name is edited in the list */
    unsigned open_attempt; /* at opening the store: the last that was told of */
    view_kind view;
    int64_t group_id;          /* of the machines shown; 0 for all */
    bool filling_tree;         /* selections that come from ourselves are not the user's */
    bool refreshing;           /* likewise in the list */
    bool arranging;            /* columns change because of us */
    bool filtering;            /* the filter's text changes because of us */
    char *filters[VIEW_COUNT]; /* folded; NULL or "" for none */
    size_t *rows;              /* indexes into the snapshot, in the order shown */
    size_t row_room;
    size_t row_count;
    size_t thing_count;                  /* what there would be without the filter */
    size_t state_counts[MACHINE_STATES]; /* of the machines shown, in the order of IDS_STATE_READY and the following */
    live_run *runs[LIVE_RUNS_MAXIMUM];
    size_t run_count;
    board *board;
    const board_row *board_rows; /* of the view shown; borrowed from the board */
    size_t board_row_count;
    bool closing;
    bool dragging; /* machines, to a group */
} console;

#define WM_APP_LAYOUT (WM_APP + 4)
/* From a second start of the program: come to the front. */
#define WM_APP_SHOW (WM_APP + 5)

/* window.c */
HWND console_window_create(console *self, int show);
int scaled(const console *self, int at_96_dpi);
void console_show_error(HWND owner, const ns_error *error);
void console_selection_changed(console *self);
live_run *console_find_run(console *self, int64_t run_id);
size_t console_runs_going_on(console *self);
/* Changes the language: menus, columns and whatever is open. */
void console_use_language(console *self, words_language language);

/* bars.c: toolbar, filter bar, status bar, and what lies over an empty list. */
bool bars_create(console *self);
void bars_fill_toolbar(console *self);
/* Lays everything out in a client area of that size. */
void bars_arrange(console *self, int width, int height);
void console_update_status(console *self);
void console_show_empty(console *self);
void filter_focus(console *self);
void filter_clear(console *self);
/* Puts the filter of the view into the box. */
void filter_show(console *self);
void filter_on_change(console *self);

/* taskbar.c: progress on the taskbar's button, and a notification when long work ended while the window was not in front. */
void taskbar_progress(console *self);
void taskbar_notify(console *self, const WCHAR *text);
/* The user came back: the notification's icon goes. */
void taskbar_seen(console *self);
void taskbar_end(console *self);

/* icons.c */
HIMAGELIST icons_create(int size);

/* tree.c */
void tree_fill(console *self);
/* Selects the item of the view that is meant to be shown, and shows it. */
void tree_show_view(console *self);
void tree_on_select(console *self, LPARAM item);
bool tree_has_focus(const console *self);
/* A menu was asked for at a point of the screen, or with -1, -1 by the keyboard: selects the item that is meant, and gives the point. */
void tree_select_for_menu(console *self, int *x, int *y);
/* The group of the item under a point of the screen: its id, 0 for the one without a group, or -1 for no such item. */
int64_t tree_group_at(const console *self, POINT at, HTREEITEM *item);

/* list.c */
void list_show_view(console *self);
void list_refresh(console *self);
LRESULT list_on_notify(console *self, NMHDR *header);
void list_on_layout(console *self);
int64_t list_id_at(const console *self, int row);
/* The view's column of a subitem. */
size_t list_view_column(int subitem);
/* The ids of the selected rows; the caller frees. */
int64_t *list_selection(const console *self, size_t *count);
void list_select_id(console *self, int64_t id);
void list_next(console *self);
void list_copy(console *self);
void list_rename(console *self);
void list_choose_columns(console *self);
void list_reset_columns(console *self);
/* What layout_text gave. */
void list_use_columns(console *self, const WCHAR *text);
void list_set_columns_dpi(console *self);

/* drag.c: machines dragged from the list to a group in the tree. */
void drag_begin(console *self);
void drag_move(console *self);
void drag_end(console *self, bool drop);

/* commands.c */
void commands_run(console *self, int id);
void commands_update(console *self, HMENU menu);
bool commands_are_enabled(console *self, int id);
void commands_context_menu(console *self, HWND from, int x, int y);

/* remove.c: asks about what is selected, or about that group, and removes it. */
void remove_ask(console *self, int64_t group_id);

/* forms.c: each adds a thing, or, connections and flows, edits the one with that id. */
void form_machine(console *self);
void form_group(console *self);
void form_connection(console *self, int64_t id);
void form_flow(console *self, int64_t id);
/* A job's `done` for a dialog that saves: closes it, or shows in it what is wrong and lets it be corrected. */
void dialog_on_saved(job *head);

/* rename.c: gives a thing of that view another name. */
void rename_thing(console *self, view_kind view, int64_t id, const char *name);

/* sheet.c: the properties of machines, or of one group. */
void sheet_show(console *self, const int64_t *machine_ids, size_t count, int64_t group_id);

/* move_dialog.c: shows what moving would change, and moves. `group_id` -1: the user chooses. Takes the ids. */
void move_ask(console *self, int64_t *machine_ids, size_t count, int64_t group_id);

/* test_run.c */
void test_run_show(console *self, int64_t machine_id);
/* Starts the run that signs a session of the list out (ns_session.id). */
void test_run_sign_out(console *self, int64_t session_record);
/* Starts a run like that one: same machine, flow and connection. */
void test_run_again(console *self, int64_t run_id);

/* preflight_dialog.c: asks with which connection, and starts. Takes the ids. */
void preflight_ask(console *self, int64_t *machine_ids, size_t count);

/* checks_window.c: what was found on a machine, check by check; opens at that check of the catalogue, or at the worst with -1. */
void checks_show(console *self, int64_t machine_id, int check);

/* screen_dialog.c */
void screen_show(console *self, int64_t machine_id);

/* explain_dialog.c: what a code means; "" opens it empty. */
void explain_show(console *self, const char *code);

/* activity_dialog.c: one change, field by field. */
void activity_show(console *self, int64_t id);

/* wall.c: thumbnails of all runs that this console carries out. */
bool wall_register(void);
void wall_show(console *self);
void wall_changed(void);

/* transfer_dialog.c: each asks for the file. */
void transfer_import(console *self);
void transfer_export(console *self);

/* saved_dialog.c: filters and arrangements of columns by name, of the view shown. */
void saved_filters_ask(console *self);
void saved_columns_ask(console *self);

/* options_dialog.c */
void options_show(console *self);

/* run_window.c: shows a run of this console live, or the record of any. */
void run_window_show(console *self, int64_t run_id);
void run_window_changed(int64_t run_id);
/* The command line that does the same; the caller frees. */
char *run_command_line(const console *self, const ns_run *run);

/* picture.c: the window class NAME_PICTURE_CLASS. */
bool picture_register(void);
/* Takes a bitmap (a DIB section), or NULL. */
void picture_set_bitmap(HWND window, HBITMAP bitmap);
/* Copies the frame as it is now. */
void picture_set_frame(HWND window, const ns_frame_view *view);
/* The caller deletes; NULL when it is no image. */
HBITMAP picture_decode_png(const uint8_t *png, size_t size);

#endif
