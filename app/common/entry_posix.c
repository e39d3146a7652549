#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "common/entry.h"

static HANDLE cancel_event;
static HANDLE end_event;
static int cancel_pipe[2] = {-1, -1};

ns_status ns_entry_read_password(const char *prompt, ns_secret *out, ns_error *error) {
    char line[2048];
    struct termios before;
    struct termios silent;
    sigset_t ending;
    sigset_t mask;
    ssize_t size = 0;
    ns_status status = NS_OK;
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0)
        return ns_error_set(error, NS_STATUS_REFUSED, "NoTerminal", "Give it on standard input with --password-stdin.",
                            "There is no terminal to ask for the password.");
    /* Ctrl+C must not end us with the echo off: it takes effect when the terminal is as it was. */
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGINT);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigaddset(&ending, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &ending, &mask);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)fprintf(stderr, "%s", prompt);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    size = read(STDIN_FILENO, line, sizeof line);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    (void)fprintf(stderr, "\n");
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    if (size > 0 && line[size - 1] == '\n')
        size--;
    status = ns_secret_set(out, line, size > 0 ? (size_t)size : 0, error);
    ns_wipe(line, sizeof line);
    return status;
}

bool ns_entry_input_is_terminal(void) {
    return isatty(STDIN_FILENO) != 0;
}

bool ns_entry_is_terminal(void) {
    return isatty(STDOUT_FILENO) != 0;
}

static void on_signal(int number) {
    (void)number;
    (void)!write(cancel_pipe[1], "", 1);
}

/* A signal handler may not touch WinPR's events, so a thread does it. */
static DWORD WINAPI wait_for_signal(LPVOID context) {
    const HANDLE events[] = {cancel_event, end_event};
    char byte = 0;
    (void)context;
    for (size_t i = 0; i < NS_COUNT_OF(events); i++) {
        while (read(cancel_pipe[0], &byte, 1) < 0 && errno == EINTR) {
        }
        (void)SetEvent(events[i]);
    }
    return 0;
}

HANDLE ns_entry_cancel_event(void) {
    struct sigaction action = {.sa_handler = on_signal};
    if (cancel_event)
        return cancel_event;
    cancel_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    end_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (pipe2(cancel_pipe, O_CLOEXEC) == 0 && cancel_event && end_event) {
        HANDLE thread = CreateThread(NULL, 0, wait_for_signal, NULL, 0, NULL);
        (void)sigaction(SIGINT, &action, NULL);
        (void)sigaction(SIGTERM, &action, NULL);
        if (signal(SIGHUP, SIG_IGN) != SIG_IGN) /* nohup means it */
            (void)sigaction(SIGHUP, &action, NULL);
        if (thread)
            CloseHandle(thread);
    }
    return cancel_event;
}

HANDLE ns_entry_end_event(void) {
    (void)ns_entry_cancel_event();
    return end_event;
}
