/* The state of the main window, which all its files share. UI thread only. */
#ifndef NS_CONSOLE_CONSOLE_H
#define NS_CONSOLE_CONSOLE_H

#include <winsock2.h>
#include <windows.h>
#include <windowsx.h>

#include <commctrl.h>

#include "../../resources/resource.h"
#include "console/board.h"
#include "console/jobs.h"
#include "console/live_run.h"
#include "console/words.h"

typedef enum view_kind { VIEW_MACHINES, VIEW_PREFLIGHT, VIEW_RUNS, VIEW_SESSIONS, VIEW_CONNECTIONS, VIEW_FLOWS, VIEW_COUNT } view_kind;

enum { LIVE_RUNS_MAXIMUM = 64 };

typedef struct console {
    HWND window;
    HWND tree;
    HWND list;
    HWND toolbar;
    HWND status;
    HIMAGELIST images;
    HFONT font;
    UINT dpi;
    char *store_path; /* NULL: the default place */
    jobs *jobs;
    snapshot *snapshot; /* NULL until the store was read */
    bool open_error_shown;
    view_kind view;
    int64_t group_id;  /* of the machines shown; 0 for all */
    bool filling_tree; /* selections that come from ourselves are not the user's */
    size_t *rows;      /* indexes into the snapshot, in the order shown */
    size_t row_count;
    int sort_column;
    bool sort_descending;
    live_run *runs[LIVE_RUNS_MAXIMUM];
    size_t run_count;
    board *board;
    const board_row *board_rows; /* of the view shown; borrowed from the board */
    size_t board_row_count;
    bool closing;
} console;

/* window.c */
HWND console_window_create(console *self, int show);
int scaled(const console *self, int at_96_dpi);
void console_show_error(HWND owner, const ns_error *error);
void console_update_status(console *self);

/* icons.c */
HIMAGELIST icons_create(int size);

/* tree.c */
void tree_fill(console *self);
/* Selects the item of the view that is meant to be shown, and shows it. */
void tree_show_view(console *self);
void tree_on_select(console *self, LPARAM item);
bool tree_has_focus(const console *self);

/* list.c */
void list_show_view(console *self);
void list_refresh(console *self);
LRESULT list_on_notify(console *self, NMHDR *header);
int64_t list_id_at(const console *self, int row);
/* The ids of the selected rows; the caller frees. */
int64_t *list_selection(const console *self, size_t *count);
void list_set_columns_dpi(console *self);

/* commands.c */
void commands_run(console *self, int id);
void commands_update(console *self, HMENU menu);
bool commands_are_enabled(console *self, int id);
void commands_context_menu(console *self, HWND from, int x, int y);

/* forms.c: each edits the thing with that id, or adds one with 0. */
void form_machine(console *self, int64_t id);
void form_group(console *self, int64_t id);
void form_connection(console *self, int64_t id);
void form_flow(console *self, int64_t id);
/* A job's `done` for a dialog that saves: closes it, or shows in it what is wrong and lets it be corrected. */
void dialog_on_saved(job *head);

/* settings_dialog.c: of a machine, or of a group. */
void settings_show(console *self, int64_t machine_id, int64_t group_id);

/* test_run.c */
void test_run_show(console *self, int64_t machine_id);
/* Starts the run that signs a session of the list out (ns_session.id). */
void test_run_sign_out(console *self, int64_t session_record);

/* preflight_dialog.c: asks with which connection, and starts. Takes the ids. */
void preflight_ask(console *self, int64_t *machine_ids, size_t count);

/* checks_window.c: what was found on a machine, check by check; opens at that check of the catalogue, or at the worst with -1. */
void checks_show(console *self, int64_t machine_id, int check);

/* screen_dialog.c */
void screen_show(console *self, int64_t machine_id);

/* run_window.c: shows a run of this console live, or the record of any. */
void run_window_show(console *self, int64_t run_id);
void run_window_changed(int64_t run_id);
bool run_window_is_message(MSG *message);
live_run *console_find_run(console *self, int64_t run_id);

/* picture.c: the window class NightshiftPicture. */
bool picture_register(void);
/* Takes a bitmap (a DIB section), or NULL. */
void picture_set_bitmap(HWND window, HBITMAP bitmap);
/* Copies the frame as it is now. */
void picture_set_frame(HWND window, const ns_frame_view *view);
HBITMAP picture_decode_png(const uint8_t *png, size_t size);

#endif
