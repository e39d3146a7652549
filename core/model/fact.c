#include "model/fact.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"

enum { NAME_MAXIMUM = 100, TEXT_MAXIMUM = 2000 };

void ns_facts_init(ns_facts *facts, const char *machine) {
    memset(facts, 0, sizeof *facts);
    facts->machine = ns_string_copy(machine);
    facts->failed = !facts->machine;
}

static void fact_clear(ns_fact *fact) {
    free(fact->name);
    cJSON_Delete(fact->value);
    free(fact->source);
    free(fact->reason);
    memset(fact, 0, sizeof *fact);
}

void ns_facts_clear(ns_facts *facts) {
    for (size_t i = 0; i < facts->count; i++)
        fact_clear(&facts->items[i]);
    free(facts->items);
    free(facts->machine);
    memset(facts, 0, sizeof *facts);
}

static ns_fact *slot_of(ns_facts *facts, const char *name) {
    ns_fact *grown = NULL;
    for (size_t i = 0; i < facts->count; i++) {
        if (strcmp(facts->items[i].name, name) == 0) {
            fact_clear(&facts->items[i]);
            return &facts->items[i];
        }
    }
    if (facts->count == facts->room) {
        grown = realloc(facts->items, (facts->room + 32) * sizeof *grown);
        if (!grown)
            return NULL;
        facts->items = grown;
        facts->room += 32;
    }
    memset(&facts->items[facts->count], 0, sizeof facts->items[0]);
    return &facts->items[facts->count++];
}

static void put(ns_facts *facts, const char *name, cJSON *value, const char *reason, const char *source, int64_t at) {
    ns_fact fact = {.name = ns_string_copy(name), .value = value, .source = ns_string_copy(source), .reason = ns_string_copy(reason), .at = at};
    ns_fact *slot = fact.name && fact.source && fact.reason && (value || reason[0]) ? slot_of(facts, name) : NULL;
    ns_phrase_strip_json(value); /* it is a machine's, whoever brought it */
    if (slot) {
        *slot = fact;
    } else {
        fact_clear(&fact);
        facts->failed = true;
    }
}

void ns_facts_add(ns_facts *facts, const char *name, cJSON *value, const char *source, int64_t at) {
    put(facts, name, value, "", source, at);
}

void ns_facts_add_string(ns_facts *facts, const char *name, const char *value, const char *source, int64_t at) {
    put(facts, name, cJSON_CreateString(value), "", source, at);
}

void ns_facts_add_integer(ns_facts *facts, const char *name, int64_t value, const char *source, int64_t at) {
    put(facts, name, cJSON_CreateNumber((double)value), "", source, at);
}

void ns_facts_add_bool(ns_facts *facts, const char *name, bool value, const char *source, int64_t at) {
    put(facts, name, cJSON_CreateBool(value), "", source, at);
}

void ns_facts_add_unknown(ns_facts *facts, const char *name, const char *reason, const char *source, int64_t at) {
    put(facts, name, NULL, reason && reason[0] ? reason : "It could not be read.", source, at);
}

void ns_facts_merge(ns_facts *facts, const ns_facts *more) {
    for (size_t i = 0; i < more->count; i++) {
        const ns_fact *each = &more->items[i];
        put(facts, each->name, each->value ? cJSON_Duplicate(each->value, true) : NULL, each->reason, each->source, each->at);
    }
}

const ns_fact *ns_facts_find(const ns_facts *facts, const char *name) {
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].name, name) == 0)
            return &facts->items[i];
    return NULL;
}

static const cJSON *value_of(const ns_facts *facts, const char *name) {
    const ns_fact *fact = ns_facts_find(facts, name);
    return fact ? fact->value : NULL;
}

const char *ns_facts_string(const ns_facts *facts, const char *name, const char *otherwise) {
    const cJSON *value = value_of(facts, name);
    return cJSON_IsString(value) && value->valuestring ? value->valuestring : otherwise;
}

int64_t ns_facts_integer(const ns_facts *facts, const char *name, int64_t otherwise) {
    const cJSON *value = value_of(facts, name);
    return cJSON_IsNumber(value) && value->valuedouble >= -9007199254740992.0 && value->valuedouble <= 9007199254740992.0
               ? (int64_t)value->valuedouble
               : otherwise;
}

int ns_facts_bool(const ns_facts *facts, const char *name) {
    const cJSON *value = value_of(facts, name);
    return cJSON_IsBool(value) ? cJSON_IsTrue(value) != 0 : -1;
}

cJSON *ns_fact_write(const ns_fact *fact) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "name", fact->name);
    if (fact->value)
        (void)cJSON_AddItemToObject(object, "value", cJSON_Duplicate(fact->value, true));
    else
        (void)ns_phrase_add_member(object, "reason", fact->reason);
    (void)ns_json_add_string(object, "source", fact->source);
    (void)ns_json_add_time(object, "at", fact->at);
    return object;
}

cJSON *ns_facts_write(const ns_facts *facts) {
    cJSON *document = cJSON_CreateObject();
    cJSON *array = NULL;
    (void)ns_json_add_string(document, "machine", facts->machine ? facts->machine : "");
    array = cJSON_AddArrayToObject(document, "facts");
    for (size_t i = 0; i < facts->count; i++)
        (void)cJSON_AddItemToArray(array, ns_fact_write(&facts->items[i]));
    return document;
}

static bool text_is_fair(const char *text, size_t maximum) {
    return text && strlen(text) <= maximum;
}

static bool take_fact(const cJSON *object, ns_facts *out) {
    const char *name = ns_json_string(object, "name", NULL);
    const char *source = ns_json_string(object, "source", "");
    char *reason = ns_phrase_of_member(object, "reason");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, "value");
    const int64_t at = ns_clock_parse(ns_json_string(object, "at", ""));
    if (!text_is_fair(name, NAME_MAXIMUM) || !name[0] || !text_is_fair(source, TEXT_MAXIMUM) || !text_is_fair(reason, TEXT_MAXIMUM)) {
        free(reason);
        return false;
    }
    if (value)
        ns_facts_add(out, name, cJSON_Duplicate(value, true), source, at);
    else
        ns_facts_add_unknown(out, name, reason, source, at);
    free(reason);
    return true;
}

ns_status ns_facts_read(const cJSON *document, ns_facts *out, ns_error *error) {
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(document, "facts");
    const char *machine = ns_json_string(document, "machine", "");
    const cJSON *each = NULL;
    bool whole = cJSON_IsObject(document) && cJSON_IsArray(array) && cJSON_GetArraySize(array) <= NS_FACTS_MAXIMUM && strlen(machine) <= TEXT_MAXIMUM;
    ns_facts_init(out, machine);
    if (whole)
        cJSON_ArrayForEach(each, array) {
            whole = whole && take_fact(each, out);
        }
    if (whole && !out->failed)
        return NS_OK;
    ns_facts_clear(out);
    return ns_error_set(error, NS_STATUS_INVALID, "InvalidFacts", "Give a file that nightshiftctl facts collect wrote.",
                        "That is not a document of facts about a machine.");
}
