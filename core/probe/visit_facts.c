/* What a visit found out, as facts. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "probe/visit.h"

static void add_dns(const ns_visit *visit, ns_facts *out, int64_t at) {
    cJSON *array = NULL;
    if (!visit->resolved.done) {
        ns_facts_add_unknown(out, "dns.addresses", "The resolver did not answer in time.", "the system's resolver", at);
        return;
    }
    array = cJSON_CreateArray();
    for (size_t i = 0; i < visit->resolved.addresses.count; i++)
        (void)cJSON_AddItemToArray(array, cJSON_CreateString(visit->resolved.addresses.items[i].text));
    ns_facts_add(out, "dns.addresses", array, "the system's resolver", at);
    if (!visit->resolved.found)
        ns_facts_add_string(out, "dns.failure", visit->resolved.why, "the system's resolver", at);
}

static void add_tcp(const ns_visit *visit, ns_facts *out, int64_t at) {
    static const char *const names[] = {"untried", "open", "refused", "silent", "unreachable"};
    const ns_talk *best = &visit->talks[NS_TALK_BEST];
    char source[NS_NET_TEXT_SIZE + 24];
    (void)snprintf(source, sizeof source, "TCP to %s port %u",
                   visit->resolved.addresses.count ? visit->resolved.addresses.items[visit->address].text : visit->host, visit->port);
    if (best->tcp == NS_TCP_UNTRIED) {
        ns_facts_add_unknown(out, "tcp.state",
                             visit->resolved.done && !visit->resolved.found ? "The name has no address." : "There was no time left.", source, at);
        return;
    }
    ns_facts_add_string(out, "tcp.state", names[best->tcp], source, at);
    ns_facts_add_string(out, "tcp.address", visit->resolved.addresses.items[visit->address].text, source, at);
    if (best->tcp == NS_TCP_OPEN)
        ns_facts_add_integer(out, "tcp.connect-ms", best->connect_ms, source, at);
}

/* An answer in one word and a number: "selected 2", "refused 5", "old", "closed", "silent", "not-rdp". */
static void add_answer(const ns_talk *talk, const char *name, ns_facts *out, int64_t at) {
    char text[64];
    char source[96];
    (void)snprintf(source, sizeof source, "X.224 connection confirm to requestedProtocols 0x%02X", (unsigned)talk->question);
    switch (talk->answer.kind) {
    case NS_X224_SELECTED:
        (void)snprintf(text, sizeof text, "selected %u", (unsigned)talk->answer.value);
        break;
    case NS_X224_REFUSED:
        (void)snprintf(text, sizeof text, "refused %u", (unsigned)talk->answer.value);
        break;
    case NS_X224_OLD:
    case NS_X224_CLOSED:
    case NS_X224_SILENT:
    case NS_X224_NOT_RDP:
        (void)snprintf(text, sizeof text, "%s",
                       talk->answer.kind == NS_X224_OLD      ? "old"
                       : talk->answer.kind == NS_X224_CLOSED ? "closed"
                       : talk->answer.kind == NS_X224_SILENT ? "silent"
                                                             : "not-rdp");
        break;
    default:
        ns_facts_add_unknown(
            out, name, talk->tcp == NS_TCP_OPEN || talk->tcp == NS_TCP_UNTRIED ? "There was no time left." : "No connection was made.", source, at);
        return;
    }
    ns_facts_add_string(out, name, text, source, at);
}

static bool selected(const ns_talk *talk, uint32_t protocol) {
    return talk->answer.kind == NS_X224_SELECTED && talk->answer.value == protocol;
}

/* "required", "offered", "absent": TLS alone refused with HYBRID_REQUIRED is the one sure sign of the first. */
static void add_nla(const ns_visit *visit, ns_facts *out, int64_t at) {
    const ns_talk *best = &visit->talks[NS_TALK_BEST];
    const ns_talk *tls = &visit->talks[NS_TALK_TLS];
    static const char source[] = "X.224: TLS alone, and TLS with CredSSP";
    const bool offered = selected(best, NS_X224_HYBRID) || selected(best, NS_X224_HYBRID_EX);
    if (tls->answer.kind == NS_X224_REFUSED && tls->answer.value == 5)
        ns_facts_add_string(out, "rdp.nla", "required", source, at);
    else if (offered && (tls->answer.kind == NS_X224_SELECTED || tls->answer.kind == NS_X224_REFUSED))
        ns_facts_add_string(out, "rdp.nla", "offered", source, at);
    else if (!offered && (best->answer.kind == NS_X224_SELECTED || best->answer.kind == NS_X224_OLD))
        ns_facts_add_string(out, "rdp.nla", "absent", source, at);
    else
        ns_facts_add_unknown(out, "rdp.nla", "The machine did not agree on a protocol.", source, at);
}

/* Whether a question of its own was answered with that protocol. A machine that did not answer properly is unknown. */
static void add_offer(const ns_talk *talk, const char *name, uint32_t protocol, ns_facts *out, int64_t at) {
    char source[96];
    (void)snprintf(source, sizeof source, "X.224 connection confirm to requestedProtocols 0x%02X", (unsigned)talk->question);
    if (talk->answer.kind == NS_X224_SELECTED || talk->answer.kind == NS_X224_REFUSED || talk->answer.kind == NS_X224_OLD ||
        talk->answer.kind == NS_X224_NOT_RDP)
        ns_facts_add_bool(out, name, selected(talk, protocol) || (protocol == NS_X224_RDP && talk->answer.kind == NS_X224_OLD), source, at);
    else
        ns_facts_add_unknown(out, name, "The machine gave no answer to that question.", source, at);
}

static void add_protocol(const ns_visit *visit, ns_facts *out, int64_t at) {
    const ns_talk *best = &visit->talks[NS_TALK_BEST];
    const ns_talk *tls = &visit->talks[NS_TALK_TLS];
    static const char source[] = "X.224 connection confirm";
    const ns_talk *chosen = best->answer.kind == NS_X224_SELECTED ? best : tls->answer.kind == NS_X224_SELECTED ? tls : NULL;
    if (chosen && (chosen->answer.value & ~chosen->question))
        ns_facts_add_unknown(out, "rdp.protocol", "The machine chose a protocol that it was not offered.", source, at);
    else if (chosen)
        ns_facts_add_string(out, "rdp.protocol", ns_x224_protocol_name(chosen->answer.value), source, at);
    else if (best->answer.kind == NS_X224_OLD)
        ns_facts_add_string(out, "rdp.protocol", "RDP", source, at);
    else
        ns_facts_add_unknown(out, "rdp.protocol", "The machine did not agree on a protocol.", source, at);
    if (best->answer.kind == NS_X224_SELECTED) {
        ns_facts_add_bool(out, "rdp.restricted-admin", (best->answer.flags & NS_X224_RESTRICTED_ADMIN) != 0, "RDP_NEG_RSP flag 0x08", at);
        ns_facts_add_bool(out, "rdp.credential-guard", (best->answer.flags & NS_X224_CREDENTIAL_GUARD) != 0, "RDP_NEG_RSP flag 0x10", at);
    }
}

static void add_tls(const ns_visit *visit, ns_facts *out, int64_t at) {
    const ns_talk *asked = visit->talks[NS_TALK_AGAIN].stage == NS_TALK_DONE ? &visit->talks[NS_TALK_AGAIN] : &visit->talks[NS_TALK_BEST];
    const ns_talk *talk = visit->talks[NS_TALK_WHY].stage == NS_TALK_DONE ? &visit->talks[NS_TALK_WHY] : asked;
    if (talk->certificate)
        ns_facts_add(out, "tls.certificate", cJSON_Duplicate(talk->certificate, true), "TLS certificate", at);
    else
        ns_facts_add_unknown(out, "tls.certificate", asked->tls_failure[0] ? asked->tls_failure : "No TLS was agreed on.", "TLS handshake", at);
    if (talk->tls_version[0]) {
        ns_facts_add_string(out, "tls.version", talk->tls_version, "TLS handshake", at);
        ns_facts_add_string(out, "tls.cipher", talk->tls_cipher, "TLS handshake", at);
    }
    if (asked->tls_failure[0])
        ns_facts_add_string(out, "tls.failure", asked->tls_failure, "TLS handshake by the rules of a run", at);
    if (talk->tls_refused)
        ns_facts_add_string(out, "tls.refused", talk->tls_refused, "TLS handshake", at);
}

static void add_challenge(const ns_visit *visit, ns_facts *out, int64_t at) {
    static const char source[] = "NTLM challenge";
    const ns_talk *talk = &visit->talks[NS_TALK_BEST];
    const ns_ntlm_challenge *told = &talk->challenge;
    const struct {
        const char *name;
        const char *value;
    } names[] = {{"ntlm.computer", told->computer},
                 {"ntlm.domain", told->domain},
                 {"ntlm.dns-computer", told->dns_computer},
                 {"ntlm.dns-domain", told->dns_domain},
                 {"ntlm.forest", told->dns_forest}};
    char build[32];
    if (!talk->challenged) {
        ns_facts_add_unknown(out, "clock.skew-ms",
                             talk->challenge_asked ? "The machine offers no NTLM." : "It takes Network Level Authentication to ask.", source, at);
        return;
    }
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        if (names[i].value[0])
            ns_facts_add_string(out, names[i].name, names[i].value, source, at);
    if (told->versioned) {
        (void)snprintf(build, sizeof build, "%u.%u.%u", told->major, told->minor, told->build);
        ns_facts_add_string(out, "ntlm.build", build, source, at);
    }
    if (told->time)
        ns_facts_add_integer(out, "clock.skew-ms", told->time - talk->challenged_at, "NTLM challenge, MsvAvTimestamp", at);
    else
        ns_facts_add_unknown(out, "clock.skew-ms", "The challenge carries no time.", source, at);
}

void ns_visit_report(const ns_visit *visit, ns_facts *out) {
    const int64_t at = ns_clock_utc_ms();
    ns_facts_init(out, visit->name);
    add_dns(visit, out, at);
    add_tcp(visit, out, at);
    if (visit->talks[NS_TALK_BEST].tcp != NS_TCP_OPEN)
        return;
    add_answer(&visit->talks[NS_TALK_BEST], "rdp.answer.best", out, at);
    if (visit->talks[NS_TALK_TLS].stage != NS_TALK_IDLE)
        add_answer(&visit->talks[NS_TALK_TLS], "rdp.answer.tls", out, at);
    add_answer(&visit->talks[NS_TALK_RDP], "rdp.answer.rdp", out, at);
    add_answer(&visit->talks[NS_TALK_RDSTLS], "rdp.answer.rdstls", out, at);
    add_answer(&visit->talks[NS_TALK_ENTRA], "rdp.answer.entra", out, at);
    add_protocol(visit, out, at);
    add_nla(visit, out, at);
    add_offer(&visit->talks[NS_TALK_RDP], "rdp.plain", NS_X224_RDP, out, at);
    add_offer(&visit->talks[NS_TALK_RDSTLS], "rdp.rdstls", NS_X224_RDSTLS, out, at);
    add_offer(&visit->talks[NS_TALK_ENTRA], "rdp.entra", NS_X224_RDSAAD, out, at);
    add_tls(visit, out, at);
    add_challenge(visit, out, at);
}
