/* The console that is tested, and what every story does with it: opening, finding rows and dialogs, moving between panes by keys. */
#ifndef NS_TESTS_GUI_DRIVER_H
#define NS_TESTS_GUI_DRIVER_H

#include "remote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../resources/resource.h"

#define EVENTUALLY(seconds, condition)                                                                                                               \
    do {                                                                                                                                             \
        int tries_left = (seconds)*PATIENCE * 20;                                                                                                    \
        while (!(condition) && tries_left-- > 0)                                                                                                     \
            Sleep(50);                                                                                                                               \
        if (!(condition))                                                                                                                            \
            fail_msg("not within %d s: %s", (seconds), #condition);                                                                                  \
    } while (0)

/* The order of the views in the navigation pane. */
enum { SHOW_MACHINES, SHOW_GROUPS, SHOW_PREFLIGHT, SHOW_QUEUE, SHOW_RUNS, SHOW_SESSIONS, SHOW_CONNECTIONS, SHOW_FLOWS, SHOW_ACTIVITY };

extern PROCESS_INFORMATION program;
extern HWND window;
extern HWND list;

/* Starts the console on the store that the environment variable names, and waits for its window. */
void open_console_on(const WCHAR *variable);
/* Ends it at once, as a crash would. */
void end_console(void);
/* Closes it with the keyboard and waits for its end. */
void close_console(void);
bool text_has(HWND control, const WCHAR *part);
bool cell_is(int row, int column, const WCHAR *text);
/* The dialog of that title, in front. */
HWND dialog(const WCHAR *title);
/* Types into the fields in their order, and presses Enter. */
void fill(const WCHAR *const *texts, size_t count);
const WCHAR *environment(const WCHAR *name);
/* Presses F6 until the control of the main window has the keyboard. */
void focus_on(HWND control);
/* Goes to a view in the navigation pane, by keys, and puts the keyboard into the list. `groups` stand below the machines. */
void show_view(int view, int groups);
/* nightshiftctl on the store that the variable names. */
void ctl_on(const WCHAR *variable, const WCHAR *words);
/* The same with the code that it ends with. */
int ctl_ends(const WCHAR *variable, const WCHAR *words);
/* Opens a menu of the bar by its letter, and takes the item with that one. */
void choose(WORD menu, WORD item);

/* `gui-tests.exe --note PAGE` writes down what was to be opened; this reads it. */
void note_page(const WCHAR *page);
bool noted_page(WCHAR out[MAX_PATH]);

/* access.c: every control of the window that is shown has a name for a screen reader. */
void check_names(HWND shown);

/* The stories; each returns how many of its steps failed. */
int job_tests(void);
int work_tests(void);
int file_tests(void);
int access_tests(void);
int fleet_tests(void);
int queue_tests(void);
int first_tests(void);

#endif
