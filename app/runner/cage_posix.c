/* https://docs.kernel.org/userspace-api/landlock.html, https://docs.kernel.org/userspace-api/seccomp_filter.html */
#include <errno.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/platform.h"
#include "base/system.h"
#include "cage.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* which reserves more memory than there is, and asks the system for more */
#else
#define SANITIZED 0
#endif

enum { MEMORY_MIB = 1024, DESCRIPTORS = 64 };

/* Of newer kernels than these headers. */
#define NET_TCP 3ULL    /* LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP, version 4 */
#define SCOPES 3ULL     /* abstract Unix sockets and signals, version 6 */
#define FS_IOCTL_DEV 15 /* the bit of version 5 */

typedef struct ruleset {
    uint64_t files;
    uint64_t net;
    uint64_t scopes;
} ruleset;

static ns_status not_confined(ns_error *error, const char *what) {
    return ns_error_set_system(error, (uint32_t)errno, "RunnerNotConfined", "The kernel must have seccomp (CONFIG_SECCOMP_FILTER). Nothing was sent.",
                               "The runner could not be confined (%s)", what);
}

static bool limit(int what, rlim_t most) {
    const struct rlimit both = {most, most};
    return setrlimit((__rlimit_resource_t)what, &both) == 0;
}

/* Nothing may be opened, and no port bound or connected to. Kernels without Landlock leave that to seccomp. */
static bool close_by_landlock(bool connects) {
    static const unsigned bits[] = {0, 13, 14, 15, 15, FS_IOCTL_DEV + 1}; /* rights to files, by version */
    const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    ruleset rules = {0};
    size_t size = sizeof rules;
    long made = -1;
    bool closed = false;
    if (version <= 0)
        return true;
    rules.files = (1ULL << bits[version < 5 ? version : 5]) - 1;
    if (version >= 4 && !connects)
        rules.net = NET_TCP;
    if (version >= 6)
        rules.scopes = SCOPES;
    size = version >= 6 ? sizeof rules : version >= 4 ? 2 * sizeof rules.files : sizeof rules.files;
    made = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    closed = made >= 0 && syscall(SYS_landlock_restrict_self, made, 0) == 0;
    if (made >= 0)
        (void)close((int)made);
    return closed;
}

ns_status cage_close_files(ns_error *error) {
    if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, DESCRIPTORS) || (!SANITIZED && !limit(RLIMIT_AS, (rlim_t)MEMORY_MIB * 1024 * 1024)))
        return not_confined(error, "limits");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return not_confined(error, "privileges");
    return close_by_landlock(false) ? NS_OK : not_confined(error, "Landlock");
}

/* Whatever its arguments. */
static const int free_calls[] = {SCMP_SYS(read),
                                 SCMP_SYS(write),
                                 SCMP_SYS(readv),
                                 SCMP_SYS(writev),
                                 SCMP_SYS(recvfrom),
                                 SCMP_SYS(recvmsg),
                                 SCMP_SYS(sendto),
                                 SCMP_SYS(sendmsg),
                                 SCMP_SYS(poll),
                                 SCMP_SYS(ppoll),
                                 SCMP_SYS(select),
                                 SCMP_SYS(pselect6),
                                 SCMP_SYS(epoll_create1),
                                 SCMP_SYS(epoll_ctl),
                                 SCMP_SYS(epoll_wait),
                                 SCMP_SYS(epoll_pwait),
                                 SCMP_SYS(eventfd2),
                                 SCMP_SYS(timerfd_create),
                                 SCMP_SYS(timerfd_settime),
                                 SCMP_SYS(timerfd_gettime),
                                 SCMP_SYS(futex),
                                 SCMP_SYS(munmap),
                                 SCMP_SYS(mremap),
                                 SCMP_SYS(madvise),
                                 SCMP_SYS(brk),
                                 SCMP_SYS(set_robust_list),
                                 SCMP_SYS(rseq),
                                 SCMP_SYS(rt_sigaction),
                                 SCMP_SYS(rt_sigprocmask),
                                 SCMP_SYS(rt_sigreturn),
                                 SCMP_SYS(sigaltstack),
                                 SCMP_SYS(restart_syscall),
                                 SCMP_SYS(exit),
                                 SCMP_SYS(exit_group),
                                 SCMP_SYS(close),
                                 SCMP_SYS(fcntl),
                                 SCMP_SYS(getsockopt),
                                 SCMP_SYS(setsockopt),
                                 SCMP_SYS(getsockname),
                                 SCMP_SYS(getpeername),
                                 SCMP_SYS(shutdown),
                                 SCMP_SYS(clock_gettime),
                                 SCMP_SYS(clock_nanosleep),
                                 SCMP_SYS(nanosleep),
                                 SCMP_SYS(gettimeofday),
                                 SCMP_SYS(time),
                                 SCMP_SYS(getrandom),
                                 SCMP_SYS(gettid),
                                 SCMP_SYS(getpid),
                                 SCMP_SYS(getppid),
                                 SCMP_SYS(sched_yield),
                                 SCMP_SYS(sched_getaffinity),
                                 SCMP_SYS(sysinfo),
                                 SCMP_SYS(uname)};

static bool allow(scmp_filter_ctx filter, int call) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

/* Memory that can be written and run is what injected code needs; a thread is no process; and the only one to be signalled is oneself, in dying. */
static bool allow_by_arguments(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
    const struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
    const struct scmp_arg_cmp name = SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0);
    const struct scmp_arg_cmp blocking = SCMP_A1(SCMP_CMP_EQ, FIONBIO, 0);
    const struct scmp_arg_cmp readable = SCMP_A1(SCMP_CMP_EQ, FIONREAD, 0);
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &not_executable) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &not_executable) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &self) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, &name) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &blocking) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &readable) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0; /* then the C library takes clone */
}

/* What is not allowed fails as forbidden. */
static bool close_by_seccomp(bool connects) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool whole = filter && allow_by_arguments(filter);
    for (size_t i = 0; whole && i < NS_COUNT_OF(free_calls); i++)
        whole = allow(filter, free_calls[i]);
    if (connects)
        whole = whole && allow(filter, SCMP_SYS(socket)) && allow(filter, SCMP_SYS(connect));
    if (SANITIZED)
        whole = whole && allow(filter, SCMP_SYS(prlimit64)) && allow(filter, SCMP_SYS(readlink));
    whole = whole && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return whole;
}

ns_status cage_close(ns_error *error) {
    return close_by_seccomp(false) ? NS_OK : not_confined(error, "seccomp");
}

bool cage_close_dialer(void) {
    return limit(RLIMIT_CORE, 0) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && close_by_landlock(true) && close_by_seccomp(true);
}
