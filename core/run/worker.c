#include "run/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "run/execute.h"
#include "store/claim.h"
#include "store/retention.h"
#include "store/workers.h"

enum { LOOK_MS = 50, RENEW_MS = 10000, RECOVERY_MS = 5000, TIDY_MS = 600000, TIDY_AGAIN_MS = 1000 };

/* One run that is carried out. */
typedef struct errand {
    struct worker *worker;
    ns_hold hold;
    HANDLE thread;
    HANDLE cancel; /* manual */
    bool done;     /* under the worker's lock */
} errand;

typedef struct worker {
    const ns_worker_options *options;
    ns_store *store;
    ns_worker_record record;
    CRITICAL_SECTION lock; /* of `done` */
    HANDLE ended;          /* auto: an errand is done */
    errand **errands;
    size_t count;
    int64_t seen;      /* the store's mark when it was looked at last, -1: look at once */
    uint64_t look_at;  /* ms, monotonic: look then in any case; 0: no need */
    uint64_t renew_at; /* ms, monotonic */
    uint64_t recover_at;
    uint64_t tidy_at;
    uint64_t idle_since;
    bool stopping;
} worker;

static bool is_set(HANDLE event) {
    return event && WaitForSingleObject(event, 0) == WAIT_OBJECT_0;
}

/* How the run ended, as its record says. */
static void tell_end(worker *self, int64_t run_id) {
    ns_run run = {0};
    if (!self->options->told)
        return;
    if (ns_run_load(self->store, run_id, &run, &(ns_error){0}) == NS_OK)
        self->options->told(self->options->context, run_id, run.code[0] ? run.code : ns_run_state_name(run.state));
    else
        self->options->told(self->options->context, run_id, "StoreFailed");
    ns_run_clear(&run);
}

static DWORD WINAPI carry_out(LPVOID context) {
    errand *self = context;
    worker *owner = self->worker;
    /* What cannot even be recorded shows in the list as a run that does not end, until its lease does. */
    (void)!ns_run_carry_out(owner->options->store_locator, &self->hold, self->cancel, NULL, &(ns_error){0});
    EnterCriticalSection(&owner->lock);
    self->done = true;
    LeaveCriticalSection(&owner->lock);
    (void)SetEvent(owner->ended);
    return 0;
}

static void errand_free(errand *self) {
    if (self->thread) {
        (void)WaitForSingleObject(self->thread, INFINITE);
        CloseHandle(self->thread);
    }
    if (self->cancel)
        CloseHandle(self->cancel);
    free(self);
}

/* A run that was claimed and for which there is no thread stays ours until the lease ends. */
static ns_status begin(worker *self, const ns_hold *hold, ns_error *error) {
    errand **grown = realloc(self->errands, (self->count + 1) * sizeof(errand *));
    errand *added = grown ? calloc(1, sizeof *added) : NULL;
    if (grown)
        self->errands = grown;
    if (!added)
        return ns_error_set_memory(error);
    added->worker = self;
    added->hold = *hold;
    added->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (self->options->told)
        self->options->told(self->options->context, hold->run_id, "");
    added->thread = added->cancel ? CreateThread(NULL, 0, carry_out, added, 0, NULL) : NULL;
    if (!added->thread) {
        errand_free(added);
        return ns_error_set_memory(error);
    }
    self->errands[self->count++] = added;
    return NS_OK;
}

static void collect(worker *self) {
    for (size_t i = 0; i < self->count;) {
        bool done = false;
        EnterCriticalSection(&self->lock);
        done = self->errands[i]->done;
        LeaveCriticalSection(&self->lock);
        if (!done) {
            i++;
            continue;
        }
        tell_end(self, self->errands[i]->hold.run_id);
        errand_free(self->errands[i]);
        self->errands[i] = self->errands[--self->count];
        self->seen = -1; /* a place of ours is free */
    }
}

/* Takes what it can. A store that is locked is asked again soon. */
static ns_status claim_all(worker *self, ns_error *error) {
    const ns_claimant claimant = {.worker_id = self->record.id, .owner = self->record.owner, .random = (uint32_t)ns_clock_monotonic_ms()};
    ns_claim claim = {.claimed = true};
    ns_status status = NS_OK;
    const int64_t mark = ns_claim_mark(self->store);
    if (mark >= 0 && mark == self->seen && !(self->look_at && ns_clock_monotonic_ms() >= self->look_at))
        return NS_OK;
    while (status == NS_OK && claim.claimed && (int64_t)self->count < self->record.capacity) {
        status = ns_run_claim(self->store, &claimant, &claim, error);
        if (status == NS_OK && claim.claimed)
            status = begin(self, &claim.hold, error);
    }
    self->look_at = claim.again_ms > 0 ? ns_clock_monotonic_ms() + (uint64_t)claim.again_ms : 0;
    self->seen = status == NS_OK ? mark : -1;
    if (self->count)
        self->idle_since = ns_clock_monotonic_ms();
    return status == NS_STATUS_AGAIN ? NS_OK : status;
}

static ns_status keep_alive(worker *self, ns_error *error) {
    const uint64_t now = ns_clock_monotonic_ms();
    ns_status status = NS_OK;
    if (now >= self->renew_at) {
        status = ns_worker_renew(self->store, self->record.id, error);
        if (status == NS_OK)
            self->renew_at = now + RENEW_MS;
    }
    if (status == NS_OK && now >= self->recover_at) {
        status = ns_runs_recover(self->store, error);
        self->recover_at = now + RECOVERY_MS;
    }
    if (status == NS_OK && now >= self->tidy_at) {
        bool more = false;
        status = ns_store_tidy(self->store, &more, error);
        self->tidy_at = now + (more ? TIDY_AGAIN_MS : TIDY_MS);
    }
    return status == NS_STATUS_AGAIN ? NS_OK : status;
}

static void stop(worker *self) {
    if (!self->stopping && is_set(self->options->stop)) {
        self->stopping = true;
        (void)!ns_worker_stop(self->store, self->record.id, &(ns_error){0});
    }
    if (is_set(self->options->stop_now))
        for (size_t i = 0; i < self->count; i++)
            (void)SetEvent(self->errands[i]->cancel);
}

static bool is_idle_for_long(const worker *self) {
    return self->options->idle_ms && !self->count && ns_clock_monotonic_ms() - self->idle_since >= (uint64_t)self->options->idle_ms;
}

/* Wakes early for a word from outside, or when a run has ended. */
static void rest(worker *self) {
    HANDLE events[2] = {self->ended, self->options->stop};
    if (self->stopping)
        (void)WaitForSingleObject(self->ended, LOOK_MS);
    else
        (void)WaitForMultipleObjects(2, events, FALSE, LOOK_MS);
}

static ns_status work(worker *self, ns_error *error) {
    ns_status status = NS_OK;
    self->idle_since = ns_clock_monotonic_ms();
    self->renew_at = self->idle_since + RENEW_MS;
    self->seen = -1;
    while (status == NS_OK && !(self->stopping && !self->count) && !is_idle_for_long(self)) {
        stop(self);
        collect(self);
        status = keep_alive(self, error);
        if (status == NS_OK && !self->stopping)
            status = claim_all(self, error);
        if (status == NS_OK)
            rest(self);
    }
    return status;
}

static ns_status enlist(worker *self, ns_error *error) {
    const ns_worker_options *options = self->options;
    ns_status status = ns_store_open(options->store_locator, &self->store, error);
    self->record.owner = ns_system_process_identity();
    self->record.name = ns_system_user();
    self->record.version = ns_string_copy(options->version);
    self->record.capacity = options->capacity;
    if (status == NS_OK && (!self->record.owner || !self->record.name || !self->record.version || !self->ended))
        status = ns_error_set_memory(error);
    return status == NS_OK ? ns_worker_add(self->store, &self->record, options->group_ids, options->group_count, error) : status;
}

/* What was begun is brought to its end, also after an error. */
static void leave(worker *self) {
    for (size_t i = 0; i < self->count; i++)
        errand_free(self->errands[i]);
    if (self->record.id)
        (void)!ns_worker_remove(self->store, self->record.id, &(ns_error){0});
    free(self->errands);
    free(self->record.owner);
    free(self->record.name);
    free(self->record.version);
    ns_store_close(self->store);
    if (self->ended)
        CloseHandle(self->ended);
    DeleteCriticalSection(&self->lock);
}

ns_status ns_worker_work(const ns_worker_options *options, ns_error *error) {
    worker self = {.options = options, .ended = CreateEventW(NULL, FALSE, FALSE, NULL)};
    ns_status status = NS_OK;
    InitializeCriticalSection(&self.lock);
    status = enlist(&self, error);
    if (status == NS_OK)
        status = work(&self, error);
    leave(&self);
    return status;
}
