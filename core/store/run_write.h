/* What the files that change a run's record share. Private to core/store. */
#ifndef NS_STORE_RUN_WRITE_H
#define NS_STORE_RUN_WRITE_H

#include "store/runs.h"

/* Longer than an agent waits for a word, and than a hold goes without being renewed: when it ends, nobody is in the session any more. */
enum { NS_LEASE_MS = 75000, NS_RENEW_MS = 10000 };

/* A transaction of the one who holds the run; it is open when NS_OK comes back. NS_STATUS_LOST (RunLost). */
NS_MUST_USE ns_status ns_run_begin_held(ns_store *store, const ns_hold *hold, ns_error *error);

/* That it is another's by now. */
ns_status ns_run_lost(const ns_hold *hold, ns_error *error);

/* Within a transaction, of a run that the caller knows to be theirs: the parts of ns_run_add_phase and ns_run_finish, and the end of the phase that
 * lasts. */
NS_MUST_USE ns_status ns_run_write_phase(ns_store *store, int64_t id, const char *name, int64_t at, const char *detail, ns_error *error);
NS_MUST_USE ns_status ns_run_write_outcome(ns_store *store, const ns_run *run, ns_error *error);
NS_MUST_USE ns_status ns_run_end_phase(ns_store *store, int64_t id, int64_t at, ns_error *error);
/* The same with a result code's own words, and more of them behind (a phrase, or NULL). `session_end` as in ns_run. */
NS_MUST_USE ns_status ns_run_write_end(ns_store *store, int64_t id, const char *code, const char *detail, const char *session_end, ns_error *error);

#endif
