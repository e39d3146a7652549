/* What the unit tests share. Each test_*.c gives one function that runs its cmocka group; main.c calls them. */
#ifndef NS_TESTS_CHECK_H
#define NS_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/text.h"
#include "store/runs.h"
#include "store/store.h"

/* What core says (base/phrase.h), in English. Borrowed until the fourth call after this. */
const char *in_english(const char *phrase);

/* Fails with the error's own words. `expression` uses &error. */
#define CHECK_OK(expression)                                                                                                                         \
    do {                                                                                                                                             \
        ns_error error = {0};                                                                                                                        \
        if ((expression) != NS_OK)                                                                                                                   \
            fail_msg("%s: %s %s [%s]", #expression, in_english(error.message), error.remedy, error.code);                                            \
    } while (0)

#define CHECK_STATUS(expected, expected_code, expression)                                                                                            \
    do {                                                                                                                                             \
        ns_error error = {0};                                                                                                                        \
        assert_int_equal((expression), (expected));                                                                                                  \
        assert_int_equal(error.status, (expected));                                                                                                  \
        assert_string_equal(error.code, (expected_code));                                                                                            \
        assert_true(error.message[0] != 0);                                                                                                          \
    } while (0)

/* as_flow.c: what this program does when a test has started it as a flow; its exit code. */
int be_a_flow(int argc, char **argv);
/* Whether the Windows below us is Wine, whose cmd.exe knows no "%cd:~,%". */
bool on_wine(void);
/* A copy that the caller or what it is given to frees. */
char *copy_of(const char *string);
/* ns_system_process_identity, which is there. */
char *own_identity(void);

/* A path for a file of this test, in a folder that only this process uses; nothing is there. */
const char *scratch_path(const char *name);
/* A new store in such a place. */
ns_store *scratch_store(const char *name);

/* A machine "host:3389" of that name, in a group or with 0 in none; a group; a setting. Each fails the test when it cannot be. */
int64_t make_machine(ns_store *store, const char *name, int64_t group_id);
int64_t make_group(ns_store *store, const char *name);

/* A queued run of these, held by `owner` or with NULL by nobody; fails the test when it cannot be. */
ns_hold make_run(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, const char *owner);
/* Claims it for its holder. False when it has to wait. */
bool claim_run(ns_store *store, ns_hold *hold);

/* Of a run that its first owner holds. */
#define HOLD_OF(id) (&(ns_hold){.run_id = (id), .epoch = 1})

int test_text(void);
int test_names(void);
int test_setting(void);
int test_trust(void);
int test_message(void);
int test_store(void);
int test_fleet(void);
int test_flow(void);
int test_flow_here(void);
int test_artifacts(void);
int test_runs(void);
int test_assignment(void);
int test_queue(void);
int test_queue_end(void);
int test_account(void);
int test_junit(void);
int test_service(void);
int test_search_path(void);
int test_secret(void);
int test_agent(void);
int test_frame(void);
int test_pipe(void);
int test_present(void);
int test_session(void);
int test_codes(void);
int test_preflight(void);
int test_probe(void);
int test_transfer(void);
int test_activity(void);
int test_phrase(void);

#endif
