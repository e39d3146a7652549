#include <dirent.h>
#include <fcntl.h>

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/pipe.h"
#include "base/png.h"
#include "base/system.h"
#include "news.h"
#include "session.h"

/* A client that connected so lately is the one that we are about to greet. */
enum { JUST_NOW_MS = 4000, USERS_MAXIMUM = 64, FORCE_AFTER_S = 3 };

static volatile sig_atomic_t asked_to_end;
static uint64_t connected_since; /* ms, monotonic; 0 while nobody is */

static const char *display_number(void) {
    static char number[16];
    const char *display = getenv("DISPLAY");
    (void)snprintf(number, sizeof number, "%s", display && display[0] == ':' ? display + 1 : "");
    number[strcspn(number, ".")] = 0;
    return number;
}

/* xorgxrdp serves the screen to xrdp over a socket named for the display: while a client is connected, a second end of
 * it is there, in the state 03, connected (proc(5), /proc/net/unix). */
static bool has_socket(const char *in_state) {
    char wanted[64];
    char line[512];
    bool found = false;
    FILE *file = fopen("/proc/net/unix", "re");
    (void)snprintf(wanted, sizeof wanted, "/xrdp_display_%s", display_number());
    while (file && !found && fgets(line, sizeof line, file)) {
        char state[8] = {0};
        line[strcspn(line, "\n")] = 0;
        if (strlen(line) > strlen(wanted) && strcmp(line + strlen(line) - strlen(wanted), wanted) == 0 &&
            sscanf(line, "%*s %*s %*s %*s %*s %7s", state) == 1) /* NOLINT(cert-err34-c) */
            found = !in_state || strcmp(state, in_state) == 0;
    }
    if (file)
        (void)fclose(file);
    return found;
}

static void on_terminate(int number) {
    (void)number;
    asked_to_end = 1;
    news_wake();
}

void session_begin(void (*told)(void *context), void *context) {
    const struct sigaction action = {.sa_handler = on_terminate};
    news_begin(has_socket(NULL));
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    (void)told; /* who ends us does not wait for an answer: the flag is looked at */
    (void)context;
    session_watch();
}

void session_wait(uint32_t timeout_ms) {
    news_wait(timeout_ms ? (int)timeout_ms : -1);
}

bool session_has_news(void) {
    return news_of_client();
}

session_ending session_is_ending(void) {
    if (!asked_to_end)
        return SESSION_STAYS;
    /* systemd makes the first when it begins to shut down, and shutdown(8) the second. */
    return ns_system_file_exists("/run/nologin") || ns_system_file_exists("/run/systemd/shutdown/scheduled") ? SESSION_RESTARTS : SESSION_SIGNS_OUT;
}

bool session_has_ended(void) {
    return asked_to_end != 0;
}

bool session_is_connected(void) {
    return has_socket("03");
}

void session_watch(void) {
    if (!session_is_connected())
        connected_since = 0;
    else if (!connected_since)
        connected_since = ns_clock_monotonic_ms();
}

void session_look_at_screen(session_screen *out) {
    int number = 0;
    xcb_connection_t *display = xcb_connect(NULL, &number);
    memset(out, 0, sizeof *out);
    if (!xcb_connection_has_error(display)) {
        xcb_screen_iterator_t each = xcb_setup_roots_iterator(xcb_get_setup(display));
        while (number-- > 0)
            xcb_screen_next(&each);
        out->width = each.data->width_in_pixels;
        out->height = each.data->height_in_pixels;
        out->depth = each.data->root_depth;
        out->scale = 100; /* X has no scale of its own */
    }
    xcb_disconnect(display);
}

/* How long ago the process that the session manager made for us began: field 22 of /proc/PID/stat, in ticks after boot.
 * -1 when that cannot be read. */
static int64_t age_of(pid_t pid) {
    char path[64];
    char line[1024];
    FILE *file = NULL;
    const char *p = NULL;
    size_t size = 0;
    struct timespec since_boot;
    unsigned long long ticks = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    file = fopen(path, "re");
    if (!file || clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) {
        if (file)
            (void)fclose(file);
        return -1;
    }
    size = fread(line, 1, sizeof line - 1, file);
    (void)fclose(file);
    line[size] = 0;
    p = strrchr(line, ')');
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    ticks = p ? strtoull(p, NULL, 10) : 0;
    return ticks
               ? (int64_t)since_boot.tv_sec * 1000 + since_boot.tv_nsec / 1000000 - (int64_t)(ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK))
               : -1;
}

/* The displays that are there: each of their sockets belongs to the user of its session. */
static size_t count_displays(bool (*wanted)(const char *number, uid_t owner, void *context), void *context) {
    DIR *folder = opendir("/tmp/.X11-unix");
    const struct dirent *entry = NULL;
    size_t count = 0;
    while (folder && (entry = readdir(folder)) != NULL) {
        struct stat state;
        if (entry->d_name[0] == 'X' && fstatat(dirfd(folder), entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0 &&
            wanted(entry->d_name + 1, state.st_uid, context))
            count++;
    }
    if (folder)
        (void)closedir(folder);
    return count;
}

/* A socket may outlive its server; somebody listening on it in the kernel's list is the proof. */
static bool display_lives(const char *number) {
    char wanted[64];
    char line[512];
    bool found = false;
    FILE *file = fopen("/proc/net/unix", "re");
    (void)snprintf(wanted, sizeof wanted, "/tmp/.X11-unix/X%s", number);
    while (file && !found && fgets(line, sizeof line, file)) {
        const char *name = strrchr(line, ' ');
        line[strcspn(line, "\n")] = 0;
        found = name && (strcmp(name + 1, wanted) == 0 || (name[1] == '@' && strcmp(name + 2, wanted) == 0));
    }
    if (file)
        (void)fclose(file);
    return found;
}

static bool is_own_other(const char *number, uid_t owner, void *context) {
    (void)context;
    return owner == geteuid() && strcmp(number, display_number()) != 0 && display_lives(number);
}

typedef struct user_list {
    uid_t users[USERS_MAXIMUM];
    size_t count;
} user_list;

static bool add_user(const char *number, uid_t owner, void *context) {
    user_list *list = context;
    if (owner != geteuid() && owner != 0 && list->count < USERS_MAXIMUM && display_lives(number))
        list->users[list->count++] = owner;
    return false;
}

static bool has_user(const user_list *list, uid_t user) {
    for (size_t i = 0; i < list->count; i++)
        if (list->users[i] == user)
            return true;
    return false;
}

void session_new_user(char *out, size_t size) {
    static user_list before;
    static bool measured;
    user_list now = {.count = 0};
    (void)count_displays(add_user, &now);
    out[0] = 0;
    for (size_t i = 0; measured && i < now.count && !out[0]; i++) {
        const struct passwd *account = has_user(&before, now.users[i]) ? NULL : getpwuid(now.users[i]);
        if (account)
            (void)snprintf(out, size, "%s", account->pw_name);
    }
    before = now;
    measured = true;
}

/* The locale that programs of the session get (POSIX.1-2017, XBD 8.2). */
static const char *locale_of_session(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return value;
    }
    return "C";
}

/* DISPLAY among the variables of another process. */
static bool is_on_display(const char *process) {
    char path[300];
    char bytes[32768];
    char wanted[40];
    size_t size = 0;
    FILE *file = NULL;
    (void)snprintf(path, sizeof path, "/proc/%s/environ", process);
    (void)snprintf(wanted, sizeof wanted, "DISPLAY=:%s", display_number());
    file = fopen(path, "re");
    if (!file)
        return false;
    size = fread(bytes, 1, sizeof bytes - 1, file);
    bytes[size] = 0;
    (void)fclose(file);
    for (const char *p = bytes; p < bytes + size; p += strlen(p) + 1)
        if (strncmp(p, wanted, strlen(wanted)) == 0 && (p[strlen(wanted)] == 0 || p[strlen(wanted)] == '.'))
            return true;
    return false;
}

/* Programs that are there only while they lock a screen of X. */
static bool is_locker(const char *name) {
    static const char *const names[] = {"i3lock", "slock", "xlock", "xtrlock", "xsecurelock", "swaylock", "mate-screensaver-dialog"};
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        if (strncmp(name, names[i], 15) == 0 && strlen(name) == strnlen(names[i], 15)) /* the kernel keeps 15 characters of a name */
            return true;
    return false;
}

/* Whether one of them is ours and on our display. */
static bool is_locked(void) {
    DIR *folder = opendir("/proc");
    const struct dirent *entry = NULL;
    bool locked = false;
    while (folder && !locked && (entry = readdir(folder)) != NULL) {
        char path[300];
        char name[64] = {0};
        struct stat owner;
        FILE *file = NULL;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        (void)snprintf(path, sizeof path, "/proc/%s/comm", entry->d_name);
        file = fopen(path, "re");
        if (file && fstat(fileno(file), &owner) == 0 && owner.st_uid == geteuid() && fgets(name, sizeof name, file)) {
            name[strcspn(name, "\n")] = 0;
            locked = is_locker(name) && is_on_display(entry->d_name);
        }
        if (file)
            (void)fclose(file);
    }
    if (folder)
        (void)closedir(folder);
    return locked;
}

void session_look_at_desktop(bool installed, ns_desktop_facts *out) {
    session_screen screen;
    session_look_at_screen(&screen);
    (void)installed; /* what a session of X has for a shell is anybody's choice */
    *out = (ns_desktop_facts){.connected = session_is_connected(), .locked = is_locked() ? NS_YES : NS_NO, .input = screen.width ? NS_YES : NS_NO};
}

static char *describe_environment(void) {
    static const char *const names[] = {"XDG_CURRENT_DESKTOP", "GTK_THEME", "QT_SCALE_FACTOR", "GDK_SCALE"};
    cJSON *object = cJSON_CreateObject();
    const time_t now = time(NULL);
    struct tm local = {0};
    if (object) {
        (void)ns_json_add_string(object, "locale", locale_of_session());
        (void)ns_json_add_string(object, "timeZone", localtime_r(&now, &local) ? local.tm_zone : "");
    }
    char *text = NULL;
    for (size_t i = 0; object && i < sizeof names / sizeof names[0]; i++)
        if (getenv(names[i]))
            (void)ns_json_add_string(object, names[i], getenv(names[i]));
    if (object)
        text = ns_json_print(object);
    cJSON_Delete(object);
    return text;
}

/* The display began with its session, and its socket does not change; an agent that was started by hand says little. */
static void describe_start(ns_agent_hello *hello) {
    const int64_t now = ns_clock_utc_ms();
    char path[64];
    struct stat state;
    (void)snprintf(path, sizeof path, "/tmp/.X11-unix/X%s", display_number());
    if (stat(path, &state) == 0) {
        hello->session_started_at = (int64_t)state.st_mtim.tv_sec * 1000 + state.st_mtim.tv_nsec / 1000000;
        hello->session_age = now > hello->session_started_at ? now - hello->session_started_at : 0;
    } else {
        hello->session_age = age_of(getppid());
        hello->session_started_at = hello->session_age < 0 ? 0 : now - hello->session_age;
    }
}

static ns_joined how_it_was(bool kept) {
    session_watch();
    if (connected_since && ns_clock_monotonic_ms() - connected_since > JUST_NOW_MS)
        return NS_JOINED_ACTIVE; /* no gap between that client and ours */
    return kept ? NS_JOINED_LOCKED : NS_JOINED_DISCONNECTED;
}

void session_describe(ns_agent_hello *hello, bool kept) {
    const struct passwd *account = getpwuid(geteuid());
    struct utsname system;
    session_screen screen;
    (void)snprintf(hello->user, sizeof hello->user, "%s", account ? account->pw_name : "");
    (void)snprintf(hello->session_id, sizeof hello->session_id, "%s", display_number());
    describe_start(hello);
    hello->joined = how_it_was(kept);
    hello->single_session = NS_UNKNOWN; /* xrdp: one for each colour depth, or as its policy says */
    hello->others = (int64_t)count_displays(is_own_other, NULL);
    hello->elevated = geteuid() == 0;
    hello->environment = describe_environment();
    if (uname(&system) == 0) {
        (void)snprintf(hello->os, sizeof hello->os, "%.40s %.80s", system.sysname, system.release);
        (void)snprintf(hello->computer, sizeof hello->computer, "%s", system.nodename);
    }
    session_look_at_screen(&screen);
    hello->width = screen.width;
    hello->height = screen.height;
    hello->scale = screen.scale;
    hello->depth = screen.depth;
}

/* A disconnected xrdp session asks for the password before anybody sees it again; there is nothing else to lock. */
bool session_lock(char *message, size_t size) {
    ns_phrase_write(message, size, "disconnected: the password is asked for again");
    return true;
}

ns_status session_picture(uint8_t **png, size_t *size, ns_error *error) {
    int number = 0;
    xcb_connection_t *display = xcb_connect(NULL, &number);
    xcb_get_image_reply_t *image = NULL;
    ns_status status = NS_OK;
    *png = NULL;
    *size = 0;
    if (!xcb_connection_has_error(display)) {
        xcb_screen_iterator_t each = xcb_setup_roots_iterator(xcb_get_setup(display));
        while (number-- > 0)
            xcb_screen_next(&each);
        image = xcb_get_image_reply(
            display,
            xcb_get_image(display, XCB_IMAGE_FORMAT_Z_PIXMAP, each.data->root, 0, 0, each.data->width_in_pixels, each.data->height_in_pixels, ~0U),
            NULL);
        if (image && (size_t)xcb_get_image_data_length(image) == (size_t)each.data->width_in_pixels * each.data->height_in_pixels * 4)
            status = ns_png_encode(xcb_get_image_data(image), each.data->width_in_pixels, each.data->height_in_pixels, png, size, error);
    }
    if (status == NS_OK && !*png)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NoPicture", NULL, "The display gave no picture.");
    free(image);
    xcb_disconnect(display);
    return status;
}

/* The process whose end is the session's: the topmost of our ancestors that is still ours, which the session manager
 * waits for. 0 when we hang below no such one. */
static pid_t session_process(void) {
    pid_t at = getppid();
    pid_t found = 0;
    while (at > 1) {
        char path[64];
        char line[512];
        struct stat owner;
        FILE *file = NULL;
        const char *p = NULL;
        (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)at);
        file = fopen(path, "re");
        if (!file)
            break;
        /* A user's own systemd stands above all of their sessions. */
        if (fstat(fileno(file), &owner) == 0 && owner.st_uid == geteuid() && fgets(line, sizeof line, file) && !strstr(line, "(systemd)") &&
            (p = strrchr(line, ')')) != NULL) {
            found = at;
            at = (pid_t)strtol(p + 4, NULL, 10); /* ") S ppid" */
        } else {
            at = 0;
        }
        (void)fclose(file);
    }
    return found;
}

/* The X server wrote its number here (Xserver(1)); without it no session goes on. */
static pid_t display_process(void) {
    char path[64];
    char line[32] = {0};
    FILE *file = NULL;
    (void)snprintf(path, sizeof path, "/tmp/.X%s-lock", display_number());
    file = fopen(path, "re");
    if (!file)
        return 0;
    (void)!fgets(line, sizeof line, file);
    (void)fclose(file);
    return (pid_t)strtol(line, NULL, 10);
}

void session_sign_out(bool is_shell, void (*held_up)(void *context, const char *names), void *context) {
    const pid_t process = is_shell ? 0 : session_process();
    const pid_t display = is_shell ? 0 : display_process();
    (void)held_up; /* nothing can say no here */
    (void)context;
    /* What a kept session still held open goes with it. */
    ns_child_clear_strays(true);
    /* xrdp ends the session when its window manager, which is us, ends. Started beside one, we ask the session's own
     * process to end, and after a while its display. */
    if (process > 1)
        (void)kill(process, SIGTERM);
    if (display > 1 && !is_shell) {
        (void)signal(SIGTERM, SIG_DFL);
        (void)sleep(process > 1 ? FORCE_AFTER_S : 0);
        (void)kill(display, SIGTERM);
    }
}

const char *session_domain(char *out, size_t size) {
    (void)snprintf(out, size, "%s", "");
    return out;
}
