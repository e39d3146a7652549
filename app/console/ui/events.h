/* What a part of the window reports to whoever made it. The shell fills this; the parts call nothing above them. UI thread. */
#ifndef NS_CONSOLE_EVENTS_H
#define NS_CONSOLE_EVENTS_H

#include <stddef.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

typedef struct events {
    void *context;
    /* The list: its rows are others, or in another order. */
    void (*refreshed)(void *context);
    /* The list: its selection is another. */
    void (*selected)(void *context);
    /* The list or the tree: it has the keyboard. */
    void (*focused)(void *context);
    /* The filter: the keyboard is to go to the list. */
    void (*left)(void *context);
    /* The list: Enter or a double click on a row, in that column. */
    void (*activated)(void *context, int64_t id, size_t column);
    /* The list: a name was typed; NULL when it was let be. */
    void (*renamed)(void *context, int64_t id, const char *name);
    /* The list: the mouse drags what is selected. */
    void (*dragged)(void *context);
    /* The tree: another item was chosen, of that view and for one group or 0. */
    void (*chosen)(void *context, size_t view, int64_t group_id);
    /* The filter: its text is another; folded. */
    void (*filtered)(void *context, const char *text);
    /* A key that stands for a command of the menu. */
    void (*command)(void *context, int command);
    /* A window: that run was started. */
    void (*started)(void *context, int64_t run_id);
    /* A window: something to be said in passing. */
    void (*status)(void *context, const WCHAR *text);
} events;

#endif
