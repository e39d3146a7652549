#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "bench.h"
#include "run/execute.h"
#include "run/request.h"
#include "run/worker.h"

enum { SETTLED_MS = 5000 }; /* until all have looked and have written down why they wait */

static volatile LONG statements;
static volatile LONG marks;

/* A question of the change mark reads no page: it looks at what the programs share in memory. */
static int count_one(unsigned type, void *context, void *statement, void *text) {
    (void)type;
    (void)context;
    (void)statement;
    (void)InterlockedIncrement(strcmp(text, "PRAGMA data_version") == 0 ? &marks : &statements);
    return 0;
}

/* Each connection to a store that this program opens. */
static int count_all(sqlite3 *handle, char **message, const void *routines) {
    (void)message;
    (void)routines;
    return sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, count_one, NULL);
}

typedef struct waiter {
    const char *path;
    HANDLE cancel;
    HANDLE thread;
    ns_hold hold;
} waiter;

static DWORD WINAPI wait_for_place(LPVOID context) {
    waiter *self = context;
    CHECK(ns_run_execute(self->path, &self->hold, self->cancel, NULL, &error));
    return 0;
}

/* Runs of a group that is in maintenance, of ten users. */
static void queue_runs(ns_store *store, bool by_worker, int count, waiter *out) {
    const int64_t group = bench_add_group(store, 1);
    const int64_t flow = bench_add_flow(store);
    for (int i = 0; i < 20; i++)
        (void)bench_add_machine(store, i, group);
    for (int i = 0; i < 10; i++)
        (void)bench_add_connection(store, i);
    for (int i = 0; i < count; i++) {
        const ns_run_request request = {.group_id = group, .flow_id = flow, .connection_id = i % 10 + 1, .by_worker = by_worker};
        CHECK(ns_run_ask(store, &request, &out[i].hold, &error));
    }
}

static DWORD WINAPI work(LPVOID context) {
    const waiter *self = context;
    const ns_worker_options options = {.store_locator = self->path, .version = "1", .capacity = 50, .stop = self->cancel};
    CHECK(ns_worker_work(&options, &error));
    return 0;
}

/* Of all threads, once they have settled, in so many seconds. */
static void count_for(int seconds) {
    LONG before = 0;
    LONG marks_before = 0;
    Sleep(SETTLED_MS);
    before = statements;
    marks_before = marks;
    Sleep((DWORD)seconds * 1000);
    (void)printf("{\"statements\": %.1f, \"marks\": %.1f}\n", (double)(statements - before) / seconds, (double)(marks - marks_before) / seconds);
    (void)fflush(stdout);
}

int measure_waiting(char **words) {
    const bool by_worker = strcmp(words[0], "worker") == 0;
    const int count = atoi(words[2]);
    const int threads = by_worker ? 1 : count;
    const HANDLE cancel = CreateEventW(NULL, TRUE, FALSE, NULL);
    waiter *waiters = calloc((size_t)count, sizeof *waiters);
    ns_store *store = NULL;
    (void)sqlite3_auto_extension((void (*)(void))count_all);
    CHECK(ns_store_open(words[1], &store, &error));
    queue_runs(store, by_worker, count, waiters);
    bench_sql(words[1], "INSERT INTO group_setting(group_id, name, value) VALUES (1, 'maintenance', 'on')");
    for (int i = 0; i < threads; i++) {
        waiters[i].path = words[1];
        waiters[i].cancel = cancel;
        waiters[i].thread = CreateThread(NULL, 0, by_worker ? work : wait_for_place, &waiters[i], 0, NULL);
    }
    count_for(atoi(words[3]));
    (void)SetEvent(cancel);
    for (int i = 0; i < threads; i++) {
        (void)WaitForSingleObject(waiters[i].thread, INFINITE);
        CloseHandle(waiters[i].thread);
    }
    ns_store_close(store);
    free(waiters);
    CloseHandle(cancel);
    return 0;
}
