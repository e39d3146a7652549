/* One RDP session through FreeRDP, without a window: it signs in, keeps the picture in a shared frame, carries messages
 * to and from the agent, and says how it ended. One credential is submitted at most once: a second TCP connection is
 * refused (FreeRDP would make one by itself and repeat the password). Linked by nightshift-runner only.
 * `ns_rdp_session_run` blocks its thread, which also calls the observer; `send` and `stop` may come from any thread. */
#ifndef NS_RDP_SESSION_H
#define NS_RDP_SESSION_H

#include "base/frame.h"
#include "base/json.h"
#include "model/trust.h"
#include "rdp/dialer.h"
#include "secret/secret.h"

typedef struct ns_rdp_session ns_rdp_session;

typedef struct ns_rdp_options {
    const char *host;
    ns_dialer *dialer; /* makes the connections; its port is the machine's */
    const char *user;
    const char *domain;
    uint32_t width;            /* px */
    uint32_t height;           /* px */
    uint32_t scale;            /* percent */
    uint32_t depth;            /* bits a pixel */
    ns_trust_rules trust;      /* what the machine must show before the password goes out */
    bool sign_in_only;         /* ends with SignInProven, SignInAllowed or SignInNotProven before a session begins */
    const char *agent_command; /* the alternate shell; "" for the user's own */
    const char *client_name;   /* what the machine shows its admins; at most 15 characters */
    uint32_t connect_timeout_ms;
    ns_frame *frame;
} ns_rdp_options;

/* How a session ended. */
typedef struct ns_rdp_end {
    char code[64];    /* a result code; "" when it was stopped from our side */
    uint32_t native;  /* FreeRDP's last error, 0 for none */
    char detail[256]; /* FreeRDP's name for it, for the timeline */
    bool signed_out;  /* the machine said that the session was signed out (Set Error Info) */
    bool ultimatum;   /* or only that it closes "by the user's wish", which xrdp says of a take-over as well */
    bool connected;   /* the session had been open */
} ns_rdp_end;

typedef struct ns_rdp_observer {
    void *context;
    void (*phase)(void *context, const char *name, const char *detail);
    /* The machine is reached and its certificate accepted: whether the password may go out, and it, which the session takes. Waits for the answer, on
     * the session's thread; once for each connection. */
    bool (*sign_in)(void *context, ns_secret *password);
    /* `known`: it is the one that was pinned, or an authority is to vouch for it: whoever gives the password out decides that. `pem`: it, and what
     * came with it. */
    void (*certificate)(void *context, const char *sha256, const char *subject, bool known, const char *pem);
    void (*picture)(void *context, uint32_t width, uint32_t height);     /* the first one, and each new size */
    void (*logon)(void *context, const char *user, uint32_t session_id); /* Save Session Info; user "" when not told */
    /* Logon Error Info, [MS-RDPBCGR] 2.2.10.1.1.4.1.1; `code` is the result code that it means, "" when it means that
     * the sign-in goes on. */
    void (*question)(void *context, uint32_t type, uint32_t data, const char *code);
    void (*accepted)(void *context); /* the machine took the credential (CredSSP, early user authorization) */
    /* The connection broke and is being made again with the machine's cookie; `done`: it is there again. */
    void (*reconnect)(void *context, uint32_t attempt, bool done);
    void (*still)(void *context);                               /* signed in by nothing, and the picture has not changed for a while */
    void (*channel)(void *context, bool open, uint32_t number); /* each that opens has a number of its own */
    void (*message)(void *context, const cJSON *message);       /* from the agent; borrowed */
} ns_rdp_observer;

/* The options must outlive the session. */
NS_MUST_USE ns_status ns_rdp_session_create(const ns_rdp_options *options, const ns_rdp_observer *observer, ns_rdp_session **out, ns_error *error);
void ns_rdp_session_run(ns_rdp_session *session, ns_rdp_end *end);
/* Queues a message for whoever opened the channel of that number; takes it. Dropped when that is not the one that is open: an order is for the
 * process that greeted, and for none that came after it. */
void ns_rdp_session_send(ns_rdp_session *session, cJSON *message, uint32_t channel);
/* Presses and lets go the key F15, which no keyboard has and no program waits for: an idle limit of the machine (MaxIdleTime) is put off by what
 * comes from the client alone. A mouse that moves would be one that the flow's own pointer jumps to. Any thread. */
void ns_rdp_session_keep_awake(ns_rdp_session *session);
/* Ends the session at once, in whatever it is doing. */
void ns_rdp_session_stop(ns_rdp_session *session);
void ns_rdp_session_destroy(ns_rdp_session *session);

#endif
