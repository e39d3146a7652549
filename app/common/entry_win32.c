#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <winsock2.h>
#include <windows.h>

#include "base/text.h"
#include "base/wide.h"
#include "common/entry.h"

static HANDLE cancel_event;
static HANDLE end_event;

ns_status ns_entry_read_password(const char *prompt, ns_secret *out, ns_error *error) {
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD before = 0;
    WCHAR line[512];
    char utf8[2048];
    DWORD units = 0;
    int size = 0;
    ns_status status = NS_OK;
    if (!GetConsoleMode(input, &before))
        return ns_error_set(error, NS_STATUS_REFUSED, "NoTerminal", "Give it on standard input with --password-stdin.",
                            "There is no console to ask for the password.");
    (void)fprintf(stderr, "%s", prompt);
    (void)SetConsoleMode(input, (before | ENABLE_LINE_INPUT) & ~(DWORD)ENABLE_ECHO_INPUT);
    (void)ReadConsoleW(input, line, NS_COUNT_OF(line), &units, NULL);
    (void)SetConsoleMode(input, before);
    (void)fprintf(stderr, "\n");
    while (units && (line[units - 1] == L'\n' || line[units - 1] == L'\r'))
        units--;
    size = WideCharToMultiByte(CP_UTF8, 0, line, (int)units, utf8, sizeof utf8, NULL, NULL);
    status = ns_secret_set(out, utf8, size > 0 ? (size_t)size : 0, error);
    SecureZeroMemory(line, sizeof line);
    SecureZeroMemory(utf8, sizeof utf8);
    return status;
}

bool ns_entry_input_is_terminal(void) {
    return _isatty(_fileno(stdin)) != 0;
}

bool ns_entry_is_terminal(void) {
    return _isatty(_fileno(stdout)) != 0;
}

static BOOL WINAPI on_control(DWORD kind) {
    (void)SetEvent(WaitForSingleObject(cancel_event, 0) == WAIT_OBJECT_0 ? end_event : cancel_event);
    /* Closing, signing out and shutting down end the process as soon as this returns; the run needs the seconds that
     * Windows gives to be cancelled and written down. */
    if (kind >= CTRL_CLOSE_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

HANDLE ns_entry_cancel_event(void) {
    if (!cancel_event) {
        cancel_event = CreateEventW(NULL, TRUE, FALSE, NULL);
        end_event = CreateEventW(NULL, TRUE, FALSE, NULL);
        (void)SetConsoleCtrlHandler(on_control, TRUE);
    }
    return cancel_event;
}

HANDLE ns_entry_end_event(void) {
    (void)ns_entry_cancel_event();
    return end_event;
}
