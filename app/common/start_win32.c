#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <winsock2.h>
#include <windows.h>

#include "base/wide.h"
#include "common/start.h"

int wmain(int argc, wchar_t **argv);

/* A program without a console of its own (the agent) writes to the one it was started from, if there is one. */
static void borrow_console(void) {
    FILE *stream = NULL;
    const HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    if ((output && output != INVALID_HANDLE_VALUE) || !AttachConsole(ATTACH_PARENT_PROCESS))
        return;
    (void)freopen_s(&stream, "CONOUT$", "w", stdout);
    (void)freopen_s(&stream, "CONOUT$", "w", stderr);
}

int wmain(int argc, wchar_t **argv) {
    char **utf8 = calloc((size_t)argc + 1, sizeof *utf8);
    WSADATA sockets;
    if (!utf8)
        return 1;
    borrow_console();
    for (int i = 0; i < argc; i++)
        utf8[i] = ns_wide_to_utf8(argv[i]);
    (void)WSAStartup(MAKEWORD(2, 2), &sockets);
    (void)SetConsoleOutputCP(CP_UTF8);
    (void)_setmode(_fileno(stdout), _O_BINARY);
    (void)_setmode(_fileno(stdin), _O_BINARY);
    return ns_main(argc, utf8);
}
