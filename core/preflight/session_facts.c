#include "preflight/session_facts.h"

#include <stdio.h>
#include <string.h>

#include "preflight/judge.h"

static ns_yes_no yes_no(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return !cJSON_IsBool(item) ? NS_UNKNOWN : cJSON_IsTrue(item) ? NS_YES : NS_NO;
}

bool ns_check_sessions(const ns_check_input *in, ns_session_facts *out, ns_session_fact list[NS_SESSION_FACTS]) {
    const ns_fact *fact = ns_facts_find(in->facts, "sessions.list");
    const int client = ns_judge_is_client(in);
    const int many = ns_facts_bool(in->facts, "os.many-sessions");
    int64_t single = 1;
    const char *from = NULL;
    const cJSON *each = NULL;
    memset(out, 0, sizeof *out);
    if (!fact || !fact->value)
        return false;
    cJSON_ArrayForEach(each, fact->value) {
        ns_session_fact *session = &list[out->count];
        if (out->count == NS_SESSION_FACTS)
            break;
        memset(session, 0, sizeof *session);
        (void)snprintf(session->id, sizeof session->id, "%s", ns_json_string(each, "id", ""));
        (void)snprintf(session->user, sizeof session->user, "%s", ns_json_string(each, "user", ""));
        (void)snprintf(session->domain, sizeof session->domain, "%s", ns_json_string(each, "domain", ""));
        session->active = ns_json_bool(each, "active", false);
        session->console = ns_json_bool(each, "console", false);
        session->locked = yes_no(each, "locked");
        out->count++;
    }
    out->sessions = list;
    out->server = client < 0 ? NS_UNKNOWN : client ? NS_NO : NS_YES;
    out->many_sessions = many < 0 ? NS_UNKNOWN : many ? NS_YES : NS_NO;
    if (ns_judge_effective(in, "fSingleSessionPerUser", 1, &single, &from))
        out->single_session = single ? NS_YES : NS_NO;
    /* Without the role of a session host two administrators may be there at once. */
    out->session_limit = out->server == NS_YES && out->many_sessions == NS_NO ? 2 : 0;
    return true;
}

bool ns_check_left_sessions(const ns_check_input *in, ns_session_facts *out, ns_session_fact list[NS_SESSION_FACTS]) {
    const ns_fact *fact = ns_facts_find(in->facts, "store.sessions");
    const cJSON *known = fact ? fact->value : NULL;
    const cJSON *each = NULL;
    memset(out, 0, sizeof *out);
    cJSON_ArrayForEach(each, known) {
        ns_session_fact *session = &list[out->count];
        const bool kept = strcmp(ns_json_string(each, "state", ""), "kept") == 0;
        if (out->count == NS_SESSION_FACTS)
            break;
        if (!ns_json_string(each, "session", "")[0])
            continue; /* there may be one */
        *session = (ns_session_fact){.locked = kept ? NS_YES : NS_NO};
        (void)snprintf(session->id, sizeof session->id, "%s", ns_json_string(each, "session", ""));
        (void)snprintf(session->user, sizeof session->user, "%s", ns_json_string(each, "user", ""));
        out->count++;
    }
    out->sessions = list;
    return out->count > 0;
}
