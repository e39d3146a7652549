/* The sessions on the machine, its limits, and what Nightshift itself has there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/names.h"
#include "model/session_rules.h"
#include "model/startup.h"
#include "preflight/judge.h"
#include "preflight/session_facts.h"

NS_JUDGE(ns_judge_conflict) {
    ns_session_fact list[NS_SESSION_FACTS];
    ns_session_facts facts;
    ns_session_forecast forecast;
    bool listed = false;
    if (!in->connection) {
        ns_judge_unknown(out, "No connection was named, so there is no user to look for.");
        return;
    }
    listed = ns_check_sessions(in, &facts, list);
    if (!listed && !ns_check_left_sessions(in, &facts, list)) {
        ns_judge_not_read(out, in->facts, "sessions.list");
        return;
    }
    ns_session_forecast_make(&facts, in->connection->user, ns_setting_resolve_switch(NS_SETTING_SESSION_REUSE, &in->machine->values, in->group),
                             &forecast);
    if (forecast.code)
        ns_judge_fail(out, forecast.code, "%.320s", forecast.detail);
    else if (!listed && forecast.reuse_session)
        ns_judge_unknown(out, "A run returns to session %.20s of %.100s, if it is still there. Whose sessions there are besides is not known.",
                         forecast.reuse_session, in->connection->user);
    else if (!listed)
        ns_judge_not_read(out, in->facts, "sessions.list");
    else if (facts.server == NS_UNKNOWN && facts.count)
        ns_judge_unknown(out, "There are sessions, and whether the machine is a client or a server edition is not known.");
    else if (forecast.reuse_session)
        ns_judge_pass(out, "A run returns to session %.20s of %.100s.", forecast.reuse_session, in->connection->user);
    else
        ns_judge_pass(out, "No session is in the way.");
}

NS_JUDGE(ns_judge_leftover) {
    const ns_fact *fact = ns_facts_find(in->facts, "store.sessions");
    const cJSON *each = NULL;
    int left = 0;
    const char *user = "";
    if (!fact || !fact->value) {
        ns_judge_not_read(out, in->facts, "store.sessions");
        return;
    }
    cJSON_ArrayForEach(each, fact->value) {
        if (strcmp(ns_json_string(each, "state", ""), "kept") == 0)
            continue;
        left++;
        user = ns_json_string(each, "user", "");
    }
    if (left)
        ns_judge_warn(out, "A run left %d session%s on the machine, the last of %.100s.", left, left == 1 ? "" : "s", user);
    else
        ns_judge_pass(out, "No run left a session on the machine.");
}

/* The lesser of what Windows gives without the role of a session host and what was set; 0 for no limit. False when that is
 * not known. */
static bool read_limit(const ns_check_input *in, const ns_session_facts *facts, int64_t *limit) {
    int64_t set = 0;
    const char *from = NULL;
    *limit = facts->session_limit;
    if (facts->many_sessions == NS_UNKNOWN || !ns_judge_effective(in, "MaxInstanceCount", 0, &set, &from))
        return facts->many_sessions == NS_NO;
    if (set > 0 && set < 0xFFFFFFFFLL && (*limit == 0 || set < *limit))
        *limit = set;
    return true;
}

NS_JUDGE(ns_judge_session_limit) {
    ns_session_fact list[NS_SESSION_FACTS];
    ns_session_facts facts;
    int64_t used = 0;
    int64_t limit = 0;
    bool own = false;
    bool known = false;
    if (!ns_check_sessions(in, &facts, list)) {
        ns_judge_not_read(out, in->facts, "sessions.list");
        return;
    }
    for (size_t i = 0; i < facts.count; i++) {
        used += facts.sessions[i].user[0] != 0;
        own = own || (in->connection && facts.sessions[i].user[0] && ns_session_user_is(facts.sessions[i].user, in->connection->user));
    }
    known = read_limit(in, &facts, &limit);
    if (facts.server == NS_NO)
        ns_judge_pass(out, "Session limits are a matter of server editions.");
    else if (facts.server == NS_UNKNOWN || !known)
        ns_judge_unknown(out, "How many sessions the machine allows could not be read.");
    else if (limit > 0 && used >= limit && !own)
        ns_judge_fail(out, "TooManyActiveSessions", "%lld of %lld sessions are in use.", (long long)used, (long long)limit);
    else if (limit > 0)
        ns_judge_pass(out, "%lld of %lld sessions are in use%s.", (long long)used, (long long)limit, own ? ", one of them by this user" : "");
    else
        ns_judge_pass(out, "%lld sessions are in use, and there is no limit.", (long long)used);
}

static bool reuses(const ns_check_input *in) {
    return ns_setting_resolve_switch(NS_SETTING_SESSION_REUSE, &in->machine->values, in->group);
}

NS_JUDGE(ns_judge_single_session) {
    int64_t single = 1;
    const char *from = NULL;
    if (!ns_judge_effective(in, "fSingleSessionPerUser", 1, &single, &from))
        ns_judge_not_read(out, in->facts, "setting.fSingleSessionPerUser");
    else if (single == 0 && reuses(in))
        ns_judge_fail(out, "SessionReuseNotSupported", "Reuse is on, and users may have several sessions (%s).", from);
    else if (single == 0)
        ns_judge_warn(out, "Users may have several sessions (%s): reuse would not be possible.", from);
    else
        ns_judge_pass(out, "A user has one session only (%s).", from);
}

NS_JUDGE(ns_judge_disconnect_limit) {
    int64_t limit = 0;
    const char *from = NULL;
    if (!reuses(in))
        ns_judge_pass(out, "Reuse is off: no session is kept.");
    else if (!ns_judge_effective(in, "MaxDisconnectionTime", 0, &limit, &from))
        ns_judge_not_read(out, in->facts, "setting.MaxDisconnectionTime");
    else if (limit > 0)
        ns_judge_warn(out, "A disconnected session is ended after %lld min (%s): a kept one does not last longer.", (long long)(limit / 60000), from);
    else
        ns_judge_pass(out, "A disconnected session stays.");
}

NS_JUDGE(ns_judge_kept_size) {
    const ns_fact *fact = ns_facts_find(in->facts, "store.sessions");
    const long long width = ns_judge_setting(in, NS_SETTING_SCREEN_WIDTH);
    const long long height = ns_judge_setting(in, NS_SETTING_SCREEN_HEIGHT);
    const cJSON *each = NULL;
    if (!fact || !fact->value) {
        ns_judge_not_read(out, in->facts, "store.sessions");
        return;
    }
    ns_judge_pass(out, "No kept session has another size.");
    cJSON_ArrayForEach(each, fact->value) {
        const int64_t has_width = ns_json_integer(each, "width", 0);
        const int64_t has_height = ns_json_integer(each, "height", 0);
        if (strcmp(ns_json_string(each, "state", ""), "kept") == 0 && has_width && (has_width != width || has_height != height))
            ns_judge_warn(out, "The kept session of %.80s is %lldx%lld, and the settings ask for %lldx%lld.", ns_json_string(each, "user", "?"),
                          (long long)has_width, (long long)has_height, width, height);
    }
}

static void judge_time_limit(const ns_check_input *in, ns_verdict *out, const char *name, const char *code, const char *what) {
    const long long run_s = ns_judge_setting(in, NS_SETTING_RUN_TIMEOUT);
    char fact[64];
    int64_t limit_ms = 0;
    const char *from = NULL;
    (void)snprintf(fact, sizeof fact, "setting.%s", name);
    if (!ns_judge_effective(in, name, 0, &limit_ms, &from))
        ns_judge_not_read(out, in->facts, fact);
    else if (limit_ms > 0 && limit_ms < run_s * 1000)
        ns_judge_fail(out, code, "%s end after %lld s (%s), and a run may take %lld s.", what, (long long)(limit_ms / 1000), from, run_s);
    else if (limit_ms > 0)
        ns_judge_pass(out, "%s end after %lld s (%s), which is longer than a run may take.", what, (long long)(limit_ms / 1000), from);
    else
        ns_judge_pass(out, "There is no limit.");
}

NS_JUDGE(ns_judge_idle_limit) {
    judge_time_limit(in, out, "MaxIdleTime", "SessionHasLoggedOffWithMaxIdleTime", "Idle sessions");
}

NS_JUDGE(ns_judge_connection_limit) {
    judge_time_limit(in, out, "MaxConnectionTime", "MaxRDSessionDurationReached", "Sessions");
}

NS_JUDGE(ns_judge_inactivity) {
    int64_t limit = 0;
    if (!ns_judge_number(in, "policy.InactivityTimeoutSecs", 0, &limit))
        ns_judge_not_read(out, in->facts, "policy.InactivityTimeoutSecs");
    else if (limit > 0 && limit < ns_judge_setting(in, NS_SETTING_RUN_TIMEOUT))
        ns_judge_warn(out, "The machine locks a session after %lld s without input; what works on the screen then stops.", (long long)limit);
    else
        ns_judge_pass(out, "The machine does not lock a session during a run.");
}

NS_JUDGE(ns_judge_maintenance) {
    if (strcmp(ns_judge_setting_text(in, NS_SETTING_MAINTENANCE), "on") == 0)
        ns_judge_fail(out, "MachineInMaintenance", "The machine is in maintenance: a run waits until that has ended.");
    else
        ns_judge_pass(out, "The machine is not in maintenance.");
}

NS_JUDGE(ns_judge_busy) {
    const int64_t running = ns_facts_integer(in->facts, "store.runs", -1);
    const long long most = ns_judge_setting(in, NS_SETTING_SESSION_MAX);
    if (running < 0)
        ns_judge_not_read(out, in->facts, "store.runs");
    else if (running >= most)
        ns_judge_warn(out, "%lld of %lld runs are at work or waiting: a run waits for at most %lld s.", (long long)running, most,
                      ns_judge_setting(in, NS_SETTING_QUEUE_TIMEOUT));
    else
        ns_judge_pass(out, "%lld of %lld runs are at work.", (long long)running, most);
}

/* An agent that answered starts, however it does that. */
static bool has_answered(const ns_check_input *in) {
    const char *code = ns_facts_string(in->facts, "store.last-run", "");
    return ns_facts_string(in->facts, "agent.version", NULL) || strcmp(code, "Succeeded") == 0 || strcmp(code, "SessionChecked") == 0;
}

static void judge_installed(const ns_check_input *in, ns_verdict *out) {
    const ns_fact *run = ns_facts_find(in->facts, "agent.run");
    ns_startup startup = {.run = ns_facts_string(in->facts, "agent.run", NULL) != NULL,
                          .task = ns_string_equal(ns_facts_string(in->facts, "agent.installed", NULL), "task")};
    const char *problem = NULL;
    (void)!ns_judge_number(in, "agent.approved", -1, &startup.approved);
    (void)!ns_judge_number(in, "policy.DisableLocalMachineRun", 0, &startup.run_key_is_off);
    problem = ns_startup_problem(&startup);
    if (run && run->value && problem) {
        ns_judge_fail(out, "UIFlowAgentNotAvailable", "%s", problem);
        out->remedy = ns_startup_remedy(&startup);
    } else if (run && run->value) {
        ns_judge_pass(out, startup.task ? "The agent starts at sign-in, as a task." : "The agent starts at sign-in.");
    } else if (has_answered(in)) {
        ns_judge_pass(out, "The agent starts at sign-in: it answered there.");
    } else {
        ns_judge_not_read(out, in->facts, "agent.run");
    }
}

NS_JUDGE(ns_judge_agent_start) {
    const bool as_shell = ns_agent_is_shell(ns_judge_setting_text(in, NS_SETTING_AGENT_START), ns_judge_setting_text(in, NS_SETTING_SIGNIN_SECURITY));
    const int client = ns_judge_is_client(in);
    if (!as_shell)
        judge_installed(in, out);
    else if (client == 1)
        ns_judge_fail(out, "UIFlowAgentNotAvailable", "Windows 10 and 11 do not start a shell that a connection asks for, and agent.start is shell.");
    else if (client == 0)
        ns_judge_pass(out, "A server starts the agent as the session's shell.");
    else
        ns_judge_unknown(out, "Whether the machine starts a shell that is asked for depends on its edition, which is not known.");
}

NS_JUDGE(ns_judge_agent) {
    const char *version = ns_facts_string(in->facts, "agent.version", NULL);
    const char *code = ns_facts_string(in->facts, "store.last-run", NULL);
    if (version && ns_facts_bool(in->facts, "agent.current") == 0)
        ns_judge_warn(out, "The agent is of version %.60s, which is not this program's.", version);
    else if (version)
        ns_judge_pass(out, "The agent %.60s answered.", version);
    else if (code && strcmp(code, "UIFlowAgentNotAvailable") == 0)
        ns_judge_fail(out, "UIFlowAgentNotAvailable", "In the last run no agent answered.");
    else if (code && (strcmp(code, "Succeeded") == 0 || strcmp(code, "SessionChecked") == 0))
        ns_judge_pass(out, "In the last run the agent answered.");
    else
        ns_judge_unknown(out, "No run has met the agent here. Ask for a session check to see it.");
}

NS_JUDGE(ns_judge_elevation) {
    const int elevated = ns_facts_bool(in->facts, "agent.elevated");
    int64_t uac = 1;
    const bool known = ns_judge_number(in, "policy.EnableLUA", 1, &uac);
    if (elevated == 1)
        ns_judge_warn(out, "The session's programs run elevated: a flow works here that fails where they do not.");
    else if (elevated < 0 && !known)
        ns_judge_not_read(out, in->facts, "policy.EnableLUA");
    else if (elevated < 0 && uac == 0)
        ns_judge_warn(out, "User Account Control is off: programs of administrators run elevated.");
    else
        ns_judge_pass(out, "A flow does not run elevated, and cannot work on windows that do.");
}
