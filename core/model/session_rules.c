#include "model/session_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/phrase.h"
#include "model/names.h"

void ns_session_clear(ns_session *session) {
    free(session->machine);
    free(session->connection);
    free(session->user);
    free(session->address);
    free(session->session_id);
    memset(session, 0, sizeof *session);
}

static const char *const state_names[] = {"kept", "left", "possible"};
static const char *const joined_names[] = {"unknown", "new", "disconnected", "locked", "active"};

const char *ns_session_state_name(ns_session_state state) {
    return state_names[state];
}

ns_session_state ns_session_state_parse(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(state_names); i++)
        if (strcmp(name, state_names[i]) == 0)
            return (ns_session_state)i;
    return NS_SESSION_POSSIBLE;
}

const char *ns_joined_name(ns_joined joined) {
    return joined_names[joined];
}

ns_joined ns_joined_parse(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(joined_names); i++)
        if (strcmp(name, joined_names[i]) == 0)
            return (ns_joined)i;
    return NS_JOINED_UNKNOWN;
}

const char *ns_arrival_refusal(const ns_arrival *arrival) {
    /* One user in several sessions of a machine is not supported at all. */
    if (arrival->others > 0)
        return "SessionExistsForTheUserWhenUnattended";
    if (arrival->joined == NS_JOINED_NEW)
        return arrival->reuse && arrival->single_session == NS_NO ? "SessionReuseNotSupported" : NULL;
    if (!arrival->reuse) {
        if (arrival->joined == NS_JOINED_LOCKED)
            return "UnattendedUserSessionLocked";
        if (arrival->joined == NS_JOINED_DISCONNECTED)
            return "UnattendedUserSessionDisconnected";
        return "SessionExistsForTheUserWhenUnattended";
    }
    if (arrival->single_session == NS_NO)
        return "SessionReuseNotSupported";
    /* Somebody at work, or nobody knows whether there was: not ours to take. */
    if (arrival->joined == NS_JOINED_ACTIVE || arrival->joined == NS_JOINED_UNKNOWN)
        return "SessionExistsForTheUserWhenUnattended";
    return NULL;
}

bool ns_session_user_is(const char *session_user, const char *connection_user) {
    char part[257];
    const char *at = strchr(connection_user, '@');
    if (ns_name_is_same(session_user, connection_user))
        return true;
    (void)snprintf(part, sizeof part, "%.*s", (int)(at ? at - connection_user : 0), connection_user);
    return at && ns_name_is_same(session_user, part);
}

static void refuse(ns_session_forecast *out, const char *code, const ns_session_fact *session) {
    const char *state = session->locked == NS_YES ? "locked" : session->active ? "active" : "disconnected";
    out->code = code;
    ns_phrase_write(out->detail, sizeof out->detail, "Session %.20s of %.100s%s%.100s is there, %s%s.", session->id, session->domain,
                    session->domain[0] ? "\\" : "", session->user, state, session->console ? ", at the console" : "");
}

/* The run's user has exactly one session there. */
static void judge_own(const ns_session_facts *facts, const ns_session_fact *own, bool reuse, ns_session_forecast *out) {
    if (reuse && facts->single_session == NS_NO) {
        refuse(out, "SessionReuseNotSupported", own);
    } else if (own->active && own->locked != NS_YES) {
        refuse(out, "SessionExistsForTheUserWhenUnattended", own);
    } else if (!reuse) {
        refuse(out, own->locked == NS_YES ? "UnattendedUserSessionLocked" : "UnattendedUserSessionDisconnected", own);
    } else if (own->console) {
        refuse(out, "SessionExistsForTheUserWhenUnattended", own);
    } else {
        out->reuse_session = own->id;
    }
}

void ns_session_forecast_make(const ns_session_facts *facts, const char *user, bool reuse, ns_session_forecast *out) {
    const ns_session_fact *own = NULL;
    const ns_session_fact *other = NULL;
    size_t own_count = 0;
    int64_t used = 0;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < facts->count; i++) {
        const ns_session_fact *each = &facts->sessions[i];
        if (!each->user[0])
            continue;
        used++;
        if (ns_session_user_is(each->user, user)) {
            own = each;
            own_count++;
        } else {
            other = each;
        }
    }
    /* On a client edition any other user's session blocks, even a locked one. */
    if (facts->server == NS_NO && facts->many_sessions != NS_YES && other)
        refuse(out, "Win10AlreadyHasActiveSession", other);
    else if (own_count > 1)
        refuse(out, "SessionExistsForTheUserWhenUnattended", own);
    else if (own)
        judge_own(facts, own, reuse, out);
    else if (facts->server == NS_YES && facts->session_limit > 0 && used >= facts->session_limit && other)
        refuse(out, "TooManyActiveSessions", other);
}
