#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include "session.h"

static void describe_screen(ns_agent_hello *hello) {
    int number = 0;
    xcb_connection_t *display = xcb_connect(NULL, &number);
    if (!xcb_connection_has_error(display)) {
        xcb_screen_iterator_t each = xcb_setup_roots_iterator(xcb_get_setup(display));
        while (number-- > 0)
            xcb_screen_next(&each);
        hello->width = each.data->width_in_pixels;
        hello->height = each.data->height_in_pixels;
        hello->depth = each.data->root_depth;
        hello->scale = 100; /* X has no scale of its own */
    }
    xcb_disconnect(display);
}

/* The session began when the process that the session manager made for us did: our parent, or we ourselves when the
 * shell replaced it. Field 22 of /proc/PID/stat, in ticks after boot. */
static int64_t started_at(pid_t pid) {
    char path[64];
    char line[1024];
    FILE *file = NULL;
    const char *p = NULL;
    size_t size = 0;
    unsigned long long ticks = 0;
    long long boot = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    file = fopen(path, "re");
    if (!file)
        return 0;
    size = fread(line, 1, sizeof line - 1, file);
    (void)fclose(file);
    line[size] = 0;
    p = strrchr(line, ')');
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    ticks = p ? strtoull(p, NULL, 10) : 0;
    file = fopen("/proc/stat", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "btime ", 6) == 0)
            boot = strtoll(line + 6, NULL, 10);
    if (file)
        (void)fclose(file);
    return ticks && boot ? (int64_t)(boot * 1000 + (long long)(ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK))) : 0;
}

void session_describe(ns_agent_hello *hello) {
    const struct passwd *account = getpwuid(geteuid());
    const char *display = getenv("DISPLAY");
    struct utsname system;
    (void)snprintf(hello->user, sizeof hello->user, "%s", account ? account->pw_name : "");
    (void)snprintf(hello->session_id, sizeof hello->session_id, "%s", display && display[0] == ':' ? display + 1 : "");
    hello->session_id[strcspn(hello->session_id, ".")] = 0;
    hello->session_started_at = started_at(getppid());
    hello->elevated = geteuid() == 0;
    if (uname(&system) == 0)
        (void)snprintf(hello->os, sizeof hello->os, "%.40s %.80s", system.sysname, system.release);
    describe_screen(hello);
}

void session_sign_out(bool is_shell) {
    /* xrdp ends the session when its window manager, which is us, ends. Started beside one, we ask the session's own
     * process to end, which is the parent that started us. */
    if (!is_shell)
        (void)kill(getppid(), SIGTERM);
}
