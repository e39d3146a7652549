#include "console/model/thing_text.h"

#include <stdio.h>
#include <string.h>

#include "../../../resources/resource.h"
#include "base/text.h"
#include "console/ui/words.h"

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

unsigned machine_state(const ns_machine *machine, const ns_group *group) {
    if (machine->last_run_id && !ns_run_state_is_final(last_state(machine)))
        return IDS_STATE_RUNNING;
    if (in_maintenance(machine, group))
        return IDS_STATE_MAINTENANCE;
    return machine->last_run_id ? IDS_STATE_READY : IDS_STATE_NEW;
}

/* Replaces "%1" in a pattern of the string table, which may have either order of words around it. */
static void fill(char out[CELL_SIZE], const char *pattern, const char *value) {
    const char *place = strstr(pattern, "%1");
    if (place)
        (void)snprintf(out, CELL_SIZE, "%.*s%s%s", (int)(place - pattern), pattern, value, place + 2);
    else
        cell_set(out, pattern);
}

/* The port only where it is not the usual one. */
static void host_cell(const ns_machine *machine, char out[CELL_SIZE]) {
    if (machine->port == 3389)
        cell_set(out, machine->host);
    else
        (void)snprintf(out, CELL_SIZE, strchr(machine->host, ':') ? "[%s]:%u" : "%s:%u", machine->host, machine->port);
}

void machine_cell(const ns_machine *machine, const ns_group *group, int column, char out[CELL_SIZE]) {
    const ns_setting_values *inherited = values_of(group);
    out[0] = 0;
    switch ((machine_column)column) {
    case MACHINE_NAME:
        cell_set(out, machine->name);
        break;
    case MACHINE_HOST:
        host_cell(machine, out);
        break;
    case MACHINE_GROUP:
        cell_set(out, machine->group_name);
        break;
    case MACHINE_STATE:
        cell_set(out, words_utf8(machine_state(machine, group)));
        break;
    case MACHINE_REUSE:
        cell_set(out, words_utf8(ns_setting_resolve_switch(NS_SETTING_SESSION_REUSE, &machine->values, inherited) ? IDS_ON : IDS_OFF));
        break;
    case MACHINE_SCREEN:
        (void)snprintf(out, CELL_SIZE, "%s \xC3\x97 %s, %s %%", ns_setting_resolve(NS_SETTING_SCREEN_WIDTH, &machine->values, inherited).value,
                       ns_setting_resolve(NS_SETTING_SCREEN_HEIGHT, &machine->values, inherited).value,
                       ns_setting_resolve(NS_SETTING_SCREEN_SCALE, &machine->values, inherited).value);
        break;
    case MACHINE_LAST_RUN:
        if (machine->last_run_id)
            words_local_time(machine->last_run_at, out, CELL_SIZE);
        break;
    case MACHINE_RESULT:
        if (machine->last_run_id)
            cell_set(out, machine->last_run_code[0] ? machine->last_run_code : words_utf8(IDS_RUN_QUEUED + (unsigned)last_state(machine)));
        break;
    case MACHINE_COLUMNS:
        break;
    }
}

unsigned purpose_text(ns_purpose purpose) {
    return purpose == NS_PURPOSE_SIGN_IN ? IDS_CHECK_SIGN_IN : purpose == NS_PURPOSE_SESSION ? IDS_CHECK_SESSION : IDS_SIGNING_OUT;
}

unsigned session_end_text(const char *end) {
    static const struct {
        const char *end;
        unsigned text;
    } ends[] = {{"signed-out", IDS_END_SIGNED_OUT}, {"locked", IDS_END_LOCKED}, {"unconfirmed", IDS_END_UNCONFIRMED}};
    for (size_t i = 0; i < NS_COUNT_OF(ends); i++)
        if (strcmp(end, ends[i].end) == 0)
            return ends[i].text;
    return IDS_END_NONE;
}

icon_kind machine_icon(const ns_machine *machine, const ns_group *group) {
    if (machine->last_run_id && !ns_run_state_is_final(last_state(machine)))
        return ICON_RUN;
    if (in_maintenance(machine, group))
        return ICON_PAUSE;
    return machine->last_run_id ? run_icon(last_state(machine)) : ICON_MACHINE;
}

icon_kind run_icon(ns_run_state state) {
    switch (state) {
    case NS_RUN_QUEUED:
        return ICON_WAIT;
    case NS_RUN_RUNNING:
        return ICON_RUN;
    case NS_RUN_SUCCEEDED:
        return ICON_OK;
    case NS_RUN_CANCELLED:
        return ICON_PAUSE;
    case NS_RUN_FAILED:
    case NS_RUN_TIMED_OUT:
    case NS_RUN_INTERRUPTED:
        break;
    }
    return ICON_BAD;
}

void origin_text(ns_effective effective, const char *group_name, char out[CELL_SIZE]) {
    if (effective.origin == NS_ORIGIN_GROUP)
        fill(out, words_utf8(IDS_FROM_GROUP), group_name);
    else
        cell_set(out, words_utf8(effective.origin == NS_ORIGIN_MACHINE ? IDS_FROM_MACHINE : IDS_FROM_DEFAULT));
}

void setting_value_text(ns_setting_id id, const char *value, char out[CELL_SIZE]) {
    const ns_setting *setting = ns_setting_get(id);
    if (setting->type == NS_SETTING_SWITCH)
        cell_set(out, words_utf8(strcmp(value, "on") == 0 ? IDS_ON : IDS_OFF));
    else
        (void)snprintf(out, CELL_SIZE, "%s%s%s", value, setting->unit[0] ? " " : "", setting->unit);
}

icon_kind verdict_icon(ns_verdict_kind kind) {
    static const icon_kind icons[] = {ICON_OK, ICON_UNKNOWN, ICON_WARN, ICON_BAD};
    return icons[kind];
}
