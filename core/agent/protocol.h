/* What the agent in a session and the program that drives the run say to each other over the virtual channel NSHIFT:
 * framed JSON (base/message.h), described in docs/agent-protocol.md. Both sides use these, and neither trusts the other:
 * every field is checked, and a message that breaks a rule is NS_STATUS_PROTOCOL. Any thread. */
#ifndef NS_AGENT_PROTOCOL_H
#define NS_AGENT_PROTOCOL_H

#include "base/json.h"
#include "model/session_rules.h"

enum {
    NS_AGENT_PROTOCOL_VERSION = 2,
    NS_AGENT_NONCE_SIZE = 33,             /* 32 hexadecimal digits and the final 0 */
    NS_AGENT_OUTPUT_MAXIMUM = 256 * 1024, /* bytes of a flow's output that are sent; the rest is counted and dropped */
    NS_AGENT_OUTPUT_CHUNK = 8 * 1024,     /* bytes of output in one message */
    NS_AGENT_READY_MS = 60000,            /* how long an order waits for a desktop that a flow can use, where it does not say */
    NS_AGENT_ORPHAN_MS = 60000,           /* how long an agent keeps a flow going with nobody listening */
    NS_AGENT_SILENCE_MS = 12000,          /* after so long without a ping the agent opens its channel again */
    NS_AGENT_PICTURE_CHUNK =
        255 * 1024 /* bytes of a picture or a file in one message, before base64: whole groups of three, so that the pieces join */
};

#define NS_AGENT_CHANNEL "NSHIFT"

/* What an agent says of itself and its session; the first message after each opening of the channel. */
typedef struct ns_agent_hello {
    char version[64];
    char user[256];      /* as the system names it, without a domain */
    char principal[256]; /* user@domain where the system knows it, else "" */
    char sid[192];       /* of the user, S-1-…; "" where there is none */
    char computer[256];  /* what the machine calls itself; "" when unknown */
    char session_id[64];
    int64_t session_started_at; /* ms UTC; 0 when unknown */
    int64_t width;              /* px */
    int64_t height;             /* px */
    int64_t scale;              /* percent */
    int64_t depth;              /* bits a pixel */
    char os[128];
    bool elevated;
    char nonce[NS_AGENT_NONCE_SIZE]; /* of the run that is going on; "" for none */
    int64_t session_age;             /* ms since the session began, by its own clock; -1 unknown */
    ns_joined joined;                /* how the session was in the moment before this connection */
    ns_yes_no single_session;        /* the machine gives each user one session only */
    int64_t others;                  /* further sessions of this user on the machine */
    int64_t oem;                     /* its code pages: of consoles, */
    int64_t ansi;                    /* and of windows; 0 where there are none */
    char *environment;               /* look and language of the session, as JSON; may be NULL. Owned. */
} ns_agent_hello;

void ns_agent_hello_clear(ns_agent_hello *hello);

/* Fills with 32 hexadecimal digits of randomness. */
NS_MUST_USE ns_status ns_agent_make_nonce(char nonce[NS_AGENT_NONCE_SIZE], ns_error *error);

/* Each gives a message that the caller deletes; NULL when memory ran out. */
cJSON *ns_agent_hello_write(const ns_agent_hello *hello);
/* A message of `type` that carries the nonce and nothing else yet. */
cJSON *ns_agent_message(const char *type, const char *nonce);

NS_MUST_USE ns_status ns_agent_hello_read(const cJSON *message, ns_agent_hello *out, ns_error *error);

/* The result code of a "failed": one of those that an agent may give, which are about the start of a flow alone. Any other is FlowNotStarted: what
 * runs in a session says nothing of accounts, machines and networks. */
const char *ns_agent_failed_code(const cJSON *message);

#endif
