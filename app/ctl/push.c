#include "push.h"

#include <stdio.h>
#include <string.h>

#include "base/native_text.h"
#include "base/phrase.h"
#include "base/platform.h"

/* Numbers of winerror.h: https://learn.microsoft.com/windows/win32/debug/system-error-codes. What they mean here: KB 951016 for the filtered token of
 * a local account (https://learn.microsoft.com/troubleshoot/windows-server/windows-security/user-account-control-and-remote-restriction). */
static const struct {
    uint32_t native;
    const char *words;
    const char *remedy;
} rows[] = {
    {5, "It does not let you.",
     "It takes an administrator of the machine: best an account of the domain. A local account is not one over the network, but for the built-in "
     "Administrator."},
    {53, "It does not answer on port 445.", "Start the machine, and let file sharing through the firewalls on the way."},
    {64, "It broke the connection off.", "Try again; look for what on the way ends such connections."},
    {67, "It has no share ADMIN$.", "Switch the administrative shares on there (AutoShareWks, AutoShareServer), or install the agent by hand."},
    {32, "The agent's file there is in use.", "Wait until the runs there are over, and try again."},
    {112, "Its disk is full.", "Make room there."},
    {225, "A virus scanner there refused the agent.", "Allow it there, or install the agent by a software distribution that is allowed."},
    {1053, "The agent there did not answer as a service in time.", "Try again when the machine has less to do."},
    {1058, "Its service manager starts nothing now.", "Restart the machine, and try again."},
    {1072, "It is still removing the service of an earlier attempt.", "Close the service manager's windows there, and try again."},
    {1219, "Windows has a connection to it under another user's name.", "End it (net use \\\\HOST /delete), and try again."},
    {1326, "It does not take your user name and password.", "Sign in here with an account that it knows, or install the agent by hand."},
    {1722, "Its service manager cannot be reached.", "Let remote service management through its firewall."},
};

ns_status push_failed(uint32_t native, const char *host, ns_error *error) {
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        if (rows[i].native == native)
            return ns_error_set(error, NS_STATUS_REFUSED, "AgentNotPushed", rows[i].remedy, "The agent could not be installed on %.100s: %s", host,
                                rows[i].words);
    return ns_error_set_system(error, native, "AgentNotPushed", "Install the agent there by hand: nightshift-agent --install.",
                               "The agent could not be installed on %.100s", host);
}

static ns_status read_lines(const char *answer, ns_text *said, ns_error *error) {
    const size_t size = strcspn(answer, "\r\n");
    const char *rest = answer + size + strspn(answer + size, "\r\n");
    char code[64];
    (void)snprintf(code, sizeof code, "%.*s", (int)(size < sizeof code ? size : sizeof code - 1), answer);
    if (strcmp(code, "done") != 0)
        return ns_error_set(error, NS_STATUS_REFUSED, "AgentNotPushed", "See what it says there: nightshift-agent --install.",
                            "The agent on the machine said: %.60s. %.200s", code[0] ? code : "-", rest);
    return ns_utf8_append_lossy(said, rest, strlen(rest)) ? NS_OK : ns_error_set_memory(error);
}

ns_status push_read_answer(char *answer, ns_text *said, ns_error *error) {
    ns_phrase_strip(answer); /* another computer's */
    return read_lines(answer, said, error);
}
