#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/platform.h"
#include "escape.h"

/* Each is true when it came through. */
static bool reads_a_file(void) {
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool reads_its_store(void) {
    char path[600];
    const char *home = getenv("HOME");
    (void)snprintf(path, sizeof path, "%s/.local/share/nightshift/nightshift.db", home ? home : "");
    return open(path, O_RDWR | O_CLOEXEC) >= 0 || errno == ENOENT; /* to be told that it is not there is to be told something */
}

static bool writes_a_file(void) {
    return open("/tmp/nightshift-escape", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool changes_a_mode(void) {
    return chmod("/tmp", 01777) == 0;
}

static bool starts_a_program(void) {
    char *const arguments[] = {(char *)(uintptr_t) "/bin/true", NULL};
    return execve(arguments[0], arguments, NULL) == 0 || (errno != EPERM && errno != EACCES);
}

static bool forks(void) {
    const long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool connects(void) {
    const struct sockaddr_in elsewhere = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 || connect(0, (const struct sockaddr *)&elsewhere, sizeof elsewhere) == 0 || errno != EPERM;
}

static bool listens(void) {
    return listen(0, 1) == 0 || errno != EPERM;
}

static bool traces_its_starter(void) {
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool reads_its_starter(void) {
    char byte = 0;
    const struct iovec here = {&byte, 1};
    const struct iovec there = {(void *)(uintptr_t)&byte, 1};
    return process_vm_readv(getppid(), &here, 1, &there, 1, 0) > 0 || errno != EPERM;
}

static bool signals_its_starter(void) {
    return kill(getppid(), 0) == 0;
}

static bool has_memory_to_run(void) {
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED;
}

static bool makes_memory_runnable(void) {
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED && mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool raises_its_limits(void) {
    const struct rlimit more = {1024, 1024};
    return setrlimit(RLIMIT_NOFILE, &more) == 0;
}

static bool asks_the_kernel_for_more(void) {
    static const long calls[] = {SYS_io_uring_setup, SYS_bpf,   SYS_perf_event_open, SYS_keyctl,
                                 SYS_unshare,        SYS_mount, SYS_memfd_create,    SYS_userfaultfd};
    for (size_t i = 0; i < NS_COUNT_OF(calls); i++)
        if (syscall(calls[i], 0, 0, 0, 0, 0) >= 0 || errno != EPERM)
            return true;
    return false;
}

const cage_escape cage_escapes[] = {{"read a file", reads_a_file},
                                    {"open the store", reads_its_store},
                                    {"write a file", writes_a_file},
                                    {"change a file's mode", changes_a_mode},
                                    {"start a program", starts_a_program},
                                    {"fork", forks},
                                    {"connect elsewhere", connects},
                                    {"listen", listens},
                                    {"trace its starter", traces_its_starter},
                                    {"read its starter's memory", reads_its_starter},
                                    {"signal its starter", signals_its_starter},
                                    {"have memory that can be written and run", has_memory_to_run},
                                    {"make memory runnable", makes_memory_runnable},
                                    {"raise its limits", raises_its_limits},
                                    {"ask the kernel for more", asks_the_kernel_for_more},
                                    {0}};
