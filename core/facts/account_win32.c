/* The run user's account and the rights that its groups have, all compared by SID: names of groups are translated.
 * https://learn.microsoft.com/windows/win32/api/lmaccess/nf-lmaccess-netusergetinfo
 * https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaenumerateaccountswithuserright */
#include <winsock2.h>
#include <windows.h>

#include <lm.h>
#include <ntsecapi.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "facts/internal_win32.h"

enum { STATUS_NO_MORE = (int)0x8000001A, GROUPS_MAXIMUM = 500 };

/* No domain, ".", or the name of the machine itself. */
static bool is_account_of_machine(const ns_collect_target *target) {
    char own[MAX_COMPUTERNAME_LENGTH + 1] = "";
    DWORD units = sizeof own;
    const char *host = target->host;
    if (!host[0] && GetComputerNameA(own, &units))
        host = own;
    return target->user[0] && !strchr(target->user, '@') &&
           (!target->domain[0] || strcmp(target->domain, ".") == 0 ||
            (strlen(target->domain) == strcspn(host, ".") && _strnicmp(target->domain, host, strlen(target->domain)) == 0));
}

static void collect_no_user(const char *reason, ns_facts *out) {
    static const char *const names[] = {"account.flags", "account.expires", "account.password-expired", "rights.groups"};
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        ns_facts_add_unknown(out, names[i], reason, "NetUserGetInfo", ns_clock_utc_ms());
}

/* Where the account lives: on the machine, or on a controller of its domain. False when there is none to ask. *out is the
 * caller's; NULL for this computer. */
static bool find_server(const ns_collect_target *target, WCHAR **out) {
    WCHAR *domain = NULL;
    WCHAR *found = NULL;
    LPBYTE controller = NULL;
    *out = NULL;
    if (is_account_of_machine(target)) {
        *out = target->wide_host ? _wcsdup(target->wide_host) : NULL;
        return true;
    }
    if (strchr(target->user, '@'))
        return false; /* which domain it is of is not known without a directory */
    domain = target->domain[0] ? ns_wide_from_utf8(target->domain) : NULL;
    if (NetGetDCName(NULL, domain, &controller) == NERR_Success && controller) {
        found = _wcsdup((const WCHAR *)controller);
        (void)NetApiBufferFree(controller);
    }
    free(domain);
    *out = found;
    return found != NULL;
}

static void add_account(const USER_INFO_3 *info, ns_facts *out) {
    static const char source[] = "NetUserGetInfo, USER_INFO_3";
    char when[NS_CLOCK_TEXT_SIZE];
    ns_facts_add_integer(out, "account.flags", info->usri3_flags, source, ns_clock_utc_ms());
    ns_facts_add_bool(out, "account.password-expired", info->usri3_password_expired != 0, source, ns_clock_utc_ms());
    if (info->usri3_acct_expires == TIMEQ_FOREVER) {
        ns_facts_add(out, "account.expires", cJSON_CreateNull(), source, ns_clock_utc_ms());
    } else {
        ns_clock_format((int64_t)info->usri3_acct_expires * 1000, when);
        ns_facts_add_string(out, "account.expires", when, source, ns_clock_utc_ms());
    }
}

void ns_collect_account(const ns_collect_target *target, ns_facts *out) {
    WCHAR *server = NULL;
    WCHAR *user = NULL;
    USER_INFO_3 *info = NULL;
    char reason[256];
    NET_API_STATUS failure = NERR_Success;
    if (!target->user[0]) {
        collect_no_user("No connection was named, so there is no account to look at.", out);
        return;
    }
    if (!find_server(target, &server)) {
        collect_no_user("No controller of the account's domain could be asked.", out);
        return;
    }
    user = ns_wide_from_utf8(target->user);
    failure = user ? NetUserGetInfo(server, user, 3, (LPBYTE *)&info) : ERROR_OUTOFMEMORY;
    if (failure == NERR_Success && info)
        add_account(info, out);
    else
        collect_no_user(ns_collect_reason(failure, reason, sizeof reason), out);
    if (info)
        (void)NetApiBufferFree(info);
    free(server);
    free(user);
}

static void add_sid(cJSON *array, PSID sid) {
    char *text = NULL;
    if (sid && ConvertSidToStringSidA(sid, &text)) {
        (void)cJSON_AddItemToArray(array, cJSON_CreateString(text));
        (void)LocalFree(text);
    }
}

static void add_account_sid(cJSON *array, const WCHAR *host, const WCHAR *name) {
    BYTE sid[SECURITY_MAX_SID_SIZE];
    WCHAR domain[256];
    DWORD sid_size = sizeof sid;
    DWORD domain_units = NS_COUNT_OF(domain);
    SID_NAME_USE use = SidTypeUnknown;
    if (LookupAccountNameW(host, name, sid, &sid_size, domain, &domain_units, &use))
        add_sid(array, sid);
}

static bool has_sid(const cJSON *array, const char *sid) {
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, array) {
        if (cJSON_IsString(each) && strcmp(each->valuestring, sid) == 0)
            return true;
    }
    return false;
}

/* Everyone, Authenticated Users, Interactive, Remote Interactive Logon, Network, This Organization or Local account, the user,
 * and the machine's groups that it is in, also through others. Groups of a domain are not among them. */
static void collect_groups(const ns_collect_target *target, ns_facts *out) {
    static const char *const always[] = {"S-1-1-0", "S-1-5-11", "S-1-5-4", "S-1-5-14", "S-1-5-2"};
    static const char administrators[] = "S-1-5-32-544";
    LOCALGROUP_USERS_INFO_0 *groups = NULL;
    DWORD count = 0;
    DWORD total = 0;
    char name[800];
    char reason[256];
    WCHAR *wide = NULL;
    NET_API_STATUS failure = NERR_Success;
    cJSON *array = NULL;
    (void)snprintf(name, sizeof name, "%s%s%s", is_account_of_machine(target) ? "" : target->domain,
                   !is_account_of_machine(target) && target->domain[0] ? "\\" : "", target->user);
    wide = ns_wide_from_utf8(name);
    failure = wide ? NetUserGetLocalGroups(target->wide_host, wide, 0, LG_INCLUDE_INDIRECT, (LPBYTE *)&groups, MAX_PREFERRED_LENGTH, &count, &total)
                   : ERROR_OUTOFMEMORY;
    if (failure != NERR_Success) {
        ns_facts_add_unknown(out, "rights.groups", ns_collect_reason(failure, reason, sizeof reason), "NetUserGetLocalGroups", ns_clock_utc_ms());
    } else {
        array = cJSON_CreateArray();
        for (size_t i = 0; i < NS_COUNT_OF(always); i++)
            (void)cJSON_AddItemToArray(array, cJSON_CreateString(always[i]));
        add_account_sid(array, target->wide_host, wide);
        for (DWORD i = 0; i < count && i < GROUPS_MAXIMUM; i++)
            add_account_sid(array, target->wide_host, groups[i].lgrui0_name);
        if (is_account_of_machine(target)) {
            (void)cJSON_AddItemToArray(array, cJSON_CreateString("S-1-5-113")); /* Local account */
            if (has_sid(array, administrators))
                (void)cJSON_AddItemToArray(array, cJSON_CreateString("S-1-5-114"));
        }
        ns_facts_add(out, "rights.groups", array, "NetUserGetLocalGroups with LG_INCLUDE_INDIRECT, LookupAccountNameW", ns_clock_utc_ms());
    }
    if (groups)
        (void)NetApiBufferFree(groups);
    free(wide);
}

static void collect_right(LSA_HANDLE policy, const WCHAR *right, const char *fact, ns_facts *out) {
    LSA_UNICODE_STRING name = {.Buffer = (WCHAR *)(uintptr_t)right,
                               .Length = (USHORT)(wcslen(right) * sizeof(WCHAR)),
                               .MaximumLength = (USHORT)((wcslen(right) + 1) * sizeof(WCHAR))};
    LSA_ENUMERATION_INFORMATION *holders = NULL;
    ULONG count = 0;
    char reason[256];
    const NTSTATUS status = LsaEnumerateAccountsWithUserRight(policy, &name, (void **)&holders, &count);
    cJSON *array = NULL;
    if (status != 0 && status != (NTSTATUS)STATUS_NO_MORE) {
        ns_facts_add_unknown(out, fact, ns_collect_reason(LsaNtStatusToWinError(status), reason, sizeof reason), "LsaEnumerateAccountsWithUserRight",
                             ns_clock_utc_ms());
        return;
    }
    array = cJSON_CreateArray();
    for (ULONG i = 0; status == 0 && i < count && i < GROUPS_MAXIMUM; i++)
        add_sid(array, holders[i].Sid);
    if (holders)
        (void)LsaFreeMemory(holders);
    ns_facts_add(out, fact, array, "LsaEnumerateAccountsWithUserRight", ns_clock_utc_ms());
}

void ns_collect_rights(const ns_collect_target *target, ns_facts *out) {
    static const struct {
        const WCHAR *right;
        const char *fact;
    } rights[] = {{L"SeRemoteInteractiveLogonRight", "rights.SeRemoteInteractiveLogonRight"},
                  {L"SeDenyRemoteInteractiveLogonRight", "rights.SeDenyRemoteInteractiveLogonRight"},
                  {L"SeDenyInteractiveLogonRight", "rights.SeDenyInteractiveLogonRight"},
                  {L"SeNetworkLogonRight", "rights.SeNetworkLogonRight"},
                  {L"SeDenyNetworkLogonRight", "rights.SeDenyNetworkLogonRight"}};
    LSA_OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
    LSA_UNICODE_STRING system = {.Buffer = (WCHAR *)(uintptr_t)target->wide_host};
    LSA_HANDLE policy = NULL;
    char reason[256];
    NTSTATUS status = 0;
    if (target->user[0])
        collect_groups(target, out);
    if (target->wide_host)
        system.Length = system.MaximumLength = (USHORT)(wcslen(target->wide_host) * sizeof(WCHAR));
    status = LsaOpenPolicy(target->wide_host ? &system : NULL, &attributes, POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION, &policy);
    for (size_t i = 0; i < NS_COUNT_OF(rights); i++) {
        if (status == 0)
            collect_right(policy, rights[i].right, rights[i].fact, out);
        else
            ns_facts_add_unknown(out, rights[i].fact, ns_collect_reason(LsaNtStatusToWinError(status), reason, sizeof reason), "LsaOpenPolicy",
                                 ns_clock_utc_ms());
    }
    if (policy)
        (void)LsaClose(policy);
}
