/* A store with a flow and a group, and what the tests of the queue do with it. Each call fails the test when it cannot be done. */
#ifndef NS_TESTS_QUEUE_FIXTURE_H
#define NS_TESTS_QUEUE_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/runs.h"
#include "store/store.h"

typedef struct queue_fixture {
    ns_store *store;
    int64_t flow;
    int64_t group; /* Finance */
    char *owner;   /* this process */
} queue_fixture;

queue_fixture queue_open(const char *name);
void queue_done(queue_fixture *f);

int64_t queue_add_machine(const queue_fixture *f, const char *name, const char *host, int64_t group);
/* A connection CORP\USER of the same name. */
int64_t queue_add_user(const queue_fixture *f, const char *user);

/* A run for a worker, on a machine or a group. Its number. */
int64_t queue_up(const queue_fixture *f, int64_t machine, int64_t group, int64_t connection, bool high);
/* A worker of this process, of these groups or with 0 of all. Its number. */
int64_t queue_enlist(const queue_fixture *f, const int64_t *groups, size_t count);
/* The run that the worker is given; 0 for none. `hold` may be NULL. */
int64_t queue_claim(const queue_fixture *f, int64_t worker, ns_hold *hold);
/* It has signed in: the account's turn is another's. */
void queue_signed_in(const queue_fixture *f, int64_t run_id);
void queue_finish(const queue_fixture *f, const ns_hold *hold);

/* Of a run: its "machine", "waits", "code", "state" or "message", in English. Borrowed until the next call. */
const char *queue_field(const queue_fixture *f, int64_t id, const char *what);
/* Done to the store by another program. */
void queue_sql(const queue_fixture *f, const char *text);

#endif
