#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "instance.h"

enum { WAIT_STEP_US = 500000, WAIT_STEPS = 7200 }; /* an hour: a run may go on in the other one */

static int lock_fd = -1;
static char lock_path[128];
static char newer_path[140];

static void name_files(void) {
    const char *display = getenv("DISPLAY");
    int number = display && display[0] == ':' ? atoi(display + 1) : 0; /* NOLINT(cert-err34-c) */
    (void)snprintf(lock_path, sizeof lock_path, "/tmp/.nightshift-agent-%ld-%d", (long)getuid(), number);
    (void)snprintf(newer_path, sizeof newer_path, "%s.newer", lock_path);
}

static bool try_lock(void) {
    if (flock(lock_fd, LOCK_EX | LOCK_NB) != 0)
        return false;
    (void)unlink(newer_path);
    return true;
}

static void write_version(const char *version, bool installed) {
    char text[128];
    int size = snprintf(text, sizeof text, "%.80s %s\n", version, installed ? "installed" : "shell");
    (void)!ftruncate(lock_fd, 0);
    (void)!pwrite(lock_fd, text, (size_t)size, 0);
}

/* The place is taken by an older agent that was installed as we are: one that is the session's shell cannot go. */
static bool may_replace(const char *version) {
    char text[128] = {0};
    ssize_t size = pread(lock_fd, text, sizeof text - 1, 0);
    return size > 0 && strstr(text, " installed") && instance_compare(text, version) < 0;
}

bool instance_take(const char *version, bool installed) {
    bool taken = false;
    name_files();
    lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock_fd < 0)
        return true; /* without a place to write there is no other agent to know of */
    taken = try_lock();
    if (!taken && installed && may_replace(version)) {
        int newer = open(newer_path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        int again = open(lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW); /* which wakes the other one */
        if (newer >= 0)
            (void)close(newer);
        if (again >= 0)
            (void)close(again);
        for (int i = 0; i < WAIT_STEPS && !taken; i++) {
            (void)usleep(WAIT_STEP_US);
            taken = try_lock();
        }
    }
    if (taken)
        write_version(version, installed);
    return taken;
}

bool instance_is_wanted(void) {
    struct stat file;
    return lstat(newer_path, &file) == 0 && file.st_uid == geteuid(); /* /tmp is everybody's */
}

HANDLE instance_event(void) {
    return NULL;
}

const char *instance_place(void) {
    return lock_path;
}

void instance_release(void) {
    if (lock_fd >= 0)
        (void)close(lock_fd);
    lock_fd = -1;
}
