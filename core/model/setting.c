#include "model/setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/phrase.h"

/* Order: ns_setting_id. */
static const ns_setting settings[] = {
    {"session.reuse", NS_SETTING_SWITCH, "off", 0, 0, 1, "", "", "Reuse Windows sessions",
     "After a run the session is locked and kept, and the next run with the same connection returns to it."},
    {"screen.width", NS_SETTING_INTEGER, "1920", 200, 8192, 2, "px", "", "Screen width", "Width of the session's screen; an even number."},
    {"screen.height", NS_SETTING_INTEGER, "1080", 200, 8192, 1, "px", "", "Screen height", "Height of the session's screen."},
    {"screen.scale", NS_SETTING_INTEGER, "100", 100, 500, 1, "%", "", "Screen scale", "Size of text and apps in the session."},
    {"screen.depth", NS_SETTING_CHOICE, "32", 0, 0, 1, "bit", "15|16|24|32", "Colour depth", "Bits for each pixel."},
    {"run.timeout", NS_SETTING_INTEGER, "10800", 1, 86400, 1, "s", "", "Run time limit", "A flow that runs longer is ended."},
    {"queue.timeout", NS_SETTING_INTEGER, "43200", 1, 604800, 1, "s", "", "Queue time limit", "A run that waits longer for its machine fails."},
    {"queue.max", NS_SETTING_INTEGER, "500", 1, 100000, 1, "", "", "Queue length limit", "How many runs may wait for the machine, or for the group."},
    {"queue.extended", NS_SETTING_SWITCH, "on", 0, 0, 1, "", "", "Extended prioritisation",
     "While the first run of the queue cannot begin, later ones that can may overtake it. Off: it holds up all behind it."},
    {"group.choice", NS_SETTING_CHOICE, "least-recent", 0, 0, 1, "", "least-recent|random", "Choice of machine",
     "Which of a group's free machines is given a run: the one that was used longest ago, or any."},
    {"session.max", NS_SETTING_INTEGER, "1", 1, 10, 1, "", "", "Sessions at once", "How many runs may use the machine at the same time."},
    {"maintenance", NS_SETTING_SWITCH, "off", 0, 0, 1, "", "", "Maintenance",
     "While on, new runs wait; those that are carried out go on. A group's counts for all its machines."},
    {"signin.security", NS_SETTING_CHOICE, "nla", 0, 0, 1, "", "nla|tls", "Sign-in security",
     "nla: only a machine with Network Level Authentication is signed in to; it must prove itself before it gets the password. tls: also one "
     "without, "
     "which shows nothing but its certificate."},
    {"certificate.policy", NS_SETTING_CHOICE, "pin", 0, 0, 1, "", "pin|first-use|ca", "Certificate",
     "pin: only the one that is known; Network Level Authentication or machine trust makes one known. first-use: the first one seen is accepted "
     "without. "
     "ca: an authority that this computer trusts must vouch for it."},
    {"screenshot.policy", NS_SETTING_CHOICE, "failure", 0, 0, 1, "", "failure|always|never", "Screenshot", "When a picture of the desktop is kept."},
    {"signin.interval", NS_SETTING_INTEGER, "60", 0, 86400, 1, "s", "", "Pause after a refusal",
     "After a refused sign-in the account is left alone this long, so that it is not locked out."},
    {"signin.timeout", NS_SETTING_INTEGER, "60", 5, 900, 1, "s", "", "Sign-in time limit",
     "How long the machine may take from accepting the connection to the agent's first word."},
    {"desktop.timeout", NS_SETTING_INTEGER, "60", 0, 900, 1, "s", "", "Desktop time limit",
     "How long a flow waits for the session to be unlocked and its desktop to be there, before it is given up."},
    {"probe.timeout", NS_SETTING_INTEGER, "3", 1, 30, 1, "s", "", "Answer time limit",
     "How long preflight waits for each of the machine's answers on the network; the machine as a whole may take four times as long."},
    {"agent.start", NS_SETTING_CHOICE, "auto", 0, 0, 1, "", "auto|installed|shell", "Agent start",
     "installed: the agent starts at sign-in, beside the user's own shell. shell: the session starts the agent as its shell, where the machine "
     "honours "
     "that. auto: shell for machines without Network Level Authentication (signin.security=tls), as xrdp is; else installed."},
    {"agent.command", NS_SETTING_TEXT, "nightshift-agent", 0, 255, 1, "", "", "Agent command",
     "What the session starts as its shell when agent.start is shell."},
};
_Static_assert(NS_COUNT_OF(settings) == NS_SETTING_COUNT, "every setting is declared");

const ns_setting *ns_setting_get(ns_setting_id id) {
    return &settings[id];
}

ns_status ns_setting_find(const char *key, ns_setting_id *out, ns_error *error) {
    ns_text keys;
    char remedy[640];
    for (int i = 0; i < NS_SETTING_COUNT; i++) {
        if (strcmp(settings[i].key, key) == 0) {
            *out = (ns_setting_id)i;
            return NS_OK;
        }
    }
    ns_text_init(&keys, 500);
    for (int i = 0; i < NS_SETTING_COUNT; i++)
        (void)ns_text_appendf(&keys, "%s%s", i ? ", " : "", settings[i].key);
    ns_phrase_write(remedy, sizeof remedy, "The settings are %s.", ns_text_string(&keys));
    ns_text_clear(&keys);
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "SettingNotFound", remedy, "There is no setting \"%.60s\".", key);
}

static ns_status refuse(const ns_setting *setting, const char *text, const char *remedy, ns_error *error) {
    return ns_error_set(error, NS_STATUS_INVALID, "InvalidSetting", remedy, "\"%.60s\" is not a value for %s.", text, setting->key);
}

static ns_status parse_integer(const ns_setting *setting, const char *text, char **out, ns_error *error) {
    long long value = 0;
    ns_text written;
    char remedy[160];
    ns_phrase_write(remedy, sizeof remedy, "Give %s number from %lld to %lld%s%s.", setting->step == 2 ? "an even" : "a whole", setting->minimum,
                    setting->maximum, setting->unit[0] ? " " : "", setting->unit);
    if (!ns_parse_integer(text, setting->minimum, setting->maximum, &value) || value % setting->step != 0)
        return refuse(setting, text, remedy, error);
    ns_text_init(&written, 32);
    (void)ns_text_appendf(&written, "%lld", value);
    *out = ns_text_take(&written);
    return *out ? NS_OK : ns_error_set_memory(error);
}

ns_status ns_setting_parse(ns_setting_id id, const char *text, char **out, ns_error *error) {
    const ns_setting *setting = &settings[id];
    char remedy[160];
    *out = NULL;
    switch (setting->type) {
    case NS_SETTING_INTEGER:
        return parse_integer(setting, text, out, error);
    case NS_SETTING_SWITCH:
        if (ns_is_one_of(text, "on|yes|true|1"))
            *out = ns_string_copy("on");
        else if (ns_is_one_of(text, "off|no|false|0"))
            *out = ns_string_copy("off");
        else
            return refuse(setting, text, "Give on or off.", error);
        break;
    case NS_SETTING_CHOICE:
        ns_phrase_write(remedy, sizeof remedy, "Give one of %s.", setting->choices);
        if (!ns_is_one_of(text, setting->choices))
            return refuse(setting, text, remedy, error);
        *out = ns_string_copy(text);
        break;
    case NS_SETTING_TEXT:
        ns_phrase_write(remedy, sizeof remedy, "Give at most %lld characters on one line.", setting->maximum);
        if (ns_utf8_count(text) < 0 || ns_utf8_count(text) > setting->maximum || strpbrk(text, "\r\n\t"))
            return refuse(setting, text, remedy, error);
        *out = ns_string_copy(text);
        break;
    }
    return *out ? NS_OK : ns_error_set_memory(error);
}

const char *ns_origin_name(ns_origin origin) {
    static const char *const names[] = {"default", "group", "machine"};
    return names[origin];
}

void ns_setting_values_clear(ns_setting_values *values) {
    for (int i = 0; i < NS_SETTING_COUNT; i++)
        ns_setting_values_take(values, (ns_setting_id)i, NULL);
}

void ns_setting_values_take(ns_setting_values *values, ns_setting_id id, char *value) {
    free(values->value[id]);
    values->value[id] = value;
}

/* A group in maintenance has all its machines in it, whatever is set for one of them
 * (https://learn.microsoft.com/power-automate/desktop-flows/manage-machine-groups). */
static bool group_decides(ns_setting_id id, const ns_setting_values *group) {
    return id == NS_SETTING_MAINTENANCE && group && group->value[id] && strcmp(group->value[id], "on") == 0;
}

ns_effective ns_setting_resolve(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *group) {
    if (group_decides(id, group))
        return (ns_effective){group->value[id], NS_ORIGIN_GROUP};
    if (machine && machine->value[id])
        return (ns_effective){machine->value[id], NS_ORIGIN_MACHINE};
    if (group && group->value[id])
        return (ns_effective){group->value[id], NS_ORIGIN_GROUP};
    return (ns_effective){settings[id].initial, NS_ORIGIN_DEFAULT};
}

ns_effective ns_setting_resolve_moved(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *from,
                                      const ns_setting_values *to) {
    const char *own = machine && machine->value[id] ? machine->value[id] : from ? from->value[id] : NULL;
    if (from == to)
        return ns_setting_resolve(id, machine, from);
    if (to)
        return ns_setting_resolve(id, NULL, to);
    return own ? (ns_effective){own, NS_ORIGIN_MACHINE} : ns_setting_resolve(id, NULL, NULL);
}

long long ns_setting_resolve_integer(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *group) {
    return strtoll(ns_setting_resolve(id, machine, group).value, NULL, 10);
}

bool ns_setting_resolve_switch(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *group) {
    return strcmp(ns_setting_resolve(id, machine, group).value, "on") == 0;
}

bool ns_agent_is_shell(const char *start, const char *security) {
    return strcmp(start, "shell") == 0 || (strcmp(start, "auto") == 0 && strcmp(security, "tls") == 0);
}
