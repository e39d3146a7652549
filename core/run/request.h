/* Asking for a run: the rules that are checked before anything is queued. */
#ifndef NS_RUN_REQUEST_H
#define NS_RUN_REQUEST_H

#include "flow/inputs.h"
#include "model/things.h"
#include "store/runs.h"
#include "store/store.h"

/* A machine and what it inherits. */
typedef struct ns_target {
    ns_machine machine;
    ns_group group; /* all zero when it is in none */
} ns_target;

NS_MUST_USE ns_status ns_target_load(ns_store *store, int64_t machine_id, ns_target *out, ns_error *error);
void ns_target_clear(ns_target *target);
long long ns_target_integer(const ns_target *target, ns_setting_id id);
const char *ns_target_value(const ns_target *target, ns_setting_id id); /* borrowed */

/* NS_OK when a run may sign in with the connection. NS_STATUS_REFUSED with EntraTokenNotAvailable, CredentialNotFound or SignInHeldBack. */
NS_MUST_USE ns_status ns_run_check(ns_store *store, const ns_target *target, const ns_connection *connection, ns_error *error);

/* What is asked for. */
typedef struct ns_run_request {
    int64_t machine_id; /* the target, or */
    int64_t group_id;   /* one of its machines */
    int64_t flow_id;
    int64_t connection_id;
    bool high;
    int64_t not_before;           /* ms UTC; 0: at once. Of a run that any worker may take */
    const ns_flow_inputs *inputs; /* values for what the flow declares, and more where it declares nothing; may be NULL */
    bool by_worker;               /* any worker takes it; else this process carries it out (ns_run_execute) */
} ns_run_request;

/* Checks and queues it. A machine or group in maintenance takes the run when that is over. NS_STATUS_REFUSED as above, with GroupIsEmpty or
 * QueueFull. */
NS_MUST_USE ns_status ns_run_ask(ns_store *store, const ns_run_request *request, ns_hold *hold, ns_error *error);
/* The same for a run without a flow that proves the credential or looks at a session, here and now: refused with MachineInMaintenance too. */
NS_MUST_USE ns_status ns_check_ask(ns_store *store, int64_t machine_id, int64_t connection_id, ns_purpose purpose, ns_hold *hold, ns_error *error);
/* The same for a run that signs a session out which the store knows to be left; in maintenance too. */
NS_MUST_USE ns_status ns_sign_out_ask(ns_store *store, int64_t session_record, ns_hold *hold, ns_error *error);

#endif
