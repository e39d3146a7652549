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
#include "base/phrase.h"
#include "base/pipe.h"
#include "channel.h"
#include "command.h"
#include "common/start.h"
#include "common/version.h"
#include "facts/collect.h"
#include "flow.h"
#include "flow/flow_place.h"
#include "flow/try.h"
#include "instance.h"
#include "session.h"

/* A session that just began, or was just kept, gets its channel within moments; later there is no hurry. */
enum {
    FACTS_MS = 8000,     /* what Windows may take to tell of itself */
    RETRY_FIRST_MS = 20, /* xrdp forgets a socket now and then when it refuses: no faster */
    RETRY_SOON_MS = 500,
    RETRY_LATE_MS = 2000,
    FIRST_MS = 5000,
    SOON_MS = 60000,
    READ_MS = 500,
    WATCH_MS = 5000,
    LOOK_MS = 500,
    DISCONNECT_MS = 3000,
    VISITOR_MS = 10000
};

typedef struct agent {
    bool installed;        /* started at sign-in beside the user's shell, not as the shell */
    CRITICAL_SECTION lock; /* the channel's writing side: the flow's threads send too */
    channel *open;
    ns_message_reader reader;
    flow *flow;
    cJSON *waiting;         /* an order whose desktop is not ready; NULL */
    uint64_t waiting_until; /* ms, monotonic */
    ns_readiness desktop;   /* as it was told last */
    uint64_t next_look;     /* at the desktop, while an order waits */
    bool leave;             /* signing out was ordered or is due */
    bool kept;              /* the session was locked for the next run */
    bool close;             /* the channel is to be opened again */
    bool give_way;          /* a newer agent takes the place */
    bool gone;              /* the system ends us */
    bool lost;              /* the console of our run is silent; its flow was ended */
    session_ending ending_told;
    session_screen screen;
    uint64_t next_watch;
    uint64_t visited_since;          /* ms, monotonic: a client is there, and no channel to it; 0 for none */
    uint64_t idle_since;             /* ms, monotonic: for how long to look for a console in a hurry */
    uint64_t last_seen;              /* ms, monotonic: when a console last sent something */
    uint64_t opened_at;              /* ms, monotonic: when the channel was opened */
    char nonce[NS_AGENT_NONCE_SIZE]; /* of the last order, for what concerns its run */
} agent;

static void send_message(void *context, cJSON *message) {
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

/* Whoever ends the session does it without us; and a person may yet say no, which is told as well. */
static void tell_ending(agent *self) {
    const session_ending ending = session_is_ending();
    EnterCriticalSection(&self->lock);
    if (ending != self->ending_told) {
        static const char *const reasons[] = {"none", "signout", "restart"}; /* session_ending */
        cJSON *message = ns_agent_message("ending", self->nonce);
        (void)ns_json_add_string(message, "reason", reasons[ending]);
        send_message(self, message);
    }
    self->ending_told = ending;
    LeaveCriticalSection(&self->lock);
}

/* On a thread of the session's. */
static void on_ending(void *context) {
    tell_ending(context);
}

static void on_held_up(void *context, const char *names) {
    agent *self = context;
    cJSON *message = ns_agent_message("held-up", self->nonce);
    (void)ns_json_add_string(message, "names", names);
    send_message(self, message);
}

/* A flow that the end of the session ended says so after it; on the flow's threads. */
static void tell_of_flow(void *context, cJSON *message) {
    tell_ending(context);
    send_message(context, message);
}

static void say_hello(agent *self) {
    ns_agent_hello hello = {0};
    session_describe(&hello, self->kept);
    self->screen = (session_screen){hello.width, hello.height, hello.scale, hello.depth};
    (void)snprintf(hello.version, sizeof hello.version, "%s", NS_VERSION);
    (void)snprintf(hello.nonce, sizeof hello.nonce, "%s",
                   self->flow      ? flow_nonce(self->flow)
                   : self->waiting ? ns_json_string(self->waiting, "nonce", "")
                                   : "");
    send_message(self, ns_agent_hello_write(&hello));
    ns_agent_hello_clear(&hello);
    if (self->flow && flow_has_ended(self->flow))
        send_message(self, flow_end_message(self->flow)); /* it ended while nobody listened */
}

static void refuse(agent *self, const cJSON *order, const ns_error *why) {
    cJSON *message = ns_agent_message("failed", ns_json_string(order, "nonce", ""));
    if (message) {
        (void)ns_json_add_string(message, "code", why->code);
        (void)ns_phrase_add_member(message, "message", why->message);
        (void)ns_json_add_integer(message, "windowsError", ns_flow_place_here()->windows ? (int64_t)why->native : 0);
    }
    send_message(self, message);
}

/* In place of whatever ran here before. */
static ns_status start_flow(agent *self, const run_order *given, ns_error *error) {
    char user[256];
    flow_destroy(self->flow);
    self->flow = NULL;
    ns_child_clear_strays(false);
    session_new_user(user, sizeof user); /* who is there now is not news */
    return flow_start(given, tell_of_flow, self, &self->flow, error);
}

static void drop_waiting(agent *self) {
    ns_json_wipe(self->waiting); /* secret inputs are in it */
    self->waiting = NULL;
}

static void begin_flow(agent *self) {
    run_order given;
    ns_error error;
    ns_status status = order_read(self->waiting, &given, &error);
    if (status == NS_OK)
        status = start_flow(self, &given, &error);
    if (status != NS_OK)
        refuse(self, self->waiting, &error);
    order_clear(&given);
    drop_waiting(self);
}

static void tell_desktop(agent *self, const char *nonce, ns_readiness now) {
    cJSON *message = ns_agent_message("desktop", nonce);
    (void)ns_json_add_string(message, "state", ns_readiness_name(now));
    send_message(self, message);
    self->desktop = now;
}

/* A flow runs on a desktop that it can use, or not at all. What keeps it is told when that changes. */
static void try_to_begin(agent *self) {
    ns_desktop_facts facts;
    ns_readiness now = NS_DESKTOP_READY;
    session_look_at_desktop(self->installed, &facts);
    now = ns_desktop_judge(&facts);
    self->next_look = ns_clock_monotonic_ms() + LOOK_MS;
    if (now == NS_DESKTOP_READY) {
        self->desktop = now;
        begin_flow(self);
    } else if (ns_clock_monotonic_ms() >= self->waiting_until) {
        ns_error error;
        (void)ns_error_set(&error, NS_STATUS_REFUSED, ns_readiness_code(now), NULL, "%s", ns_readiness_words(now));
        refuse(self, self->waiting, &error);
        drop_waiting(self);
    } else if (now != self->desktop) {
        tell_desktop(self, ns_json_string(self->waiting, "nonce", ""), now);
    }
}

static void on_run(agent *self, const cJSON *message) {
    ns_error error;
    if (self->waiting || (self->flow && !flow_has_ended(self->flow))) {
        (void)ns_error_set(&error, NS_STATUS_REFUSED, "FlowNotStarted", NULL, "Another flow is running in this session.");
        refuse(self, message, &error);
        return;
    }
    (void)snprintf(self->nonce, sizeof self->nonce, "%s", ns_json_string(message, "nonce", ""));
    self->kept = false;
    self->desktop = NS_DESKTOP_READY;
    self->waiting = cJSON_Duplicate(message, 1);
    self->waiting_until = ns_clock_monotonic_ms() + (uint64_t)ns_json_integer(message, "readyMs", NS_AGENT_READY_MS);
    if (self->waiting)
        try_to_begin(self);
}

/* Orders about a run carry its nonce; without a run, whoever holds the channel may sign out, since it holds the
 * credential that opened the session. */
static bool may_order(const agent *self, const cJSON *order) {
    const char *owner = self->flow ? flow_nonce(self->flow) : self->waiting ? ns_json_string(self->waiting, "nonce", "") : NULL;
    return !owner || strcmp(ns_json_string(order, "nonce", ""), owner) == 0;
}

static void end_flow(agent *self) {
    drop_waiting(self);
    flow_destroy(self->flow);
    self->flow = NULL;
}

static void on_screenshot(agent *self, const char *nonce) {
    uint8_t *png = NULL;
    size_t size = 0;
    ns_error error;
    const bool taken = session_picture(&png, &size, &error) == NS_OK;
    pieces_send(send_message, self, "screenshot", nonce, taken ? png : (const uint8_t *)"", taken ? size : 0);
    free(png);
}

/* What this computer tells the run's own user of itself. */
static void on_facts(agent *self, const cJSON *question, const char *nonce) {
    ns_agent_hello hello = {0};
    ns_facts facts;
    cJSON *document = NULL;
    char *text = NULL;
    char domain[256];
    session_describe(&hello, self->kept);
    ns_facts_init(&facts, "");
    ns_facts_collect(&(ns_collect_request){.host = "", .user = hello.user, .domain = session_domain(domain, sizeof domain)}, FACTS_MS, &facts);
    ns_facts_add_string(&facts, "agent.version", NS_VERSION, "the agent", ns_clock_utc_ms());
    ns_facts_add_bool(&facts, "agent.elevated", hello.elevated, "the agent", ns_clock_utc_ms());
    ns_facts_collect_own(&facts);
    if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(question, "flows")))
        ns_facts_add(&facts, "flows.there", ns_flow_try(question, ns_flow_place_here()), "the agent", ns_clock_utc_ms());
    document = ns_facts_write(&facts);
    text = ns_json_print(document);
    pieces_send(send_message, self, "facts", nonce, text ? text : "", text ? strlen(text) : 0);
    cJSON_free(text);
    cJSON_Delete(document);
    ns_facts_clear(&facts);
    ns_agent_hello_clear(&hello);
}

/* The flow is over; the session stays for the next run, and so do we, without a channel until then. */
static void on_lock(agent *self, const char *nonce) {
    char text[200] = {0};
    cJSON *message = NULL;
    end_flow(self);
    self->kept = session_lock(text, sizeof text);
    message = ns_agent_message("locked", nonce);
    if (message) {
        (void)cJSON_AddBoolToObject(message, "locked", self->kept);
        (void)ns_phrase_add_member(message, "message", text);
    }
    send_message(self, message);
    self->kept = true; /* a disconnected session is there to be returned to, locked or not */
    self->idle_since = ns_clock_monotonic_ms();
    self->close = true;
}

static void on_message(agent *self, const cJSON *message) {
    const char *type = ns_json_string(message, "type", "");
    const char *nonce = ns_json_string(message, "nonce", "");
    if (strcmp(type, "run") == 0) {
        on_run(self, message);
        return;
    }
    if (!may_order(self, message))
        return;
    (void)snprintf(self->nonce, sizeof self->nonce, "%s", nonce);
    if (strcmp(type, "signout") == 0) {
        send_message(self, ns_agent_message("bye", nonce));
        self->leave = true;
    } else if (strcmp(type, "lock") == 0) {
        on_lock(self, nonce);
    } else if (strcmp(type, "release") == 0) {
        self->idle_since = ns_clock_monotonic_ms();
        self->close = true;
    } else if (strcmp(type, "ping") == 0) {
        send_message(self, ns_agent_message("pong", nonce));
    } else if (strcmp(type, "screenshot") == 0) {
        on_screenshot(self, nonce);
    } else if (strcmp(type, "facts") == 0) {
        on_facts(self, message, nonce);
    } else if (strcmp(type, "artifacts") == 0 && self->flow) {
        artifacts_tell(flow_artifacts(self->flow), nonce, send_message, self);
    } else if (strcmp(type, "artifact") == 0 && self->flow) {
        artifacts_answer(flow_artifacts(self->flow), message, send_message, self);
    } else if (strcmp(type, "cancel") == 0) {
        end_flow(self);
    }
}

/* No word for a minute, not even a ping: our run is nobody's, and its flow is ended. An open channel proves nothing, since
 * xrdp keeps one open without a client. */
static void look_for_console(agent *self) {
    if (self->kept || (self->installed && !self->flow && !self->lost) || ns_clock_monotonic_ms() - self->last_seen <= NS_AGENT_ORPHAN_MS)
        return;
    end_flow(self);
    self->lost = true;
}

/* Then the session is left; but not under the hands of a person who has taken it. An installed agent without a run stays:
 * its session is a person's. A session that was kept waits for its next run. */
static bool is_orphan(agent *self) {
    look_for_console(self);
    return self->lost && !session_is_connected();
}

static void tell_screen(agent *self) {
    session_screen now;
    cJSON *message = NULL;
    session_look_at_screen(&now);
    if (memcmp(&now, &self->screen, sizeof now) == 0)
        return;
    self->screen = now;
    message = ns_agent_message("screen", self->flow ? flow_nonce(self->flow) : self->nonce);
    (void)ns_json_add_integer(message, "width", now.width);
    (void)ns_json_add_integer(message, "height", now.height);
    (void)ns_json_add_integer(message, "scale", now.scale);
    (void)ns_json_add_integer(message, "depth", now.depth);
    send_message(self, message);
}

/* In the middle of a flow: what it clicks and types goes nowhere while the desktop is not there. */
static void watch_desktop(agent *self) {
    ns_desktop_facts facts;
    ns_readiness now = NS_DESKTOP_READY;
    if (flow_has_ended(self->flow))
        return;
    session_look_at_desktop(self->installed, &facts);
    now = ns_desktop_judge(&facts);
    if (now != self->desktop)
        tell_desktop(self, flow_nonce(self->flow), now);
}

/* What happens in the session without an order. */
static void look_around(agent *self) {
    const uint64_t now = ns_clock_monotonic_ms();
    const bool news = session_has_news();
    char user[256];
    session_watch();
    tell_ending(self);
    self->gone = session_has_ended();
    if (self->installed && !self->flow && !self->kept && instance_is_wanted())
        self->give_way = true;
    if (self->waiting && (news || now >= self->next_look))
        try_to_begin(self);
    if (!self->open)
        return;
    tell_screen(self);
    if (!self->flow || (!news && now < self->next_watch))
        return;
    self->next_watch = now + WATCH_MS;
    watch_desktop(self);
    session_new_user(user, sizeof user);
    if (user[0]) {
        cJSON *message = ns_agent_message("other-user", flow_nonce(self->flow));
        (void)ns_json_add_string(message, "user", user);
        send_message(self, message);
    }
}

/* A console answers a hello, and pings while it has a run. When it is silent, the channel may be dead without saying so: xrdp leaves our end
 * open when the client goes, and a client that comes back gets another. */
static bool channel_may_be_dead(const agent *self) {
    return ns_clock_monotonic_ms() - self->last_seen > NS_AGENT_SILENCE_MS && ns_clock_monotonic_ms() - self->opened_at > NS_AGENT_SILENCE_MS;
}

static bool is_done(const agent *self) {
    return self->leave || self->give_way || self->gone;
}

/* Reads from the open channel until it closes or we are to leave. */
static void serve(agent *self) {
    char bytes[4096];
    size_t got = 0;
    ns_error error;
    while (!is_done(self) && !self->close && channel_read(self->open, bytes, sizeof bytes, READ_MS, &got, &error) == NS_OK) {
        cJSON *message = NULL;
        look_around(self);
        if (got == 0) {
            self->leave = self->leave || is_orphan(self);
            if (channel_may_be_dead(self))
                return;
            continue;
        }
        self->last_seen = ns_clock_monotonic_ms();
        self->lost = false;
        if (ns_message_reader_add(&self->reader, bytes, got, &error) != NS_OK)
            return;
        while (!is_done(self) && !self->close && ns_message_reader_next(&self->reader, &message, &error) == NS_OK && message) {
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

/* Until the console that had the session locked is gone, the channel is still its own. */
static void wait_for_disconnect(void) {
    for (int waited = 0; waited < DISCONNECT_MS && session_is_connected(); waited += RETRY_FIRST_MS)
        Sleep(RETRY_FIRST_MS);
}

/* Somebody is connected to a kept session, and not by us: from now on it is theirs, and no run's to return to. */
static void look_for_visitor(agent *self) {
    if (!session_is_connected())
        self->visited_since = 0;
    else if (!self->visited_since)
        self->visited_since = ns_clock_monotonic_ms();
    else if (ns_clock_monotonic_ms() - self->visited_since > VISITOR_MS)
        self->kept = false;
}

/* Something is to be seen to by the clock, whether anything happens or not. */
static bool is_needed(const agent *self) {
    const bool visited = self->visited_since && (self->kept || !ns_flow_place_here()->windows); /* xrdp does not tell that a client went */
    return self->flow || self->waiting || self->lost || visited || !self->installed;
}

/* A client's channels are ready some moments after the client is there: whoever just came may be a run's console. */
static uint32_t pause_ms(const agent *self) {
    const uint64_t since = self->visited_since > self->idle_since ? self->visited_since : self->idle_since;
    const uint64_t waited = ns_clock_monotonic_ms() - since;
    if (waited < FIRST_MS)
        return RETRY_FIRST_MS;
    if (waited < SOON_MS)
        return RETRY_SOON_MS;
    return is_needed(self) ? RETRY_LATE_MS : 0; /* what comes is told, where the system tells of it */
}

static void live(agent *self) {
    ns_error error;
    self->idle_since = ns_clock_monotonic_ms();
    self->last_seen = self->idle_since;
    while (!is_done(self)) {
        channel *opened = NULL;
        self->close = false;
        if (session_is_connected() && channel_open(&opened, &error) == NS_OK) {
            EnterCriticalSection(&self->lock);
            self->open = opened;
            LeaveCriticalSection(&self->lock);
            self->opened_at = ns_clock_monotonic_ms();
            self->visited_since = 0;
            say_hello(self);
            serve(self);
            if (self->leave && ns_flow_place_here()->windows)
                return; /* what holds the sign-out up is told over it */
            close_channel(self);
            if (self->close)
                wait_for_disconnect();
        } else {
            look_around(self);
            look_for_visitor(self);
            self->leave = self->leave || is_orphan(self);
        }
        if (!is_done(self))
            session_wait(pause_ms(self));
        if (session_has_news()) /* such as a client, whose channel comes with it */
            self->idle_since = ns_clock_monotonic_ms();
    }
}

int ns_main(int argc, char **argv) {
    agent self = {.installed = argc > 1};
    const int answer = command(argc, argv);
    if (answer >= 0)
        return answer;
    if (!instance_take(NS_VERSION, self.installed))
        return 0; /* the session has its agent */
    InitializeCriticalSection(&self.lock);
    ns_message_reader_init(&self.reader);
    ns_child_adopt_strays();
    session_begin(on_ending, &self);
    live(&self);
    end_flow(&self);
    instance_release();
    if (self.leave)
        session_sign_out(!self.installed, on_held_up, &self);
    close_channel(&self);
    return 0;
}
