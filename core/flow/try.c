#include "flow/try.h"

#include <stdlib.h>

#include "base/phrase.h"
#include "flow/kind.h"

static bool add_flow(cJSON *array, const ns_flow *flow) {
    cJSON *object = cJSON_CreateObject();
    return object && cJSON_AddItemToArray(array, object) && ns_json_add_string(object, "name", flow->name) &&
           ns_json_add_string(object, "kind", flow->kind) && ns_json_add_string(object, "program", flow->program) &&
           ns_json_add_string(object, "scope", flow->scope);
}

bool ns_flow_ask(cJSON *message, const ns_flow *flows, size_t count) {
    cJSON *array = cJSON_AddArrayToObject(message, "flows");
    bool whole = array != NULL;
    for (size_t i = 0; whole && i < count && i < NS_FLOWS_TRIED; i++)
        whole = add_flow(array, &flows[i]);
    return whole;
}

static bool try_one(const cJSON *flow, const ns_flow_place *place, cJSON *answer) {
    const ns_flow_inputs none = {0};
    const ns_flow_start start = {.kind = ns_json_string(flow, "kind", ""),
                                 .program = ns_json_string(flow, "program", ""),
                                 .arguments = "",
                                 .directory = "",
                                 .scope = ns_json_string(flow, "scope", ""),
                                 .run = "00000000000000000000000000000000",
                                 .inputs = &none};
    ns_launch launch;
    ns_error error;
    bool whole = ns_json_add_string(answer, "name", ns_json_string(flow, "name", "")) && ns_json_add_string(answer, "kind", start.kind);
    if (ns_flow_launch(&start, place, &launch, &error) == NS_OK) {
        whole = whole && ns_json_add_string(answer, "path", launch.application ? launch.application : "");
        ns_launch_clear(&launch);
    } else {
        char *problem = ns_phrase_text(error.message, NULL);
        whole = whole && problem && ns_json_add_string(answer, "problem", problem);
        free(problem);
    }
    return whole;
}

cJSON *ns_flow_try(const cJSON *message, const ns_flow_place *place) {
    cJSON *array = cJSON_CreateArray();
    const cJSON *flow = NULL;
    int tried = 0;
    bool whole = array != NULL;
    cJSON_ArrayForEach(flow, cJSON_GetObjectItemCaseSensitive(message, "flows")) {
        cJSON *answer = whole && tried++ < NS_FLOWS_TRIED ? cJSON_CreateObject() : NULL;
        if (!answer)
            break;
        whole = cJSON_AddItemToArray(array, answer) && try_one(flow, place, answer);
    }
    if (whole)
        return array;
    cJSON_Delete(array);
    return NULL;
}
