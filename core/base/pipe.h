/* A child process and the two pipes to it: the narrow call behind which CreateProcess and posix_spawn hide.
 * pipe_win32.c and pipe_posix.c implement it. */
#ifndef NS_BASE_PIPE_H
#define NS_BASE_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ns_child ns_child;

typedef struct ns_child_options {
    const char *application;        /* the program's full path; NULL: the first argument names it */
    const char *const *arguments;   /* program path first, NULL at the end; never a secret */
    const char *raw_arguments;      /* Windows only: the rest of the command line as it is, instead of the further arguments */
    const char *folder;             /* where it starts; NULL: here */
    const char *const *environment; /* pairs "NAME=value" added to ours, NULL at the end; may be NULL */
    intptr_t inherited;             /* a handle or descriptor that the child gets too (descriptor 3 there); -1 for none */
    bool confined;     /* no new privileges, and of our environment only what any program needs to start; on Windows also a job that forbids
                        * children and a restricted token */
    bool detached;     /* a life of its own: no pipes, survives us, no console window */
    bool tied;         /* it and all that it started end when we do, even when we are killed */
    bool own_console;  /* Windows only: a console window of its own, which takes its output and input in place of the pipes */
    bool merge_errors; /* its standard error goes into the output pipe; else to ours */
} ns_child_options;

/* Starts the program in a process group (or job) of its own. *out is closed with ns_child_close; NULL for a detached one.
 * NS_STATUS_NOT_FOUND when there is no such program, NS_STATUS_SYSTEM. Any thread. */
NS_MUST_USE ns_status ns_child_start(const ns_child_options *options, ns_child **out, ns_error *error);
/* Waits for output: *got = 0 means the pipe is closed. One reading thread. */
NS_MUST_USE ns_status ns_child_read(ns_child *child, void *bytes, size_t size, size_t *got, ns_error *error);
/* Lets a waiting ns_child_read return with the end of the pipe, though somebody may still hold its other end; `stop` false
 * takes that back for a later reader. A reader that is between two calls may miss it on Windows: tell it until it is gone. */
void ns_child_stop_reading(ns_child *child, bool stop);
/* Writes all of it; gives up after a second in which the child took nothing. NS_STATUS_CLOSED when the child no longer reads. One writing thread. */
NS_MUST_USE ns_status ns_child_write(ns_child *child, const void *bytes, size_t size, ns_error *error);
/* Closes the child's standard input: it reads the end of the file. */
void ns_child_close_input(ns_child *child);
/* Waits up to `timeout_ms` for the end of the program itself; true when it ended, with its exit code (128 + signal when
 * a signal ended it). One waiting thread. */
bool ns_child_wait(ns_child *child, uint32_t timeout_ms, int *exit_code);
/* Ends the program and all that it started. Any thread. */
void ns_child_kill_tree(ns_child *child);
/* How many processes that a tied program started still run after its end, with some of their names. */
size_t ns_child_left(ns_child *child, char *names, size_t size);
/* Whether the process of that number is one of them; on Windows. Elsewhere false. */
bool ns_child_holds(const ns_child *child, uint32_t id);
/* Lets them live on: neither ns_child_close nor our end takes them along any more. */
void ns_child_release_tree(ns_child *child);
/* For a process that starts tied programs, once and before the first: on Linux, what they leave becomes its own child, so
 * that a daemon which left the process group is found as well. On Windows the job holds them in any case. */
void ns_child_adopt_strays(void);
/* On Linux: ends what was adopted and still runs (`end`), or only takes note of what has ended. No tied program may run. */
void ns_child_clear_strays(bool end);
uint32_t ns_child_id(const ns_child *child);
/* Kills what still runs and frees. No reader or writer may be in a call. */
void ns_child_close(ns_child *child);

/* Our own standard input and output as bytes, for the child's side of the same pipes. */
NS_MUST_USE ns_status ns_stdin_read(void *bytes, size_t size, size_t *got, ns_error *error);
NS_MUST_USE ns_status ns_stdout_write(const void *bytes, size_t size, ns_error *error);

#endif
