#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pipe.h"
#include "base/platform.h"
#include "base/text.h"

extern char **environ;

enum { READ_SLICE_MS = 200, WRITE_LIMIT_MS = 1000, EARLIER_MAXIMUM = 64 };

struct ns_child {
    pid_t pid;
    int input;  /* we write, the child reads */
    int output; /* the child writes, we read */
    int pidfd;
    volatile LONG stop_reading;
    bool ended;
    bool tied;
    bool released;                  /* what it started may live on */
    pid_t earlier[EARLIER_MAXIMUM]; /* what was left and kept before it began: not its own */
    size_t earlier_count;
    int exit_code;
};

/* What the child needs between fork and exec; filled before, since only async-signal-safe calls may be made there. */
typedef struct launch {
    char **environment;
    const ns_child_options *options;
    int input[2];
    int output[2];
    pid_t parent;
    pid_t earlier[EARLIER_MAXIMUM]; /* see ns_child */
    size_t earlier_count;
    int report[2]; /* carries errno back when exec fails; closes by itself when it succeeds */
} launch;

static void close_pair(int pair[2]) {
    for (int i = 0; i < 2; i++) {
        if (pair[i] >= 0)
            (void)close(pair[i]);
        pair[i] = -1;
    }
}

/* Such as a proxy that FreeRDP would take for its own is not passed on. */
static bool is_passed_on(const char *entry) {
    static const char *const names[] = {"HOME",         "LANG",         "LC_ALL",        "TZ",          "TMPDIR", "SSL_CERT_FILE",
                                        "SSL_CERT_DIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"};
    const size_t size = strcspn(entry, "=");
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        if (strlen(names[i]) == size && strncmp(entry, names[i], size) == 0)
            return true;
    return false;
}

static char **merged_environment(const char *const *added, bool confined) {
    size_t count = 0;
    size_t used = 0;
    char **merged = NULL;
    while (environ[count])
        count++;
    for (size_t i = 0; added && added[i]; i++)
        count++;
    merged = calloc(count + 1, sizeof *merged);
    if (!merged)
        return NULL;
    for (size_t i = 0; environ[i]; i++) {
        size_t name = strcspn(environ[i], "=");
        bool left_out = confined && !is_passed_on(environ[i]);
        for (size_t j = 0; added && added[j]; j++)
            left_out = left_out || strncmp(environ[i], added[j], name + 1) == 0;
        if (!left_out)
            merged[used++] = environ[i];
    }
    for (size_t i = 0; added && added[i]; i++)
        merged[used++] = (char *)(uintptr_t)added[i];
    return merged;
}

static void end_group(int number) {
    (void)number;
    (void)kill(0, SIGKILL); /* us too */
}

/* A tied program gets a leader for its process group, which the kernel signals when we die, however we die. It waits
 * for the program and ends as it did. Returns in the program's own process only. */
static void stay_as_leader(pid_t parent) {
    const struct sigaction action = {.sa_handler = end_group};
    pid_t program = 0;
    int state = 0;
    (void)sigaction(SIGTERM, &action, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        end_group(SIGTERM);
    program = fork();
    if (program == 0) {
        (void)signal(SIGTERM, SIG_DFL);
        return;
    }
    /* Every descriptor but the report of a failed start would keep the pipes open. */
    (void)syscall(SYS_close_range, 0U, ~0U, 0U);
    while (program > 0 && waitpid(program, &state, 0) < 0 && errno == EINTR) {
    }
    _exit(program < 0 ? 127 : WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state));
}

static bool redirect(const launch *plan) {
    const bool errors = plan->options->merge_errors || plan->options->detached;
    return dup2(plan->input[0], 0) >= 0 && dup2(plan->output[1], 1) >= 0 && (!errors || dup2(plan->output[1], 2) >= 0);
}

static void child_side(const launch *plan) __attribute__((noreturn));
static void child_side(const launch *plan) {
    const ns_child_options *options = plan->options;
    const char *program = options->arguments[0];
    sigset_t none;
    int failure = 0;
    int keep = plan->report[1];
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (options->detached)
        (void)setsid();
    else
        (void)setpgid(0, 0);
    if (options->tied)
        stay_as_leader(plan->parent);
    if (options->folder && options->folder[0] && chdir(options->folder) != 0)
        goto failed;
    if (!redirect(plan))
        goto failed;
    if (options->inherited >= 0) {
        if (keep == 3)
            keep = dup(keep);
        if (dup2((int)options->inherited, 3) < 0 || fcntl(3, F_SETFD, 0) != 0)
            goto failed;
    }
    (void)fcntl(keep, F_SETFD, FD_CLOEXEC);
    for (int fd = options->inherited >= 0 ? 4 : 3; fd < keep; fd++)
        (void)close(fd);
    (void)syscall(SYS_close_range, (unsigned)keep + 1, ~0U, 0U);
    if (options->confined)
        (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)execvpe(options->application ? options->application : program, (char *const *)(uintptr_t)options->arguments, plan->environment);
failed:
    failure = errno;
    (void)!write(keep, &failure, sizeof failure);
    _exit(127);
}

static ns_status start_error(int failure, const ns_child_options *options, ns_error *error) {
    const char *program = options->arguments[0];
    if (failure == ENOENT || failure == ENOTDIR || failure == EACCES) {
        ns_error_set_system(error, (uint32_t)failure, "FlowNotStarted",
                            "Check the flow's program and folder: both must exist on the machine, and the run's user must be allowed to use them.",
                            "The program %s could not be started", program);
        if (error)
            error->status = NS_STATUS_NOT_FOUND;
        return NS_STATUS_NOT_FOUND;
    }
    return ns_error_set_system(error, (uint32_t)failure, "FlowNotStarted", NULL, "The program %s could not be started", program);
}

static int open_pipes(launch *plan) {
    const bool piped = !plan->options->detached;
    if (pipe2(plan->report, O_CLOEXEC) != 0)
        return errno;
    if (piped && (pipe2(plan->input, O_CLOEXEC) != 0 || pipe2(plan->output, O_CLOEXEC) != 0))
        return errno;
    if (!piped) {
        plan->input[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        plan->output[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (plan->input[0] < 0 || plan->output[1] < 0)
            return errno;
    }
    return 0;
}

static ns_status adopt(launch *plan, pid_t pid, ns_child **out, ns_error *error) {
    ns_child *child = calloc(1, sizeof *child);
    if (!child) {
        (void)kill(-pid, SIGKILL);
        return ns_error_set_memory(error);
    }
    child->pid = pid;
    child->tied = plan->options->tied;
    memcpy(child->earlier, plan->earlier, sizeof child->earlier);
    child->earlier_count = plan->earlier_count;
    child->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    child->input = plan->input[1];
    child->output = plan->output[0];
    (void)fcntl(child->input, F_SETFL, O_NONBLOCK); /* who writes may hold deadlines, so no write may wait for ever */
    plan->input[1] = -1;
    plan->output[0] = -1;
    *out = child;
    return NS_OK;
}

static void note_earlier(launch *plan);

ns_status ns_child_start(const ns_child_options *options, ns_child **out, ns_error *error) {
    launch plan = {.options = options, .parent = getpid(), .input = {-1, -1}, .output = {-1, -1}, .report = {-1, -1}};
    int failure = 0;
    pid_t pid = -1;
    ns_status status = NS_OK;
    *out = NULL;
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is answered by write, not by death */
    plan.environment = merged_environment(options->environment, options->confined);
    failure = plan.environment ? open_pipes(&plan) : ENOMEM;
    if (options->tied)
        note_earlier(&plan);
    if (failure == 0) {
        pid = fork();
        if (pid == 0)
            child_side(&plan);
        if (pid < 0)
            failure = errno;
    }
    if (failure == 0) {
        (void)setpgid(pid, pid); /* on both sides: whoever comes first */
        (void)close(plan.report[1]);
        plan.report[1] = -1;
        if (read(plan.report[0], &failure, sizeof failure) != (ssize_t)sizeof failure)
            failure = 0;
        if (failure)
            (void)waitpid(pid, NULL, 0);
    }
    if (failure)
        status = start_error(failure, options, error);
    else if (!options->detached)
        status = adopt(&plan, pid, out, error);
    close_pair(plan.input);
    close_pair(plan.output);
    close_pair(plan.report);
    free(plan.environment);
    return status;
}

static ns_status read_descriptor(int fd, void *bytes, size_t size, size_t *got, ns_error *error) {
    ssize_t count = 0;
    *got = 0;
    do
        count = read(fd, bytes, size);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return ns_error_set_system(error, (uint32_t)errno, "SystemError", NULL, "A pipe could not be read");
    *got = (size_t)count;
    return NS_OK;
}

static ns_status write_descriptor(int fd, const void *bytes, size_t size, ns_error *error) {
    const char *p = bytes;
    while (size) {
        ssize_t count = write(fd, p, size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT, .revents = 0};
            if (poll(&room, 1, WRITE_LIMIT_MS) > 0)
                continue;
            return ns_error_set(error, NS_STATUS_CLOSED, "RunnerFailed", NULL, "The other process takes nothing.");
        }
        if (count < 0 && errno == EPIPE)
            return ns_error_set(error, NS_STATUS_CLOSED, "RunnerFailed", NULL, "The other process no longer reads.");
        if (count < 0)
            return ns_error_set_system(error, (uint32_t)errno, "SystemError", NULL, "A pipe could not be written");
        p += count;
        size -= (size_t)count;
    }
    return NS_OK;
}

void ns_child_stop_reading(ns_child *child, bool stop) {
    (void)InterlockedExchange(&child->stop_reading, stop ? 1 : 0);
}

ns_status ns_child_read(ns_child *child, void *bytes, size_t size, size_t *got, ns_error *error) {
    struct pollfd output = {.fd = child->output, .events = POLLIN, .revents = 0};
    *got = 0;
    do
        if (InterlockedCompareExchange(&child->stop_reading, 0, 0))
            return NS_OK;
    while (poll(&output, 1, READ_SLICE_MS) <= 0);
    return read_descriptor(child->output, bytes, size, got, error);
}

ns_status ns_child_write(ns_child *child, const void *bytes, size_t size, ns_error *error) {
    return write_descriptor(child->input, bytes, size, error);
}

void ns_child_close_input(ns_child *child) {
    if (child->input >= 0)
        (void)close(child->input);
    child->input = -1;
}

bool ns_child_wait(ns_child *child, uint32_t timeout_ms, int *exit_code) {
    uint64_t deadline = ns_clock_monotonic_ms() + timeout_ms;
    while (!child->ended) {
        siginfo_t state = {0};
        uint64_t now = 0;
        struct pollfd end = {.fd = child->pidfd, .events = POLLIN, .revents = 0};
        /* Not reaped until the close: as long as it is there, its number cannot become another group's. */
        if (waitid(P_PID, (id_t)child->pid, &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_pid == child->pid) {
            child->ended = true;
            child->exit_code = state.si_code == CLD_EXITED ? state.si_status : 128 + state.si_status;
            break;
        }
        now = ns_clock_monotonic_ms();
        if (now >= deadline)
            return false;
        (void)poll(&end, 1, (int)(deadline - now > 60000 ? 60000 : deadline - now));
    }
    if (exit_code)
        *exit_code = child->exit_code;
    return true;
}

typedef struct process {
    pid_t pid;
    pid_t parent;
    pid_t group;
    char state;
    bool ours;
    char name[32];
} process;

/* /proc/PID/stat: pid (name) state ppid pgrp …; the name may hold spaces and brackets. */
static bool read_process(const char *number, process *out) {
    char path[64];
    char line[512];
    ssize_t size = 0;
    const char *open_bracket = NULL;
    char *close_bracket = NULL;
    char *end = NULL;
    int fd = -1;
    (void)snprintf(path, sizeof path, "/proc/%.20s/stat", number);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    size = read(fd, line, sizeof line - 1);
    (void)close(fd);
    line[size > 0 ? size : 0] = 0;
    open_bracket = strchr(line, '(');
    close_bracket = strrchr(line, ')');
    if (!open_bracket || !close_bracket || close_bracket[1] != ' ' || !close_bracket[2])
        return false;
    *close_bracket = 0;
    memset(out, 0, sizeof *out);
    (void)snprintf(out->name, sizeof out->name, "%s", open_bracket + 1);
    out->pid = (pid_t)strtol(line, NULL, 10);
    out->state = close_bracket[2];
    out->parent = (pid_t)strtol(close_bracket + 3, &end, 10);
    out->group = (pid_t)strtol(end, NULL, 10);
    return true;
}

/* All processes; the caller frees. */
static process *list_processes(size_t *count) {
    DIR *folder = opendir("/proc");
    const struct dirent *entry = NULL;
    process *all = NULL;
    *count = 0;
    while (folder && (entry = readdir(folder)) != NULL) {
        process each;
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || !read_process(entry->d_name, &each))
            continue;
        if ((*count & (*count - 1)) == 0) { /* doubles at each power of two */
            process *more = realloc(all, (*count ? *count * 2 : 1) * sizeof *all);
            if (!more)
                break;
            all = more;
        }
        all[(*count)++] = each;
    }
    if (folder)
        (void)closedir(folder);
    return all;
}

static bool is_earlier(const ns_child *child, pid_t pid) {
    for (size_t i = 0; child && i < child->earlier_count; i++)
        if (child->earlier[i] == pid)
            return true;
    return false;
}

/* Children of what is ours are ours; the list is in no order of birth. Returns whether it found more. */
static bool mark_ours(process *all, size_t total, const ns_child *child) {
    const pid_t leader = child ? child->pid : 0;
    bool grew = false;
    for (size_t i = 0; i < total; i++) {
        if (is_earlier(child, all[i].pid))
            continue;
        bool ours = all[i].parent == getpid() || (leader && all[i].group == leader);
        for (size_t j = 0; j < total && !ours; j++)
            ours = all[j].ours && all[j].pid == all[i].parent;
        grew = grew || (ours && !all[i].ours);
        all[i].ours = all[i].ours || ours;
    }
    return grew;
}

/* Our descendants and the members of the child's group, without itself and what was there before it; the caller frees.
 * NULL: all our descendants. */
static process *find_tree(const ns_child *child, size_t *count) {
    const pid_t leader = child ? child->pid : 0;
    size_t total = 0;
    size_t kept = 0;
    process *all = list_processes(&total);
    while (mark_ours(all, total, child)) {
    }
    for (size_t i = 0; i < total; i++)
        if (all[i].ours && all[i].pid != leader && all[i].state != 'Z')
            all[kept++] = all[i];
    *count = kept;
    return all;
}

static void note_earlier(launch *plan) {
    size_t count = 0;
    process *tree = find_tree(NULL, &count);
    for (size_t i = 0; i < count && i < EARLIER_MAXIMUM; i++)
        plan->earlier[plan->earlier_count++] = tree[i].pid;
    free(tree);
}

static void kill_tree_of(const ns_child *child) {
    for (int pass = 0; pass < 5; pass++) { /* one may be starting another while we look */
        size_t count = 0;
        process *tree = find_tree(child, &count);
        for (size_t i = 0; i < count; i++)
            (void)kill(tree[i].pid, SIGKILL);
        free(tree);
        if (count == 0)
            break;
    }
}

void ns_child_kill_tree(ns_child *child) {
    if (child->released)
        return;
    (void)kill(-child->pid, SIGKILL);
    if (child->tied)
        kill_tree_of(child);
}

size_t ns_child_left(ns_child *child, char *names, size_t size) {
    size_t count = 0;
    process *tree = find_tree(child, &count);
    size_t used = 0;
    if (size)
        names[0] = 0;
    for (size_t i = 0; i < count && used + sizeof tree[i].name + 3 < size; i++)
        used += (size_t)snprintf(names + used, size - used, "%s%s", used ? ", " : "", tree[i].name);
    free(tree);
    return count;
}

bool ns_child_holds(const ns_child *child, uint32_t id) {
    (void)child;
    (void)id;
    return false;
}

void ns_child_release_tree(ns_child *child) {
    child->released = true;
}

void ns_child_adopt_strays(void) {
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

void ns_child_clear_strays(bool end) {
    if (end)
        kill_tree_of(NULL);
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

uint32_t ns_child_id(const ns_child *child) {
    return (uint32_t)child->pid;
}

void ns_child_close(ns_child *child) {
    if (!child)
        return;
    ns_child_kill_tree(child);
    if (ns_child_wait(child, 5000, NULL))
        (void)waitpid(child->pid, NULL, 0);
    ns_child_close_input(child);
    (void)close(child->output);
    if (child->pidfd >= 0)
        (void)close(child->pidfd);
    free(child);
}

ns_status ns_stdin_read(void *bytes, size_t size, size_t *got, ns_error *error) {
    return read_descriptor(0, bytes, size, got, error);
}

ns_status ns_stdout_write(const void *bytes, size_t size, ns_error *error) {
    return write_descriptor(1, bytes, size, error);
}
