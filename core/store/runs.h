/* The records of runs: the timeline, the outcome. A run is held by the program that carries it out, until a time by the store's clock;
 * every hold has a number, and what is written under an earlier one is refused (NS_STATUS_LOST with RunLost): a program that stood still may find its
 * run closed, and another one in its place. `ns_runs_recover` closes the runs whose hold has ended. */
#ifndef NS_STORE_RUNS_H
#define NS_STORE_RUNS_H

#include "model/things.h"
#include "store/store.h"

typedef struct ns_run_list {
    ns_run *items; /* newest first, without phases and output */
    size_t count;
} ns_run_list;

/* Who may write of a run. */
typedef struct ns_hold {
    int64_t run_id;
    int64_t epoch;
} ns_hold;

/* Holds the run for another 75 seconds, when ten of them have passed, and reads whether a cancel was asked for. */
NS_MUST_USE ns_status ns_run_renew(ns_store *store, const ns_hold *hold, bool *cancel_requested, ns_error *error);

/* Appends a phase, which lasts, and ends the one before. A NULL name only ends. */
NS_MUST_USE ns_status ns_run_add_phase(ns_store *store, const ns_hold *hold, const char *name, int64_t at, const char *detail, ns_error *error);
NS_MUST_USE ns_status ns_run_set_phase_detail(ns_store *store, const ns_hold *hold, const char *detail, ns_error *error);
NS_MUST_USE ns_status ns_run_add_finding(ns_store *store, const ns_hold *hold, const char *code, const char *message, ns_error *error);
/* What the session reported: screen, session fields and environment of `run`. */
NS_MUST_USE ns_status ns_run_set_session(ns_store *store, const ns_hold *hold, const ns_run *run, ns_error *error);
NS_MUST_USE ns_status ns_run_set_screenshot(ns_store *store, const ns_hold *hold, const void *png, size_t size, ns_error *error);
/* State, code, message, remedy, exit code, output and session_end of `run`; ends the last phase. */
NS_MUST_USE ns_status ns_run_finish(ns_store *store, const ns_hold *hold, const ns_run *run, ns_error *error);

NS_MUST_USE ns_status ns_run_load(ns_store *store, int64_t id, ns_run *out, ns_error *error);
/* The attempt after that run, queued and held by `owner`; run_id 0 and NS_OK when there is none. */
NS_MUST_USE ns_status ns_run_next_attempt(ns_store *store, int64_t id, const char *owner, ns_hold *out, ns_error *error);
/* The newest `limit` runs, of one machine or of all with machine_id 0. */
NS_MUST_USE ns_status ns_runs_load(ns_store *store, int64_t machine_id, int64_t limit, ns_run_list *out, ns_error *error);
/* What waits, in the order in which it is looked at, with the position of each among those of its target; at most `limit`. */
NS_MUST_USE ns_status ns_runs_load_queued(ns_store *store, int64_t limit, ns_run_list *out, ns_error *error);
void ns_run_list_clear(ns_run_list *list);
/* The PNG; the caller frees. NS_STATUS_NOT_FOUND when none was kept. */
NS_MUST_USE ns_status ns_run_screenshot(ns_store *store, int64_t id, uint8_t **png, size_t *size, ns_error *error);

/* Closes as Interrupted every run whose hold has ended, or whose process is known to be dead; a session that such a run may have left is remembered.
 * Ends those that nobody holds and that have waited for as long as they may, as QueueTimeout or NoCandidateMachine. Every program calls it when it
 * starts, and every few seconds where it waits. */
NS_MUST_USE ns_status ns_runs_recover(ns_store *store, ns_error *error);

#endif
