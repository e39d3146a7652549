#include "probe/talk.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/fact.h"
#include "probe/tls_facts.h"
#include "probe/tls_rules.h"

static void enter(ns_talk *talk, ns_talk_stage stage, bool writing, uint32_t timeout_ms) {
    talk->stage = stage;
    talk->writing = writing;
    talk->used = 0;
    talk->deadline = ns_clock_monotonic_ms() + timeout_ms;
}

enum { REST_READS = 16 };

/* What is not read makes a reset of its end; who sends on and on gets one. */
static void hang_up(ns_talk *talk) {
    char rest[1024];
    for (int i = 0; i < REST_READS && ns_net_receive(talk->socket, rest, sizeof rest) > 0; i++) {
    }
    ns_net_hang_up(talk->socket);
}

/* What it found out stays; the connection goes. */
static void finish(ns_talk *talk) {
    if (talk->ssl && talk->gently)
        (void)SSL_shutdown(talk->ssl);
    SSL_free(talk->ssl);
    talk->ssl = NULL;
    if (talk->gently && talk->tcp == NS_TCP_OPEN)
        hang_up(talk);
    else
        ns_net_close(talk->socket);
    talk->socket = NS_NET_NONE;
    talk->stage = NS_TALK_DONE;
    ERR_clear_error(); /* OpenSSL's list is the thread's: the next conversation must not read this one's */
}

void ns_talk_begin(ns_talk *talk, const ns_talk_rules *rules, const ns_net_address *address, uint32_t question, bool secure, bool any) {
    memset(talk, 0, sizeof *talk);
    talk->question = question;
    talk->secure = secure;
    talk->any = any;
    talk->gently = rules->gently;
    talk->started = ns_clock_monotonic_ms();
    talk->socket = ns_net_connect(address);
    enter(talk, NS_TALK_CONNECTING, true, rules->connect_ms);
    if (talk->socket == NS_NET_NONE) {
        talk->tcp = NS_TCP_UNREACHABLE;
        finish(talk);
    }
}

void ns_talk_clear(ns_talk *talk) {
    finish(talk);
    cJSON_Delete(talk->certificate);
    memset(talk, 0, sizeof *talk);
    talk->socket = NS_NET_NONE;
}

static void send_request(ns_talk *talk, const ns_talk_rules *rules) {
    uint8_t request[NS_X224_REQUEST_SIZE];
    ns_x224_request(talk->question, request);
    talk->tcp = NS_TCP_OPEN;
    talk->connect_ms = (uint32_t)(ns_clock_monotonic_ms() - talk->started);
    enter(talk, NS_TALK_ASKING, false, rules->reply_ms);
    if (ns_net_send(talk->socket, request, sizeof request) != (ptrdiff_t)sizeof request) { /* a fresh socket takes nineteen bytes */
        talk->answer.kind = NS_X224_CLOSED;
        finish(talk);
    }
}

static void connecting(ns_talk *talk, const ns_talk_rules *rules) {
    switch (ns_net_look(talk->socket)) {
    case NS_NET_OPEN:
        send_request(talk, rules);
        break;
    case NS_NET_REFUSED:
        talk->tcp = NS_TCP_REFUSED;
        finish(talk);
        break;
    case NS_NET_UNREACHABLE:
        talk->tcp = NS_TCP_UNREACHABLE;
        finish(talk);
        break;
    default:
        break;
    }
}

static void secure(ns_talk *talk, const ns_talk_rules *rules, const char *host) {
    ns_net_addresses numeric;
    char why[64];
    talk->ssl = SSL_new(talk->any ? rules->any : rules->tls);
    if (!talk->ssl || SSL_set_fd(talk->ssl, (int)talk->socket) != 1) {
        (void)snprintf(talk->tls_failure, sizeof talk->tls_failure, "out of memory");
        finish(talk);
        return;
    }
    if (!ns_net_resolve(host, 0, true, &numeric, why, sizeof why))
        (void)SSL_set_tlsext_host_name(talk->ssl, host);
    enter(talk, NS_TALK_SECURING, false, rules->tls_ms);
}

/* Exactly the four bytes that tell the length, and then exactly the rest: what follows belongs to TLS. */
static void asking(ns_talk *talk, const ns_talk_rules *rules, const char *host) {
    size_t whole = talk->used < 4 ? 4 : ns_x224_answer_size(talk->bytes, talk->used);
    while (talk->used < whole) {
        ptrdiff_t got = ns_net_receive(talk->socket, talk->bytes + talk->used, whole - talk->used);
        if (got == 0)
            return;
        if (got < 0) {
            talk->answer.kind = talk->used ? NS_X224_NOT_RDP : NS_X224_CLOSED;
            finish(talk);
            return;
        }
        talk->used += (size_t)got;
        if (talk->used == 4)
            whole = ns_x224_answer_size(talk->bytes, talk->used);
    }
    talk->answer = ns_x224_read(talk->bytes, talk->used);
    if (talk->secure && talk->answer.kind == NS_X224_SELECTED && talk->answer.value != NS_X224_RDP)
        secure(talk, rules, host);
    else
        finish(talk);
}

/* True when OpenSSL only has to wait for the socket. */
static bool has_to_wait(ns_talk *talk, int result) {
    const int reason = SSL_get_error(talk->ssl, result);
    talk->writing = reason == SSL_ERROR_WANT_WRITE;
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
}

static void ask_challenge(ns_talk *talk, const ns_talk_rules *rules) {
    uint8_t request[NS_NTLM_REQUEST_SIZE];
    ns_ntlm_request(request);
    talk->challenge_asked = true;
    if (SSL_write(talk->ssl, request, sizeof request) != (int)sizeof request)
        finish(talk);
    else
        enter(talk, NS_TALK_CHALLENGING, false, rules->reply_ms);
}

static void securing(ns_talk *talk, const ns_talk_rules *rules, const char *host) {
    X509 *leaf = NULL;
    const int result = SSL_connect(talk->ssl);
    if (result != 1) {
        unsigned long failure = 0;
        if (has_to_wait(talk, result))
            return;
        failure = ERR_peek_error();
        (void)snprintf(talk->tls_failure, sizeof talk->tls_failure, "%s",
                       failure && ERR_reason_error_string(failure) ? ERR_reason_error_string(failure) : "the machine broke it off");
        finish(talk);
        return;
    }
    (void)snprintf(talk->tls_version, sizeof talk->tls_version, "%s", SSL_get_version(talk->ssl));
    (void)snprintf(talk->tls_cipher, sizeof talk->tls_cipher, "%s", SSL_get_cipher_name(talk->ssl));
    leaf = SSL_get0_peer_certificate(talk->ssl);
    if (talk->any)
        talk->tls_refused = ns_tls_refuses_connection(talk->ssl, rules->tls);
    else if (leaf)
        talk->tls_refused = ns_tls_refuses_certificate(leaf);
    if (leaf)
        talk->certificate = ns_certificate_describe(leaf, SSL_get_peer_cert_chain(talk->ssl), rules->authorities, host);
    if (!talk->any && (talk->answer.value == NS_X224_HYBRID || talk->answer.value == NS_X224_HYBRID_EX))
        ask_challenge(talk, rules);
    else
        finish(talk);
}

static void challenging(ns_talk *talk) {
    for (;;) {
        size_t whole = 0;
        const int got = SSL_read(talk->ssl, talk->bytes + talk->used, (int)(sizeof talk->bytes - talk->used));
        if (got <= 0) {
            if (!has_to_wait(talk, got))
                finish(talk);
            return;
        }
        talk->used += (size_t)got;
        whole = ns_ntlm_answer_size(talk->bytes, talk->used);
        if (whole == 0 || (whole != SIZE_MAX && talk->used < whole && talk->used < sizeof talk->bytes))
            continue;
        talk->challenged = whole != SIZE_MAX && ns_ntlm_read(talk->bytes, talk->used < whole ? talk->used : whole, &talk->challenge);
        talk->challenged_at = ns_clock_utc_ms();
        finish(talk);
        return;
    }
}

static void give_up(ns_talk *talk) {
    if (talk->stage == NS_TALK_CONNECTING)
        talk->tcp = NS_TCP_SILENT;
    else if (talk->stage == NS_TALK_ASKING)
        talk->answer.kind = NS_X224_SILENT;
    else if (talk->stage == NS_TALK_SECURING)
        (void)snprintf(talk->tls_failure, sizeof talk->tls_failure, NS_TLS_SILENT);
    finish(talk);
}

void ns_talk_step(ns_talk *talk, const ns_talk_rules *rules, const char *host) {
    if (talk->stage == NS_TALK_CONNECTING)
        connecting(talk, rules);
    if (talk->stage == NS_TALK_ASKING)
        asking(talk, rules, host);
    if (talk->stage == NS_TALK_SECURING)
        securing(talk, rules, host);
    if (talk->stage == NS_TALK_CHALLENGING)
        challenging(talk);
    if (talk->stage != NS_TALK_DONE && ns_clock_monotonic_ms() >= talk->deadline)
        give_up(talk);
}
