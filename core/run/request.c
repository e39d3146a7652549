#include "run/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "flow/kind.h"
#include "model/result_code.h"
#include "run/credential.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/queue.h"
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
    const int64_t interval_ms = ns_target_integer(target, NS_SETTING_SIGNIN_INTERVAL) * 1000;
    ns_sign_in_turn turn = NS_TURN_YOURS;
    int64_t by = 0;
    ns_status status = ns_credential_check(connection, error);
    if (status == NS_OK)
        status = ns_sign_in_look(store, connection, target->machine.id, interval_ms, &turn, &by, error);
    if (status == NS_OK && turn == NS_TURN_HELD)
        return ns_result_code_refuse("SignInHeldBack", error);
    return status;
}

/* Of a group: what its machines inherit, and no machine. */
static ns_status load_group(ns_store *store, int64_t group_id, ns_target *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_group_load_by_id(store, group_id, &out->group, error);
    return status == NS_OK && out->group.machine_count == 0 ? ns_result_code_refuse("GroupIsEmpty", error) : status;
}

/* As one: what is queued was checked. *out is the caller's to clear in any case. */
static ns_status check(ns_store *store, const ns_queued_run *run, ns_target *out, ns_error *error) {
    ns_connection connection = {0};
    ns_status status = run->machine_id ? ns_target_load(store, run->machine_id, out, error) : load_group(store, run->group_id, out, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(store, run->connection_id, &connection, error);
    if (status == NS_OK)
        status = ns_run_check(store, out, &connection, error);
    ns_connection_clear(&connection);
    return status;
}

static ns_status check_and_queue(ns_store *store, ns_queued_run *run, bool by_worker, ns_hold *hold, ns_error *error) {
    const bool is_check = ns_purpose_is_check(run->purpose);
    char *owner = by_worker ? NULL : ns_system_process_identity();
    ns_target target = {0};
    ns_status status = owner || by_worker ? check(store, run, &target, error) : ns_error_set_memory(error);
    if (status == NS_OK && is_check && ns_setting_resolve_switch(NS_SETTING_MAINTENANCE, &target.machine.values, &target.group.values))
        status = ns_result_code_refuse("MachineInMaintenance", error);
    if (status == NS_OK) {
        run->queue_ms = ns_target_integer(&target, NS_SETTING_QUEUE_TIMEOUT) * 1000;
        run->queue_maximum = is_check ? 0 : ns_target_integer(&target, NS_SETTING_QUEUE_MAX);
        status = ns_queue_add(store, run, owner, hold, error);
    }
    ns_target_clear(&target);
    free(owner);
    return status;
}

/* What the flow declares, with the values that are given. */
static ns_status gather_inputs(ns_store *store, const ns_run_request *request, ns_flow_inputs *out, ns_error *error) {
    ns_flow flow = {0};
    ns_status status = ns_flow_load_by_id(store, request->flow_id, &flow, error);
    memset(out, 0, sizeof *out);
    if (status == NS_OK)
        status = ns_flow_inputs_declare(flow.inputs, out, error);
    for (size_t i = 0; request->inputs && i < request->inputs->count && status == NS_OK; i++)
        status = ns_flow_inputs_give(out, request->inputs->items[i].name, request->inputs->items[i].value, request->inputs->items[i].secret, error);
    if (status == NS_OK)
        status = ns_flow_inputs_check(out, error);
    if (status == NS_OK)
        status = ns_flow_start_check(&flow, out, error);
    ns_flow_clear(&flow);
    return status;
}

ns_status ns_run_ask(ns_store *store, const ns_run_request *request, ns_hold *hold, ns_error *error) {
    ns_flow_inputs inputs;
    ns_queued_run run = {.purpose = NS_PURPOSE_FLOW,
                         .machine_id = request->machine_id,
                         .group_id = request->group_id,
                         .flow_id = request->flow_id,
                         .connection_id = request->connection_id,
                         .high = request->high,
                         .not_before = request->not_before,
                         .inputs = &inputs};
    ns_status status = gather_inputs(store, request, &inputs, error);
    if (status == NS_OK)
        status = check_and_queue(store, &run, request->by_worker, hold, error);
    ns_flow_inputs_clear(&inputs);
    return status;
}

ns_status ns_sign_out_ask(ns_store *store, int64_t session_record, ns_hold *hold, ns_error *error) {
    ns_session session = {0};
    ns_queued_run run = {.purpose = NS_PURPOSE_SIGN_OUT, .session_record = session_record};
    ns_status status = ns_session_load_by_id(store, session_record, &session, error);
    run.machine_id = session.machine_id;
    run.connection_id = session.connection_id;
    if (status == NS_OK)
        status = check_and_queue(store, &run, false, hold, error);
    ns_session_clear(&session);
    return status;
}

ns_status ns_check_ask(ns_store *store, int64_t machine_id, int64_t connection_id, ns_purpose purpose, ns_hold *hold, ns_error *error) {
    ns_queued_run run = {.purpose = purpose, .machine_id = machine_id, .connection_id = connection_id};
    return check_and_queue(store, &run, false, hold, error);
}
