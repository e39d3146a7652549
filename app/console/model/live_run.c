#include "console/model/live_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "run/execute.h"

enum { OUTPUT_MAXIMUM = 1024 * 1024 };

static void changed(live_run *self) {
    self->changes++;
    (void)PostMessageW(self->notify, WM_APP_RUN, 0, (LPARAM)self->id);
}

static void live_run_on_phase(void *context, const char *name, const char *detail) {
    live_run *self = context;
    live_phase *phase = NULL;
    EnterCriticalSection(&self->lock);
    if (self->phase_count && strcmp(self->phases[self->phase_count - 1].name, name) == 0) {
        phase = &self->phases[self->phase_count - 1]; /* it tells more of itself */
        ns_phrase_write(phase->detail, sizeof phase->detail, "%s", detail);
    } else if (self->phase_count < NS_COUNT_OF(self->phases)) {
        phase = &self->phases[self->phase_count++];
        (void)snprintf(phase->name, sizeof phase->name, "%s", name);
        ns_phrase_write(phase->detail, sizeof phase->detail, "%s", detail);
        phase->started_at = ns_clock_utc_ms();
    }
    changed(self);
    LeaveCriticalSection(&self->lock);
}

static void live_run_on_output(void *context, const char *text) {
    live_run *self = context;
    EnterCriticalSection(&self->lock);
    (void)ns_text_append_string(&self->output, text);
    changed(self);
    LeaveCriticalSection(&self->lock);
}

static void live_run_on_frame(void *context, ns_frame *frame) {
    live_run *self = context;
    EnterCriticalSection(&self->lock);
    self->frame = frame;
    changed(self);
    LeaveCriticalSection(&self->lock);
}

static DWORD WINAPI carry_out(LPVOID context) {
    live_run *self = context;
    const ns_run_observer observer = {.context = self, .phase = live_run_on_phase, .output = live_run_on_output, .frame = live_run_on_frame};
    ns_error error;
    /* What cannot even be recorded shows in the list as a run that does not end; the next start closes it. */
    (void)!ns_run_execute(self->store_locator, &self->hold, self->cancel, &observer, &error);
    EnterCriticalSection(&self->lock);
    self->finished = true;
    changed(self);
    LeaveCriticalSection(&self->lock);
    live_run_release(self);
    return 0;
}

live_run *live_run_start(HWND notify, const char *store_locator, const ns_hold *hold) {
    live_run *self = calloc(1, sizeof *self);
    HANDLE thread = NULL;
    if (!self)
        return NULL;
    self->references = 2;
    self->notify = notify;
    self->id = hold->run_id;
    self->hold = *hold;
    self->store_locator = store_locator ? ns_string_copy(store_locator) : NULL;
    ns_text_init(&self->output, OUTPUT_MAXIMUM);
    InitializeCriticalSection(&self->lock);
    self->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = self->cancel ? CreateThread(NULL, 0, carry_out, self, 0, NULL) : NULL;
    if (!thread) {
        self->references = 1;
        live_run_release(self);
        return NULL;
    }
    CloseHandle(thread);
    return self;
}

void live_run_cancel(live_run *self) {
    (void)SetEvent(self->cancel);
}

bool live_run_is_finished(live_run *self) {
    bool finished = false;
    EnterCriticalSection(&self->lock);
    finished = self->finished;
    LeaveCriticalSection(&self->lock);
    return finished;
}

void live_run_release(live_run *self) {
    if (!self || InterlockedDecrement(&self->references) > 0)
        return;
    if (self->cancel)
        CloseHandle(self->cancel);
    ns_text_clear(&self->output);
    DeleteCriticalSection(&self->lock);
    free(self->store_locator);
    free(self);
}

struct runs {
    HWND notify;
    const char *store_locator;
    live_run *items[RUNS_MAXIMUM];
    size_t count;
};

runs *runs_create(HWND notify, const char *store_locator) {
    runs *self = calloc(1, sizeof *self);
    if (self) {
        self->notify = notify;
        self->store_locator = store_locator;
    }
    return self;
}

void runs_destroy(runs *self) {
    for (size_t i = 0; self && i < self->count; i++)
        live_run_release(self->items[i]);
    free(self);
}

bool runs_have_room(const runs *self) {
    return self->count < RUNS_MAXIMUM;
}

bool runs_start(runs *self, const ns_hold *hold) {
    live_run *started = runs_have_room(self) ? live_run_start(self->notify, self->store_locator, hold) : NULL;
    if (started)
        self->items[self->count++] = started;
    return started != NULL;
}

live_run *runs_find(const runs *self, int64_t id) {
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i]->id == id)
            return self->items[i];
    return NULL;
}

live_run *runs_at(const runs *self, size_t index) {
    return index < self->count ? self->items[index] : NULL;
}

size_t runs_count(const runs *self) {
    return self->count;
}

size_t runs_going_on(const runs *self) {
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++)
        count += live_run_is_finished(self->items[i]) ? 0 : 1;
    return count;
}

bool runs_take_finished(runs *self, int64_t id) {
    for (size_t i = 0; i < self->count; i++) {
        if (self->items[i]->id != id || !live_run_is_finished(self->items[i]))
            continue;
        live_run_release(self->items[i]);
        self->items[i] = self->items[--self->count];
        return true;
    }
    return false;
}

void runs_cancel_all(runs *self) {
    for (size_t i = 0; i < self->count; i++)
        live_run_cancel(self->items[i]);
}
