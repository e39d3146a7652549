#include "console/model/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "common/version.h"

struct board {
    HWND notify;
    char *store_locator;
    HANDLE thread;
    HANDLE cancel; /* manual */
    CRITICAL_SECTION lock;
    /* Under the lock */
    int64_t *ids;
    size_t count;
    ns_preflight_options options;
    board_row *live; /* one for each machine; at 0 and no name before something is known */
    size_t done;
    bool running;
    bool told; /* a message is on its way */
    ns_error error;
    /* UI thread */
    board_row *rows;
    size_t room;
};

board *board_create(HWND notify, const char *store_locator) {
    board *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->notify = notify;
    self->store_locator = store_locator ? ns_string_copy(store_locator) : NULL;
    self->cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!self->cancel || (store_locator && !self->store_locator)) {
        if (self->cancel)
            (void)CloseHandle(self->cancel);
        free(self->store_locator);
        free(self);
        return NULL;
    }
    InitializeCriticalSection(&self->lock);
    return self;
}

/* Under the lock. */
static void send_notice(board *self) {
    if (!self->told)
        self->told = PostMessageW(self->notify, WM_APP_BOARD, 0, 0) != 0;
}

static void board_on_row(void *context, size_t index, const ns_check_input *in, const ns_row *row, bool final) {
    board *self = context;
    board_row fresh = {.machine_id = in->machine->id, .at = final ? ns_clock_utc_ms() : 0, .verdict = row->verdict};
    (void)snprintf(fresh.name, sizeof fresh.name, "%s", in->machine->name);
    ns_phrase_write(fresh.forecast, sizeof fresh.forecast, "%s", row->forecast);
    for (size_t i = 0; ns_check_at(i); i++)
        fresh.kinds[i] = row->verdicts[i].message[0] ? (unsigned char)(row->verdicts[i].kind + 1) : 0;
    EnterCriticalSection(&self->lock);
    self->live[index] = fresh;
    send_notice(self);
    LeaveCriticalSection(&self->lock);
}

static void board_on_progress(void *context, size_t done, size_t count) {
    board *self = context;
    (void)count;
    EnterCriticalSection(&self->lock);
    self->done = done;
    send_notice(self);
    LeaveCriticalSection(&self->lock);
}

static DWORD WINAPI look_at_machines(LPVOID context) {
    board *self = context;
    const ns_preflight_observer observer = {.context = self, .row = board_on_row, .progress = board_on_progress};
    ns_error error = {0};
    const ns_status status = ns_preflight_run(self->store_locator, &self->options, &observer, &error);
    EnterCriticalSection(&self->lock);
    self->running = false;
    if (status != NS_OK)
        self->error = error;
    if (status != NS_OK || WaitForSingleObject(self->cancel, 0) == WAIT_OBJECT_0)
        self->count = 0; /* nothing of it was kept: what was known before is shown again */
    send_notice(self);
    LeaveCriticalSection(&self->lock);
    return 0;
}

/* What the last preflight left, which has ended. */
static void clear_last(board *self) {
    if (self->thread) {
        (void)WaitForSingleObject(self->thread, INFINITE);
        (void)CloseHandle(self->thread);
        self->thread = NULL;
    }
    free(self->ids);
    free(self->live);
    self->ids = NULL;
    self->live = NULL;
    self->count = 0;
}

bool board_start(board *self, const board_request *request, ns_error *error) {
    const size_t room = request->count ? request->count : 1;
    if (board_is_running(self, NULL, NULL))
        return ns_error_set(error, NS_STATUS_REFUSED, "PreflightRunning", "Wait for it, or cancel it.", "A preflight goes on.") == NS_OK;
    clear_last(self);
    self->ids = calloc(room, sizeof *self->ids);
    self->live = calloc(room, sizeof *self->live);
    if (!self->ids || !self->live)
        return ns_error_set_memory(error) == NS_OK;
    memcpy(self->ids, request->machine_ids, request->count * sizeof *self->ids);
    self->count = request->count;
    self->done = 0;
    self->options = (ns_preflight_options){.machine_ids = self->ids,
                                           .count = request->count,
                                           .connection_id = request->connection_id,
                                           .sign_in = request->sign_in,
                                           .session = request->session,
                                           .keep = true,
                                           .version = NS_VERSION,
                                           .cancel = self->cancel};
    ns_check_set_all(&self->options.checks);
    (void)ResetEvent(self->cancel);
    self->running = true;
    self->thread = CreateThread(NULL, 0, look_at_machines, self, 0, NULL);
    self->running = self->thread != NULL;
    return self->running || ns_error_set_memory(error) == NS_OK;
}

void board_cancel(board *self) {
    (void)SetEvent(self->cancel);
}

bool board_is_running(board *self, size_t *done, size_t *count) {
    bool running = false;
    EnterCriticalSection(&self->lock);
    running = self->running;
    if (done)
        *done = self->done;
    if (count)
        *count = self->count;
    LeaveCriticalSection(&self->lock);
    return running;
}

ns_error board_take_news(board *self) {
    ns_error error = {0};
    EnterCriticalSection(&self->lock);
    self->told = false;
    error = self->error;
    ns_error_clear(&self->error);
    LeaveCriticalSection(&self->lock);
    return error;
}

static bool has_room(board *self, size_t count) {
    board_row *grown = NULL;
    if (count <= self->room)
        return true;
    grown = realloc(self->rows, count * sizeof *grown);
    if (!grown)
        return false;
    self->rows = grown;
    self->room = count;
    return true;
}

static void take_stored(board_row *out, const ns_preflight_record *record, const ns_machine *machine) {
    *out = (board_row){.machine_id = record->machine_id, .at = record->at, .verdict = NS_VERDICT_UNKNOWN};
    for (int kind = NS_VERDICT_PASS; kind <= NS_VERDICT_FAIL; kind++)
        if (strcmp(record->verdict, ns_verdict_name((ns_verdict_kind)kind)) == 0)
            out->verdict = (ns_verdict_kind)kind;
    (void)snprintf(out->name, sizeof out->name, "%s", machine->name);
    ns_phrase_write(out->forecast, sizeof out->forecast, "%s", record->forecast);
    ns_row_read_summary(record->summary, out->kinds);
}

static int by_id(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

const board_row *board_rows(board *self, const snapshot *from, size_t *count) {
    size_t used = 0;
    EnterCriticalSection(&self->lock);
    if (has_room(self, from->preflights.count + self->count)) {
        int64_t *overlaid = calloc(self->count ? self->count : 1, sizeof *overlaid);
        size_t overlaid_count = 0;
        for (size_t i = 0; overlaid && i < self->count; i++) {
            if (!self->live[i].machine_id || !snapshot_machine(from, self->live[i].machine_id))
                continue;
            self->rows[used++] = self->live[i];
            overlaid[overlaid_count++] = self->live[i].machine_id;
        }
        if (overlaid)
            qsort(overlaid, overlaid_count, sizeof *overlaid, by_id);
        for (size_t i = 0; i < from->preflights.count; i++) {
            const ns_preflight_record *record = &from->preflights.items[i];
            const ns_machine *machine = snapshot_machine(from, record->machine_id);
            if (machine && !(overlaid && bsearch(&record->machine_id, overlaid, overlaid_count, sizeof *overlaid, by_id)))
                take_stored(&self->rows[used++], record, machine);
        }
        free(overlaid);
    }
    LeaveCriticalSection(&self->lock);
    *count = used;
    return self->rows;
}

void board_destroy(board *self) {
    if (!self)
        return;
    board_cancel(self);
    clear_last(self);
    (void)CloseHandle(self->cancel);
    DeleteCriticalSection(&self->lock);
    free(self->rows);
    free(self->store_locator);
    free(self);
}
