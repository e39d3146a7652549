/* How many handles a process holds. Where the system does not count USER and GDI handles (Wine), windows and the process's own table
 * of GDI objects are counted instead. */
#ifndef NS_TESTS_GUI_HANDLES_H
#define NS_TESTS_GUI_HANDLES_H

#include <winsock2.h>
#include <windows.h>

typedef struct handle_counts {
    unsigned long kernel;
    unsigned long user;
    unsigned long gdi;
} handle_counts;

handle_counts count_handles(HANDLE process);

#endif
