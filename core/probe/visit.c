#include "probe/visit.h"

#include <string.h>

#include "base/clock.h"

static const struct {
    uint32_t protocols;
    bool secure;
    bool any;
} questions[NS_TALK_COUNT] = {
    [NS_TALK_BEST] = {NS_X224_HYBRID_EX | NS_X224_HYBRID | NS_X224_TLS, true, false},
    [NS_TALK_TLS] = {NS_X224_TLS, false, false},
    [NS_TALK_RDP] = {NS_X224_RDP, false, false},
    [NS_TALK_RDSTLS] = {NS_X224_RDSTLS | NS_X224_TLS, false, false},
    /* Never with others: some servers answer such a request with something else. */
    [NS_TALK_ENTRA] = {NS_X224_RDSAAD, false, false},
    [NS_TALK_AGAIN] = {NS_X224_TLS, true, false},
    [NS_TALK_WHY] = {NS_X224_HYBRID_EX | NS_X224_HYBRID | NS_X224_TLS, true, true},
};

/* The next conversation begins when the one before is over, so that nobody takes it for a scan; one that takes longer holds up nothing. */
enum { FOLLOW_MS = 500 };

size_t ns_visit_open_sockets(const ns_visit *visit) {
    size_t open = 0;
    for (int i = 0; i < NS_TALK_COUNT; i++)
        open += visit->talks[i].stage != NS_TALK_IDLE && visit->talks[i].stage != NS_TALK_DONE;
    return open;
}

void ns_visit_clear(ns_visit *visit) {
    for (int i = 0; i < NS_TALK_COUNT; i++)
        if (visit->talks[i].stage != NS_TALK_IDLE)
            ns_talk_clear(&visit->talks[i]);
}

static void begin(ns_visit *visit, ns_visit_talk which, const ns_talk_rules *rules) {
    ns_talk_begin(&visit->talks[which], rules, &visit->resolved.addresses.items[visit->address], questions[which].protocols, questions[which].secure,
                  questions[which].any);
}

/* The first conversation did not reach anybody, and there is another address. */
static bool has_next_address(const ns_visit *visit) {
    return visit->address + 1 < visit->resolved.addresses.count;
}

static void try_next_address(ns_visit *visit, const ns_talk_rules *rules) {
    visit->address++;
    ns_talk_clear(&visit->talks[NS_TALK_BEST]);
    begin(visit, NS_TALK_BEST, rules);
}

/* A machine that chose TLS where CredSSP was offered takes TLS alone: asking would say nothing new, and costs some servers a
 * process. */
static bool asks_for_tls(const ns_talk *best) {
    return best->answer.kind != NS_X224_UNASKED && !(best->answer.kind == NS_X224_SELECTED && best->answer.value == NS_X224_TLS);
}

/* The machine answered, and the rules did not let it through. */
static bool is_refused(const ns_talk *talk) {
    return talk->stage == NS_TALK_DONE && talk->tls_failure[0] && strcmp(talk->tls_failure, NS_TLS_SILENT) != 0;
}

/* The best that the machine has gave no certificate, and TLS alone may. */
static bool asks_again(const ns_talk *best, const ns_talk *tls) {
    return best->stage == NS_TALK_DONE && tls->stage == NS_TALK_DONE && !best->certificate && best->answer.kind != NS_X224_SELECTED &&
           tls->answer.kind == NS_X224_SELECTED && tls->answer.value == NS_X224_TLS;
}

/* The one that may still be opened now; NS_TALK_COUNT for none. */
static ns_visit_talk wanted(const ns_visit *visit) {
    const ns_talk *best = &visit->talks[NS_TALK_BEST];
    const ns_talk *tls = &visit->talks[NS_TALK_TLS];
    if (best->stage == NS_TALK_IDLE)
        return NS_TALK_BEST;
    if (best->tcp != NS_TCP_OPEN)
        return NS_TALK_COUNT;
    for (int i = NS_TALK_RDP; i <= NS_TALK_ENTRA; i++)
        if (visit->talks[i].stage == NS_TALK_IDLE)
            return (ns_visit_talk)i;
    if (tls->stage == NS_TALK_IDLE && asks_for_tls(best))
        return NS_TALK_TLS;
    if (visit->talks[NS_TALK_AGAIN].stage == NS_TALK_IDLE && asks_again(best, tls))
        return NS_TALK_AGAIN;
    return visit->talks[NS_TALK_WHY].stage == NS_TALK_IDLE && (is_refused(best) || is_refused(&visit->talks[NS_TALK_AGAIN])) ? NS_TALK_WHY
                                                                                                                             : NS_TALK_COUNT;
}

static bool may_begin(const ns_visit *visit) {
    const uint64_t now = ns_clock_monotonic_ms();
    for (int i = 0; i < NS_TALK_COUNT; i++)
        if (visit->talks[i].stage != NS_TALK_IDLE && visit->talks[i].stage != NS_TALK_DONE && now - visit->talks[i].started < FOLLOW_MS)
            return false;
    return true;
}

static void talk(ns_visit *visit, const ns_talk_rules *rules, size_t sockets) {
    const ns_talk *best = &visit->talks[NS_TALK_BEST];
    for (int i = 0; i < NS_TALK_COUNT; i++)
        if (visit->talks[i].stage != NS_TALK_IDLE && visit->talks[i].stage != NS_TALK_DONE)
            ns_talk_step(&visit->talks[i], rules, visit->host);
    if (best->stage == NS_TALK_DONE && best->tcp != NS_TCP_OPEN) {
        if (!has_next_address(visit))
            visit->state = NS_VISIT_DONE;
        else if (sockets > 0)
            try_next_address(visit, rules);
        return;
    }
    if (sockets > 0 && wanted(visit) != NS_TALK_COUNT && may_begin(visit))
        begin(visit, wanted(visit), rules);
    if (ns_visit_open_sockets(visit) == 0 && wanted(visit) == NS_TALK_COUNT && best->tcp == NS_TCP_OPEN)
        visit->state = NS_VISIT_DONE;
}

void ns_visit_step(ns_visit *visit, const ns_talk_rules *rules, uint32_t machine_ms, size_t sockets) {
    const uint64_t now = ns_clock_monotonic_ms();
    if (visit->state == NS_VISIT_RESOLVING && !visit->resolve_deadline)
        visit->resolve_deadline = now + machine_ms;
    if (visit->state == NS_VISIT_RESOLVING && visit->resolved.done)
        visit->state = visit->resolved.found ? NS_VISIT_TALKING : NS_VISIT_DONE;
    else if (visit->state == NS_VISIT_RESOLVING && now >= visit->resolve_deadline)
        visit->state = NS_VISIT_DONE; /* a resolver that hangs must not keep others waiting */
    if (visit->state == NS_VISIT_TALKING && !visit->deadline && sockets > 0)
        visit->deadline = now + machine_ms;
    if (visit->state == NS_VISIT_TALKING)
        talk(visit, rules, sockets);
    if (visit->state != NS_VISIT_DONE && visit->deadline && now >= visit->deadline) {
        visit->out_of_time = true;
        visit->state = NS_VISIT_DONE;
    }
}
