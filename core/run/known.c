#include "run/known.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store/flows.h"
#include "store/identity.h"
#include "store/machine_known.h"
#include "store/runs.h"
#include "store/sessions.h"
#include "store/sign_in.h"

enum { RUNS_LOOKED_AT = 50 };

static const char source[] = "Nightshift's store";

static ns_status add_sessions(ns_store *store, const ns_target *target, ns_facts *out, ns_error *error) {
    ns_session_list sessions = {0};
    cJSON *array = NULL;
    ns_status status = ns_sessions_load(store, target->machine.id, &sessions, error);
    if (status != NS_OK)
        return status;
    array = cJSON_CreateArray();
    for (size_t i = 0; i < sessions.count; i++) {
        const ns_session *session = &sessions.items[i];
        cJSON *object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "session", session->session_id);
        (void)ns_json_add_string(object, "user", session->user);
        (void)ns_json_add_string(object, "state", ns_session_state_name(session->state));
        (void)ns_json_add_integer(object, "width", session->width);
        (void)ns_json_add_integer(object, "height", session->height);
        (void)cJSON_AddItemToArray(array, object);
    }
    ns_session_list_clear(&sessions);
    ns_facts_add(out, "store.sessions", array, source, ns_clock_utc_ms());
    return NS_OK;
}

/* A run of a flow that has ended and got as far as a session. */
static void add_last_run(const ns_run *run, ns_facts *out) {
    char name[48];
    (void)snprintf(name, sizeof name, "run %lld", (long long)run->id);
    ns_facts_add_string(out, "store.last-run", run->code, name, run->ended_at);
    if (run->screen_width) {
        cJSON *screen = cJSON_CreateObject();
        (void)ns_json_add_integer(screen, "width", run->screen_width);
        (void)ns_json_add_integer(screen, "height", run->screen_height);
        (void)ns_json_add_integer(screen, "scale", run->screen_scale);
        ns_facts_add(out, "session.screen", screen, name, run->ended_at);
    }
}

static ns_status add_runs(ns_store *store, const ns_target *target, ns_facts *out, ns_error *error) {
    ns_run_list runs = {0};
    int64_t open = 0;
    bool last = false;
    ns_status status = ns_runs_load(store, target->machine.id, RUNS_LOOKED_AT, &runs, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < runs.count; i++) {
        const ns_run *run = &runs.items[i];
        open += run->state == NS_RUN_QUEUED || run->state == NS_RUN_RUNNING;
        if (!last && run->ended_at && run->purpose != NS_PURPOSE_SIGN_IN) {
            add_last_run(run, out);
            last = true;
        }
    }
    ns_run_list_clear(&runs);
    ns_facts_add_integer(out, "store.runs", open, source, ns_clock_utc_ms());
    return NS_OK;
}

/* Other entries of the list that lead to the machine, and other connections whose account this one may be: names, "" for none. */
static ns_status add_entries(ns_store *store, const ns_target *target, ns_facts *out, ns_error *error) {
    ns_text names;
    ns_status status = NS_OK;
    ns_text_init(&names, 4096);
    status = ns_machine_other_entries(store, target->machine.id, &names, error);
    if (status == NS_OK)
        ns_facts_add_string(out, "store.same-machine", ns_text_string(&names), source, ns_clock_utc_ms());
    ns_text_clear(&names);
    return status;
}

static ns_status add_alike(ns_store *store, const ns_connection *connection, ns_facts *out, ns_error *error) {
    ns_text names;
    ns_status status = NS_OK;
    ns_text_init(&names, 4096);
    status = ns_connection_alike(store, connection, &names, error);
    if (status == NS_OK)
        ns_facts_add_string(out, "store.alike", ns_text_string(&names), source, ns_clock_utc_ms());
    ns_text_clear(&names);
    return status;
}

static ns_status add_kinds(ns_store *store, ns_facts *out, ns_error *error) {
    ns_text kinds;
    ns_status status = NS_OK;
    ns_text_init(&kinds, 4096);
    status = ns_flow_kinds_used(store, &kinds, error);
    if (status == NS_OK)
        ns_facts_add_string(out, "store.flow-kinds", ns_text_string(&kinds), source, ns_clock_utc_ms());
    ns_text_clear(&kinds);
    return status;
}

ns_status ns_known_facts(ns_store *store, const ns_target *target, const ns_connection *connection, ns_facts *out, ns_error *error) {
    const int64_t interval_ms = ns_target_integer(target, NS_SETTING_SIGNIN_INTERVAL) * 1000;
    ns_sign_in_turn turn = NS_TURN_YOURS;
    int64_t by = 0;
    ns_status status = add_sessions(store, target, out, error);
    if (status == NS_OK)
        status = add_runs(store, target, out, error);
    if (status == NS_OK && connection)
        status = ns_sign_in_look(store, connection, target->machine.id, interval_ms, &turn, &by, error);
    if (status == NS_OK && connection)
        ns_facts_add_bool(out, "store.sign-in-held", turn == NS_TURN_HELD, source, ns_clock_utc_ms());
    if (status == NS_OK)
        status = add_kinds(store, out, error);
    if (status == NS_OK)
        status = add_entries(store, target, out, error);
    return status == NS_OK && connection ? add_alike(store, connection, out, error) : status;
}
