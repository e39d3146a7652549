#include "run/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "model/result_code.h"
#include "store/fleet.h"
#include "store/identity.h"
#include "store/runs.h"

ns_status ns_target_load(ns_store *store, int64_t machine_id, ns_target *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_machine_load_by_id(store, machine_id, &out->machine, error);
    if (status == NS_OK && out->machine.group_id)
        status = ns_group_load_by_id(store, out->machine.group_id, &out->group, error);
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

static ns_status refuse(const char *code, ns_error *error) {
    const ns_result_code *row = ns_result_code_find(code);
    return ns_error_set(error, NS_STATUS_REFUSED, row->code, row->remedy, "%s", row->message);
}

ns_status ns_run_check(const ns_target *target, const ns_connection *connection, ns_error *error) {
    int64_t interval_ms = ns_target_integer(target, NS_SETTING_SIGNIN_INTERVAL) * 1000;
    if (strcmp(ns_target_value(target, NS_SETTING_MAINTENANCE), "on") == 0)
        return refuse("MachineInMaintenance", error);
    if (!connection->has_secret)
        return refuse("CredentialNotFound", error);
    if (connection->refused_at && ns_clock_utc_ms() - connection->refused_at < interval_ms)
        return refuse("SignInHeldBack", error);
    return NS_OK;
}

ns_status ns_run_request(ns_store *store, int64_t machine_id, int64_t flow_id, int64_t connection_id, int64_t *run_id, ns_error *error) {
    ns_target target = {0};
    ns_connection connection = {0};
    char *owner = ns_system_process_identity();
    ns_status status = owner ? ns_target_load(store, machine_id, &target, error) : ns_error_set_memory(error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(store, connection_id, &connection, error);
    if (status == NS_OK)
        status = ns_run_check(&target, &connection, error);
    if (status == NS_OK)
        status = ns_run_add(store, machine_id, flow_id, connection_id, owner, run_id, error);
    ns_connection_clear(&connection);
    ns_target_clear(&target);
    free(owner);
    return status;
}
