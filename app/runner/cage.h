/* The cage of the process that reads what a machine sends: whoever takes it over by a fault in a decoder finds no file, no program, no other process
 * and no other machine to go to. It holds before the first byte of the machine's is read, or the session does not begin. On Linux the process closes
 * it itself (cage_posix.c: limits, Landlock, seccomp); on Windows the starter has (core/base/confine_win32.c), and here it is seen to hold
 * (cage_win32.c). What holds on this computer: `nightshift-runner --cage`. */
#ifndef NS_APP_RUNNER_CAGE_H
#define NS_APP_RUNNER_CAGE_H

#include <stdbool.h>

#include "base/status.h"

/* While the process has one thread, and all that it needs of files is read: limits, and no files from here on. RunnerNotConfined when it cannot be.
 */
NS_MUST_USE ns_status cage_close_files(ns_error *error);
/* All threads: only what a running session needs of the system, and no connections. */
NS_MUST_USE ns_status cage_close(ns_error *error);
/* The process that connects for the session (rdp/dialer.h): that, and nothing else. */
bool cage_close_dialer(void);

/* escape.c: tries what a cage must refuse, prints a line of each, and says how many it did not refuse. In the cage. */
int cage_try_escapes(void);

#endif
