/* One conversation with a machine, on a connection of its own: connect, ask, and where it was agreed on look at the TLS
 * certificate and the NTLM challenge. It never waits: its owner polls the socket and calls step. Nothing that it sends
 * names a user. Private to core/probe; one thread. */
#ifndef NS_PROBE_TALK_H
#define NS_PROBE_TALK_H

#include <openssl/ssl.h>

#include "base/json.h"
#include "probe/authority.h"
#include "probe/net.h"
#include "probe/ntlm.h"
#include "probe/x224.h"

typedef enum ns_talk_stage { NS_TALK_IDLE, NS_TALK_CONNECTING, NS_TALK_ASKING, NS_TALK_SECURING, NS_TALK_CHALLENGING, NS_TALK_DONE } ns_talk_stage;

typedef enum ns_talk_tcp { NS_TCP_UNTRIED, NS_TCP_OPEN, NS_TCP_REFUSED, NS_TCP_SILENT, NS_TCP_UNREACHABLE } ns_talk_tcp;

/* What all the conversations of a probe share. */
typedef struct ns_talk_rules {
    uint32_t connect_ms;
    uint32_t reply_ms;
    uint32_t tls_ms;
    SSL_CTX *tls; /* what a run takes, */
    SSL_CTX *any; /* and whatever a machine speaks (tls_rules.h) */
    ns_authorities *authorities;
    bool gently; /* connections are closed, not reset */
} ns_talk_rules;

typedef struct ns_talk {
    uint32_t question; /* protocols, as in x224.h */
    bool secure;       /* goes on to TLS where the machine agrees, */
    bool any;          /* with everything allowed */
    bool gently;
    ns_talk_stage stage;
    ns_net socket;
    bool writing;     /* what to poll the socket for */
    uint64_t started; /* ms, monotonic */
    uint64_t deadline;
    ns_talk_tcp tcp;
    uint32_t connect_ms;
    ns_x224_answer answer;
    uint8_t bytes[NS_NTLM_ANSWER_MAXIMUM + 8];
    size_t used;
    /* TLS; `certificate` NULL where there was none */
    SSL *ssl;
    cJSON *certificate;
    char tls_version[16];
    char tls_cipher[64];
    char tls_failure[160];   /* "" when it went well or was not tried */
    const char *tls_refused; /* why a run would not take it, in a word of tls_rules.h; NULL when it would, or nobody can tell */
    bool challenge_asked;
    bool challenged;
    ns_ntlm_challenge challenge;
    int64_t challenged_at; /* ms UTC */
} ns_talk;

void ns_talk_begin(ns_talk *talk, const ns_talk_rules *rules, const ns_net_address *address, uint32_t question, bool secure, bool any);
/* After the socket became ready, and from time to time. `host` is what the machine is addressed by. */
void ns_talk_step(ns_talk *talk, const ns_talk_rules *rules, const char *host);
void ns_talk_clear(ns_talk *talk);

#endif
