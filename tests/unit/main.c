#include "base/phrase.h"
#include "check.h"

#include <sys/stat.h>

#include "base/system.h"
#include "store/claim.h"
#include "store/fleet.h"
#include "store/queue.h"

static char folder[1024];

static void remove_file(const char *path) {
    static const char *const ends[] = {"",         "-wal",     "-shm",     ".v0.bak",  ".v1.bak",  ".v2.bak",  ".v3.bak",
                                       ".backup1", ".backup2", ".backup3", ".backup4", ".backup5", ".backup6", ".backup7"};
    for (size_t i = 0; i < NS_COUNT_OF(ends); i++) {
        char whole[1400];
        (void)snprintf(whole, sizeof whole, "%s%s", path, ends[i]);
        (void)remove(whole);
    }
}

const char *scratch_path(const char *name) {
    static char path[1200];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    remove_file(path);
    return path;
}

ns_store *scratch_store(const char *name) {
    ns_store *store = NULL;
    CHECK_OK(ns_store_open(scratch_path(name), &store, &error));
    return store;
}

const char *in_english(const char *phrase) {
    static char *texts[4];
    static size_t next;
    char **slot = &texts[next++ % NS_COUNT_OF(texts)];
    free(*slot);
    *slot = ns_phrase_text(phrase, NULL);
    return *slot ? *slot : "";
}

/* The C library's: it is not core's own, whose allocations fail in a campaign. */
char *copy_of(const char *string) {
    const size_t size = strlen(string) + 1;
    char *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, string, size);
    return copy;
}

char *own_identity(void) {
    char *identity = ns_system_process_identity();
    assert_non_null(identity);
    return identity;
}

int64_t make_machine(ns_store *store, const char *name, int64_t group_id) {
    ns_machine machine = {.name = (char *)(uintptr_t)name, .host = (char *)(uintptr_t) "host", .port = 3389, .group_id = group_id};
    CHECK_OK(ns_machine_save(store, &machine, &error));
    return machine.id;
}

int64_t make_group(ns_store *store, const char *name) {
    ns_group group = {.name = (char *)(uintptr_t)name};
    CHECK_OK(ns_group_save(store, &group, &error));
    return group.id;
}

ns_hold make_run(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, const char *owner) {
    const ns_queued_run run = {.machine_id = machine_id, .flow_id = flow_id, .connection_id = connection_id, .queue_ms = 3600000};
    ns_hold hold = {0};
    CHECK_OK(ns_queue_add(store, &run, owner, &hold, &error));
    return hold;
}

bool claim_run(ns_store *store, ns_hold *hold) {
    char *owner = own_identity();
    const ns_claimant claimant = {.hold = hold, .owner = owner};
    ns_claim claim = {0};
    CHECK_OK(ns_run_claim(store, &claimant, &claim, &error));
    free(owner);
    if (claim.claimed)
        *hold = claim.hold;
    return claim.claimed;
}

int main(int argc, char **argv) {
    int (*const groups[])(void) = {test_text,      test_names,     test_setting,   test_trust,   test_message,    test_store,
                                   test_fleet,     test_flow,      test_flow_here, test_runs,    test_secret,     test_agent,
                                   test_frame,     test_pipe,      test_present,   test_session, test_codes,      test_preflight,
                                   test_probe,     test_activity,  test_transfer,  test_phrase,  test_assignment, test_queue,
                                   test_artifacts, test_queue_end, test_account,   test_junit,   test_service,    test_search_path};
    const char *given = ns_system_environment("NS_TEST_FOLDER");
    const char *chosen = ns_system_environment("NS_TEST_ONLY");
    int failed = 0;
    ns_error error;
    if (argc > 1)
        return be_a_flow(argc, argv);
    (void)snprintf(folder, sizeof folder, "%s", given ? given : "build/test-files");
    if (ns_system_make_folder(folder, &error) != NS_OK) {
        (void)printf("%s\n", in_english(error.message));
        return 1;
    }
    if (chosen)
        cmocka_set_test_filter(chosen);
    for (size_t i = 0; i < NS_COUNT_OF(groups); i++)
        failed += groups[i]();
    return failed ? 1 : 0;
}
