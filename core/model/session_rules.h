/* Windows sessions as the rules see them: which session a run may use, and which code says that it may not. The rules
 * are Microsoft's (Run unattended desktop flows; error codes of Power Automate), see docs/sessions.md. Pure; any thread. */
#ifndef NS_MODEL_SESSION_RULES_H
#define NS_MODEL_SESSION_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of a session that a run may have left on a machine. */
typedef enum ns_session_state {
    NS_SESSION_KEPT,    /* locked, for the next run to return to */
    NS_SESSION_LEFT,    /* seen there, and not seen to be gone */
    NS_SESSION_POSSIBLE /* the run broke off on the way to it: there may be one */
} ns_session_state;

typedef struct ns_session {
    int64_t id; /* of the record */
    int64_t machine_id;
    char *machine;
    int64_t connection_id; /* 0 when the connection was removed */
    char *connection;
    char *user;
    char *address;    /* "ADDRESS:PORT" at which the machine was reached; "" when that is not known */
    char *session_id; /* the machine's own number; "" when it is not known */
    int64_t started_at;
    int64_t width;  /* px */
    int64_t height; /* px */
    int64_t depth;  /* bits a pixel, as it was asked for */
    ns_session_state state;
    int64_t run_id;
    int64_t since;
} ns_session;

/* Two that began so close to each other are one, where their number is the same: a machine tells it in steps. */
enum { NS_SAME_START_MS = 500 };

void ns_session_clear(ns_session *session);
/* "kept", "left", "possible". */
const char *ns_session_state_name(ns_session_state state);
ns_session_state ns_session_state_parse(const char *name);

/* How the session was in the moment before the run reached it. */
typedef enum ns_joined {
    NS_JOINED_UNKNOWN,
    NS_JOINED_NEW,          /* it began with this sign-in */
    NS_JOINED_DISCONNECTED, /* it was there, and nobody was connected */
    NS_JOINED_LOCKED,
    NS_JOINED_ACTIVE /* somebody was using it */
} ns_joined;

const char *ns_joined_name(ns_joined joined);
ns_joined ns_joined_parse(const char *name);

typedef enum ns_yes_no { NS_UNKNOWN, NS_YES, NS_NO } ns_yes_no;

/* Whether a run may use the session that its sign-in brought it to. */
typedef struct ns_arrival {
    ns_joined joined;
    bool reuse;               /* the setting session.reuse */
    ns_yes_no single_session; /* the machine gives each user one session only */
    size_t others;            /* further sessions of the same user there */
} ns_arrival;

/* NULL when it may; else the result code. */
const char *ns_arrival_refusal(const ns_arrival *arrival);

/* A session as the machine lists it (WTSEnumerateSessionsEx, WTSINFOEX). */
typedef struct ns_session_fact {
    char id[24];
    char user[256]; /* "" when nobody is signed in to it */
    char domain[256];
    bool active; /* else disconnected */
    ns_yes_no locked;
    bool console;
} ns_session_fact;

typedef struct ns_session_facts {
    ns_yes_no server;         /* a server edition, by product type */
    ns_yes_no many_sessions;  /* RD Session Host, or Windows Enterprise multi-session */
    ns_yes_no single_session; /* fSingleSessionPerUser */
    int64_t session_limit;    /* how many sessions users may have at once; 0 unknown or none */
    const ns_session_fact *sessions;
    size_t count;
} ns_session_facts;

/* Whether a session's user (a plain name, as machines list them) is the one that a connection names: the same name ignoring
 * case, or for user@domain the part before the @. */
bool ns_session_user_is(const char *session_user, const char *connection_user);

/* Before signing in: what a run of this user would meet. */
typedef struct ns_session_forecast {
    const char *code;          /* NULL: a sign-in may be tried */
    const char *reuse_session; /* borrowed; the session that it would return to, NULL for a new one */
    char detail[400];          /* a phrase: who, where, in which state */
} ns_session_forecast;

void ns_session_forecast_make(const ns_session_facts *facts, const char *user, bool reuse, ns_session_forecast *out);

#endif
