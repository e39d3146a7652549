#include "preflight/forecast.h"

#include <string.h>

#include "base/phrase.h"
#include "preflight/session_facts.h"

static const ns_verdict *verdict_of(const ns_verdict *verdicts, const char *id) {
    for (size_t i = 0; ns_check_at(i); i++)
        if (strcmp(ns_check_at(i)->id, id) == 0)
            return verdicts[i].message[0] ? &verdicts[i] : NULL;
    return NULL;
}

/* The first failure on the way that a run takes: the network before the account, the account before the session. */
static const ns_verdict *first_failure(const ns_verdict *verdicts, size_t *which) {
    for (size_t i = 0; ns_check_at(i); i++) {
        *which = i;
        if (verdicts[i].kind == NS_VERDICT_FAIL && verdicts[i].code[0])
            return &verdicts[i];
    }
    return NULL;
}

static void say_new(bool waits, const char *unknown, char *out, size_t size) {
    if (waits && unknown[0])
        ns_phrase_write(out, size, "A run would wait for its turn, and then start in a new session; not known: %s.", unknown);
    else if (waits)
        ns_phrase_write(out, size, "A run would wait for its turn, and then start in a new session.");
    else if (unknown[0])
        ns_phrase_write(out, size, "A run would start in a new session; not known: %s.", unknown);
    else
        ns_phrase_write(out, size, "A run would start in a new session.");
}

static void say_reuse(bool waits, const char *session, const char *user, const char *unknown, char *out, size_t size) {
    if (waits && unknown[0])
        ns_phrase_write(out, size, "A run would wait for its turn, and then reuse session %s of %s; not known: %s.", session, user, unknown);
    else if (waits)
        ns_phrase_write(out, size, "A run would wait for its turn, and then reuse session %s of %s.", session, user);
    else if (unknown[0])
        ns_phrase_write(out, size, "A run would reuse session %s of %s; not known: %s.", session, user, unknown);
    else
        ns_phrase_write(out, size, "A run would reuse session %s of %s.", session, user);
}

static void say_start(const ns_check_input *in, const ns_verdict *verdicts, char *out, size_t size) {
    static const char *const decisive[] = {"tcp", "rdp.protocol", "credentials", "rights.signin", "sessions.conflict"};
    const ns_verdict *busy = verdict_of(verdicts, "queue.busy");
    ns_session_fact list[NS_SESSION_FACTS];
    ns_session_facts facts;
    ns_session_forecast sessions = {0};
    ns_text unknown;
    const bool known = ns_check_sessions(in, &facts, list) || ns_check_left_sessions(in, &facts, list);
    ns_text_init(&unknown, 500);
    if (known)
        ns_session_forecast_make(&facts, in->connection->user, ns_setting_resolve_switch(NS_SETTING_SESSION_REUSE, &in->machine->values, in->group),
                                 &sessions);
    for (size_t i = 0; i < sizeof decisive / sizeof decisive[0]; i++) {
        const ns_verdict *verdict = verdict_of(verdicts, decisive[i]);
        if (verdict && verdict->kind != NS_VERDICT_UNKNOWN)
            continue;
        if (unknown.size)
            (void)ns_text_append_string(&unknown, ", ");
        (void)ns_phrase_append_id(&unknown, ns_check_find(decisive[i])->title);
    }
    if (sessions.reuse_session)
        say_reuse(busy && busy->kind == NS_VERDICT_WARN, sessions.reuse_session, in->connection->user, ns_text_string(&unknown), out, size);
    else
        say_new(busy && busy->kind == NS_VERDICT_WARN, ns_text_string(&unknown), out, size);
    ns_text_clear(&unknown);
}

void ns_forecast_make(const ns_check_input *in, const ns_verdict *verdicts, char *out, size_t size) {
    size_t which = 0;
    const ns_verdict *failure = first_failure(verdicts, &which);
    if (failure)
        ns_phrase_write(out, size, "A run would fail with %s (%s): %s", failure->code, ns_check_at(which)->title, failure->message);
    else if (!in->connection)
        ns_phrase_write(out, size, "Name a connection to see what a run would do.");
    else
        say_start(in, verdicts, out, size);
}
