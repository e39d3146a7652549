/* nightshift-agent: the small program inside the session. It opens the channel NSHIFT, says who and where it is, runs
 * what an order with the run's nonce tells it to, reports, and signs the session out. It opens the channel again after
 * every reconnect. When a run was begun and its console stays away for a minute, it ends the flow and signs out, so
 * that nothing is left behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "base/clock.h"
#include "base/message.h"
#include "channel.h"
#include "common/entry.h"
#include "common/version.h"
#include "flow.h"
#include "session.h"

/* A session that just began gets its channel within moments; later there is no hurry. */
enum { OPEN_RETRY_MS = 500, OPEN_RETRY_EARLY_MS = 20, EARLY_MS = 5000, READ_MS = 500 };

typedef struct agent {
    bool installed;        /* started at sign-in beside the user's shell, not as the shell */
    CRITICAL_SECTION lock; /* the channel's writing side: the flow's threads send too */
    channel *open;
    ns_message_reader reader;
    flow *flow;
    bool leave;         /* signing out was ordered or is due */
    uint64_t last_seen; /* ms, monotonic: when a console last sent something */
} agent;

static void tell(void *context, cJSON *message) {
    agent *self = context;
    ns_text bytes;
    ns_error error;
    ns_text_init(&bytes, (size_t)NS_MESSAGE_MAXIMUM + NS_MESSAGE_HEADER);
    EnterCriticalSection(&self->lock);
    if (message && self->open && ns_message_write(&bytes, message, &error) == NS_OK)
        (void)!channel_write(self->open, bytes.bytes, bytes.size, &error); /* a lost channel is seen by the reader */
    LeaveCriticalSection(&self->lock);
    ns_text_clear(&bytes);
    cJSON_Delete(message);
}

static void say_hello(agent *self) {
    ns_agent_hello hello = {0};
    session_describe(&hello);
    (void)snprintf(hello.version, sizeof hello.version, "%s", NS_VERSION);
    if (self->flow)
        (void)snprintf(hello.nonce, sizeof hello.nonce, "%s", flow_nonce(self->flow));
    tell(self, ns_agent_hello_write(&hello));
    if (self->flow && flow_has_ended(self->flow))
        tell(self, flow_end_message(self->flow)); /* it ended while nobody listened */
}

static void refuse(agent *self, const cJSON *order, const char *code, const char *why) {
    cJSON *message = ns_agent_message("failed", ns_json_string(order, "nonce", ""));
    if (message) {
        (void)ns_json_add_string(message, "code", code);
        (void)ns_json_add_string(message, "message", why);
    }
    tell(self, message);
}

static void on_run(agent *self, const cJSON *order) {
    ns_error error;
    if (strlen(ns_json_string(order, "nonce", "")) != NS_AGENT_NONCE_SIZE - 1) {
        refuse(self, order, "AgentProtocolError", "The order carries no nonce.");
        return;
    }
    if (self->flow && !flow_has_ended(self->flow)) {
        refuse(self, order, "UIFlowAlreadyRunning", "Another flow is running in this session.");
        return;
    }
    flow_destroy(self->flow);
    self->flow = NULL;
    if (flow_start(order, tell, self, &self->flow, &error) != NS_OK)
        refuse(self, order, error.code, error.message);
}

/* Orders about a run carry its nonce; without a run, whoever holds the channel may sign out, since it holds the
 * credential that opened the session. */
static bool may_order(const agent *self, const cJSON *order) {
    return !self->flow || strcmp(ns_json_string(order, "nonce", ""), flow_nonce(self->flow)) == 0;
}

static void on_message(agent *self, const cJSON *message) {
    const char *type = ns_json_string(message, "type", "");
    if (strcmp(type, "run") == 0) {
        on_run(self, message);
    } else if (strcmp(type, "signout") == 0 && may_order(self, message)) {
        tell(self, ns_agent_message("bye", ns_json_string(message, "nonce", "")));
        self->leave = true;
    } else if (strcmp(type, "ping") == 0 && may_order(self, message)) {
        tell(self, ns_agent_message("pong", ns_json_string(message, "nonce", "")));
    } else if (strcmp(type, "cancel") == 0 && self->flow && may_order(self, message)) {
        flow_destroy(self->flow);
        self->flow = NULL;
    }
}

/* No word for a minute, not even a ping: our session is nobody's. An open channel proves nothing, since xrdp keeps one open
 * without a client. An installed agent stays: its session is a person's,
 * unless a run was begun in it. */
static bool is_orphan(const agent *self) {
    return (!self->installed || self->flow) && ns_clock_monotonic_ms() - self->last_seen > NS_AGENT_ORPHAN_MS;
}

/* Reads from the open channel until it closes or we are to leave. */
static void serve(agent *self) {
    char bytes[4096];
    size_t got = 0;
    ns_error error;
    while (!self->leave && channel_read(self->open, bytes, sizeof bytes, READ_MS, &got, &error) == NS_OK) {
        cJSON *message = NULL;
        if (got == 0) {
            self->leave = is_orphan(self);
            continue;
        }
        self->last_seen = ns_clock_monotonic_ms();
        if (ns_message_reader_add(&self->reader, bytes, got, &error) != NS_OK)
            return;
        while (!self->leave && ns_message_reader_next(&self->reader, &message, &error) == NS_OK && message) {
            on_message(self, message);
            cJSON_Delete(message);
            message = NULL;
        }
        if (self->reader.broken)
            return;
    }
}

static void close_channel(agent *self) {
    EnterCriticalSection(&self->lock);
    channel_close(self->open);
    self->open = NULL;
    LeaveCriticalSection(&self->lock);
    ns_message_reader_clear(&self->reader);
}

static void live(agent *self) {
    ns_error error;
    const uint64_t started = ns_clock_monotonic_ms();
    self->last_seen = started;
    while (!self->leave) {
        channel *opened = NULL;
        if (channel_open(&opened, &error) == NS_OK) {
            EnterCriticalSection(&self->lock);
            self->open = opened;
            LeaveCriticalSection(&self->lock);
            say_hello(self);
            serve(self);
            close_channel(self);
        } else if (is_orphan(self)) {
            self->leave = true;
        }
        if (!self->leave)
            Sleep(ns_clock_monotonic_ms() - started < EARLY_MS ? OPEN_RETRY_EARLY_MS : OPEN_RETRY_MS);
    }
}

int ns_main(int argc, char **argv) {
    agent self = {0};
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        (void)printf("nightshift-agent %s\n", NS_VERSION);
        return 0;
    }
    self.installed = argc > 1 && strcmp(argv[1], "--installed") == 0;
    if (argc > 1 && !self.installed) {
        (void)fprintf(stderr, "nightshift-agent runs inside a session. As its shell it takes no argument; started beside a shell: --installed.\n");
        return 2;
    }
    InitializeCriticalSection(&self.lock);
    ns_message_reader_init(&self.reader);
    live(&self);
    flow_destroy(self.flow);
    session_sign_out(!self.installed);
    return 0;
}
