/* What a part of the window reports to whoever made it. The shell fills this; the parts call nothing above them. UI thread. */
#ifndef NS_CONSOLE_EVENTS_H
#define NS_CONSOLE_EVENTS_H

#include <stddef.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

typedef struct events {
    void *context;
    void (*refreshed)(void *context);                             /* the list: its rows may be others */
    void (*selected)(void *context);                              /* the list: its selection is another */
    void (*activated)(void *context, int64_t id, size_t column);  /* the list: Enter or a double click on a row, in that column */
    void (*renamed)(void *context, int64_t id, const char *name); /* the list: a name was typed; NULL when it was let be */
    void (*dragged)(void *context);                               /* the list: the mouse drags what is selected */
    void (*focused)(void *context);                               /* the list or the tree: it has the keyboard */
    void (*chosen)(void *context, size_t view, int64_t group_id); /* the tree: another item, of that view and for one group or 0 */
    void (*filtered)(void *context, const char *text);            /* the filter: its text is another; folded */
    void (*left)(void *context);                                  /* the filter: the keyboard is to go to the list */
    void (*command)(void *context, int command);                  /* a key that stands for a command of the menu */
    void (*started)(void *context, int64_t run_id);               /* a window: that run was started */
    void (*status)(void *context, const WCHAR *text);             /* a window: something to be said in passing */
} events;

#endif
