#include <stdlib.h>

#include "base/json.h"
#include "store/fleet.h"
#include "store/flows.h"
#include "store/identity.h"
#include "transfer/transfer.h"

static bool add_settings(cJSON *object, const ns_setting_values *values) {
    cJSON *settings = cJSON_AddObjectToObject(object, "settings");
    bool kept = settings != NULL;
    for (int id = 0; kept && id < NS_SETTING_COUNT; id++)
        if (values->value[id])
            kept = ns_json_add_string(settings, ns_setting_get((ns_setting_id)id)->key, values->value[id]);
    return kept;
}

/* A new member of the array; NULL when memory ran out. */
static cJSON *add_named(cJSON *array, const char *name) {
    cJSON *object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(array, object)) {
        cJSON_Delete(object);
        return NULL;
    }
    return ns_json_add_string(object, "name", name) ? object : NULL;
}

static bool add_group(cJSON *array, const ns_group *group) {
    cJSON *object = add_named(array, group->name);
    return object && ns_json_add_string(object, "description", group->description) && add_settings(object, &group->values);
}

static bool add_machine(cJSON *array, const ns_machine *machine) {
    cJSON *object = add_named(array, machine->name);
    return object && ns_json_add_string(object, "host", machine->host) && ns_json_add_integer(object, "port", machine->port) &&
           ns_json_add_string(object, "description", machine->description) && ns_json_add_string(object, "group", machine->group_name) &&
           ns_json_add_string(object, "certificate", machine->pin) && add_settings(object, &machine->values);
}

static bool add_connection(cJSON *array, const ns_connection *connection) {
    cJSON *object = add_named(array, connection->name);
    return object && ns_json_add_string(object, "kind", ns_connection_kind_name(connection->kind)) &&
           ns_json_add_string(object, "user", connection->user) && ns_json_add_string(object, "domain", connection->domain) &&
           ns_json_add_string(object, "account", connection->account);
}

static bool add_flow(cJSON *array, const ns_flow *flow) {
    cJSON *object = add_named(array, flow->name);
    const ns_flow_field *field = NULL;
    bool kept = object != NULL;
    for (size_t i = 0; kept && (field = ns_flow_field_at(i)) != NULL; i++)
        kept = field->number ? ns_json_add_integer(object, field->name, ns_flow_number_of(flow, field))
                             : ns_json_add_string(object, field->name, ns_flow_text_of(flow, field));
    return kept;
}

typedef struct everything {
    ns_fleet fleet;
    ns_connection_list connections;
    ns_flow_list flows;
} everything;

static bool write_all(cJSON *document, const everything *all) {
    bool kept = ns_json_add_string(document, "format", "nightshift-fleet") && ns_json_add_integer(document, "version", 1);
    cJSON *groups = cJSON_AddArrayToObject(document, "groups");
    cJSON *machines = cJSON_AddArrayToObject(document, "machines");
    cJSON *connections = cJSON_AddArrayToObject(document, "connections");
    cJSON *flows = cJSON_AddArrayToObject(document, "flows");
    kept = kept && groups && machines && connections && flows;
    for (size_t i = 0; kept && i < all->fleet.group_count; i++)
        kept = add_group(groups, &all->fleet.groups[i]);
    for (size_t i = 0; kept && i < all->fleet.machine_count; i++)
        kept = add_machine(machines, &all->fleet.machines[i]);
    for (size_t i = 0; kept && i < all->connections.count; i++)
        kept = add_connection(connections, &all->connections.items[i]);
    for (size_t i = 0; kept && i < all->flows.count; i++)
        kept = add_flow(flows, &all->flows.items[i]);
    return kept;
}

ns_status ns_transfer_export(ns_store *store, char **out, ns_error *error) {
    everything all = {0};
    cJSON *document = NULL;
    ns_status status = ns_fleet_load(store, &all.fleet, error);
    *out = NULL;
    if (status == NS_OK)
        status = ns_connections_load(store, &all.connections, error);
    if (status == NS_OK)
        status = ns_flows_load(store, &all.flows, error);
    document = status == NS_OK ? cJSON_CreateObject() : NULL;
    if (document && write_all(document, &all))
        *out = cJSON_Print(document);
    if (status == NS_OK && !*out)
        status = ns_error_set_memory(error);
    cJSON_Delete(document);
    ns_fleet_clear(&all.fleet);
    ns_connection_list_clear(&all.connections);
    ns_flow_list_clear(&all.flows);
    return status;
}
