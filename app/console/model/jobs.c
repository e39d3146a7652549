#include "console/model/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/backup.h"

enum { WATCH_MS = 400, RECOVERY_MS = 15000, BACKUP_FIRST_MS = 5000, BACKUP_MS = 3600000, BACKUP_AGAIN_MS = 60000, BACKUP_PATIENCE = 10 };

struct jobs {
    HWND notify;
    char *store_locator;
    HANDLE thread;
    HANDLE wake; /* manual */
    CRITICAL_SECTION lock;
    job *waiting; /* first in, first out */
    job *finished;
    snapshot *fresh;   /* not taken by the UI thread yet */
    snapshot *retired; /* to be freed here: a large fleet takes longer than the UI thread may */
    ns_error open_error;
    unsigned open_attempt;
    bool restore;
    bool refresh;
    bool stopping;
    bool notified; /* one message is on its way */
};

/* What the worker saw of the store last. */
typedef struct watch {
    int64_t mark; /* -1 before the first */
    uint64_t not_before;
} watch;

/* What comes round without being asked for. */
typedef struct rounds {
    uint64_t recovery;
    uint64_t backup;
    int backups_given_up; /* in a row, for somebody's work */
} rounds;

static void append(job **list, job *item) {
    while (*list)
        list = &(*list)->next;
    item->next = NULL;
    *list = item;
}

static void destroy(job *item) {
    if (item->destroy)
        item->destroy(item);
    else
        free(item);
}

static void destroy_all(job *list) {
    for (job *next = NULL; list; list = next) {
        next = list->next;
        destroy(list);
    }
}

void *job_new(size_t size, job head) {
    job *self = calloc(1, size);
    if (self)
        *self = head;
    return self;
}

/* Under the lock. */
static void send_notice(jobs *self) {
    if (!self->notified)
        self->notified = PostMessageW(self->notify, WM_APP_JOBS, 0, 0) != 0;
}

static job *take(jobs *self, bool *refresh, bool *stopping) {
    job *first = NULL;
    EnterCriticalSection(&self->lock);
    first = self->waiting;
    if (first)
        self->waiting = first->next;
    else
        (void)ResetEvent(self->wake);
    *refresh = self->refresh;
    *stopping = self->stopping && !first; /* what was accepted is still done */
    self->refresh = false;
    LeaveCriticalSection(&self->lock);
    return first;
}

static void give_back(jobs *self, job *item) {
    if (item->status == NS_OK)
        ns_error_clear(&item->error); /* of what failed on the way and was mended */
    EnterCriticalSection(&self->lock);
    append(&self->finished, item);
    send_notice(self);
    LeaveCriticalSection(&self->lock);
}

static void publish(jobs *self, snapshot *made) {
    snapshot *passed_over = NULL;
    EnterCriticalSection(&self->lock);
    passed_over = self->fresh;
    self->fresh = made;
    send_notice(self);
    LeaveCriticalSection(&self->lock);
    snapshot_destroy(passed_over);
}

static void free_retired(jobs *self) {
    snapshot *old = NULL;
    EnterCriticalSection(&self->lock);
    old = self->retired;
    self->retired = NULL;
    LeaveCriticalSection(&self->lock);
    while (old) {
        snapshot *next = old->next;
        snapshot_destroy(old);
        old = next;
    }
}

/* Of a large fleet the first machines are shown at once, and the whole when it is there; later ones come whole, so that rows do
 * not jump. A large fleet, with runs that write all the time, is looked at less often. */
static ns_status look(jobs *self, ns_store *store, watch *seen, bool force, ns_error *error) {
    int64_t now = ns_store_change_mark(store);
    const uint64_t began = ns_clock_monotonic_ms();
    snapshot *made = NULL;
    ns_status status = NS_OK;
    if (!force && (now == seen->mark || began < seen->not_before))
        return NS_OK;
    status = snapshot_load(store, seen->mark < 0 ? SNAPSHOT_FIRST : INT64_MAX, &made, error);
    if (status == NS_OK && made->partial) {
        publish(self, made);
        status = snapshot_load(store, INT64_MAX, &made, error);
    }
    if (status != NS_OK)
        return status;
    publish(self, made);
    seen->mark = now;
    seen->not_before = ns_clock_monotonic_ms() + 2 * (ns_clock_monotonic_ms() - began);
    return NS_OK;
}

typedef struct copy_watch {
    jobs *jobs;
    bool patient; /* work that waits ends the copy */
} copy_watch;

static bool copy_goes_on(void *context) {
    const copy_watch *self = context;
    bool go_on = false;
    EnterCriticalSection(&self->jobs->lock);
    go_on = !self->jobs->stopping && !(self->patient && (self->jobs->waiting || self->jobs->refresh));
    LeaveCriticalSection(&self->jobs->lock);
    return go_on;
}

/* The daily copy gives way to what the user does, and is tried again; but not for ever. */
static void back_up(jobs *self, ns_store *store, rounds *due) {
    copy_watch seen = {self, due->backups_given_up < BACKUP_PATIENCE};
    const ns_status status = ns_store_backup_if_due(store, copy_goes_on, &seen, &(ns_error){0});
    due->backups_given_up = status == NS_OK || !seen.patient ? 0 : due->backups_given_up + 1;
    due->backup = ns_clock_monotonic_ms() + (uint64_t)(due->backups_given_up ? BACKUP_AGAIN_MS : BACKUP_MS);
}

/* Runs that lost their program are closed, and the daily copy is taken; the first not while the window is still filling. */
static void go_round(jobs *self, ns_store *store, rounds *due) {
    const uint64_t now = ns_clock_monotonic_ms();
    if (now >= due->recovery) {
        due->recovery = now + RECOVERY_MS;
        (void)!ns_runs_recover(store, &(ns_error){0});
    }
    if (now >= due->backup)
        back_up(self, store, due);
}

/* How the store was opened, or that it was closed again. */
static void tell_opened(jobs *self, const ns_error *error) {
    EnterCriticalSection(&self->lock);
    self->open_error = *error;
    self->open_attempt++;
    self->restore = false;
    send_notice(self);
    LeaveCriticalSection(&self->lock);
}

static ns_store *open_store(jobs *self, bool restore, ns_error *error) {
    ns_store *store = NULL;
    int64_t taken_at = 0;
    ns_status status = restore ? ns_store_restore(self->store_locator, &taken_at, error) : NS_OK;
    if (status == NS_OK || strcmp(error->code, "StoreNotDamaged") == 0) /* another program was quicker */
        status = ns_store_open(self->store_locator, &store, error);
    if (status == NS_OK) {
        ns_error_clear(error);
        (void)!ns_runs_recover(store, &(ns_error){0});
    }
    tell_opened(self, error);
    return store;
}

/* A store that is damaged may be found to be so only when it is read. */
static void look_or_close(jobs *self, ns_store **store, watch *seen, bool force, ns_error *error) {
    ns_error found;
    if (look(self, *store, seen, force, &found) == NS_OK || !ns_store_can_be_restored(&found))
        return;
    ns_store_close(*store);
    *store = NULL;
    *error = found;
    seen->mark = -1;
    tell_opened(self, error);
}

static bool restore_asked(jobs *self) {
    bool asked = false;
    EnterCriticalSection(&self->lock);
    asked = self->restore;
    LeaveCriticalSection(&self->lock);
    return asked;
}

static DWORD WINAPI work_off(LPVOID context) {
    jobs *self = context;
    ns_error error = {0};
    ns_store *store = open_store(self, false, &error);
    watch seen = {.mark = -1};
    rounds due = {.recovery = ns_clock_monotonic_ms() + RECOVERY_MS, .backup = ns_clock_monotonic_ms() + BACKUP_FIRST_MS};
    bool stopping = false;
    while (!stopping) {
        bool refresh = false;
        job *next = take(self, &refresh, &stopping);
        if (!store && restore_asked(self))
            store = open_store(self, true, &error);
        if (next && store) {
            next->work(next, store);
        } else if (next) {
            next->status = error.status;
            next->error = error;
        }
        if (next)
            give_back(self, next);
        if (store && !stopping)
            look_or_close(self, &store, &seen, refresh, &error);
        if (store && !stopping)
            go_round(self, store, &due);
        free_retired(self);
        if (!next && !stopping)
            (void)WaitForSingleObject(self->wake, WATCH_MS);
    }
    ns_store_close(store);
    return 0;
}

jobs *jobs_start(HWND notify, const char *store_locator) {
    jobs *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    InitializeCriticalSection(&self->lock);
    self->notify = notify;
    self->store_locator = store_locator ? ns_string_copy(store_locator) : NULL;
    self->wake = CreateEventW(NULL, TRUE, FALSE, NULL);
    self->thread = self->wake ? CreateThread(NULL, 0, work_off, self, 0, NULL) : NULL;
    if (!self->thread) {
        jobs_stop(self);
        return NULL;
    }
    return self;
}

void jobs_add(jobs *self, job *item) {
    EnterCriticalSection(&self->lock);
    append(&self->waiting, item);
    (void)SetEvent(self->wake);
    LeaveCriticalSection(&self->lock);
}

void jobs_refresh(jobs *self) {
    EnterCriticalSection(&self->lock);
    self->refresh = true;
    (void)SetEvent(self->wake);
    LeaveCriticalSection(&self->lock);
}

void jobs_retire(jobs *self, snapshot *old) {
    if (!old)
        return;
    EnterCriticalSection(&self->lock);
    old->next = self->retired;
    self->retired = old;
    (void)SetEvent(self->wake);
    LeaveCriticalSection(&self->lock);
}

snapshot *jobs_drain(jobs *self) {
    job *item = NULL;
    snapshot *fresh = NULL;
    EnterCriticalSection(&self->lock);
    item = self->finished;
    self->finished = NULL;
    self->notified = false;
    LeaveCriticalSection(&self->lock);
    while (item) {
        job *next = item->next;
        if (item->done && (!item->window || IsWindow(item->window)))
            item->done(item);
        destroy(item);
        item = next;
    }
    /* After what those calls may have shown and waited for: only now is it the newest. */
    EnterCriticalSection(&self->lock);
    fresh = self->fresh;
    self->fresh = NULL;
    LeaveCriticalSection(&self->lock);
    return fresh;
}

void jobs_restore(jobs *self) {
    EnterCriticalSection(&self->lock);
    self->restore = true;
    (void)SetEvent(self->wake);
    LeaveCriticalSection(&self->lock);
}

ns_error jobs_open_error(jobs *self, unsigned *attempt) {
    ns_error error;
    EnterCriticalSection(&self->lock);
    error = self->open_error;
    *attempt = self->open_attempt;
    LeaveCriticalSection(&self->lock);
    return error;
}

void jobs_stop(jobs *self) {
    if (!self)
        return;
    if (self->thread) {
        EnterCriticalSection(&self->lock);
        self->stopping = true;
        (void)SetEvent(self->wake);
        LeaveCriticalSection(&self->lock);
        (void)WaitForSingleObject(self->thread, INFINITE);
        CloseHandle(self->thread);
    }
    destroy_all(self->waiting);
    destroy_all(self->finished);
    snapshot_destroy(self->fresh);
    free_retired(self);
    if (self->wake)
        CloseHandle(self->wake);
    DeleteCriticalSection(&self->lock);
    free(self->store_locator);
    free(self);
}
