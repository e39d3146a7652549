#include "console/present/present.h"

#include <stdio.h>
#include <string.h>

#include "../../../resources/resource.h"
#include "base/text.h"

static void copy(char out[PRESENT_CELL_SIZE], const char *text) {
    (void)snprintf(out, PRESENT_CELL_SIZE, "%s", text ? text : "");
}

static const ns_setting_values *values_of(const ns_group *group) {
    return group ? &group->values : NULL;
}

static bool in_maintenance(const ns_machine *machine, const ns_group *group) {
    return ns_setting_resolve_switch(NS_SETTING_MAINTENANCE, &machine->values, values_of(group));
}

/* The last run's state; Failed for a name that this version does not know. */
static ns_run_state last_state(const ns_machine *machine) {
    ns_run_state state = NS_RUN_FAILED;
    (void)ns_run_state_parse(machine->last_run_state, &state);
    return state;
}

unsigned present_machine_state(const ns_machine *machine, const ns_group *group) {
    if (machine->last_run_id && !ns_run_state_is_final(last_state(machine)))
        return IDS_STATE_RUNNING;
    if (in_maintenance(machine, group))
        return IDS_STATE_MAINTENANCE;
    return machine->last_run_id ? IDS_STATE_READY : IDS_STATE_NEW;
}

/* Replaces "%1" in a pattern of the string table, which may have either order of words around it. */
static void fill(char out[PRESENT_CELL_SIZE], const char *pattern, const char *value) {
    const char *place = strstr(pattern, "%1");
    if (place)
        (void)snprintf(out, PRESENT_CELL_SIZE, "%.*s%s%s", (int)(place - pattern), pattern, value, place + 2);
    else
        copy(out, pattern);
}

/* The port only where it is not the usual one. */
static void host_cell(const ns_machine *machine, char out[PRESENT_CELL_SIZE]) {
    if (machine->port == 3389)
        copy(out, machine->host);
    else
        (void)snprintf(out, PRESENT_CELL_SIZE, strchr(machine->host, ':') ? "[%s]:%u" : "%s:%u", machine->host, machine->port);
}

void present_machine_cell(const ns_machine *machine, const ns_group *group, int column, present_words words, present_time local_time,
                          char out[PRESENT_CELL_SIZE]) {
    const ns_setting_values *inherited = values_of(group);
    out[0] = 0;
    switch ((present_machine_column)column) {
    case PRESENT_MACHINE_NAME:
        copy(out, machine->name);
        break;
    case PRESENT_MACHINE_HOST:
        host_cell(machine, out);
        break;
    case PRESENT_MACHINE_GROUP:
        copy(out, machine->group_name);
        break;
    case PRESENT_MACHINE_STATE:
        copy(out, words(present_machine_state(machine, group)));
        break;
    case PRESENT_MACHINE_REUSE:
        copy(out, words(ns_setting_resolve_switch(NS_SETTING_SESSION_REUSE, &machine->values, inherited) ? IDS_ON : IDS_OFF));
        break;
    case PRESENT_MACHINE_SCREEN:
        (void)snprintf(out, PRESENT_CELL_SIZE, "%s \xC3\x97 %s, %s %%",
                       ns_setting_resolve(NS_SETTING_SCREEN_WIDTH, &machine->values, inherited).value,
                       ns_setting_resolve(NS_SETTING_SCREEN_HEIGHT, &machine->values, inherited).value,
                       ns_setting_resolve(NS_SETTING_SCREEN_SCALE, &machine->values, inherited).value);
        break;
    case PRESENT_MACHINE_LAST_RUN:
        if (machine->last_run_id)
            local_time(machine->last_run_at, out, PRESENT_CELL_SIZE);
        break;
    case PRESENT_MACHINE_RESULT:
        if (machine->last_run_id)
            copy(out, machine->last_run_code[0] ? machine->last_run_code : words(IDS_RUN_QUEUED + (unsigned)last_state(machine)));
        break;
    case PRESENT_MACHINE_COLUMNS:
        break;
    }
}

static void duration(const ns_run *run, present_words words, char out[PRESENT_CELL_SIZE]) {
    int64_t took = run->ended_at && run->started_at ? run->ended_at - run->started_at : 0;
    (void)words;
    if (took > 0)
        (void)snprintf(out, PRESENT_CELL_SIZE, "%lld:%02lld:%02lld.%lld", (long long)(took / 3600000), (long long)(took / 60000 % 60),
                       (long long)(took / 1000 % 60), (long long)(took / 100 % 10));
}

unsigned present_purpose(ns_purpose purpose) {
    return purpose == NS_PURPOSE_SIGN_IN ? IDS_CHECK_SIGN_IN : purpose == NS_PURPOSE_SESSION ? IDS_CHECK_SESSION : IDS_SIGNING_OUT;
}

void present_run_cell(const ns_run *run, int column, present_words words, present_time local_time, char out[PRESENT_CELL_SIZE]) {
    out[0] = 0;
    switch ((present_run_column)column) {
    case PRESENT_RUN_ID:
        (void)snprintf(out, PRESENT_CELL_SIZE, "%lld", (long long)run->id);
        break;
    case PRESENT_RUN_STATE:
        copy(out, words(IDS_RUN_QUEUED + (unsigned)run->state));
        break;
    case PRESENT_RUN_MACHINE:
        copy(out, run->machine);
        break;
    case PRESENT_RUN_FLOW:
        copy(out, run->purpose == NS_PURPOSE_FLOW ? run->flow : words(present_purpose(run->purpose)));
        break;
    case PRESENT_RUN_CONNECTION:
        copy(out, run->connection);
        break;
    case PRESENT_RUN_STARTED:
        local_time(run->created_at, out, PRESENT_CELL_SIZE);
        break;
    case PRESENT_RUN_DURATION:
        duration(run, words, out);
        break;
    case PRESENT_RUN_CODE:
        copy(out, run->code);
        break;
    case PRESENT_RUN_COLUMNS:
        break;
    }
}

void present_session_cell(const ns_session *session, int column, present_words words, present_time local_time, char out[PRESENT_CELL_SIZE]) {
    out[0] = 0;
    switch ((present_session_column)column) {
    case PRESENT_SESSION_MACHINE:
        copy(out, session->machine);
        break;
    case PRESENT_SESSION_ID:
        copy(out, session->session_id[0] ? session->session_id : "?");
        break;
    case PRESENT_SESSION_USER:
        copy(out, session->user);
        break;
    case PRESENT_SESSION_STATE:
        copy(out, words(IDS_SESSION_KEPT + (unsigned)session->state));
        break;
    case PRESENT_SESSION_SINCE:
        local_time(session->since, out, PRESENT_CELL_SIZE);
        break;
    case PRESENT_SESSION_CONNECTION:
        copy(out, session->connection);
        break;
    case PRESENT_SESSION_RUN:
        (void)snprintf(out, PRESENT_CELL_SIZE, "%lld", (long long)session->run_id);
        break;
    case PRESENT_SESSION_COLUMNS:
        break;
    }
}

present_icon present_session_icon(ns_session_state state) {
    return state == NS_SESSION_KEPT ? PRESENT_ICON_PAUSE : state == NS_SESSION_LEFT ? PRESENT_ICON_BAD : PRESENT_ICON_WAIT;
}

unsigned present_session_end(const char *end) {
    static const struct {
        const char *end;
        unsigned text;
    } ends[] = {{"signed-out", IDS_END_SIGNED_OUT}, {"locked", IDS_END_LOCKED}, {"unconfirmed", IDS_END_UNCONFIRMED}};
    for (size_t i = 0; i < NS_COUNT_OF(ends); i++)
        if (strcmp(end, ends[i].end) == 0)
            return ends[i].text;
    return IDS_END_NONE;
}

void present_connection_cell(const ns_connection *connection, int column, present_time local_time, char out[PRESENT_CELL_SIZE]) {
    char at[64] = {0};
    out[0] = 0;
    switch ((present_connection_column)column) {
    case PRESENT_CONNECTION_NAME:
        copy(out, connection->name);
        break;
    case PRESENT_CONNECTION_USER:
        copy(out, connection->user);
        break;
    case PRESENT_CONNECTION_DOMAIN:
        copy(out, connection->domain);
        break;
    case PRESENT_CONNECTION_REFUSED:
        if (connection->refused_at) {
            local_time(connection->refused_at, at, sizeof at);
            (void)snprintf(out, PRESENT_CELL_SIZE, "%s  %s", at, connection->refused_code);
        }
        break;
    case PRESENT_CONNECTION_COLUMNS:
        break;
    }
}

void present_flow_cell(const ns_flow *flow, int column, char out[PRESENT_CELL_SIZE]) {
    const char *const cells[] = {flow->name, flow->program, flow->arguments, flow->success_codes};
    copy(out, column >= 0 && column < PRESENT_FLOW_COLUMNS ? cells[column] : "");
}

present_icon present_machine_icon(const ns_machine *machine, const ns_group *group) {
    if (machine->last_run_id && !ns_run_state_is_final(last_state(machine)))
        return PRESENT_ICON_RUN;
    if (in_maintenance(machine, group))
        return PRESENT_ICON_PAUSE;
    return machine->last_run_id ? present_run_icon(last_state(machine)) : PRESENT_ICON_MACHINE;
}

present_icon present_run_icon(ns_run_state state) {
    switch (state) {
    case NS_RUN_QUEUED:
        return PRESENT_ICON_WAIT;
    case NS_RUN_RUNNING:
        return PRESENT_ICON_RUN;
    case NS_RUN_SUCCEEDED:
        return PRESENT_ICON_OK;
    case NS_RUN_CANCELLED:
        return PRESENT_ICON_PAUSE;
    case NS_RUN_FAILED:
    case NS_RUN_TIMED_OUT:
    case NS_RUN_INTERRUPTED:
        break;
    }
    return PRESENT_ICON_BAD;
}

void present_origin(ns_effective effective, const char *group_name, present_words words, char out[PRESENT_CELL_SIZE]) {
    if (effective.origin == NS_ORIGIN_GROUP)
        fill(out, words(IDS_FROM_GROUP), group_name);
    else
        copy(out, words(effective.origin == NS_ORIGIN_MACHINE ? IDS_FROM_MACHINE : IDS_FROM_DEFAULT));
}

void present_setting_value(ns_setting_id id, const char *value, present_words words, char out[PRESENT_CELL_SIZE]) {
    const ns_setting *setting = ns_setting_get(id);
    if (setting->type == NS_SETTING_SWITCH)
        copy(out, words(strcmp(value, "on") == 0 ? IDS_ON : IDS_OFF));
    else
        (void)snprintf(out, PRESENT_CELL_SIZE, "%s%s%s", value, setting->unit[0] ? " " : "", setting->unit);
}

present_icon present_verdict_icon(ns_verdict_kind kind) {
    static const present_icon icons[] = {PRESENT_ICON_OK, PRESENT_ICON_UNKNOWN, PRESENT_ICON_WARN, PRESENT_ICON_BAD};
    return icons[kind];
}

void present_group_cell(const ns_group *group, int column, char out[PRESENT_CELL_SIZE]) {
    int own = 0;
    out[0] = 0;
    switch ((present_group_column)column) {
    case PRESENT_GROUP_NAME:
        copy(out, group->name);
        break;
    case PRESENT_GROUP_MACHINES:
        (void)snprintf(out, PRESENT_CELL_SIZE, "%lld", (long long)group->machine_count);
        break;
    case PRESENT_GROUP_SETTINGS:
        for (int id = 0; id < NS_SETTING_COUNT; id++)
            own += group->values.value[id] ? 1 : 0;
        (void)snprintf(out, PRESENT_CELL_SIZE, "%d", own);
        break;
    case PRESENT_GROUP_DESCRIPTION:
        copy(out, group->description);
        for (char *p = out; *p; p++)
            if (*p == '\r' || *p == '\n')
                *p = ' ';
        break;
    case PRESENT_GROUP_COLUMNS:
        break;
    }
}

/* Order: the verbs' and kinds' strings. */
static const char *const verbs[] = {"add", "edit", "remove", "move", "set", "password", "trust", "registry", "import", "undo", "redo"};
static const char *const kinds[] = {"machine", "group", "connection", "flow", "registry"};

static const char *word_of(const char *name, const char *const *names, size_t count, unsigned first, present_words words) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return words(first + (unsigned)i);
    return name;
}

/* "screen.width: 1920 → 1280", for each field, with the thing's name before it where there are several. */
static void changes_cell(const ns_activity *activity, present_words words, char out[PRESENT_CELL_SIZE]) {
    size_t used = 0;
    for (size_t i = 0; i < activity->change_count && used + 8 < PRESENT_CELL_SIZE; i++) {
        const ns_field_change *change = &activity->changes[i];
        const int wrote = snprintf(out + used, PRESENT_CELL_SIZE - used, "%s%s%s%s: %s \xE2\x86\x92 %s", i ? "; " : "",
                                   activity->thing_count > 1 ? change->thing : "", activity->thing_count > 1 ? " " : "", change->field,
                                   change->before ? change->before : words(IDS_NO_VALUE), change->after ? change->after : words(IDS_NO_VALUE));
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    ns_utf8_trim(out);
    for (char *p = out; *p; p++)
        if (*p == '\r' || *p == '\n')
            *p = ' ';
}

void present_activity_cell(const ns_activity *activity, int column, present_words words, present_time local_time, char out[PRESENT_CELL_SIZE]) {
    out[0] = 0;
    switch ((present_activity_column)column) {
    case PRESENT_ACTIVITY_AT:
        local_time(activity->at, out, PRESENT_CELL_SIZE);
        break;
    case PRESENT_ACTIVITY_WHO:
        copy(out, activity->who);
        break;
    case PRESENT_ACTIVITY_WHAT:
        copy(out, word_of(activity->verb, verbs, NS_COUNT_OF(verbs), IDS_VERB_ADD, words));
        break;
    case PRESENT_ACTIVITY_KIND:
        copy(out, word_of(activity->kind, kinds, NS_COUNT_OF(kinds), IDS_KIND_MACHINE, words));
        break;
    case PRESENT_ACTIVITY_SUBJECT:
        if (activity->thing_count > 1)
            (void)snprintf(out, PRESENT_CELL_SIZE, "%s +%zu", activity->subject, activity->thing_count - 1);
        else
            copy(out, activity->subject);
        break;
    case PRESENT_ACTIVITY_CHANGES:
        changes_cell(activity, words, out);
        break;
    case PRESENT_ACTIVITY_UNDONE:
        if (activity->undone_at)
            local_time(activity->undone_at, out, PRESENT_CELL_SIZE);
        break;
    case PRESENT_ACTIVITY_COLUMNS:
        break;
    }
}
