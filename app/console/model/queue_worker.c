#include "console/model/queue_worker.h"

#include <stdlib.h>
#include <winsock2.h>
#include <windows.h>

#include "base/text.h"
#include "common/version.h"
#include "run/worker.h"

enum { CAPACITY = 16 };

struct queue_worker {
    char *store_locator; /* NULL: the default place */
    HANDLE thread;
    HANDLE stop;     /* manual */
    HANDLE stop_now; /* manual */
    volatile LONG going_on;
};

static void count_runs(void *context, int64_t run_id, const char *code) {
    queue_worker *self = context;
    (void)run_id;
    if (code[0])
        (void)InterlockedDecrement(&self->going_on);
    else
        (void)InterlockedIncrement(&self->going_on);
}

static DWORD WINAPI work(LPVOID context) {
    queue_worker *self = context;
    const ns_worker_options options = {.store_locator = self->store_locator,
                                       .version = NS_VERSION,
                                       .capacity = CAPACITY,
                                       .stop = self->stop,
                                       .stop_now = self->stop_now,
                                       .told = count_runs,
                                       .context = self};
    (void)!ns_worker_work(&options, &(ns_error){0});
    return 0;
}

queue_worker *queue_worker_start(const char *store_locator) {
    queue_worker *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->store_locator = store_locator ? ns_string_copy(store_locator) : NULL;
    self->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->stop_now = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->thread = self->stop && self->stop_now ? CreateThread(NULL, 0, work, self, 0, NULL) : NULL;
    if (!self->thread) {
        queue_worker_destroy(self);
        return NULL;
    }
    return self;
}

size_t queue_worker_going_on(const queue_worker *self) {
    return self && self->going_on > 0 ? (size_t)self->going_on : 0;
}

void queue_worker_stop(queue_worker *self, bool now) {
    if (!self)
        return;
    (void)SetEvent(self->stop);
    if (now)
        (void)SetEvent(self->stop_now);
}

bool queue_worker_has_stopped(const queue_worker *self) {
    return !self || WaitForSingleObject(self->thread, 0) == WAIT_OBJECT_0;
}

void queue_worker_destroy(queue_worker *self) {
    if (!self)
        return;
    queue_worker_stop(self, true);
    if (self->thread) {
        (void)WaitForSingleObject(self->thread, INFINITE);
        CloseHandle(self->thread);
    }
    if (self->stop)
        CloseHandle(self->stop);
    if (self->stop_now)
        CloseHandle(self->stop_now);
    free(self->store_locator);
    free(self);
}
