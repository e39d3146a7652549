#include "flow/ready.h"

#include <string.h>

#include "base/platform.h"

static const struct {
    const char *name;
    const char *code;
    const char *words;
} rows[NS_DESKTOP_STATES] = {
    {"ready", "Succeeded", "The desktop is ready."},
    {"disconnected", "DesktopNotReady", "Nobody is connected to the session."},
    {"notice", "SessionLocked", "The machine shows its legal notice, which waits for an OK."},
    {"credential", "SessionLocked", "The sign-in screen asks for something in the session."},
    {"locked", "SessionLocked", "The session is locked."},
    {"consent", "DesktopNotReady", "A prompt for an administrator or for a credential covers the desktop."},
    {"other-desktop", "DesktopNotReady", "Another desktop has the input, such as a screen saver's."},
    {"no-shell", "DesktopNotReady", "The session's shell is not there yet."},
};

/* A session that says it is unlocked may still show Winlogon's desktop, and ordinary programs cannot open that. */
static bool input_is_elsewhere(const ns_desktop_facts *facts) {
    return facts->input == NS_NO || (facts->desktop[0] && strcmp(facts->desktop, "Default") != 0);
}

static ns_readiness judge_logon_ui(const ns_desktop_facts *facts) {
    if (facts->locked == NS_YES)
        return NS_DESKTOP_LOCKED;
    return facts->legal_notice ? NS_DESKTOP_NOTICE : NS_DESKTOP_CREDENTIAL;
}

ns_readiness ns_desktop_judge(const ns_desktop_facts *facts) {
    const bool elsewhere = input_is_elsewhere(facts);
    if (!facts->connected)
        return NS_DESKTOP_DISCONNECTED;
    if (facts->consent && elsewhere)
        return NS_DESKTOP_CONSENT;
    if (facts->logon_ui && elsewhere)
        return judge_logon_ui(facts);
    if (facts->locked == NS_YES || (facts->logon_ui && facts->locked == NS_UNKNOWN))
        return NS_DESKTOP_LOCKED;
    if (elsewhere)
        return NS_DESKTOP_OTHER;
    return facts->shell_is_expected && !facts->shell ? NS_DESKTOP_SHELL : NS_DESKTOP_READY;
}

const char *ns_readiness_words(ns_readiness state) {
    return rows[state].words;
}

const char *ns_readiness_name(ns_readiness state) {
    return rows[state].name;
}

ns_readiness ns_readiness_parse(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return (ns_readiness)i;
    return NS_DESKTOP_LOCKED;
}

const char *ns_readiness_code(ns_readiness state) {
    return rows[state].code;
}
