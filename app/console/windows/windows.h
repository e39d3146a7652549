/* The windows and dialogs, by their files. Each needs the app alone. UI thread. "Asks" waits for the user; the others stay open beside
 * the main window. */
#ifndef NS_CONSOLE_WINDOWS_H
#define NS_CONSOLE_WINDOWS_H

#include "console/ui/options.h"
#include "console/ui/source.h"
#include "console/windows/app.h"

/* change.c: one change, field by field. */
void activity_show(const app *self, int64_t id);
/* checks.c: what was found on a machine; opens at that check of the catalogue, or at the worst with -1. */
void checks_show(const app *self, int64_t machine_id, int check);
/* explain.c: what a code means, while it is typed. */
void explain_show(const app *self);
/* forms.c: add a thing, or, connections and flows, edit the one with that id. */
void form_machine(const app *self, int64_t group_id); /* into that group at first; 0 for none */
void form_group(const app *self);
void form_connection(const app *self, int64_t id); /* 0: a new one */
void form_flow(const app *self, int64_t id);
/* move.c: asks, with what it would change, and moves machines to a group; 0: out of any, -1: the user chooses. Takes the ids. */
void move_show(const app *self, int64_t *machine_ids, size_t count, int64_t group_id);
/* options_dialog.c: asks for the console's own options; true when they were taken: the language may be another, the wall blurred. */
bool options_show(const app *self);
/* prepare.c: the script that makes a machine ready. */
void prepare_show(const app *self, int64_t machine_id);
/* preflight_start.c: asks with which connection to look, and starts; true when it was started. Takes the ids. */
bool preflight_show(const app *self, int64_t *machine_ids, size_t count);
/* run.c: a run, live while this console carries it out, from its record afterwards; what is open is told on WM_APP_RUN. */
void run_window_show(const app *self, int64_t run_id);
void run_window_changed(int64_t run_id);
/* The command line that does the same; NULL for what is no flow's run. The caller frees. */
char *run_command_line(const app *self, const ns_run *run);
/* saved.c: asks for a filter or an arrangement of columns that has a name; true when one was chosen. `present` may be saved. */
bool saved_filters(HWND owner, const list_source *source, const WCHAR *present, WCHAR chosen[OPTION_SIZE]);
bool saved_columns(HWND owner, const list_source *source, WCHAR chosen[OPTION_SIZE]);
/* screen.c: asks about Power Automate's own resolution on a machine. */
void screen_show(const app *self, int64_t machine_id);
/* sheet.c: the properties of machines, or, with its id, of a group. */
void sheet_show(const app *self, const int64_t *machine_ids, size_t count, int64_t group_id);
/* start.c: the steps to the first run, a part of the main window; NULL when it could not be made. `start_is_wanted`: none of them was taken yet. */
HWND start_create(const app *self);
bool start_is_wanted(const snapshot *from);
void start_update(HWND page, const snapshot *from);
/* test_run.c: asks for flow and connection and starts, on a machine or, with machine_id 0, on one of a group's; starts the run that signs a session
 * of the list out (ns_session.id); starts a run like that one. */
void test_run_show(const app *self, int64_t machine_id, int64_t group_id);
void test_run_sign_out(const app *self, int64_t session_record);
void test_run_again(const app *self, int64_t run_id);
/* transfer.c: each asks for the file. */
void transfer_import(const app *self);
void transfer_export(const app *self);
/* trust.c: asks, with what machines show beside what is known, whether to keep it. Takes the ids. */
void trust_show(const app *self, int64_t *machine_ids, size_t count);
/* wall.c: thumbnails of all runs that this console carries out; told when runs, colours or options are others. */
bool wall_register(void);
void wall_show(const app *self);
void wall_changed(void);

#endif
