/* Who signs in: the stored credential, the account on the machine, and its rights. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "model/names.h"
#include "model/result_code.h"
#include "preflight/judge.h"

/* UF_ flags of https://learn.microsoft.com/windows/win32/api/lmaccess/ns-lmaccess-user_info_3 */
enum { UF_DISABLED = 0x2, UF_LOCKED = 0x10, UF_SMART_CARD = 0x40000, UF_PASSWORD_EXPIRED = 0x800000 };

static bool no_connection(const ns_check_input *in, ns_verdict *out) {
    if (!in->connection)
        ns_judge_unknown(out, "No connection was named, so there is no user to look at.");
    return !in->connection;
}

/* The machine took the password, and says that the user may not sign in this way. */
static bool is_refused_for_right(const char *result) {
    return result && (strcmp(result, "RdpPermissionNotGranted") == 0 || strcmp(result, "LogonTypeNotGranted") == 0);
}

/* What a sign-in showed of the password. */
static void judge_tried(const char *result, const char *proof, ns_verdict *out) {
    const ns_result_code *row = ns_result_code_find(result);
    if (strcmp(result, "Succeeded") == 0 && strcmp(proof, "none") != 0)
        ns_judge_pass(out, "The machine took the password (%.60s).", proof);
    else if (is_refused_for_right(result))
        ns_judge_pass(out, "The machine took the password; what it refuses is the user's right to sign in.");
    else if (strcmp(result, "Succeeded") == 0)
        ns_judge_unknown(out, "The machine has no Network Level Authentication: whether the password is right shows only in a session.");
    else if (row->refuses_secret)
        ns_judge_fail(out, row->code, "%.300s", row->message);
    else
        ns_judge_unknown(out, "The sign-in check ended before the machine judged the password: %.200s", row->message);
}

/* Only a sign-in proves a password, and only one in which the machine itself said yes. */
NS_JUDGE(ns_judge_credentials) {
    const char *result = ns_facts_string(in->facts, "signin.result", NULL);
    const ns_connection *connection = in->connection;
    if (no_connection(in, out))
        return;
    if (connection->kind != NS_CONNECTION_PASSWORD)
        ns_judge_fail(out, "EntraTokenNotAvailable", "The connection needs a token of Microsoft Entra, which is not available here.");
    else if (!connection->has_secret)
        ns_judge_fail(out, "CredentialNotFound", "The connection %.80s has no password.", connection->name);
    else if (connection->refused_at && !is_refused_for_right(connection->refused_code) && !(result && strcmp(result, "Succeeded") == 0))
        ns_judge_fail(out, ns_result_code_find(connection->refused_code)->code, "A machine refused this password: %.200s",
                      ns_result_code_find(connection->refused_code)->message);
    else if (!result)
        ns_judge_unknown(out, "The password was not tried. Ask for a sign-in check to prove it.");
    else
        judge_tried(result, ns_facts_string(in->facts, "signin.proof", "none"), out);
}

static bool is_of_machine(const ns_connection *connection) {
    return !connection->domain[0] || strcmp(connection->domain, ".") == 0;
}

/* On a machine that is in no domain: its own name, or none, before the user. */
static void judge_workgroup_user(const ns_connection *connection, const char *computer, ns_verdict *out) {
    if (strchr(connection->user, '@'))
        ns_judge_warn(out, "%.120s is a name of a domain or of Entra, and the machine is in no domain.", connection->user);
    else if (!is_of_machine(connection) && computer[0] && !ns_name_is_same(connection->domain, computer))
        ns_judge_warn(out, "The user's domain is %.80s, and the machine is in no domain and is called %.80s.", connection->domain, computer);
    else
        ns_judge_pass(out, "%.120s is a user of the machine itself.", connection->user);
}

NS_JUDGE(ns_judge_user_form) {
    const char *join = ns_facts_string(in->facts, "os.join", NULL);
    const char *domain = ns_facts_string(in->facts, "ntlm.domain", ns_facts_string(in->facts, "os.domain", ""));
    const char *computer = ns_facts_string(in->facts, "ntlm.computer", "");
    const ns_connection *connection = in->connection;
    if (no_connection(in, out))
        return;
    if (!join && !computer[0])
        ns_judge_unknown(out, "Whether the machine is in a domain is not known.");
    else if ((join && strcmp(join, "workgroup") == 0) || (computer[0] && ns_name_is_same(domain, computer)))
        judge_workgroup_user(connection, computer, out);
    else if (!connection->domain[0] && !strchr(connection->user, '@'))
        ns_judge_warn(out, "%.120s names no domain: the machine, which is in one, looks for an account of its own first.", connection->user);
    else
        ns_judge_pass(out, "%.80s%s%.120s fits a machine that is in a domain.", connection->domain, connection->domain[0] ? "\\" : "",
                      connection->user);
}

NS_JUDGE(ns_judge_guard) {
    const int held = ns_facts_bool(in->facts, "store.sign-in-held");
    if (no_connection(in, out))
        return;
    if (held < 0)
        ns_judge_not_read(out, in->facts, "store.sign-in-held");
    else if (held)
        ns_judge_fail(out, "SignInHeldBack", "The account was refused a moment ago, and is left alone for %lld s so that it is not locked out.",
                      ns_judge_setting(in, NS_SETTING_SIGNIN_INTERVAL));
    else
        ns_judge_pass(out, "No machine refused the account a moment ago.");
}

NS_JUDGE(ns_judge_spelling) {
    const char *alike = ns_facts_string(in->facts, "store.alike", NULL);
    if (no_connection(in, out))
        return;
    if (!alike)
        ns_judge_not_read(out, in->facts, "store.alike");
    else if (alike[0])
        ns_judge_warn(out, "It may be one account with %.200s, and is taken for another: each may be tried while the other is held back.", alike);
    else
        ns_judge_pass(out, "No other connection names the account in another way.");
}

static void judge_flag(const ns_check_input *in, ns_verdict *out, int64_t flag, const char *code, const char *bad, const char *good) {
    int64_t flags = 0;
    if (no_connection(in, out))
        return;
    if (!ns_judge_number(in, "account.flags", 0, &flags))
        ns_judge_not_read(out, in->facts, "account.flags");
    else if (flags & flag)
        ns_judge_fail(out, code, "%s", bad);
    else
        ns_judge_pass(out, "%s", good);
}

NS_JUDGE(ns_judge_account_locked) {
    judge_flag(in, out, UF_LOCKED, "AccountLockedOut", "The account is locked out.", "The account is not locked out.");
}

NS_JUDGE(ns_judge_account_disabled) {
    judge_flag(in, out, UF_DISABLED, "AccountDisabled", "The account is disabled.", "The account is enabled.");
}

NS_JUDGE(ns_judge_smart_card) {
    judge_flag(in, out, UF_SMART_CARD, "SmartCardRequired", "The account must sign in with a smart card.", "The account needs no smart card.");
}

NS_JUDGE(ns_judge_account_expired) {
    const ns_fact *fact = ns_facts_find(in->facts, "account.expires");
    const int64_t at = ns_clock_parse(ns_facts_string(in->facts, "account.expires", ""));
    if (no_connection(in, out))
        return;
    if (!fact || !fact->value)
        ns_judge_not_read(out, in->facts, "account.expires");
    else if (at && at <= in->now)
        ns_judge_fail(out, "AccountExpired", "The account expired on %.10s.", ns_facts_string(in->facts, "account.expires", ""));
    else if (at)
        ns_judge_pass(out, "The account is valid until %.10s.", ns_facts_string(in->facts, "account.expires", ""));
    else
        ns_judge_pass(out, "The account never expires.");
}

NS_JUDGE(ns_judge_password_expired) {
    int64_t flags = 0;
    const int expired = ns_facts_bool(in->facts, "account.password-expired");
    if (no_connection(in, out))
        return;
    if (expired < 0 && !ns_judge_number(in, "account.flags", 0, &flags))
        ns_judge_not_read(out, in->facts, "account.password-expired");
    else if (expired == 1 || (flags & UF_PASSWORD_EXPIRED))
        ns_judge_fail(out, "PasswordExpired", "The password has expired: a person must change it.");
    else
        ns_judge_pass(out, "The password has not expired.");
}

/* S-1-5-21-…: of the machine or of a domain, whose members are not all known here. */
static bool is_of_a_domain(const cJSON *sid) {
    return cJSON_IsString(sid) && strncmp(sid->valuestring, "S-1-5-21-", 9) == 0;
}

/* -1 not known, else whether one of the user's SIDs holds the right. A group of a domain that is not among them may still
 * have the user in it. */
static int holds(const ns_check_input *in, const char *right) {
    const ns_fact *groups = ns_facts_find(in->facts, "rights.groups");
    const ns_fact *holders = ns_facts_find(in->facts, right);
    const cJSON *group = NULL;
    const cJSON *holder = NULL;
    bool foreign = false;
    if (!groups || !groups->value || !holders || !holders->value)
        return -1;
    cJSON_ArrayForEach(group, groups->value) {
        cJSON_ArrayForEach(holder, holders->value) {
            if (cJSON_IsString(group) && cJSON_IsString(holder) && strcmp(group->valuestring, holder->valuestring) == 0)
                return 1;
        }
    }
    cJSON_ArrayForEach(holder, holders->value) {
        foreign = foreign || is_of_a_domain(holder);
    }
    if (foreign)
        return -1;
    return 0;
}

NS_JUDGE(ns_judge_right) {
    const int allowed = holds(in, "rights.SeRemoteInteractiveLogonRight");
    const char *result = ns_facts_string(in->facts, "signin.result", NULL);
    const char *proof = ns_facts_string(in->facts, "signin.proof", "none");
    if (no_connection(in, out))
        return;
    if (is_refused_for_right(result))
        ns_judge_fail(out, result, "The machine took the password, and does not let this user sign in remotely.");
    else if (result && strcmp(result, "Succeeded") == 0 && (strcmp(proof, "early user authorization") == 0 || strcmp(proof, "session") == 0))
        ns_judge_pass(out, "The machine lets this user sign in remotely (%s).", proof);
    else if (allowed == 0)
        ns_judge_fail(out, "RdpPermissionNotGranted", "None of the user's groups may sign in through Remote Desktop Services.");
    else if (allowed == 1)
        ns_judge_pass(out, "One of the user's groups may sign in through Remote Desktop Services.");
    else
        ns_judge_not_read(out, in->facts, "rights.groups");
}

NS_JUDGE(ns_judge_denied) {
    const int remote = holds(in, "rights.SeDenyRemoteInteractiveLogonRight");
    const int local = holds(in, "rights.SeDenyInteractiveLogonRight");
    if (no_connection(in, out))
        return;
    if (remote == 1 || local == 1)
        ns_judge_fail(out, "LogonTypeNotGranted", "The user is denied to sign in %s; a denial beats every permission.",
                      remote == 1 ? "through Remote Desktop Services" : "locally");
    else if (remote == 0 && local == 0)
        ns_judge_pass(out, "Nothing denies the user to sign in.");
    else
        ns_judge_not_read(out, in->facts, "rights.SeDenyRemoteInteractiveLogonRight");
}

NS_JUDGE(ns_judge_network_right) {
    const int denied = holds(in, "rights.SeDenyNetworkLogonRight");
    const int allowed = holds(in, "rights.SeNetworkLogonRight");
    const char *nla = ns_facts_string(in->facts, "rdp.nla", "");
    if (no_connection(in, out))
        return;
    if (denied < 0 || allowed < 0)
        ns_judge_not_read(out, in->facts, "rights.SeNetworkLogonRight");
    else if ((denied == 1 || allowed == 0) && !nla[0])
        ns_judge_not_read(out, in->facts, "rdp.nla");
    else if ((denied == 1 || allowed == 0) && strcmp(nla, "absent") != 0)
        ns_judge_fail(out, "LogonTypeNotGranted", "Network Level Authentication signs in over the network, which the user %s.",
                      denied == 1 ? "is denied" : "is not allowed");
    else if (denied == 1 || allowed == 0)
        ns_judge_warn(out, "The user may not sign in over the network; without Network Level Authentication that is not needed.");
    else
        ns_judge_pass(out, "The user may sign in over the network.");
}

NS_JUDGE(ns_judge_listing) {
    const ns_fact *fact = ns_facts_find(in->facts, "sessions.list");
    if (fact && fact->value)
        ns_judge_pass(out, "The machine's sessions can be listed from here: %d.", cJSON_GetArraySize(fact->value));
    else if (fact)
        ns_judge_unknown(out, "The machine's sessions cannot be listed from here: %.250s", fact->reason);
    else
        ns_judge_not_read(out, in->facts, "sessions.list");
}

static bool is_entra_user(const ns_connection *connection) {
    return ns_name_is_same(connection->domain, "AzureAD") || (!connection->domain[0] && strchr(connection->user, '@'));
}

NS_JUDGE(ns_judge_entra_nla) {
    const int entra = ns_judge_is_entra_joined(in);
    const char *nla = ns_facts_string(in->facts, "rdp.nla", NULL);
    int64_t by_token = 0;
    if (no_connection(in, out))
        return;
    if (entra < 0 || !nla)
        ns_judge_not_read(out, in->facts, entra < 0 ? "os.join" : "rdp.nla");
    else if (!entra || !is_entra_user(in->connection) || strcmp(nla, "absent") == 0)
        ns_judge_pass(out, "No password of Microsoft Entra has to go through Network Level Authentication.");
    else if (ns_judge_number(in, "pad.UseRdsAadAuthentication", 0, &by_token) && by_token == 1)
        ns_judge_warn(out, "Power Automate is set to sign in by RDS AAD here; Nightshift signs in with the password.");
    else
        ns_judge_fail(out, "MSEntraLogonFailure", "A password of Microsoft Entra is not taken by Network Level Authentication.");
}

NS_JUDGE(ns_judge_entra_prompt) {
    const int entra = ns_judge_is_entra_joined(in);
    const char *from = NULL;
    int64_t prompt = 0;
    if (entra < 0 || !ns_judge_effective(in, "fPromptForPassword", 0, &prompt, &from))
        ns_judge_not_read(out, in->facts, entra < 0 ? "os.join" : "setting.fPromptForPassword");
    else if (entra && prompt == 1)
        ns_judge_fail(out, "MSEntraMachineAlwaysPromptingForPassword", "The machine always asks for the password (%s), and it is joined to Entra.",
                      from);
    else
        ns_judge_pass(out, entra ? "The machine does not ask for the password again." : "The machine is not joined to Entra alone.");
}

NS_JUDGE(ns_judge_entra_consent) {
    if (no_connection(in, out))
        return;
    if (in->connection->kind == NS_CONNECTION_PASSWORD)
        ns_judge_pass(out, "A user and a password need no consent in Microsoft Entra.");
    else
        ns_judge_unknown(out, "Whether the tenant allows it shows only in Microsoft Entra.");
}
