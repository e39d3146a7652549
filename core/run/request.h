/* Asking for a run: the rules that are checked before anything is queued. */
#ifndef NS_RUN_REQUEST_H
#define NS_RUN_REQUEST_H

#include "model/things.h"
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

/* NS_OK when a run may start now. NS_STATUS_REFUSED with MachineInMaintenance, EntraTokenNotAvailable, CredentialNotFound
 * or SignInHeldBack. */
NS_MUST_USE ns_status ns_run_check(ns_store *store, const ns_target *target, const ns_connection *connection, ns_error *error);

/* Checks and queues a run that this process owns; gives its id. */
NS_MUST_USE ns_status ns_run_request(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, int64_t *run_id, ns_error *error);
/* The same for a run without a flow that proves the credential or looks at a session. */
NS_MUST_USE ns_status ns_check_request(ns_store *store, int64_t machine_id, int64_t connection_id, ns_purpose purpose, int64_t *run_id,
                                       ns_error *error);
/* The same for a run that signs a session out which the store knows to be left. */
NS_MUST_USE ns_status ns_sign_out_request(ns_store *store, int64_t session_record, int64_t *run_id, ns_error *error);

#endif
