/* A scripted RDP server on FreeRDP's own server code, for faults that real servers do not produce on demand. One script
 * for all connections of the process; what it sees goes to standard output, one JSON object a line. Linux only. */
#ifndef NS_TESTS_PEER_H
#define NS_TESTS_PEER_H

#include <freerdp/freerdp.h>
#include <freerdp/peer.h>
#include <freerdp/transport_io.h>

#include "agent/protocol.h"
#include "base/message.h"

/* Where a connection falls silent or breaks; in the order of a connection. */
typedef enum peer_point {
    POINT_NONE,
    POINT_X224,         /* no answer to the connection request */
    POINT_TLS,          /* in the handshake */
    POINT_NLA_TOKEN,    /* no NTLM challenge */
    POINT_NLA_RESULT,   /* no answer to the credential */
    POINT_EARLY,        /* no early user authorization result */
    POINT_MCS,          /* no MCS connect response */
    POINT_ATTACH,       /* no attach user confirm */
    POINT_LICENSE,      /* after client info: no licensing */
    POINT_CAPABILITIES, /* active never comes */
    POINT_PICTURE,      /* active, and nothing is drawn */
    POINT_AGENT,        /* a desktop, and no agent */
    POINT_FLOW,         /* the agent falls silent when the flow was ordered */
    POINT_SIGN_OUT      /* the agent does not obey */
} peer_point;

typedef struct peer_script {
    const char *certificate; /* PEM files */
    const char *key;
    const char *password; /* what NLA expects */
    peer_point stall;
    peer_point drop; /* the TCP connection ends there, the first time only */
    bool nla;
    uint32_t nla_status;  /* NTSTATUS with which CredSSP refuses; 0 to check the password */
    int early;            /* 0 not offered, 1 granted, 2 denied */
    uint32_t negotiation; /* RDP_NEG_FAILURE code; 0 for none */
    uint32_t error_info;  /* Set Error Info */
    peer_point error_at;  /* POINT_CAPABILITIES: when active; POINT_FLOW: when the flow runs */
    bool logon_error;
    uint32_t logon_type;
    uint32_t logon_data;
    int notify;         /* the type of Save Session Info that is sent when active; -1 for none */
    bool cookie;        /* an auto-reconnect cookie */
    bool refuse_return; /* NLA refuses whoever comes back after the drop */
    bool agent;         /* the scripted agent opens the channel */
    int flow_ms;        /* how long its flow takes */
    bool black;         /* the desktop that is drawn is black; the agent has a picture */
    bool restart;       /* the agent says that the machine restarts, and the connection ends */
    bool held_up;       /* and then that somebody held it up */
    int exit_code;      /* of the flow */
    int joined_ms;      /* how old the session is said to be */
    const char *joined;
    const char *redirect;  /* it sends the client there when active: an address, or "token"; NULL: it does not */
    const char *failed;    /* the code with which the agent refuses to start the flow; NULL: it starts it */
    const char *artifacts; /* the folder of files that its flow made, sent as the agent does it; NULL: none are sent */
    int drop_piece;        /* the connection breaks at this piece of them, the first time only; 0: it does not */
    bool other_digest;     /* they are not what they are said to be */
    bool swap;             /* the agent is gone as soon as it has greeted, and another program opens the channel and listens */
    bool forget;           /* each connection finds a new session, whatever became of the one before */
    int strangers;         /* so many times it tells of another user */
    int others;            /* further sessions of the user that the agent tells of */
    int variation;         /* the number of the first connection's variation, each has the next (variation.c); -1: none */
} peer_script;

/* What of a connection a variation is about. */
typedef enum peer_part { PART_MESSAGE, PART_AGENT, PART_PICTURE, PART_HANDSHAKE } peer_part;

typedef struct peer_variation {
    bool on;
    bool done;
    int64_t number;
    uint64_t state; /* of what is drawn by lot */
    peer_part part;
    int at;   /* which message of that part */
    int way;  /* what becomes of it */
    int seen; /* messages of that part so far */
} peer_variation;

typedef struct peer_context {
    rdpContext base; /* FreeRDP wants its own first */
    const peer_script *script;
    rdpTransportIo transport; /* FreeRDP's own calls, which ours wrap */
    int credssp_writes;
    HANDLE manager; /* virtual channels */
    HANDLE channel; /* NSHIFT */
    ns_message_reader reader;
    bool active;
    bool drawn;
    uint64_t act_at; /* ms, monotonic: when the script's flow point is due; 0 for never */
    uint64_t flow_end_at;
    uint64_t down_at; /* ms, monotonic: when the machine goes down; 0 for never */
    bool acted;
    uint64_t swap_at; /* ms, monotonic; 0 for never */
    bool swapped;
    bool closing;
    peer_variation variation;
} peer_context;

void peer_say(const char *event, const char *name, const char *value);
/* Never returns when the script falls silent here. */
/* Whether CredSSP is to refuse now, and with which NTSTATUS; 0 for no. */
uint32_t peer_refusal(void);
void peer_stall_at(const peer_script *script, peer_point point);
/* Breaks the connection when the script wants that here, the first time. */
bool peer_drop_at(freerdp_peer *peer, peer_point point);
void peer_break(freerdp_peer *peer);

/* wire.c: what is altered on its way out. */
bool peer_wire_install(freerdp_peer *peer);

/* variation.c: the connection's own, chosen by its number. */
void peer_variation_begin(peer_context *context);
/* Writes the bytes by `write`, or what the variation makes of them. */
typedef bool (*peer_write)(peer_context *context, const uint8_t *bytes, size_t size, void *to);
bool peer_vary(peer_context *context, peer_part part, const uint8_t *bytes, size_t size, peer_write write, void *to);
/* True when it was in place of the handshake. */
bool peer_vary_handshake(peer_context *context);
void peer_vary_picture(freerdp_peer *peer);

/* actor.c: the agent in the scripted session. Each is called from the connection's thread. */
void peer_actor_tick(freerdp_peer *peer);
void peer_send_error_info(freerdp_peer *peer, uint32_t code);

#endif
