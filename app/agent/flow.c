#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "base/pipe.h"
#include "base/program.h"
#include "base/quote.h"
#include "base/system.h"
#include "base/words.h"
#include "others.h"
#include "watch.h"

enum { HAND_OVER_MS = 5000, DRAIN_MS = 2000, SETTLE_MS = 300, SETTLE_STEP_MS = 50 };

struct flow {
    ns_child *child;
    artifacts artifacts;
    agent_send send;
    void *context;
    char nonce[NS_AGENT_NONCE_SIZE];
    bool watched; /* its own end says nothing: the run that it handed over is watched */
    uint64_t started;
    int64_t timeout_ms;
    HANDLE reader;
    HANDLE waiter;
    HANDLE read_all; /* manual: the output's end was reached */
    CRITICAL_SECTION lock;
    bool keep_children;
    bool end_outside;
    bool kept; /* it left some, and they live on; the waiter's, and after it ended flow_destroy's */
    bool truncated;
    bool stopped; /* by flow_destroy: nobody wants the end to be told */
    cJSON *end;
};

/* As it came: what it means is found out where it is kept. */
static void send_output(flow *self, const char *bytes, size_t size) {
    cJSON *message = ns_agent_message("output", self->nonce);
    if (message && pieces_add_bytes(message, "bytes", bytes, size)) {
        self->send(self->context, message);
        message = NULL;
    }
    cJSON_Delete(message);
}

static DWORD WINAPI read_output(LPVOID context) {
    flow *self = context;
    char bytes[NS_AGENT_OUTPUT_CHUNK];
    size_t sent = 0;
    size_t got = 0;
    ns_error error;
    while (ns_child_read(self->child, bytes, sizeof bytes, &got, &error) == NS_OK && got > 0) {
        const size_t room = NS_AGENT_OUTPUT_MAXIMUM - sent;
        if (got > room) { /* read on, so that the flow is not held up, and drop it */
            EnterCriticalSection(&self->lock);
            self->truncated = true;
            LeaveCriticalSection(&self->lock);
            got = room;
        }
        if (got)
            send_output(self, bytes, got);
        sent += got;
    }
    (void)SetEvent(self->read_all);
    return 0;
}

static bool is_stopped(flow *self) {
    bool stopped = false;
    EnterCriticalSection(&self->lock);
    stopped = self->stopped;
    LeaveCriticalSection(&self->lock);
    return stopped;
}

/* Programs that live on may still write: a closed pipe would end them, a full one would stop them. */
static DWORD WINAPI drain(LPVOID context) {
    ns_child *child = context;
    char bytes[4096];
    size_t got = 0;
    ns_error error;
    while (ns_child_read(child, bytes, sizeof bytes, &got, &error) == NS_OK && got > 0) {
    }
    ns_child_close(child);
    return 0;
}

/* What still runs after the flow's own end; helpers that end with it get a moment for that. */
static size_t count_left(flow *self, char *names, size_t size) {
    size_t left = ns_child_left(self->child, names, size);
    for (int waited = 0; left && waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
        Sleep(SETTLE_STEP_MS);
        left = ns_child_left(self->child, names, size);
    }
    return left;
}

static bool stopped_by(void *context) {
    return is_stopped(context);
}

/* The end of the run that the program handed over, in place of its own. */
static bool watch(flow *self, cJSON *message) {
    static const char *const states[] = {"not-started", "timed-out", "succeeded", "failed", "unknown"}; /* watch_end */
    char detail[400];
    cJSON *record = cJSON_AddObjectToObject(message, "record");
    const watch_end end = watch_run(self->nonce, self->started + (uint64_t)self->timeout_ms, stopped_by, self, detail, sizeof detail);
    if (end == WATCH_TIMED_OUT || is_stopped(self))
        watch_kill();
    if (record) {
        (void)ns_json_add_string(record, "state", states[end]);
        (void)ns_phrase_add_member(record, "message", detail);
    }
    return end != WATCH_TIMED_OUT;
}

static bool is_own(void *context, uint32_t id) {
    const flow *self = context;
    return self->kept && ns_child_holds(self->child, id);
}

/* What it left behind goes with it, unless the session is kept for the next run. */
static void end_tree(flow *self, bool timed_out, cJSON *message) {
    char names[200] = {0};
    char outside[300] = {0};
    size_t began = 0;
    const size_t left = timed_out || is_stopped(self) ? 0 : count_left(self, names, sizeof names);
    self->kept = left && self->keep_children;
    if (self->kept)
        ns_child_release_tree(self->child);
    else
        ns_child_kill_tree(self->child);
    began = others_since(is_own, self, outside, sizeof outside);
    (void)ns_json_add_integer(message, "outside", (int64_t)began);
    (void)ns_json_add_string(message, "outsideNames", outside);
    (void)cJSON_AddBoolToObject(message, "outsideEnded", self->end_outside && others_end() == began);
    (void)ns_json_add_integer(message, "left", (int64_t)left);
    (void)ns_json_add_string(message, "leftNames", names);
    (void)cJSON_AddBoolToObject(message, "kept", self->kept);
}

static DWORD WINAPI wait_for_end(LPVOID context) {
    flow *self = context;
    int code = 0;
    cJSON *message = ns_agent_message("exited", self->nonce);
    bool timed_out = !ns_child_wait(self->child, self->watched ? HAND_OVER_MS : (uint32_t)self->timeout_ms, &code);
    if (self->watched)
        timed_out = !watch(self, message);
    (void)ns_json_add_integer(message, "durationMs", (int64_t)(ns_clock_monotonic_ms() - self->started));
    end_tree(self, timed_out, message);
    /* Children may hold the output open. */
    (void)WaitForSingleObject(self->read_all, self->kept ? SETTLE_MS : DRAIN_MS);
    (void)ns_json_add_integer(message, "code", timed_out ? -1 : code);
    (void)cJSON_AddBoolToObject(message, "timedOut", timed_out);
    EnterCriticalSection(&self->lock);
    (void)cJSON_AddBoolToObject(message, "truncated", self->truncated);
    self->end = message;
    message = self->stopped ? NULL : cJSON_Duplicate(self->end, 1);
    LeaveCriticalSection(&self->lock);
    if (message)
        self->send(self->context, message);
    return 0;
}

/* The agent itself opens a document, in a process of its own, so that what the shell starts for it belongs to the flow. */
static char **opener(const ns_launch *launch, ns_error *error) {
    char **words = calloc(4, sizeof *words);
    if (words) {
        words[0] = ns_program_path("nightshift-agent");
        words[1] = ns_string_copy("--open");
        words[2] = ns_string_copy(launch->document);
    }
    if (words && words[0] && words[1] && words[2])
        return words;
    ns_words_free(words);
    (void)ns_error_set_memory(error);
    return NULL;
}

/* How it was started, for the run's record: it has no secret in it. */
static void tell_started(flow *self, char *const *words, const char *line) {
    cJSON *message = ns_agent_message("started", self->nonce);
    ns_text shown;
    ns_text_init(&shown, 4000);
    ns_quote_argument(&shown, words[0]);
    for (size_t i = 1; words[i] && !line; i++)
        ns_quote_argument(&shown, words[i]);
    if (line && line[0])
        (void)ns_text_appendf(&shown, " %s", line);
    if (message && ns_json_add_string(message, "line", ns_text_string(&shown))) {
        self->send(self->context, message);
        message = NULL;
    }
    cJSON_Delete(message);
    ns_text_clear(&shown);
}

static ns_status start_launch(flow *self, const run_order *given, const ns_launch *launch, ns_error *error) {
    char **opening = launch->document ? opener(launch, error) : NULL;
    char *const *words = launch->document ? opening : launch->words;
    const ns_child_options options = {.application = launch->document ? NULL : launch->application,
                                      .arguments = (const char *const *)(uintptr_t)words,
                                      .raw_arguments = launch->line,
                                      .folder = launch->directory,
                                      .environment = (const char *const *)(uintptr_t)launch->environment,
                                      .inherited = -1,
                                      .tied = true,
                                      .own_console = given->own_console,
                                      .merge_errors = true};
    ns_status status = words ? NS_OK : NS_STATUS_MEMORY;
    if (status == NS_OK && given->make_folder && launch->directory[0])
        status = ns_system_make_folder(launch->directory, error);
    if (status == NS_OK)
        status = ns_child_start(&options, &self->child, error);
    if (status == NS_OK) {
        ns_child_close_input(self->child);
        tell_started(self, words, launch->line);
    }
    ns_words_free(opening);
    return status;
}

static bool begin_artifacts(flow *self, const run_order *given, const ns_launch *launch) {
    char *patterns = ns_flow_expand(ns_flow_place_here(), given->artifacts);
    const bool begun = patterns && artifacts_begin(&self->artifacts, patterns, launch->directory);
    free(patterns);
    return begun;
}

static ns_status start_child(flow *self, const run_order *given, ns_error *error) {
    ns_launch launch;
    ns_status status = ns_flow_launch(&given->start, ns_flow_place_here(), &launch, error);
    if (status != NS_OK)
        return status;
    status = begin_artifacts(self, given, &launch) ? start_launch(self, given, &launch, error) : ns_error_set_memory(error);
    ns_launch_clear(&launch);
    return status;
}

ns_status flow_start(const run_order *given, agent_send send, void *context, flow **out, ns_error *error) {
    flow *self = calloc(1, sizeof *self);
    ns_status status = NS_OK;
    *out = NULL;
    if (!self)
        return ns_error_set_memory(error);
    InitializeCriticalSection(&self->lock);
    self->send = send;
    self->context = context;
    self->started = ns_clock_monotonic_ms();
    self->timeout_ms = given->timeout_ms;
    self->keep_children = given->keep_children;
    self->end_outside = given->end_outside;
    self->watched = watch_is_needed(given->start.kind);
    memcpy(self->nonce, given->nonce, sizeof self->nonce);
    self->read_all = CreateEventW(NULL, TRUE, FALSE, NULL);
    others_note();
    status = self->read_all ? start_child(self, given, error) : ns_error_set_memory(error);
    if (status == NS_OK) {
        self->reader = CreateThread(NULL, 0, read_output, self, 0, NULL);
        self->waiter = self->reader ? CreateThread(NULL, 0, wait_for_end, self, 0, NULL) : NULL;
        if (!self->waiter)
            status = ns_error_set_memory(error);
    }
    if (status != NS_OK) {
        flow_destroy(self);
        return status;
    }
    *out = self;
    return NS_OK;
}

const char *flow_nonce(const flow *self) {
    return self->nonce;
}

artifacts *flow_artifacts(flow *self) {
    return &self->artifacts;
}

bool flow_has_ended(flow *self) {
    bool ended = false;
    EnterCriticalSection(&self->lock);
    ended = self->end != NULL;
    LeaveCriticalSection(&self->lock);
    return ended;
}

cJSON *flow_end_message(flow *self) {
    cJSON *copy = NULL;
    EnterCriticalSection(&self->lock);
    copy = cJSON_Duplicate(self->end, 1);
    LeaveCriticalSection(&self->lock);
    return copy;
}

void flow_destroy(flow *self) {
    if (!self)
        return;
    EnterCriticalSection(&self->lock);
    self->stopped = true;
    LeaveCriticalSection(&self->lock);
    if (self->child)
        ns_child_kill_tree(self->child);
    if (self->waiter) {
        (void)WaitForSingleObject(self->waiter, INFINITE);
        CloseHandle(self->waiter);
    }
    if (self->reader) {
        /* A daemon that left the flow's process group may hold the output open for ever. */
        if (self->kept || WaitForSingleObject(self->reader, DRAIN_MS) == WAIT_TIMEOUT)
            do
                ns_child_stop_reading(self->child, true);
            while (WaitForSingleObject(self->reader, SETTLE_STEP_MS) == WAIT_TIMEOUT);
        ns_child_stop_reading(self->child, false); /* what is kept is drained by another reader */
        CloseHandle(self->reader);
    }
    if (self->kept) {
        HANDLE thread = CreateThread(NULL, 0, drain, self->child, 0, NULL);
        if (thread)
            CloseHandle(thread);
    } else {
        ns_child_close(self->child);
    }
    if (self->read_all)
        CloseHandle(self->read_all);
    artifacts_clear(&self->artifacts);
    cJSON_Delete(self->end);
    DeleteCriticalSection(&self->lock);
    free(self);
}
