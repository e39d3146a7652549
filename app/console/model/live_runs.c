#include "console/model/live_runs.h"

#include <stdlib.h>

struct runs {
    HWND notify;
    const char *store_path;
    live_run *items[RUNS_MAXIMUM];
    size_t count;
};

runs *runs_create(HWND notify, const char *store_path) {
    runs *self = calloc(1, sizeof *self);
    if (self) {
        self->notify = notify;
        self->store_path = store_path;
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

bool runs_start(runs *self, int64_t id) {
    live_run *started = runs_have_room(self) ? live_run_start(self->notify, self->store_path, id) : NULL;
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
