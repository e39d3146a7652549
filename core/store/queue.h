/* The queue: runs that wait for a machine, those that a program carries out itself and those that any worker may take. */
#ifndef NS_STORE_QUEUE_H
#define NS_STORE_QUEUE_H

#include "flow/inputs.h"
#include "store/runs.h"

typedef struct ns_queued_run {
    ns_purpose purpose;
    int64_t machine_id;     /* the target, or */
    int64_t group_id;       /* one of its machines */
    int64_t flow_id;        /* of NS_PURPOSE_FLOW */
    int64_t connection_id;  /* who signs in */
    int64_t session_record; /* of NS_PURPOSE_SIGN_OUT: ns_session.id */
    bool high;
    int64_t not_before;           /* ms UTC; 0: at once */
    int64_t queue_ms;             /* how long it may wait */
    int64_t queue_maximum;        /* how many may wait for the target; 0 for no matter */
    const ns_flow_inputs *inputs; /* what the flow is given; may be NULL */
} ns_queued_run;

/* With an owner (ns_system_process_identity) the run is held by that process, which carries it out itself; with NULL any worker may claim it, and
 * `hold` only has its number. A check (NS_PURPOSE_SIGN_IN, NS_PURPOSE_SESSION) stands in no queue. NS_STATUS_REFUSED with QueueFull;
 * NS_STATUS_NOT_FOUND when something that it needs is gone. */
NS_MUST_USE ns_status ns_queue_add(ns_store *store, const ns_queued_run *run, const char *owner, ns_hold *hold, ns_error *error);
/* Gives a run back that was claimed and has not signed in: it stands where it stood, held by `owner`, or by nobody with NULL. `why` is a phrase.
 * `out` may be `hold`; it is written only with NS_OK. */
NS_MUST_USE ns_status ns_queue_hand_back(ns_store *store, const ns_hold *hold, const char *owner, const char *why, ns_hold *out, ns_error *error);
/* A queued run that nobody holds ends at once; of another it is asked, and its holder does it. NS_STATUS_REFUSED when the run has ended. */
NS_MUST_USE ns_status ns_run_request_cancel(ns_store *store, int64_t id, ns_error *error);
/* NS_STATUS_REFUSED (RunNotQueued). */
NS_MUST_USE ns_status ns_queue_prioritise(ns_store *store, int64_t id, bool high, ns_error *error);
/* In front of all of its priority, or back to where it stood. */
NS_MUST_USE ns_status ns_queue_move(ns_store *store, int64_t id, bool to_top, ns_error *error);

#endif
