#include "base/wts.h"

#include <lm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/text.h"
#include "facts/collect.h"
#include "facts/internal_win32.h"
#include "facts/registry.h"
#include "facts/sessions.h"
#include "probe/net.h"

enum { SMB_PORT = 445, DOOR_MS = 2000, DOOR_POLL_MS = 100 };

/* RPC may hang for as long as TCP does: a thread of its own makes the calls, and whoever is last, that thread or the one
 * that waits for it, frees. */
typedef struct job {
    LONG references;
    char host[256];
    char user[512];
    char domain[256];
    uint32_t timeout_ms;
    HANDLE done; /* manual */
    CRITICAL_SECTION lock;
    ns_facts facts;    /* under the lock */
    const char *doing; /* what it is at, for those that come too late; under the lock */
} job;

static void release(job *self) {
    if (InterlockedDecrement(&self->references) > 0)
        return;
    ns_facts_clear(&self->facts);
    DeleteCriticalSection(&self->lock);
    if (self->done)
        (void)CloseHandle(self->done);
    free(self);
}

static void collect_sessions(const ns_collect_target *target, ns_facts *out) {
    static const char source[] = "WTSEnumerateSessionsExW";
    const int64_t at = ns_clock_utc_ms();
    ns_session_facts_read read;
    ns_error error;
    cJSON *array = NULL;
    char own[MAX_COMPUTERNAME_LENGTH + 1] = "localhost";
    DWORD units = sizeof own;
    (void)GetComputerNameA(own, &units);
    if (ns_facts_sessions_read(target->host[0] ? target->host : own, target->timeout_ms, &read, &error) != NS_OK) {
        ns_facts_add_unknown(out, "sessions.list", error.message, source, at);
        return;
    }
    array = cJSON_CreateArray();
    for (size_t i = 0; i < read.facts.count; i++) {
        const ns_session_fact *session = &read.sessions[i];
        cJSON *object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "id", session->id);
        (void)ns_json_add_string(object, "user", session->user);
        (void)ns_json_add_string(object, "domain", session->domain);
        (void)cJSON_AddBoolToObject(object, "active", session->active);
        (void)cJSON_AddBoolToObject(object, "console", session->console);
        if (session->locked != NS_UNKNOWN)
            (void)cJSON_AddBoolToObject(object, "locked", session->locked == NS_YES);
        (void)cJSON_AddItemToArray(array, object);
    }
    ns_facts_add(out, "sessions.list", array, source, at);
    if (read.facts.many_sessions != NS_UNKNOWN)
        ns_facts_add_bool(out, "os.many-sessions", read.facts.many_sessions == NS_YES, "EditionID, TSAppCompat", at);
    ns_facts_sessions_clear(&read);
}

/* Whether somebody listens on port 445 at all: RPC would find out, and take as long as it likes. */
static bool has_door(const char *host) {
    ns_net_addresses addresses;
    char why[160];
    bool open = false;
    if (!ns_net_resolve(host, SMB_PORT, false, &addresses, why, sizeof why))
        return false;
    for (size_t i = 0; i < addresses.count && !open; i++) {
        const uint64_t deadline = ns_clock_monotonic_ms() + DOOR_MS;
        ns_net socket = ns_net_connect(&addresses.items[i]);
        while (socket != NS_NET_NONE && ns_net_look(socket) == NS_NET_CONNECTING && ns_clock_monotonic_ms() < deadline) {
            ns_net_wait wait = {.socket = socket, .writing = true};
            ns_net_poll(&wait, 1, DOOR_POLL_MS);
        }
        open = socket != NS_NET_NONE && ns_net_look(socket) == NS_NET_OPEN;
        ns_net_close(socket);
    }
    return open;
}

/* The cheapest question that takes the same way as all the others: \\HOST\IPC$ on port 445, with the caller's identity. */
static DWORD knock(const char *name, const WCHAR *host) {
    WKSTA_INFO_100 *info = NULL;
    NET_API_STATUS failure = NERR_Success;
    if (host)
        failure = has_door(name) ? NetWkstaGetInfo((LPWSTR)(uintptr_t)host, 100, (LPBYTE *)&info) : ERROR_BAD_NETPATH;
    if (info)
        (void)NetApiBufferFree(info);
    return failure;
}

/* Every fact that would have been asked for, with the one reason why none could be. */
static void collect_nothing(DWORD failure, ns_facts *out) {
    static const char *const rest[] = {"service.TermService",
                                       "service.UIFlowService",
                                       "os.join",
                                       "os.uptime-s",
                                       "os.free-bytes",
                                       "os.memory-bytes",
                                       "os.processors",
                                       "os.reboot-pending",
                                       "os.domain-controller",
                                       "logon.providers",
                                       "account.flags",
                                       "account.expires",
                                       "rights.groups",
                                       "account.password-expired",
                                       "rights.SeDenyRemoteInteractiveLogonRight",
                                       "sessions.list",
                                       "rights.SeNetworkLogonRight"};
    char words[256];
    char reason[512];
    ns_phrase_write(
        reason, sizeof reason,
        "The machine does not answer an administrator from here: %s It takes an administrator's rights on it and its port 445. Or judge a "
        "file that nightshiftctl facts collect wrote on the machine.",
        ns_collect_reason(failure, words, sizeof words));
    for (size_t i = 0; ns_registry_value_at(i); i++)
        ns_facts_add_unknown(out, ns_registry_value_at(i)->fact, reason, "NetWkstaGetInfo", ns_clock_utc_ms());
    for (size_t i = 0; i < NS_COUNT_OF(rest); i++)
        ns_facts_add_unknown(out, rest[i], reason, "NetWkstaGetInfo", ns_clock_utc_ms());
}

static DWORD WINAPI collect_one(LPVOID context) {
    static const struct {
        const char *what;
        void (*collect)(const ns_collect_target *target, ns_facts *out);
    } parts[] = {{"the registry", ns_collect_registry}, {"services", ns_collect_services},  {"the system", ns_collect_system},
                 {"the account", ns_collect_account},   {"user rights", ns_collect_rights}, {"sessions", collect_sessions}};
    job *self = context;
    WCHAR *wide = ns_wide_from_utf8(self->host);
    const ns_collect_target target = {
        .host = self->host, .wide_host = wide && wide[0] ? wide : NULL, .user = self->user, .domain = self->domain, .timeout_ms = self->timeout_ms};
    const DWORD failure = knock(target.host, target.wide_host);
    if (failure != NERR_Success) {
        EnterCriticalSection(&self->lock);
        collect_nothing(failure, &self->facts);
        LeaveCriticalSection(&self->lock);
    }
    for (size_t i = 0; failure == NERR_Success && i < NS_COUNT_OF(parts); i++) {
        ns_facts found;
        ns_facts_init(&found, "");
        EnterCriticalSection(&self->lock);
        self->doing = parts[i].what;
        LeaveCriticalSection(&self->lock);
        parts[i].collect(&target, &found);
        EnterCriticalSection(&self->lock);
        ns_facts_merge(&self->facts, &found);
        self->doing = NULL;
        LeaveCriticalSection(&self->lock);
        ns_facts_clear(&found);
    }
    EnterCriticalSection(&self->lock);
    self->doing = NULL;
    LeaveCriticalSection(&self->lock);
    free(wide);
    (void)SetEvent(self->done);
    release(self);
    return 0;
}

void ns_facts_collect(const ns_collect_request *request, uint32_t timeout_ms, ns_facts *out) {
    job *self = calloc(1, sizeof *self);
    HANDLE thread = NULL;
    char reason[160];
    if (!self) {
        out->failed = true;
        return;
    }
    self->references = 2;
    self->doing = "anything";
    self->timeout_ms = timeout_ms;
    (void)snprintf(self->host, sizeof self->host, "%s", request->host);
    (void)snprintf(self->user, sizeof self->user, "%s", request->user);
    (void)snprintf(self->domain, sizeof self->domain, "%s", request->domain);
    ns_facts_init(&self->facts, "");
    InitializeCriticalSection(&self->lock);
    self->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = self->done ? CreateThread(NULL, 0, collect_one, self, 0, NULL) : NULL;
    if (!thread) {
        out->failed = true;
        self->references = 1;
        release(self);
        return;
    }
    (void)CloseHandle(thread);
    (void)WaitForSingleObject(self->done, timeout_ms);
    EnterCriticalSection(&self->lock);
    ns_facts_merge(out, &self->facts);
    if (self->doing) {
        ns_phrase_write(reason, sizeof reason, "The machine did not answer in time when it was asked for %s.", self->doing);
        ns_facts_add_unknown(out, "collect.late", reason, "RPC", ns_clock_utc_ms());
    }
    LeaveCriticalSection(&self->lock);
    release(self);
}
