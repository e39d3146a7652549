#include "base/wts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "facts/collect.h"
#include "facts/internal_win32.h"
#include "facts/sessions.h"

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

static DWORD WINAPI work(LPVOID context) {
    static const struct {
        const char *what;
        void (*collect)(const ns_collect_target *target, ns_facts *out);
    } parts[] = {{"the registry", ns_collect_registry}, {"services", ns_collect_services},  {"the system", ns_collect_system},
                 {"the account", ns_collect_account},   {"user rights", ns_collect_rights}, {"sessions", collect_sessions}};
    job *self = context;
    WCHAR *wide = ns_wide_from_utf8(self->host);
    const ns_collect_target target = {
        .host = self->host, .wide_host = wide && wide[0] ? wide : NULL, .user = self->user, .domain = self->domain, .timeout_ms = self->timeout_ms};
    for (size_t i = 0; i < NS_COUNT_OF(parts); i++) {
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
    self->timeout_ms = timeout_ms;
    (void)snprintf(self->host, sizeof self->host, "%s", request->host);
    (void)snprintf(self->user, sizeof self->user, "%s", request->user);
    (void)snprintf(self->domain, sizeof self->domain, "%s", request->domain);
    ns_facts_init(&self->facts, "");
    InitializeCriticalSection(&self->lock);
    self->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = self->done ? CreateThread(NULL, 0, work, self, 0, NULL) : NULL;
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
        (void)snprintf(reason, sizeof reason, "The machine did not answer in time when it was asked for %s.", self->doing);
        ns_facts_add_unknown(out, "collect.late", reason, "RPC", ns_clock_utc_ms());
    }
    LeaveCriticalSection(&self->lock);
    release(self);
}
