/* The queue without machines: what a claim costs, and a fleet on a clock that is moved on by hand.
 *   queue-bench claim STORE QUEUED PAST TURNS     {"look": ms, "claim": ms}: a claim that gives nothing, and one that gives a run
 *   queue-bench wait held|worker STORE RUNS SECONDS     {"statements": a second, "marks": a second}: runs that wait while nothing changes, each held
 *     by a thread of this program, or by nobody, for one worker
 *   queue-bench simulate STORE MACHINES GROUPS RUNS WORKERS SEED     {...}: all runs of a fleet, with workers that die and clocks that differ */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/things.h"
#include "store/claim.h"
#include "store/identity.h"
#include "store/queue.h"
#include "store/sign_in.h"
#include "store/workers.h"

static uint32_t seed;

static uint32_t dice(uint32_t sides) {
    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % sides;
}

static int64_t add_worker(ns_store *store, int64_t capacity) {
    ns_worker_record worker = {
        .name = (char *)(uintptr_t) "w", .owner = (char *)(uintptr_t) "elsewhere/1", .version = (char *)(uintptr_t) "1", .capacity = capacity};
    CHECK(ns_worker_add(store, &worker, NULL, 0, &error));
    return worker.id;
}

static ns_claim claim_of(ns_store *store, int64_t worker) {
    const ns_claimant claimant = {.worker_id = worker, .owner = "elsewhere/1", .random = dice(1000000)};
    ns_claim claim;
    CHECK(ns_run_claim(store, &claimant, &claim, &error));
    return claim;
}

static double ms_of(uint64_t ns, int turns) {
    return (double)ns / 1e6 / turns;
}

static uint64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void finish(ns_store *store, const ns_hold *hold, const char *code, ns_run_state state) {
    const ns_run end = {
        .id = hold->run_id, .state = state, .code = (char *)(uintptr_t)code, .message = (char *)(uintptr_t) "", .remedy = (char *)(uintptr_t) ""};
    CHECK(ns_run_finish(store, hold, &end, &error));
}

/* A group of 20 machines, ten users, so many queued and past runs. */
static int measure_claims(char **words) {
    const char *path = words[0];
    const int turns = atoi(words[3]);
    char text[1200];
    ns_store *store = NULL;
    int64_t group = 0;
    int64_t worker = 0;
    uint64_t look = 0;
    uint64_t claim = 0;
    CHECK(ns_store_open(path, &store, &error));
    group = bench_add_group(store, 1);
    (void)bench_add_flow(store);
    for (int i = 0; i < 20; i++)
        (void)bench_add_machine(store, i, group);
    for (int i = 0; i < 10; i++)
        (void)bench_add_connection(store, i);
    worker = add_worker(store, 1000);
    (void)snprintf(
        text, sizeof text,
        "INSERT INTO run(machine_id, flow_id, connection_id, machine, flow, connection, state, code, created_at, started_at, ended_at, owner) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
        "SELECT i %% 20 + 1, 1, i %% 10 + 1, 'm', 'f', 'c', 'Succeeded', 'Succeeded', i, i, i, '' FROM n WHERE %s > 0",
        words[2], words[2]);
    bench_sql(path, text);
    (void)snprintf(text, sizeof text,
                   "INSERT INTO run(group_id, machine_group, flow_id, connection_id, lane, machine, flow, connection, state, created_at, queue, "
                   "queue_until) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
                   "SELECT 1, 'group 1', 1, i %% 10 + 1, i %% 10 + 1, '', 'f', 'c', 'Queued', i, -1, 9000000000000000 FROM n WHERE %s > 0",
                   words[1], words[1]);
    bench_sql(path, text);
    for (int i = 0; i < turns; i++) {
        ns_queued_run run = {.group_id = group, .flow_id = 1, .connection_id = i % 10 + 1, .queue_ms = 1000000000, .high = true};
        ns_hold hold;
        uint64_t began = 0;
        ns_claim got;
        CHECK(ns_queue_add(store, &run, NULL, &hold, &error));
        began = now_ns();
        got = claim_of(store, worker);
        claim += now_ns() - began;
        if (!got.claimed)
            return 1;
        finish(store, &got.hold, "Succeeded", NS_RUN_SUCCEEDED);
    }
    bench_sql(path, "INSERT INTO group_setting(group_id, name, value) VALUES (1, 'maintenance', 'on')");
    (void)claim_of(store, worker); /* writes down why they wait */
    for (int i = 0; i < turns; i++) {
        const uint64_t began = now_ns();
        if (claim_of(store, worker).claimed)
            return 1;
        look += now_ns() - began;
    }
    (void)printf("{\"look\": %.4f, \"claim\": %.4f}\n", ms_of(look, turns), ms_of(claim, turns));
    ns_store_close(store);
    return 0;
}

/* One run that a worker of the simulation carries out. */
typedef struct errand {
    ns_hold hold;
    int64_t connection;
    int64_t machine;
    int64_t signed_in_at; /* simulated ms; 0 once it has */
    int64_t ends_at;
    int64_t renewed_at;
} errand;

typedef struct sim_worker {
    int64_t id;
    errand *errands;
    size_t count;
    int64_t dead_until; /* simulated ms; 0: it lives */
    size_t seen;        /* the simulation's changes, when it found nothing to begin */
} sim_worker;

typedef struct simulation {
    ns_store *store;
    const char *path;
    int64_t now; /* simulated ms since its beginning */
    sim_worker *workers;
    size_t worker_count;
    size_t started;
    size_t interrupted;
    size_t changes; /* of what a worker is woken by */
    size_t twice;   /* runs that began while their machine or user had one: never */
    int64_t wait_high;
    int64_t wait_normal;
    int64_t longest;
    size_t high;
    size_t normal;
    int64_t *busy_until; /* of each machine, by id */
} simulation;

/* The store's clock goes on; computers' own clocks, an hour apart, are asked for nothing but what people read. */
static void pass(simulation *self, int64_t ms) {
    char text[100];
    (void)snprintf(text, sizeof text, "UPDATE store_clock SET ms = ms + %lld", (long long)ms);
    bench_sql(self->path, text);
    self->now += ms;
}

static void begin(simulation *self, sim_worker *worker, const ns_claim *claim) {
    ns_run run = {0};
    errand *grown = realloc(worker->errands, (worker->count + 1) * sizeof *grown);
    int64_t waited = 0;
    CHECK(ns_run_load(self->store, claim->hold.run_id, &run, &error));
    worker->errands = grown;
    grown[worker->count++] = (errand){.hold = claim->hold,
                                      .connection = run.connection_id,
                                      .machine = run.machine_id,
                                      .signed_in_at = self->now + 2000,
                                      .ends_at = self->now + 60000 + (int64_t)dice(540000),
                                      .renewed_at = self->now};
    self->twice += self->busy_until[run.machine_id] > self->now;
    self->busy_until[run.machine_id] = grown[worker->count - 1].ends_at;
    self->started++;
    waited = self->now;
    *(run.high ? &self->wait_high : &self->wait_normal) += waited;
    *(run.high ? &self->high : &self->normal) += 1;
    self->longest = waited > self->longest ? waited : self->longest;
    ns_run_clear(&run);
}

static void end_sign_in(simulation *self, errand *one) {
    ns_connection connection = {0};
    CHECK(ns_connection_load_by_id(self->store, one->connection, &connection, &error));
    CHECK(ns_sign_in_end(self->store, &connection, one->machine, one->hold.run_id, NS_SIGN_IN_ACCEPTED, "", &error));
    ns_connection_clear(&connection);
    one->signed_in_at = 0;
    self->changes++;
}

static void work(simulation *self, sim_worker *worker) {
    for (size_t i = 0; i < worker->count;) {
        errand *one = &worker->errands[i];
        bool cancel = false;
        if (one->signed_in_at && self->now >= one->signed_in_at)
            end_sign_in(self, one);
        if (self->now - one->renewed_at >= 10000) {
            CHECK(ns_run_renew(self->store, &one->hold, &cancel, &error));
            one->renewed_at = self->now;
        }
        if (self->now < one->ends_at) {
            i++;
            continue;
        }
        finish(self->store, &one->hold, "Succeeded", NS_RUN_SUCCEEDED);
        self->changes++;
        *one = worker->errands[--worker->count];
    }
    while (worker->seen != self->changes) {
        const ns_claim claim = claim_of(self->store, worker->id);
        if (claim.claimed)
            begin(self, worker, &claim);
        else
            worker->seen = self->changes;
    }
}

/* Its agents hear nothing any more and sign out after a minute; its runs lapse later than that. */
static void die(simulation *self, sim_worker *worker) {
    for (size_t i = 0; i < worker->count; i++)
        self->busy_until[worker->errands[i].machine] =
            self->now + 60000 < worker->errands[i].ends_at ? self->now + 60000 : worker->errands[i].ends_at;
    self->interrupted += worker->count;
    worker->count = 0;
    worker->dead_until = self->now + 30000 + (int64_t)dice(120000);
}

static int64_t count_open(simulation *self) {
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t count = -1;
    if (sqlite3_open(self->path, &handle) == SQLITE_OK &&
        sqlite3_prepare_v2(handle, "SELECT count(*) FROM run WHERE state IN ('Queued', 'Running')", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        count = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(handle);
    return count;
}

static void prepare(simulation *self, int machines, int groups, const char *runs) {
    char text[1200];
    CHECK(ns_store_open(self->path, &self->store, &error));
    (void)bench_add_flow(self->store);
    for (int i = 0; i < groups; i++)
        (void)bench_add_group(self->store, i);
    for (int i = 0; i < machines; i++)
        (void)bench_add_machine(self->store, i, i % groups + 1);
    for (int i = 0; i < groups * 4; i++)
        (void)bench_add_connection(self->store, i);
    for (size_t i = 0; i < self->worker_count; i++)
        self->workers[i].id = add_worker(self->store, 50);
    /* One of ten is of high priority; each user belongs to one group. */
    (void)snprintf(
        text, sizeof text,
        "INSERT INTO run(group_id, machine_group, flow_id, connection_id, lane, machine, flow, connection, state, created_at, queue, priority, "
        "queue_until) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s) "
        "SELECT i %% %d + 1, 'g', 1, i %% %d * 4 + i / %d %% 4 + 1, i %% %d * 4 + i / %d %% 4 + 1, '', 'f', 'c', 'Queued', i, "
        "-(i %% %d + 1), i / %d %% 10 = 7, 9000000000000000 FROM n",
        runs, groups, groups, groups, groups, groups, groups, groups);
    bench_sql(self->path, text);
}

static int simulate(char **words) {
    const int machines = atoi(words[1]);
    simulation self = {.path = words[0], .worker_count = (size_t)atoi(words[4]), .changes = 1};
    const uint64_t began = ns_clock_monotonic_ms();
    int64_t next_recovery = 0;
    int64_t next_death = 60000;
    self.workers = calloc(self.worker_count, sizeof *self.workers);
    self.busy_until = calloc((size_t)machines + 1, sizeof *self.busy_until);
    seed = (uint32_t)atoi(words[5]);
    prepare(&self, machines, atoi(words[2]), words[3]);
    while (count_open(&self) > 0) {
        for (size_t i = 0; i < self.worker_count; i++) {
            sim_worker *worker = &self.workers[(i + dice((uint32_t)self.worker_count)) % self.worker_count];
            if (worker->dead_until && self.now >= worker->dead_until) {
                worker->id = add_worker(self.store, 50);
                worker->dead_until = 0;
                worker->seen = 0;
            }
            if (!worker->dead_until)
                work(&self, worker);
        }
        if (self.now >= next_death) {
            die(&self, &self.workers[dice((uint32_t)self.worker_count)]);
            next_death = self.now + 60000 + (int64_t)dice(600000);
        }
        if (self.now >= next_recovery) {
            CHECK(ns_runs_recover(self.store, &error));
            for (size_t i = 0; i < self.worker_count; i++)
                if (!self.workers[i].dead_until)
                    CHECK(ns_worker_renew(self.store, self.workers[i].id, &error));
            self.changes++;
            next_recovery = self.now + 20000;
        }
        pass(&self, 2000);
    }
    (void)printf("{\"started\": %zu, \"interrupted\": %zu, \"twice\": %zu, \"simulatedHours\": %.1f, \"seconds\": %.1f, \"waitHigh\": %.0f, "
                 "\"waitNormal\": %.0f, \"longest\": %.0f}\n",
                 self.started, self.interrupted, self.twice, (double)self.now / 3.6e6, (double)(ns_clock_monotonic_ms() - began) / 1000,
                 self.high ? (double)self.wait_high / 1000 / (double)self.high : 0,
                 self.normal ? (double)self.wait_normal / 1000 / (double)self.normal : 0, (double)self.longest / 1000);
    ns_store_close(self.store);
    for (size_t i = 0; i < self.worker_count; i++)
        free(self.workers[i].errands);
    free(self.workers);
    free(self.busy_until);
    return self.twice ? 1 : 0;
}

int main(int count, char **words) {
    if (count == 6 && strcmp(words[1], "claim") == 0)
        return measure_claims(words + 2);
    if (count == 8 && strcmp(words[1], "simulate") == 0)
        return simulate(words + 2);
    if (count == 6 && strcmp(words[1], "wait") == 0)
        return measure_waiting(words + 2);
    (void)fprintf(
        stderr,
        "queue-bench: claim STORE QUEUED PAST TURNS | simulate STORE MACHINES GROUPS RUNS WORKERS SEED | wait held|worker STORE RUNS SECONDS\n");
    return 2;
}
