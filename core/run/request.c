#include "run/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "model/result_code.h"
#include "run/credential.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/runs.h"
#include "store/sessions.h"
#include "store/sign_in.h"

ns_status ns_target_load(ns_store *store, int64_t machine_id, ns_target *out, ns_error *error) {
    ns_status status = ns_store_begin_reading(store, error);
    memset(out, 0, sizeof *out);
    if (status != NS_OK)
        return status;
    status = ns_machine_load_by_id(store, machine_id, &out->machine, error);
    if (status == NS_OK && out->machine.group_id)
        status = ns_group_load_by_id(store, out->machine.group_id, &out->group, error);
    status = ns_store_end_reading(store, status);
    if (status != NS_OK)
        ns_target_clear(out);
    return status;
}

void ns_target_clear(ns_target *target) {
    ns_machine_clear(&target->machine);
    ns_group_clear(&target->group);
}

long long ns_target_integer(const ns_target *target, ns_setting_id id) {
    return ns_setting_resolve_integer(id, &target->machine.values, &target->group.values);
}

const char *ns_target_value(const ns_target *target, ns_setting_id id) {
    return ns_setting_resolve(id, &target->machine.values, &target->group.values).value;
}

ns_status ns_run_check(ns_store *store, const ns_target *target, const ns_connection *connection, ns_error *error) {
    bool held = false;
    ns_status status = ns_credential_check(connection, error);
    if (strcmp(ns_target_value(target, NS_SETTING_MAINTENANCE), "on") == 0)
        return ns_result_code_refuse("MachineInMaintenance", error);
    if (status == NS_OK)
        status =
            ns_sign_in_is_held(store, connection, target->machine.id, ns_target_integer(target, NS_SETTING_SIGNIN_INTERVAL) * 1000, &held, error);
    if (status == NS_OK && held)
        return ns_result_code_refuse("SignInHeldBack", error);
    return status;
}

static ns_status check_for(ns_store *store, int64_t machine_id, int64_t connection_id, ns_error *error) {
    ns_target target = {0};
    ns_connection connection = {0};
    ns_status status = ns_target_load(store, machine_id, &target, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(store, connection_id, &connection, error);
    if (status == NS_OK)
        status = ns_run_check(store, &target, &connection, error);
    ns_connection_clear(&connection);
    ns_target_clear(&target);
    return status;
}

ns_status ns_run_request(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, int64_t *run_id, ns_error *error) {
    char *owner = ns_system_process_identity();
    ns_status status = owner ? check_for(store, machine_id, connection_id, error) : ns_error_set_memory(error);
    if (status == NS_OK)
        status = ns_run_add(store, machine_id, flow_id, connection_id, owner, run_id, error);
    free(owner);
    return status;
}

ns_status ns_sign_out_request(ns_store *store, int64_t session_record, int64_t *run_id, ns_error *error) {
    ns_session session = {0};
    char *owner = ns_system_process_identity();
    ns_status status = owner ? ns_session_load_by_id(store, session_record, &session, error) : ns_error_set_memory(error);
    if (status == NS_OK)
        status = check_for(store, session.machine_id, session.connection_id, error);
    if (status == NS_OK)
        status = ns_run_add_sign_out(store, session_record, owner, run_id, error);
    ns_session_clear(&session);
    free(owner);
    return status;
}

ns_status ns_check_request(ns_store *store, int64_t machine_id, int64_t connection_id, ns_purpose purpose, int64_t *run_id, ns_error *error) {
    char *owner = ns_system_process_identity();
    ns_status status = owner ? check_for(store, machine_id, connection_id, error) : ns_error_set_memory(error);
    if (status == NS_OK)
        status = ns_run_add_check(store, machine_id, connection_id, purpose, owner, run_id, error);
    free(owner);
    return status;
}
