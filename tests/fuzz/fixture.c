/* The store is made once, as bytes; each use gets them anew, in a file below the memory's own file system. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/system.h"
#include "fuzz.h"
#include "run/request.h"
#include "store/action.h"
#include "store/activity.h"
#include "store/changes.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/machine_known.h"
#include "store/preflights.h"
#include "store/queue.h"
#include "store/sessions.h"
#include "store/sign_in.h"
#include "store/workers.h"

#define TEXT(text) ((char *)(uintptr_t)(text))
#define MUST(call)                                                                                                                                   \
    do {                                                                                                                                             \
        ns_error error = {0};                                                                                                                        \
        if ((call) != NS_OK) {                                                                                                                       \
            (void)fprintf(stderr, "fixture: %s [%s]\n", error.message, error.code);                                                                  \
            abort();                                                                                                                                 \
        }                                                                                                                                            \
    } while (0)

static char path[80];
static char *made;
static size_t made_size;
static ns_hold run;

static void remove_files(void) {
    static const char *const ends[] = {"", "-wal", "-shm", ".reserve"};
    char name[100];
    for (size_t i = 0; i < NS_COUNT_OF(ends); i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static void add_runs(ns_store *store, int64_t machine, int64_t flow, int64_t connection) {
    char *owner = ns_system_process_identity();
    const ns_run_request wanted = {.machine_id = machine, .flow_id = flow, .connection_id = connection};
    const ns_run_request queued = {.machine_id = machine, .flow_id = flow, .connection_id = connection, .by_worker = true, .high = true};
    ns_claimant claimant = {.hold = &run, .owner = owner};
    ns_hold waiting;
    ns_claim claim;
    ns_worker_record worker = {.name = TEXT("w"), .owner = owner, .version = TEXT("1"), .capacity = 4};
    for (int i = 0; i < 2; i++) { /* one that has ended, and the one that goes on */
        MUST(ns_run_ask(store, &wanted, &run, &error));
        MUST(ns_run_claim(store, &claimant, &claim, &error));
        if (!claim.claimed) {
            (void)fprintf(stderr, "fixture: not claimed: %s\n", claim.why);
            abort();
        }
        run = claim.hold;
        MUST(ns_run_add_phase(store, &run, "connect", 1, "detail", &error));
        if (i == 0) {
            const ns_run end = {.id = run.run_id,
                                .state = NS_RUN_FAILED,
                                .code = TEXT("FlowFailed"),
                                .message = TEXT("m"),
                                .remedy = TEXT("r"),
                                .session_end = TEXT("locked")};
            ns_connection signed_in = {0};
            MUST(ns_connection_load_by_id(store, connection, &signed_in, &error));
            MUST(ns_sign_in_end(store, &signed_in, machine, run.run_id, NS_SIGN_IN_ACCEPTED, "", &error));
            ns_connection_clear(&signed_in);
            MUST(ns_run_add_finding(store, &run, "FlowLeftProcesses", "two", &error));
            MUST(ns_run_set_screenshot(store, &run, "png", 3, &error));
            MUST(ns_run_finish(store, &run, &end, &error));
        }
    }
    MUST(ns_run_ask(store, &queued, &waiting, &error));
    MUST(ns_worker_add(store, &worker, NULL, 0, &error));
    free(owner);
}

static void fill(ns_store *store) {
    ns_group group = {.name = TEXT("Finance"), .description = TEXT("d")};
    ns_machine machine = {.name = TEXT("pc17"), .host = TEXT("127.0.0.1"), .port = 1, .description = TEXT("d")};
    ns_machine other = {.name = TEXT("pc18"), .host = TEXT("pc18.example.org"), .port = 3389};
    ns_connection connection = {.name = TEXT("robot"), .user = TEXT("robot"), .domain = TEXT("CORP"), .account = TEXT("CORP\\robot")};
    ns_flow flow = {.name = TEXT("f"), .program = TEXT("p"), .arguments = TEXT("a"), .success_codes = TEXT("0"), .retry_count = 1};
    const ns_setting_change setting = {NS_SETTING_SESSION_REUSE, "on"};
    const ns_change change = {.what = TEXT("screen"), .before = TEXT("{}"), .after = TEXT("{}"), .at = 1};
    ns_session session = {.connection = TEXT("robot"), .user = TEXT("robot"), .session_id = TEXT("2"), .started_at = 5};
    ns_preflight_record preflight = {.at = 1,
                                     .connection = TEXT("robot"),
                                     .verdict = TEXT("fail"),
                                     .forecast = TEXT("f"),
                                     .summary = TEXT("dns:pass"),
                                     .row = TEXT("{\"checks\":[]}"),
                                     .facts = TEXT("{\"facts\":[]}")};
    ns_change changed = change;
    ns_secret secret = {0};
    int64_t id = 0;
    MUST(ns_secret_set(&secret, "word", 4, &error));
    MUST(ns_group_save(store, &group, &error));
    machine.group_id = group.id;
    MUST(ns_machine_save(store, &machine, &error));
    MUST(ns_machine_save(store, &other, &error));
    MUST(ns_machine_set(store, other.id, &setting, 1, &error));
    MUST(ns_group_set(store, group.id, &setting, 1, &error));
    MUST(ns_machine_note_shown(store, machine.id, "ab12", true, &error));
    MUST(ns_machine_note_address(store, machine.id, "127.0.0.1:1", &error));
    MUST(ns_connection_save(store, &connection, &secret, &error));
    MUST(ns_flow_save(store, &flow, &error));
    add_runs(store, machine.id, flow.id, connection.id);
    session.machine_id = preflight.machine_id = changed.machine_id = machine.id;
    session.connection_id = connection.id;
    MUST(ns_session_remember(store, &session, &error));
    MUST(ns_preflight_save(store, &preflight, 1, &error));
    changed.machine = TEXT("pc17");
    MUST(ns_change_add(store, &changed, &id, &error));
    MUST(ns_machine_remove(store, other.id, &error));
    MUST(ns_activity_undo(store, 0, &error));
    ns_secret_clear(&secret);
}

static void make(void) {
    ns_store *store = NULL;
    (void)snprintf(path, sizeof path, "/dev/shm/nightshift-fuzz-%d.db", (int)getpid());
    (void)setenv("XDG_CONFIG_HOME", "/dev/shm", 1); /* the key that passwords are kept under */
    MUST(ns_store_open(path, &store, &error));
    fill(store);
    ns_store_close(store); /* and with it the log goes into the file */
    MUST(ns_file_read(path, 1 << 24, &made, &made_size, &error));
    (void)atexit(remove_files);
}

const char *fuzz_store_path(void) {
    FILE *file = NULL;
    if (!made)
        make();
    remove_files();
    file = fopen(path, "wb");
    if (!file || fwrite(made, 1, made_size, file) != made_size || fclose(file) != 0)
        abort();
    return path;
}

ns_hold fuzz_store_run(void) {
    return run;
}
