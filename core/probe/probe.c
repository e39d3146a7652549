#include "probe/probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/tls_rules.h"
#include "probe/authority.h"
#include "probe/visit.h"

enum { TICK_MS = 20, IDLE_TICK_MS = 100, FEW = 100 };

typedef struct probe {
    const ns_probe_target *targets;
    size_t count;
    size_t next;  /* the first machine that was not begun */
    size_t limit; /* sockets */
    uint32_t machine_ms;
    HANDLE cancel;
    ns_talk_rules rules;
    ns_resolver *resolver;
    ns_visit **visits; /* those that go on */
    size_t visit_count;
    ns_net_wait *waits;
    ns_probe_done done;
    void *context;
} probe;

static uint32_t given(uint32_t value, uint32_t otherwise) {
    return value ? value : otherwise;
}

static size_t open_sockets(const probe *self) {
    size_t open = 0;
    for (size_t i = 0; i < self->visit_count; i++)
        open += ns_visit_open_sockets(self->visits[i]);
    return open;
}

static void close_visit(probe *self, ns_visit *visit) {
    ns_facts facts;
    ns_visit_report(visit, &facts);
    self->done(self->context, visit->index, &facts);
    ns_visit_clear(visit);
    free(visit);
}

/* A machine whose name is an address needs no thread; the others wait for the resolver without a socket. */
static bool begin_visit(probe *self) {
    const ns_probe_target *target = &self->targets[self->next];
    ns_visit *visit = calloc(1, sizeof *visit);
    if (!visit)
        return false;
    visit->index = self->next++;
    visit->name = target->name;
    visit->host = target->host;
    visit->port = target->port;
    visit->resolved.found =
        ns_net_resolve(target->host, target->port, true, &visit->resolved.addresses, visit->resolved.why, sizeof visit->resolved.why);
    visit->resolved.done = visit->resolved.found;
    if (!visit->resolved.done)
        ns_resolver_ask(self->resolver, visit->index, target->host, target->port);
    self->visits[self->visit_count++] = visit;
    return true;
}

/* The time limits are the machine's own, where it has them. */
static void step(const probe *self, ns_visit *visit, size_t sockets) {
    const uint32_t answer_ms = self->targets[visit->index].answer_ms;
    ns_talk_rules rules = self->rules;
    if (answer_ms) {
        rules.connect_ms = rules.reply_ms = answer_ms;
        rules.tls_ms = answer_ms * 5 / 3;
    }
    ns_visit_step(visit, &rules, answer_ms ? answer_ms * 4 : self->machine_ms, sockets);
}

static void step_all(probe *self) {
    size_t open = open_sockets(self);
    size_t kept = 0;
    for (size_t i = 0; i < self->visit_count; i++) {
        ns_visit *visit = self->visits[i];
        const size_t before = ns_visit_open_sockets(visit);
        if (!visit->resolved.done)
            ns_resolver_look(self->resolver, visit->index, &visit->resolved);
        step(self, visit, open < self->limit ? self->limit - open : 0);
        open = open - before + ns_visit_open_sockets(visit);
        if (visit->state == NS_VISIT_DONE) {
            open -= ns_visit_open_sockets(visit);
            close_visit(self, visit);
        } else {
            self->visits[kept++] = visit;
        }
    }
    self->visit_count = kept;
}

/* At most as many machines at work as sockets: each holds one at least, or waits for its name. */
static bool admit(probe *self) {
    while (self->next < self->count && self->visit_count < self->limit)
        if (!begin_visit(self))
            return false;
    return true;
}

static void wait_for_some(probe *self) {
    size_t count = 0;
    bool connecting = false;
    for (size_t i = 0; i < self->visit_count; i++) {
        for (int t = 0; t < NS_TALK_COUNT; t++) {
            const ns_talk *talk = &self->visits[i]->talks[t];
            if (talk->stage == NS_TALK_IDLE || talk->stage == NS_TALK_DONE || count == self->limit)
                continue;
            self->waits[count++] = (ns_net_wait){.socket = talk->socket, .writing = talk->writing};
            connecting = connecting || talk->stage == NS_TALK_CONNECTING;
        }
    }
    ns_net_poll(self->waits, count, connecting || count < self->visit_count ? TICK_MS : IDLE_TICK_MS);
}

static bool is_over(const probe *self, uint64_t deadline) {
    return ns_clock_monotonic_ms() >= deadline || (self->cancel && WaitForSingleObject(self->cancel, 0) == WAIT_OBJECT_0);
}

/* Whatever is left says what is known of it, and the rest that it was not reached. */
static void close_rest(probe *self) {
    for (size_t i = 0; i < self->visit_count; i++)
        close_visit(self, self->visits[i]);
    self->visit_count = 0;
    while (self->next < self->count) {
        ns_visit never = {.index = self->next, .name = self->targets[self->next].name, .host = self->targets[self->next].host};
        ns_facts facts;
        never.port = self->targets[self->next++].port;
        ns_visit_report(&never, &facts);
        self->done(self->context, never.index, &facts);
    }
}

static bool is_made(const probe *self) {
    return self->resolver && self->visits && self->waits && self->rules.tls && self->rules.any && self->rules.authorities;
}

ns_status ns_probe_run(const ns_probe_target *targets, size_t count, const ns_probe_options *options, ns_probe_done done, void *context,
                       ns_error *error) {
    probe self = {.targets = targets, .count = count, .done = done, .context = context, .cancel = options->cancel};
    const uint64_t deadline = ns_clock_monotonic_ms() + given(options->total_ms, NS_PROBE_TOTAL_MS);
    ns_status status = NS_OK;
    self.limit = options->sockets ? options->sockets : NS_PROBE_SOCKETS;
    self.limit = self.limit > NS_PROBE_SOCKETS_MAXIMUM ? NS_PROBE_SOCKETS_MAXIMUM : self.limit;
    self.machine_ms = given(options->machine_ms, NS_PROBE_MACHINE_MS);
    self.rules = (ns_talk_rules){given(options->connect_ms, NS_PROBE_CONNECT_MS),
                                 given(options->reply_ms, NS_PROBE_REPLY_MS),
                                 given(options->tls_ms, NS_PROBE_TLS_MS),
                                 ns_tls_rules_context(),
                                 ns_tls_any_context(),
                                 ns_authorities_open(),
                                 count <= FEW};
    self.resolver = ns_resolver_create(count);
    self.visits = calloc(self.limit, sizeof(ns_visit *));
    self.waits = calloc(self.limit, sizeof *self.waits);
    if (!is_made(&self))
        status = ns_error_set_memory(error);
    while (status == NS_OK && (self.next < count || self.visit_count) && !is_over(&self, deadline)) {
        if (!admit(&self))
            status = ns_error_set_memory(error);
        step_all(&self);
        if (self.visit_count)
            wait_for_some(&self);
    }
    if (self.visits)
        close_rest(&self);
    ns_resolver_leave(self.resolver);
    free(self.visits);
    free(self.waits);
    SSL_CTX_free(self.rules.tls);
    SSL_CTX_free(self.rules.any);
    ns_authorities_close(self.rules.authorities);
    return status;
}
