#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rdp/dialer.h"

enum { LOOK_MS = 50, GRACE_MS = 1000, ANY = -1 };

struct ns_dialer {
    ns_dial_target target;
    int line; /* to the process that connects */
    pid_t pid;
};

typedef struct question {
    int32_t at; /* ANY: the first that answers */
    uint32_t timeout_ms;
} question;

/* Beside it, the socket. */
typedef struct reply {
    uint32_t at;
    int32_t answer; /* ns_address_answer */
} reply;

static bool send_reply(int line, const reply *said, intptr_t fd) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)said, .iov_len = sizeof *said};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } carried = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        const int carried_fd = (int)fd;
        message.msg_control = &carried;
        message.msg_controllen = sizeof carried.bytes;
        carried.head.cmsg_level = SOL_SOCKET;
        carried.head.cmsg_type = SCM_RIGHTS;
        carried.head.cmsg_len = CMSG_LEN(sizeof carried_fd);
        memcpy(CMSG_DATA(&carried.head), &carried_fd, sizeof carried_fd);
    }
    return sendmsg(line, &message, MSG_NOSIGNAL) == (ssize_t)sizeof *said;
}

/* The process that connects: until nobody is there who could ask. */
static void serve(const ns_dialer *self, int line, bool (*confine)(void)) __attribute__((noreturn));
static void serve(const ns_dialer *self, int line, bool (*confine)(void)) {
    static const bool never;
    question asked;
    if (confine && !confine())
        _exit(1);
    while (recv(line, &asked, sizeof asked, 0) == (ssize_t)sizeof asked) {
        reply said = {0};
        ns_address_answer answer = NS_ADDRESS_SILENT;
        intptr_t fd = -1;
        size_t at = 0;
        if (asked.at == ANY)
            fd = ns_dial_first(&self->target.addresses, self->target.port, asked.timeout_ms, &never, &at, &answer);
        else if ((size_t)asked.at < self->target.addresses.count)
            fd = ns_dial(self->target.addresses.text[at = (size_t)asked.at], self->target.port, asked.timeout_ms, &answer);
        said.at = (uint32_t)at;
        said.answer = (int32_t)answer;
        if (!send_reply(line, &said, fd))
            _exit(0);
        if (fd >= 0)
            ns_socket_close(fd);
    }
    _exit(0);
}

static void become_dialer(const ns_dialer *self, pid_t parent, int line, bool (*confine)(void)) __attribute__((noreturn));
static void become_dialer(const ns_dialer *self, pid_t parent, int line, bool (*confine)(void)) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    (void)prctl(PR_SET_NAME, "nightshift-dial");
    /* It holds nothing of the session's: neither the pipes nor the picture. */
    if (dup2(line, 0) < 0)
        _exit(1);
    (void)syscall(SYS_close_range, 1U, ~0U, 0U);
    serve(self, 0, confine);
}

ns_status ns_dialer_open(const ns_dial_target *target, bool (*confine)(void), ns_dialer **out, ns_error *error) {
    ns_dialer *self = calloc(1, sizeof *self);
    const pid_t parent = getpid();
    int line[2] = {-1, -1};
    *out = NULL;
    if (!self)
        return ns_error_set_memory(error);
    self->target = *target;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line) == 0)
        self->pid = fork();
    if (line[0] < 0 || self->pid < 0) {
        ns_status status = ns_error_set_system(error, (uint32_t)errno, "RunnerFailed", NULL, "The process that connects could not be started");
        free(self);
        return status;
    }
    if (self->pid == 0)
        become_dialer(self, parent, line[1], confine);
    (void)close(line[1]);
    self->line = line[0];
    *out = self;
    return NS_OK;
}

void ns_dialer_close(ns_dialer *dialer) {
    if (!dialer)
        return;
    (void)close(dialer->line);
    (void)waitpid(dialer->pid, NULL, 0);
    free(dialer);
}

static intptr_t take_reply(int line, reply *said) {
    struct iovec part = {.iov_base = said, .iov_len = sizeof *said};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } carried = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &carried, .msg_controllen = sizeof carried.bytes};
    int fd = -1;
    if (recvmsg(line, &message, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof *said)
        *said = (reply){0};
    else if (message.msg_controllen >= CMSG_LEN(sizeof fd) && carried.head.cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(&carried.head), sizeof fd);
    return fd;
}

/* What it said of an earlier question, which nobody waited for, is not the answer to this one. */
static void forget_earlier(int line) {
    struct pollfd each = {.fd = line, .events = POLLIN, .revents = 0};
    while (poll(&each, 1, 0) > 0 && (each.revents & POLLIN)) {
        reply said;
        const intptr_t fd = take_reply(line, &said);
        if (fd >= 0)
            ns_socket_close(fd);
        if (each.revents & POLLHUP)
            return;
    }
}

static intptr_t request_socket(const ns_dialer *self, const question *asked, const bool *stop, reply *said) {
    struct pollfd each = {.fd = self->line, .events = POLLIN, .revents = 0};
    uint32_t waited_ms = 0;
    *said = (reply){0};
    forget_earlier(self->line);
    if (send(self->line, asked, sizeof *asked, MSG_NOSIGNAL) != (ssize_t)sizeof *asked)
        return -1;
    while (poll(&each, 1, LOOK_MS) == 0) {
        waited_ms += LOOK_MS;
        if (*stop || waited_ms > asked->timeout_ms + GRACE_MS)
            return -1;
    }
    return take_reply(self->line, said);
}

intptr_t ns_dialer_first(ns_dialer *dialer, uint32_t timeout_ms, const bool *stop, size_t *at, ns_address_answer *best) {
    reply said;
    const intptr_t fd = request_socket(dialer, &(question){ANY, timeout_ms}, stop, &said);
    *at = said.at < dialer->target.addresses.count ? said.at : 0;
    *best = fd >= 0 ? NS_ADDRESS_ANSWERS : (ns_address_answer)said.answer;
    return fd;
}

intptr_t ns_dialer_again(ns_dialer *dialer, size_t at, uint32_t timeout_ms, ns_address_answer *answer) {
    static const bool never;
    reply said;
    const intptr_t fd = request_socket(dialer, &(question){(int32_t)at, timeout_ms}, &never, &said);
    *answer = fd >= 0 ? NS_ADDRESS_ANSWERS : (ns_address_answer)said.answer;
    return fd;
}

const ns_dial_target *ns_dialer_target(const ns_dialer *dialer) {
    return &dialer->target;
}
