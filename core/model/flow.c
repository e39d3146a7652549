#include "model/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"

#define FIELD_TEXT(member, name, option, json, otherwise, maximum, choices)                                                                          \
    {name, option, json, offsetof(ns_flow, member), false, otherwise, 0, maximum, choices},
#define FIELD_NUMBER(member, name, option, json, otherwise, maximum)                                                                                 \
    {name, option, json, offsetof(ns_flow, member), true, "", otherwise, maximum, ""},

static const ns_flow_field fields[] = {NS_FLOW_FIELDS(FIELD_TEXT, FIELD_NUMBER)};

const ns_flow_field *ns_flow_field_at(size_t index) {
    return index < NS_COUNT_OF(fields) ? &fields[index] : NULL;
}

const ns_flow_field *ns_flow_field_find(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

char **ns_flow_text(ns_flow *flow, const ns_flow_field *field) {
    return (char **)(void *)((char *)flow + field->offset);
}

int64_t *ns_flow_number(ns_flow *flow, const ns_flow_field *field) {
    return (int64_t *)(void *)((char *)flow + field->offset);
}

const char *ns_flow_text_of(const ns_flow *flow, const ns_flow_field *field) {
    const char *text = *(char *const *)(const void *)((const char *)flow + field->offset);
    return text ? text : field->otherwise;
}

int64_t ns_flow_number_of(const ns_flow *flow, const ns_flow_field *field) {
    return *(const int64_t *)(const void *)((const char *)flow + field->offset);
}

ns_status ns_flow_begin(ns_flow *out, ns_error *error) {
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < NS_COUNT_OF(fields); i++) {
        if (fields[i].number)
            *ns_flow_number(out, &fields[i]) = fields[i].otherwise_number;
        else if (!(*ns_flow_text(out, &fields[i]) = ns_string_copy(fields[i].otherwise))) {
            ns_flow_clear(out);
            return ns_error_set_memory(error);
        }
    }
    return NS_OK;
}

void ns_flow_clear(ns_flow *flow) {
    free(flow->name);
    for (size_t i = 0; i < NS_COUNT_OF(fields); i++)
        if (!fields[i].number)
            free(*ns_flow_text(flow, &fields[i]));
    memset(flow, 0, sizeof *flow);
}

static ns_status check_text(const ns_flow_field *field, const char *text, ns_error *error) {
    const ns_status status = ns_field_check(field->name, text, (int)field->maximum, strcmp(field->name, "program") == 0, error);
    if (status == NS_OK && field->choices[0] && !ns_is_one_of(text, field->choices))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidFlow", "Choose one of them.", "%s of a flow is %s, not \"%.40s\".", field->name,
                            field->choices, text);
    return status;
}

static ns_status check_number(const ns_flow_field *field, int64_t number, ns_error *error) {
    if (number >= 0 && number <= field->maximum)
        return NS_OK;
    return ns_error_set(error, NS_STATUS_INVALID, "InvalidFlow", "Give a whole number in that range.", "%s of a flow is from 0 to %lld, not %lld.",
                        field->name, (long long)field->maximum, (long long)number);
}

ns_status ns_flow_check(const ns_flow *flow, ns_error *error) {
    ns_status status = ns_name_check("flow name", flow->name, error);
    for (size_t i = 0; i < NS_COUNT_OF(fields) && status == NS_OK; i++)
        status = fields[i].number ? check_number(&fields[i], ns_flow_number_of(flow, &fields[i]), error)
                                  : check_text(&fields[i], ns_flow_text_of(flow, &fields[i]), error);
    return status == NS_OK ? ns_success_codes_check(flow->success_codes ? flow->success_codes : "0", error) : status;
}

/* Calls for each code in the list; false when a part is no code. */
static bool each_code(const char *codes, int64_t wanted, bool *found) {
    char part[24];
    while (*codes) {
        size_t size = strcspn(codes, ",");
        const char *from = codes + strspn(codes, " ");
        long long value = 0;
        size_t used = size - (size_t)(from - codes > (ptrdiff_t)size ? (ptrdiff_t)size : from - codes);
        while (used && from[used - 1] == ' ')
            used--;
        if (used == 0 || used >= sizeof part)
            return false;
        memcpy(part, from, used);
        part[used] = 0;
        if (!ns_parse_integer(part, INT32_MIN, UINT32_MAX, &value))
            return false;
        /* Windows exit codes are 32 bits that people write either way: -1 is 4294967295. */
        *found = *found || (uint32_t)value == (uint32_t)wanted;
        codes += size;
        if (*codes == ',' && !*++codes)
            return false;
    }
    return true;
}

ns_status ns_success_codes_check(const char *codes, ns_error *error) {
    bool found = false;
    if (!codes[0] || !each_code(codes, 0, &found))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidSuccessCodes", "Write whole numbers with commas between them, such as 0,3010.",
                            "\"%.60s\" is not a list of exit codes.", codes);
    return NS_OK;
}

bool ns_success_codes_have(const char *codes, int64_t code) {
    bool found = false;
    return each_code(codes, code, &found) && found;
}
