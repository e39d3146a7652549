#include "bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/phrase.h"
#include "model/things.h"
#include "secret/secret.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"

void bench_check(ns_status status, const ns_error *error) {
    if (status == NS_OK)
        return;
    char *text = ns_phrase_text(error->message, NULL);
    (void)fprintf(stderr, "queue-bench: %s [%s]\n", text ? text : "?", error->code);
    exit(1);
}

void bench_sql(const char *path, const char *text) {
    sqlite3 *handle = NULL;
    char *message = NULL;
    if (sqlite3_open(path, &handle) != SQLITE_OK || sqlite3_exec(handle, text, NULL, NULL, &message) != SQLITE_OK) {
        (void)fprintf(stderr, "queue-bench: %s\n", message ? message : "cannot open");
        exit(1);
    }
    (void)sqlite3_close(handle);
}

int64_t bench_add_group(ns_store *store, int number) {
    char name[32];
    ns_group group = {.name = name};
    (void)snprintf(name, sizeof name, "group %d", number);
    CHECK(ns_group_save(store, &group, &error));
    return group.id;
}

int64_t bench_add_machine(ns_store *store, int number, int64_t group) {
    char name[32];
    ns_machine machine = {.name = name, .host = name, .port = 3389, .group_id = group};
    (void)snprintf(name, sizeof name, "m%d", number);
    CHECK(ns_machine_save(store, &machine, &error));
    return machine.id;
}

int64_t bench_add_connection(ns_store *store, int number) {
    char name[32];
    ns_connection connection = {.name = name, .user = name, .domain = (char *)(uintptr_t) "CORP"};
    ns_secret secret = {0};
    (void)snprintf(name, sizeof name, "robot%d", number);
    CHECK(ns_secret_set(&secret, "none", 4, &error));
    CHECK(ns_connection_save(store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    return connection.id;
}

int64_t bench_add_flow(ns_store *store) {
    ns_flow flow = {.name = (char *)(uintptr_t) "flow", .program = (char *)(uintptr_t) "p"};
    CHECK(ns_flow_save(store, &flow, &error));
    return flow.id;
}
