#include "preflight/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/phrase.h"

static void say(ns_verdict *out, ns_verdict_kind kind, const char *code, const char *format, va_list values) NS_PRINTF(4, 0);

static void say(ns_verdict *out, ns_verdict_kind kind, const char *code, const char *format, va_list values) {
    out->kind = kind;
    out->code = code;
    ns_phrase_write_v(out->message, sizeof out->message, format, values);
}

void ns_judge_pass(ns_verdict *out, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(out, NS_VERDICT_PASS, "", format, values);
    va_end(values);
}

void ns_judge_warn(ns_verdict *out, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(out, NS_VERDICT_WARN, "", format, values);
    va_end(values);
}

void ns_judge_fail(ns_verdict *out, const char *code, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(out, NS_VERDICT_FAIL, code, format, values);
    va_end(values);
}

void ns_judge_unknown(ns_verdict *out, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say(out, NS_VERDICT_UNKNOWN, "", format, values);
    va_end(values);
}

void ns_judge_not_read(ns_verdict *out, const ns_facts *facts, const char *name) {
    const ns_fact *fact = ns_facts_find(facts, name);
    if (!fact)
        fact = ns_facts_find(facts, "collect.late"); /* it was asked for, and the machine was too slow */
    ns_judge_unknown(out, "%s", fact && fact->reason[0] ? fact->reason : "Nobody has looked at this yet.");
}

bool ns_judge_number(const ns_check_input *in, const char *fact, int64_t absent, int64_t *value) {
    const ns_fact *found = ns_facts_find(in->facts, fact);
    *value = absent;
    if (!found || !found->value)
        return false;
    *value = ns_facts_integer(in->facts, fact, absent);
    return true;
}

bool ns_judge_effective(const ns_check_input *in, const char *name, int64_t absent, int64_t *value, const char **from) {
    char fact[100];
    int64_t policy = INT64_MIN;
    bool read = false;
    (void)snprintf(fact, sizeof fact, "policy.%s", name);
    *from = "the policy";
    *value = absent;
    read = ns_judge_number(in, fact, INT64_MIN, &policy);
    if (read && policy != INT64_MIN) {
        *value = policy;
        return true;
    }
    if (!read && ns_facts_find(in->facts, fact))
        return false; /* it would win, and could not be read */
    *from = "the machine's own setting";
    (void)snprintf(fact, sizeof fact, "setting.%s", name);
    return ns_judge_number(in, fact, absent, value);
}

long long ns_judge_setting(const ns_check_input *in, ns_setting_id id) {
    return ns_setting_resolve_integer(id, &in->machine->values, in->group);
}

const char *ns_judge_setting_text(const ns_check_input *in, ns_setting_id id) {
    return ns_setting_resolve(id, &in->machine->values, in->group).value;
}

static const cJSON *object_of(const ns_facts *facts, const char *name) {
    const ns_fact *fact = ns_facts_find(facts, name);
    return fact ? fact->value : NULL;
}

const char *ns_judge_member(const ns_facts *facts, const char *fact, const char *member, const char *otherwise) {
    return ns_json_string(object_of(facts, fact), member, otherwise);
}

int64_t ns_judge_member_integer(const ns_facts *facts, const char *fact, const char *member, int64_t otherwise) {
    return ns_json_integer(object_of(facts, fact), member, otherwise);
}

int ns_judge_is_client(const ns_check_input *in) {
    const char *type = ns_facts_string(in->facts, "os.product-type", NULL);
    return !type ? -1 : strcmp(type, "WinNT") == 0;
}

int ns_judge_is_entra_joined(const ns_check_input *in) {
    const char *join = ns_facts_string(in->facts, "os.join", NULL);
    return !join ? -1 : strcmp(join, "entra") == 0;
}
