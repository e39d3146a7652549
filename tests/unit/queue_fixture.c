#include <sqlite3.h>

#include "base/system.h"
#include "check.h"
#include "queue_fixture.h"
#include "run/request.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/sign_in.h"
#include "store/workers.h"

int64_t queue_add_machine(const queue_fixture *f, const char *name, const char *host, int64_t group) {
    ns_machine machine = {.name = (char *)(uintptr_t)name, .host = (char *)(uintptr_t)host, .port = 3389, .group_id = group};
    CHECK_OK(ns_machine_save(f->store, &machine, &error));
    return machine.id;
}

int64_t queue_add_user(const queue_fixture *f, const char *user) {
    ns_connection connection = {.name = (char *)(uintptr_t)user, .user = (char *)(uintptr_t)user, .domain = (char *)(uintptr_t) "CORP"};
    ns_secret secret = {0};
    CHECK_OK(ns_secret_set(&secret, "word", 4, &error));
    CHECK_OK(ns_connection_save(f->store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    return connection.id;
}

queue_fixture queue_open(const char *name) {
    queue_fixture made = {.store = scratch_store(name), .owner = own_identity()};
    ns_flow flow = {.name = (char *)(uintptr_t) "f", .program = (char *)(uintptr_t) "p"};
    CHECK_OK(ns_flow_save(made.store, &flow, &error));
    made.flow = flow.id;
    made.group = make_group(made.store, "Finance");
    return made;
}

void queue_done(queue_fixture *f) {
    ns_store_close(f->store);
    free(f->owner);
}

int64_t queue_up(const queue_fixture *f, int64_t machine, int64_t group, int64_t connection, bool high) {
    const ns_run_request request = {
        .machine_id = machine, .group_id = group, .flow_id = f->flow, .connection_id = connection, .high = high, .by_worker = true};
    ns_hold hold = {0};
    CHECK_OK(ns_run_ask(f->store, &request, &hold, &error));
    return hold.run_id;
}

int64_t queue_enlist(const queue_fixture *f, const int64_t *groups, size_t count) {
    ns_worker_record worker = {.name = (char *)(uintptr_t) "w", .owner = f->owner, .version = (char *)(uintptr_t) "1", .capacity = 100};
    CHECK_OK(ns_worker_add(f->store, &worker, groups, count, &error));
    return worker.id;
}

int64_t queue_claim(const queue_fixture *f, int64_t worker, ns_hold *hold) {
    const ns_claimant claimant = {.worker_id = worker, .owner = f->owner};
    ns_claim got;
    CHECK_OK(ns_run_claim(f->store, &claimant, &got, &error));
    if (hold)
        *hold = got.hold;
    return got.claimed ? got.hold.run_id : 0;
}

void queue_signed_in(const queue_fixture *f, int64_t run_id) {
    ns_run run = {0};
    ns_connection connection = {0};
    CHECK_OK(ns_run_load(f->store, run_id, &run, &error));
    CHECK_OK(ns_connection_load_by_id(f->store, run.connection_id, &connection, &error));
    CHECK_OK(ns_sign_in_end(f->store, &connection, run.machine_id, run_id, NS_SIGN_IN_ACCEPTED, "", &error));
    ns_connection_clear(&connection);
    ns_run_clear(&run);
}

void queue_finish(const queue_fixture *f, const ns_hold *hold) {
    const ns_run end = {.id = hold->run_id,
                        .state = NS_RUN_SUCCEEDED,
                        .code = (char *)(uintptr_t) "Succeeded",
                        .message = (char *)(uintptr_t) "m",
                        .remedy = (char *)(uintptr_t) ""};
    CHECK_OK(ns_run_finish(f->store, hold, &end, &error));
}

const char *queue_field(const queue_fixture *f, int64_t id, const char *what) {
    static char text[700];
    ns_run run = {0};
    CHECK_OK(ns_run_load(f->store, id, &run, &error));
    (void)snprintf(text, sizeof text, "%s",
                   strcmp(what, "machine") == 0 ? run.machine
                   : strcmp(what, "waits") == 0 ? in_english(run.waits)
                   : strcmp(what, "code") == 0  ? run.code
                   : strcmp(what, "state") == 0 ? ns_run_state_name(run.state)
                                                : in_english(run.message));
    ns_run_clear(&run);
    return text;
}

void queue_sql(const queue_fixture *f, const char *text) {
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(ns_store_locator(f->store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, text, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(handle);
}
