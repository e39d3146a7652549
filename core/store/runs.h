/* The records of runs: the queue, the timeline, the outcome. A run belongs to the process that carries it out, its
 * owner; `ns_runs_recover` closes the runs whose owner is dead. */
#ifndef NS_STORE_RUNS_H
#define NS_STORE_RUNS_H

#include "model/things.h"
#include "store/store.h"

typedef struct ns_run_list {
    ns_run *items; /* newest first, without phases and output */
    size_t count;
} ns_run_list;

/* A queued run of these three, owned by `owner` (ns_system_process_identity). Gives its id. */
NS_MUST_USE ns_status ns_run_add(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, const char *owner, int64_t *id,
                                 ns_error *error);
/* A queued run that ends a session known to the store (ns_session.id), with the connection that it was signed in with. */
NS_MUST_USE ns_status ns_run_add_sign_out(ns_store *store, int64_t session_record, const char *owner, int64_t *id, ns_error *error);
/* A queued run without a flow that proves the credential (NS_PURPOSE_SIGN_IN) or looks at a session (NS_PURPOSE_SESSION). */
NS_MUST_USE ns_status ns_run_add_check(ns_store *store, int64_t machine_id, int64_t connection_id, ns_purpose purpose, const char *owner, int64_t *id,
                                       ns_error *error);
/* Another process takes the queued run over. */
NS_MUST_USE ns_status ns_run_adopt(ns_store *store, int64_t id, const char *owner, ns_error *error);
/* Makes the run Running if fewer than `session_max` run on its machine and none waits longer for it; else *started is
 * false. One transaction, so that two programs cannot both take the last place. */
NS_MUST_USE ns_status ns_run_try_start(ns_store *store, int64_t id, int64_t session_max, bool *started, ns_error *error);
/* Says that the owner is alive, and reads whether a cancel was asked for. */
NS_MUST_USE ns_status ns_run_beat(ns_store *store, int64_t id, bool *cancel_requested, ns_error *error);
/* Asks for it; the owner does it. NS_STATUS_REFUSED when the run has ended. */
NS_MUST_USE ns_status ns_run_request_cancel(ns_store *store, int64_t id, ns_error *error);

/* Appends a phase, which lasts, and ends the one before. A NULL name only ends. */
NS_MUST_USE ns_status ns_run_add_phase(ns_store *store, int64_t id, const char *name, int64_t at, const char *detail, ns_error *error);
NS_MUST_USE ns_status ns_run_set_phase_detail(ns_store *store, int64_t id, const char *detail, ns_error *error);
NS_MUST_USE ns_status ns_run_add_finding(ns_store *store, int64_t id, const char *code, const char *message, ns_error *error);
/* What the session reported: screen, session fields and environment of `run`. */
NS_MUST_USE ns_status ns_run_set_session(ns_store *store, const ns_run *run, ns_error *error);
NS_MUST_USE ns_status ns_run_set_screenshot(ns_store *store, int64_t id, const void *png, size_t size, ns_error *error);
/* State, code, message, remedy, exit code, output and session_end of `run`; ends the last phase. */
NS_MUST_USE ns_status ns_run_finish(ns_store *store, const ns_run *run, ns_error *error);

NS_MUST_USE ns_status ns_run_load(ns_store *store, int64_t id, ns_run *out, ns_error *error);
/* The newest `limit` runs, of one machine or of all with machine_id 0. */
NS_MUST_USE ns_status ns_runs_load(ns_store *store, int64_t machine_id, int64_t limit, ns_run_list *out, ns_error *error);
void ns_run_list_clear(ns_run_list *list);
/* The PNG; the caller frees. NS_STATUS_NOT_FOUND when none was kept. */
NS_MUST_USE ns_status ns_run_screenshot(ns_store *store, int64_t id, uint8_t **png, size_t *size, ns_error *error);

/* Closes as Interrupted every run whose owner is dead: gone from this machine, or, where that cannot be seen from here,
 * silent for a minute; a session that such a run may have left is remembered. Every program calls it when it starts. */
NS_MUST_USE ns_status ns_runs_recover(ns_store *store, ns_error *error);

#endif
