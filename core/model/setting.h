/* The settings that a machine or a machine group may carry, declared once in setting.c: what a value may be, what it is
 * when nobody set it, and which of the values in sight is the one that counts. Pure; any thread. */
#ifndef NS_MODEL_SETTING_H
#define NS_MODEL_SETTING_H

#include "base/text.h"

typedef enum ns_setting_id {
    NS_SETTING_SESSION_REUSE,
    NS_SETTING_SCREEN_WIDTH,
    NS_SETTING_SCREEN_HEIGHT,
    NS_SETTING_SCREEN_SCALE,
    NS_SETTING_SCREEN_DEPTH,
    NS_SETTING_RUN_TIMEOUT,
    NS_SETTING_QUEUE_TIMEOUT,
    NS_SETTING_QUEUE_MAX,
    NS_SETTING_QUEUE_EXTENDED,
    NS_SETTING_GROUP_CHOICE,
    NS_SETTING_SESSION_MAX,
    NS_SETTING_MAINTENANCE,
    NS_SETTING_SIGNIN_SECURITY,
    NS_SETTING_CERTIFICATE_POLICY,
    NS_SETTING_SCREENSHOT_POLICY,
    NS_SETTING_SIGNIN_INTERVAL,
    NS_SETTING_SIGNIN_TIMEOUT,
    NS_SETTING_DESKTOP_TIMEOUT,
    NS_SETTING_PROBE_TIMEOUT,
    NS_SETTING_AGENT_START,
    NS_SETTING_AGENT_COMMAND,
    NS_SETTING_COUNT
} ns_setting_id;

typedef enum ns_setting_type { NS_SETTING_SWITCH, NS_SETTING_INTEGER, NS_SETTING_CHOICE, NS_SETTING_TEXT } ns_setting_type;

typedef struct ns_setting {
    const char *key;
    ns_setting_type type;
    const char *initial; /* the default, as text */
    long long minimum;
    long long maximum;   /* of a text: its characters */
    long long step;      /* a value must be a multiple of it */
    const char *unit;    /* "px", "%", "s", "" */
    const char *choices; /* "nla|tls"; "" when the type is no choice */
    const char *label;
    const char *help;
} ns_setting;

typedef enum ns_origin { NS_ORIGIN_DEFAULT, NS_ORIGIN_GROUP, NS_ORIGIN_MACHINE } ns_origin;

/* A value for each setting as text; NULL where none is set. The texts are owned by the struct. */
typedef struct ns_setting_values {
    char *value[NS_SETTING_COUNT];
} ns_setting_values;

typedef struct ns_effective {
    const char *value; /* borrowed from what was resolved */
    ns_origin origin;
} ns_effective;

const ns_setting *ns_setting_get(ns_setting_id id);
/* NS_STATUS_NOT_FOUND with the list of keys in the remedy. */
NS_MUST_USE ns_status ns_setting_find(const char *key, ns_setting_id *out, ns_error *error);
/* Checks the text and writes it the one way that it is stored ("yes" becomes "on"); *out is the caller's. */
NS_MUST_USE ns_status ns_setting_parse(ns_setting_id id, const char *text, char **out, ns_error *error);
const char *ns_origin_name(ns_origin origin);

void ns_setting_values_clear(ns_setting_values *values);
/* Takes `value`, which may be NULL. */
void ns_setting_values_take(ns_setting_values *values, ns_setting_id id, char *value);

/* Whether the session is asked to start the agent as its shell, by the values of agent.start and signin.security. */
bool ns_agent_is_shell(const char *start, const char *security);

/* The value that counts: the machine's own, else its group's, else the default. Either may be NULL. */
ns_effective ns_setting_resolve(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *group);
/* What it would be after the machine moved from one group (or none, NULL) to another: leaving, it keeps the group's values as
 * its own; joining, all of its own give way, so that from then on it follows the group
 * (https://learn.microsoft.com/power-automate/desktop-flows/run-unattended-desktop-flows). */
ns_effective ns_setting_resolve_moved(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *from, const ns_setting_values *to);
long long ns_setting_resolve_integer(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *group);
bool ns_setting_resolve_switch(ns_setting_id id, const ns_setting_values *machine, const ns_setting_values *group);

#endif
