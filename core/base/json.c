#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

const char *ns_json_string(const cJSON *object, const char *name, const char *otherwise) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) && item->valuestring ? item->valuestring : otherwise;
}

int64_t ns_json_integer(const cJSON *object, const char *name, int64_t otherwise) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    /* Beyond 2^53 a double no longer holds every integer, so such a number is not one that we sent. */
    if (!cJSON_IsNumber(item) || !(fabs(item->valuedouble) <= 9007199254740992.0))
        return otherwise;
    return (int64_t)item->valuedouble;
}

bool ns_json_bool(const cJSON *object, const char *name, bool otherwise) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsBool(item) ? cJSON_IsTrue(item) != 0 : otherwise;
}

bool ns_json_add_string(cJSON *object, const char *name, const char *value) {
    char *copy = NULL;
    bool added = false;
    if (!value)
        return cJSON_AddNullToObject(object, name) != NULL;
    if (ns_utf8_count(value) >= 0)
        return cJSON_AddStringToObject(object, name, value) != NULL;
    copy = ns_utf8_copy(value);
    added = copy && cJSON_AddStringToObject(object, name, copy);
    free(copy);
    return added;
}

bool ns_json_add_integer(cJSON *object, const char *name, int64_t value) {
    return cJSON_AddNumberToObject(object, name, (double)value) != NULL;
}

bool ns_json_add_time(cJSON *object, const char *name, int64_t utc_ms) {
    char text[NS_CLOCK_TEXT_SIZE];
    ns_clock_format(utc_ms, text);
    return ns_json_add_string(object, name, text[0] ? text : NULL);
}

char *ns_json_print(const cJSON *value) {
    return cJSON_PrintUnformatted(value);
}

static void wipe_texts(cJSON *value) {
    if (cJSON_IsString(value) && value->valuestring)
        ns_wipe(value->valuestring, strlen(value->valuestring));
    for (cJSON *each = value ? value->child : NULL; each; each = each->next)
        wipe_texts(each);
}

void ns_json_wipe(cJSON *value) {
    wipe_texts(value);
    cJSON_Delete(value);
}
