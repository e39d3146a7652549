#include "probe/resolver.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { THREADS = 16 };

typedef struct question {
    char *host;
    uint16_t port;
    ns_resolved answer;
} question;

struct ns_resolver {
    HANDLE lock; /* a mutex: seldom taken, and seen by the thread sanitizer, which does not see WinPR's critical sections */
    question *questions;
    size_t count;
    size_t *queue; /* indices that were asked for */
    size_t queued;
    size_t taken;
    size_t threads;    /* that hold a reference */
    size_t references; /* the owner and the threads */
    bool left;
    HANDLE wake; /* manual: there is a question, or the owner left */
};

ns_resolver *ns_resolver_create(size_t count) {
    ns_resolver *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->count = count;
    self->references = 1;
    self->questions = calloc(count ? count : 1, sizeof *self->questions);
    self->queue = calloc(count ? count : 1, sizeof *self->queue);
    self->wake = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->lock = CreateMutexW(NULL, FALSE, NULL);
    if (!self->questions || !self->queue || !self->wake || !self->lock) {
        free(self->questions);
        free(self->queue);
        if (self->wake)
            (void)CloseHandle(self->wake);
        if (self->lock)
            (void)CloseHandle(self->lock);
        free(self);
        return NULL;
    }
    return self;
}

static void destroy(ns_resolver *self) {
    for (size_t i = 0; i < self->count; i++)
        free(self->questions[i].host);
    free(self->questions);
    free(self->queue);
    (void)CloseHandle(self->wake);
    (void)CloseHandle(self->lock);
    free(self);
}

static void release(ns_resolver *self) {
    bool last = false;
    (void)WaitForSingleObject(self->lock, INFINITE);
    last = --self->references == 0;
    (void)ReleaseMutex(self->lock);
    if (last)
        destroy(self);
}

/* The next question, or NULL when the thread may go. */
static question *next(ns_resolver *self) {
    question *found = NULL;
    bool left = false;
    while (!found && !left) {
        (void)WaitForSingleObject(self->lock, INFINITE);
        left = self->left;
        if (!left && self->taken < self->queued)
            found = &self->questions[self->queue[self->taken++]];
        else if (!left)
            (void)ResetEvent(self->wake);
        (void)ReleaseMutex(self->lock);
        if (!found && !left)
            (void)WaitForSingleObject(self->wake, INFINITE);
    }
    return found;
}

static DWORD WINAPI answer_questions(LPVOID context) {
    ns_resolver *self = context;
    for (question *each = next(self); each; each = next(self)) {
        ns_resolved answer = {.done = true};
        answer.found = ns_net_resolve(each->host, each->port, false, &answer.addresses, answer.why, sizeof answer.why);
        (void)WaitForSingleObject(self->lock, INFINITE);
        each->answer = answer;
        (void)ReleaseMutex(self->lock);
    }
    release(self);
    return 0;
}

static void start_thread(ns_resolver *self) {
    HANDLE thread = NULL;
    self->references++;
    thread = CreateThread(NULL, 0, answer_questions, self, 0, NULL);
    if (thread) {
        self->threads++;
        (void)CloseHandle(thread);
    } else {
        self->references--;
    }
}

void ns_resolver_ask(ns_resolver *self, size_t index, const char *host, uint16_t port) {
    char *copy = ns_string_copy(host);
    (void)WaitForSingleObject(self->lock, INFINITE);
    if (copy && !self->questions[index].host) {
        self->questions[index].host = copy;
        self->questions[index].port = port;
        self->queue[self->queued++] = index;
        copy = NULL;
        if (self->threads < THREADS)
            start_thread(self);
        (void)SetEvent(self->wake);
    }
    (void)ReleaseMutex(self->lock);
    free(copy);
}

void ns_resolver_look(ns_resolver *self, size_t index, ns_resolved *out) {
    (void)WaitForSingleObject(self->lock, INFINITE);
    *out = self->questions[index].answer;
    (void)ReleaseMutex(self->lock);
}

void ns_resolver_leave(ns_resolver *self) {
    if (!self)
        return;
    (void)WaitForSingleObject(self->lock, INFINITE);
    self->left = true;
    (void)SetEvent(self->wake);
    (void)ReleaseMutex(self->lock);
    release(self);
}
