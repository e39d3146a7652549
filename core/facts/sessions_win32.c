#include "base/wts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wide.h"
#include "facts/sessions.h"

enum { SIGN_OUT_POLL_MS = 250, SESSIONS_MAXIMUM = 1024, SAME_START_MS = 2000 };

#define FILETIME_EPOCH_MS 11644473600000LL

static const WCHAR terminal_server_key[] = L"SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
static const WCHAR policy_key[] = L"SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
static const WCHAR product_key[] = L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions";
static const WCHAR version_key[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

/* The calls go over RPC and may hang for as long as TCP does: a thread of their own makes them, and whoever is last, that
 * thread or the one that waits for it, frees. */
typedef struct request {
    LONG references;
    char host[256];
    char session_id[24]; /* "" to read, else to sign out: of this user, begun then */
    char user[256];
    int64_t started_at;
    HANDLE done; /* manual */
    ns_session_facts_read read;
    ns_status status;
    ns_error error;
    volatile LONG given_up;
} request;

static void release(request *self) {
    if (InterlockedDecrement(&self->references) > 0)
        return;
    ns_facts_sessions_clear(&self->read);
    if (self->done)
        CloseHandle(self->done);
    free(self);
}

static ns_status not_available(ns_error *error, DWORD native, const char *what) {
    ns_error_set_system(error, native, "FactsNotAvailable",
                        "It needs an administrator's rights on the machine, its port 445, and on Windows 10 and 11 the value AllowRemoteRPC=1.",
                        "%s could not be read", what);
    error->status = NS_STATUS_NOT_FOUND;
    return NS_STATUS_NOT_FOUND;
}

static void copy_wide(char *out, size_t size, const WCHAR *wide) {
    char *utf8 = ns_wide_to_utf8(wide ? wide : L"");
    (void)snprintf(out, size, "%s", utf8 ? utf8 : "");
    ns_utf8_trim(out);
    free(utf8);
}

/* SessionFlags are the wrong way round on Windows 7 and Server 2008 R2, which are not supported. */
static ns_yes_no lock_state(HANDLE server, DWORD session) {
    WTSINFOEXW *info = NULL;
    DWORD size = 0;
    ns_yes_no locked = NS_UNKNOWN;
    if (WTSQuerySessionInformationW(server, session, WTSSessionInfoEx, (LPWSTR *)&info, &size) && info && size >= sizeof *info && info->Level == 1) {
        LONG flags = info->Data.WTSInfoExLevel1.SessionFlags;
        locked = flags == WTS_SESSIONSTATE_LOCK ? NS_YES : flags == WTS_SESSIONSTATE_UNLOCK ? NS_NO : NS_UNKNOWN;
    }
    if (info)
        WTSFreeMemory(info);
    return locked;
}

static ns_status list(HANDLE server, ns_session_facts_read *out, ns_error *error) {
    WTS_SESSION_INFO_1W *sessions = NULL;
    DWORD level = 1;
    DWORD count = 0;
    if (!WTSEnumerateSessionsExW(server, &level, 0, &sessions, &count))
        return not_available(error, GetLastError(), "The machine's sessions");
    if (count > SESSIONS_MAXIMUM)
        count = SESSIONS_MAXIMUM;
    out->sessions = calloc(count ? count : 1, sizeof *out->sessions);
    for (DWORD i = 0; out->sessions && i < count; i++) {
        ns_session_fact *fact = &out->sessions[out->facts.count++];
        (void)snprintf(fact->id, sizeof fact->id, "%lu", (unsigned long)sessions[i].SessionId);
        copy_wide(fact->user, sizeof fact->user, sessions[i].pUserName);
        copy_wide(fact->domain, sizeof fact->domain, sessions[i].pDomainName);
        fact->active = sessions[i].State == WTSActive || sessions[i].State == WTSConnected;
        fact->console = sessions[i].pSessionName && _wcsicmp(sessions[i].pSessionName, L"Console") == 0;
        fact->locked = fact->user[0] ? lock_state(server, sessions[i].SessionId) : NS_UNKNOWN;
    }
    out->facts.sessions = out->sessions;
    (void)WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, count);
    return out->sessions ? NS_OK : ns_error_set_memory(error);
}

/* A number of the registry in its 64-bit view; -1 where it is not there. */
static int64_t read_number(HKEY root, const WCHAR *key, const WCHAR *name) {
    DWORD value = 0;
    DWORD size = sizeof value;
    HKEY opened = NULL;
    int64_t out = -1;
    if (RegOpenKeyExW(root, key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &opened) != ERROR_SUCCESS)
        return -1;
    if (RegGetValueW(opened, NULL, name, RRF_RT_REG_DWORD, NULL, &value, &size) == ERROR_SUCCESS)
        out = value;
    RegCloseKey(opened);
    return out;
}

static bool read_text(HKEY root, const WCHAR *key, const WCHAR *name, WCHAR *out, DWORD units) {
    DWORD size = units * sizeof(WCHAR);
    HKEY opened = NULL;
    bool read = false;
    if (RegOpenKeyExW(root, key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &opened) != ERROR_SUCCESS)
        return false;
    read = RegGetValueW(opened, NULL, name, RRF_RT_REG_SZ, NULL, out, &size) == ERROR_SUCCESS;
    RegCloseKey(opened);
    return read;
}

/* The edition and the limits, as far as the registry may be read. */
static void read_rules(const WCHAR *host, ns_session_facts *facts) {
    WCHAR text[64] = {0};
    HKEY root = NULL;
    int64_t number = -1;
    if (RegConnectRegistryW(host, HKEY_LOCAL_MACHINE, &root) != ERROR_SUCCESS)
        return;
    if (read_text(root, product_key, L"ProductType", text, NS_COUNT_OF(text)))
        facts->server = _wcsicmp(text, L"WinNT") == 0 ? NS_NO : NS_YES;
    /* Windows Enterprise multi-session is a client by ProductType, and a session host all the same. */
    if (facts->server == NS_NO && read_text(root, version_key, L"EditionID", text, NS_COUNT_OF(text)))
        facts->many_sessions = _wcsicmp(text, L"ServerRdsh") == 0 ? NS_YES : NS_NO;
    /* TSAppCompat is 1 where the Remote Desktop Session Host role is installed; without it two administrators may. */
    number = read_number(root, terminal_server_key, L"TSAppCompat");
    if (facts->server == NS_YES && number >= 0)
        facts->many_sessions = number == 1 ? NS_YES : NS_NO;
    if (facts->many_sessions == NS_NO && facts->server == NS_YES)
        facts->session_limit = 2;
    number = read_number(root, policy_key, L"fSingleSessionPerUser");
    if (number < 0)
        number = read_number(root, terminal_server_key, L"fSingleSessionPerUser");
    if (number >= 0)
        facts->single_session = number ? NS_YES : NS_NO;
    RegCloseKey(root);
}

/* When the session was signed in to, ms UTC; 0 when that cannot be read. */
static int64_t logon_time(HANDLE server, DWORD session) {
    WTSINFOEXW *info = NULL;
    DWORD size = 0;
    int64_t at = 0;
    if (WTSQuerySessionInformationW(server, session, WTSSessionInfoEx, (LPWSTR *)&info, &size) && info && size >= sizeof *info && info->Level == 1 &&
        info->Data.WTSInfoExLevel1.LogonTime.QuadPart > 0)
        at = info->Data.WTSInfoExLevel1.LogonTime.QuadPart / 10000 - FILETIME_EPOCH_MS;
    if (info)
        WTSFreeMemory(info);
    return at;
}

/* Whether the session that was meant is there: the number alone may be another's by now. */
static ns_status look_for(HANDLE server, const request *self, DWORD session, bool *there, ns_error *error) {
    ns_session_facts_read now = {0};
    ns_status status = list(server, &now, error);
    *there = false;
    for (size_t i = 0; status == NS_OK && i < now.facts.count; i++)
        *there = *there || (strcmp(now.sessions[i].id, self->session_id) == 0 && ns_session_user_is(now.sessions[i].user, self->user));
    ns_facts_sessions_clear(&now);
    if (*there && self->started_at) {
        const int64_t at = logon_time(server, session);
        *there = !at || (at - self->started_at < SAME_START_MS && self->started_at - at < SAME_START_MS);
    }
    return status;
}

static ns_status sign_out(HANDLE server, const request *self, ns_error *error) {
    long long number = 0;
    bool there = false;
    ns_status status = NS_OK;
    if (!ns_parse_integer(self->session_id, 1, UINT32_MAX, &number))
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "FactsNotAvailable", NULL, "That is no number of a Windows session.");
    status = look_for(server, self, (DWORD)number, &there, error);
    if (status != NS_OK || !there)
        return status;
    if (!WTSLogoffSession(server, (DWORD)number, FALSE))
        return not_available(error, GetLastError(), "The session");
    /* A TRUE says only that it was asked for. */
    while (!self->given_up && status == NS_OK) {
        status = look_for(server, self, (DWORD)number, &there, error);
        if (status != NS_OK || !there)
            return status;
        Sleep(SIGN_OUT_POLL_MS);
    }
    return ns_error_set(error, NS_STATUS_TIMEOUT, "FactsNotAvailable", NULL, "The session was not seen to be gone.");
}

static DWORD WINAPI answer_request(LPVOID context) {
    request *self = context;
    WCHAR *host = ns_wide_from_utf8(self->host);
    HANDLE server = host ? WTSOpenServerExW(host) : NULL;
    if (!server) {
        self->status = not_available(&self->error, GetLastError(), "The machine's sessions");
    } else if (self->session_id[0]) {
        self->status = sign_out(server, self, &self->error);
    } else {
        self->status = list(server, &self->read, &self->error);
        if (self->status == NS_OK)
            read_rules(host, &self->read.facts);
    }
    if (server)
        WTSCloseServer(server);
    free(host);
    (void)SetEvent(self->done);
    release(self);
    return 0;
}

static request *make_request(const char *host) {
    request *self = calloc(1, sizeof *self);
    if (self)
        (void)snprintf(self->host, sizeof self->host, "%s", host);
    return self;
}

/* Takes the request, which may be NULL. */
static ns_status wait_for(request *self, uint32_t timeout_ms, ns_session_facts_read *out, ns_error *error) {
    HANDLE thread = NULL;
    ns_status status = NS_OK;
    if (!self)
        return ns_error_set_memory(error);
    self->references = 2;
    self->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = self->done ? CreateThread(NULL, 0, answer_request, self, 0, NULL) : NULL;
    if (!thread) {
        self->references = 1;
        release(self);
        return ns_error_set_memory(error);
    }
    CloseHandle(thread);
    if (WaitForSingleObject(self->done, timeout_ms) != WAIT_OBJECT_0) {
        (void)InterlockedExchange(&self->given_up, 1);
        status = ns_error_set(error, NS_STATUS_TIMEOUT, "FactsNotAvailable", NULL, "The machine did not answer in time.");
    } else {
        status = self->status;
        if (status != NS_OK && error)
            *error = self->error;
        if (status == NS_OK && out) {
            *out = self->read;
            memset(&self->read, 0, sizeof self->read);
        }
    }
    release(self);
    return status;
}

ns_status ns_facts_sessions_read(const char *host, uint32_t timeout_ms, ns_session_facts_read *out, ns_error *error) {
    memset(out, 0, sizeof *out);
    return wait_for(make_request(host), timeout_ms, out, error);
}

void ns_facts_sessions_clear(ns_session_facts_read *read) {
    free(read->sessions);
    memset(read, 0, sizeof *read);
}

ns_status ns_facts_sign_out(const char *host, const char *session_id, const char *user, int64_t started_at, uint32_t timeout_ms, ns_error *error) {
    request *self = make_request(host);
    if (self) {
        (void)snprintf(self->session_id, sizeof self->session_id, "%s", session_id);
        (void)snprintf(self->user, sizeof self->user, "%s", user);
        self->started_at = started_at;
    }
    return wait_for(self, timeout_ms, NULL, error);
}
