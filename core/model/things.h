/* The things that the store holds, as plain structs. Texts are owned by the struct and never NULL after a load;
 * each `clear` frees them. Times are milliseconds UTC, 0 for none. Ids are the store's, 0 for none. */
#ifndef NS_MODEL_THINGS_H
#define NS_MODEL_THINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/flow.h"
#include "model/session_rules.h"
#include "model/setting.h"

typedef struct ns_group {
    int64_t id;
    char *name;
    char *description;
    int64_t machine_count;
    ns_setting_values values;
} ns_group;

typedef struct ns_machine {
    int64_t id;
    char *name;
    char *host;
    uint16_t port;
    char *description;
    int64_t group_id;
    char *group_name; /* "" when in none */
    char *pin;        /* SHA-256 of the certificate that is known, hex; "" before */
    bool nla_before;  /* it offered Network Level Authentication once */
    ns_setting_values values;
    /* Its last run, for lists; 0 and "" before the first. */
    int64_t last_run_id;
    int64_t last_run_at;
    char *last_run_state;
    char *last_run_code;
} ns_machine;

/* How a connection proves who it is. */
typedef enum ns_connection_kind {
    NS_CONNECTION_PASSWORD,
    NS_CONNECTION_CERTIFICATE, /* a certificate that Microsoft Entra turns into a token */
    NS_CONNECTION_ENTRA        /* a token of Microsoft Entra for its user (RDS AAD authentication, [MS-RDPBCGR] 5.4.5.4) */
} ns_connection_kind;

typedef struct ns_connection {
    int64_t id;
    char *name;
    ns_connection_kind kind;
    char *user;
    char *domain;
    char *account; /* DOMAIN\user or user@domain: who it really is, where the spelling does not say; "" */
    char *sid;     /* of an account of a domain, as the agent told it; "" */
    bool has_secret;
    int64_t refused_at; /* when a machine last refused this secret; 0 when it has not since it was set */
    char *refused_code;
} ns_connection;

typedef enum ns_run_state {
    NS_RUN_QUEUED,
    NS_RUN_RUNNING,
    NS_RUN_SUCCEEDED,
    NS_RUN_FAILED,
    NS_RUN_CANCELLED,
    NS_RUN_TIMED_OUT,
    NS_RUN_INTERRUPTED
} ns_run_state;

typedef struct ns_phase_record {
    char *name;
    int64_t started_at;
    int64_t duration_ms; /* -1 while it lasts */
    char *detail;
} ns_phase_record;

/* What a run is for. */
typedef enum ns_purpose {
    NS_PURPOSE_FLOW,
    NS_PURPOSE_SIGN_OUT, /* to end a session that was left on the machine: no flow */
    NS_PURPOSE_SIGN_IN,  /* to prove the credential, as far as that goes without a session */
    NS_PURPOSE_SESSION   /* to open a session, look at it and sign out: no flow */
} ns_purpose;

/* "flow", "sign-out", "sign-in", "session". */
const char *ns_purpose_name(ns_purpose purpose);
ns_purpose ns_purpose_parse(const char *name);
/* Whether it is part of a preflight, which asks how things are now and waits for no machine. */
bool ns_purpose_is_check(ns_purpose purpose);

/* Something that a run met and that did not decide its result. */
typedef struct ns_finding {
    char *code;
    char *message;
} ns_finding;

/* Something that a flow was given, or gave. */
typedef struct ns_named_value {
    char *name;
    char *value; /* "" of a secret */
    bool secret;
} ns_named_value;

typedef struct ns_run {
    int64_t id;
    ns_purpose purpose;
    int64_t session_record; /* the ns_session that a sign-out is to end; 0 for a flow */
    int64_t machine_id;     /* 0 when it was removed since; the names stay. Also until one of the group's is chosen */
    int64_t group_id;       /* the target, where that was a group; else 0 */
    int64_t flow_id;
    int64_t connection_id;
    char *machine; /* "" while none of the group's is chosen */
    char *group;   /* the target's name; "" for a machine */
    char *flow;
    char *connection;
    ns_run_state state;
    /* In the queue */
    bool held;          /* a program carries it out, or waits to */
    bool high;          /* before all of normal priority */
    int64_t moved;      /* not 0: moved to the top; a greater one later */
    int64_t position;   /* 1 for the first of its target; known to ns_queue_load only */
    int64_t not_before; /* ms UTC; 0: at once */
    char *waits;        /* why it waits, a phrase; "" while it does not */
    int64_t queue_ms;   /* how long it may wait */
    int64_t attempt;    /* 1 for the first */
    int64_t retry_of;   /* the run before it, which failed; 0 for none */
    char *code;         /* result code; "" while it goes on */
    char *message;
    char *remedy;
    bool has_exit_code;
    int64_t exit_code;
    char *output;
    bool output_truncated;
    /* What the session itself reported; 0 before it did. */
    int64_t screen_width;
    int64_t screen_height;
    int64_t screen_scale;
    char *session_id;
    char *session_user;
    int64_t session_started_at;
    bool session_reused;
    char *session_end; /* "signed-out", "locked", "unconfirmed" or "none"; "" while it goes on */
    char *environment; /* what the agent said of the session's look and language, as JSON; "" before */
    int64_t created_at;
    int64_t started_at;
    int64_t ended_at;
    bool cancel_requested;
    bool has_screenshot;
    ns_phase_record *phases; /* loaded only with one run, not in lists */
    size_t phase_count;
    ns_finding *findings; /* likewise */
    size_t finding_count;
    ns_named_value *inputs; /* likewise */
    size_t input_count;
    ns_named_value *outputs; /* likewise */
    size_t output_count;
    bool has_raw_output; /* likewise: the bytes that the output was, where the text is not all of them */
} ns_run;

void ns_group_clear(ns_group *group);
void ns_machine_clear(ns_machine *machine);
void ns_connection_clear(ns_connection *connection);
void ns_run_clear(ns_run *run);

/* "password", "certificate", "entra". */
const char *ns_connection_kind_name(ns_connection_kind kind);
NS_MUST_USE ns_status ns_connection_kind_parse(const char *name, ns_connection_kind *out, ns_error *error);

/* "Queued", "Running", … as in the command line's JSON. */
const char *ns_run_state_name(ns_run_state state);
/* False for a text that names no state. */
bool ns_run_state_parse(const char *name, ns_run_state *out);
bool ns_run_state_is_final(ns_run_state state);

#endif
