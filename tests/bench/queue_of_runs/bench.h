/* A store with what a bench needs in it. Whatever fails ends the program, which says why. */
#ifndef QUEUE_BENCH_H
#define QUEUE_BENCH_H

#include "base/status.h"
#include "store/store.h"

void bench_check(ns_status status, const ns_error *error);

#define CHECK(call)                                                                                                                                  \
    do {                                                                                                                                             \
        ns_error error = {0};                                                                                                                        \
        bench_check((call), &error);                                                                                                                 \
    } while (0)

/* By a connection of its own. */
void bench_sql(const char *path, const char *text);
/* Each gives the id. */
int64_t bench_add_group(ns_store *store, int number);
int64_t bench_add_machine(ns_store *store, int number, int64_t group);
int64_t bench_add_connection(ns_store *store, int number);
int64_t bench_add_flow(ns_store *store);

/* wait.c: the statements that runs make while they wait. */
int measure_waiting(char **words);

#endif
