/* Driving one run from the start of its runner to the end of its session: a small state machine over the runner's
 * events, the clock and the wish to cancel. Private to core/run; one thread. */
#ifndef NS_RUN_DRIVE_H
#define NS_RUN_DRIVE_H

#include "agent/protocol.h"
#include "base/digest.h"
#include "flow/artifacts.h"
#include "flow/inputs.h"
#include "flow/output.h"
#include "model/result_code.h"
#include "run/execute.h"
#include "run/request.h"
#include "runner/runner.h"
#include "secret/secret.h"
#include "store/runs.h"

enum { NS_AGENT_SAYS_MAXIMUM = 500 }; /* messages of a run that are neither output nor part of a picture or of facts */

typedef enum ns_stage {
    NS_STAGE_OPENING, /* up to the first picture */
    NS_STAGE_AGENT,   /* waiting for the hello */
    NS_STAGE_SCREEN,  /* waiting for a reused session to take the size asked for */
    NS_STAGE_FLOW,
    NS_STAGE_PICTURE,   /* the outcome is settled; the agent was asked for a picture */
    NS_STAGE_ARTIFACTS, /* what the flow made is brought back */
    NS_STAGE_SIGN_OUT,  /* the session is being signed out or locked */
    NS_STAGE_STOPPING   /* the runner was told to end */
} ns_stage;

typedef enum ns_missed { NS_MISSED_LARGE, NS_MISSED_CHANGED, NS_MISSED_UNREAD, NS_MISSED_LATE, NS_MISSED_COUNT } ns_missed;

/* Files that the flow made, on their way. */
typedef struct ns_fetch {
    ns_text told; /* base64 of the agent's list, as it comes */
    bool listed;
    ns_artifact_list list;
    size_t at;      /* the file that comes now, */
    int64_t offset; /* so many bytes of it are there */
    int64_t id;     /* in the store; 0 before its first piece */
    char sha256[NS_DIGEST_TEXT_SIZE];
    ns_digest *digest;
    size_t whole;                    /* so many came whole */
    int64_t bytes;                   /* all together */
    ns_text missed[NS_MISSED_COUNT]; /* names of some of them */
    uint64_t until;                  /* ms, monotonic: when it is enough, however it goes */
} ns_fetch;

/* Another program may keep the store locked for as long as it likes: that ends no run. */
#define NS_UNTIL_WRITTEN(drive, status, call)                                                                                                        \
    do                                                                                                                                               \
        (status) = (call);                                                                                                                           \
    while (ns_drive_waits(drive, status))

typedef struct ns_drive {
    ns_store *store;
    const ns_run_observer *observer;
    HANDLE cancel;
    ns_run run;
    ns_hold hold;
    ns_target target;
    ns_flow flow; /* all zero when the run is for signing out */
    ns_connection connection;
    ns_secret password; /* of that connection, read with it; the runner gets it for a sign-in, and it is gone here */
    ns_runner *runner;
    char nonce[NS_AGENT_NONCE_SIZE];
    char phase[32];
    ns_stage stage;
    uint64_t deadline; /* ms, monotonic */
    const char *deadline_code;
    uint64_t opened_at;   /* ms, monotonic: when the runner was started */
    char *owner;          /* this process, as the store knows it */
    bool by_worker;       /* any worker may have the run that is handed back */
    bool claimed;         /* it has its place and its turn */
    bool handed_back;     /* it stands in the queue again, and is not ours any more */
    char waits[640];      /* why it waits, a phrase */
    char address[80];     /* that the runner connects to */
    char sha256[65];      /* of the certificate that the machine showed */
    char *pem;            /* that certificate, and what came with it; NULL before */
    bool certificate_new; /* none was known before, and no authority asked */
    int findings;         /* so many were written down */
    bool turn_held;       /* this run is the one that signs in with the account */
    bool session_may_exist;
    bool desktop_seen;
    bool accepted; /* the machine took the credential, or told of a sign-in */
    bool flow_begun;
    bool channel_open;
    uint32_t channel;         /* the number of the newest, */
    uint32_t greeted;         /* and of the one whose agent greeted: orders go there */
    uint32_t agent_said;      /* messages that a well-behaved agent sends few of */
    uint64_t channel_lost_at; /* 0 while it is open or was never */
    bool reconnecting;        /* the runner is on its way back to the session */
    bool reconnected;
    bool hello_seen;
    /* The session that the agent greeted from */
    bool reuse;          /* the setting */
    ns_session kept;     /* what the store knew of a kept session of this user; id 0 for nothing */
    int64_t kept_run_at; /* when the run began that left it, ms UTC; 0 when not known */
    bool session_ours;   /* this run may sign it out or lock it */
    bool on_xrdp;        /* whose word on how a session ended says little */
    bool ending_told;    /* the agent said that the session ends, */
    bool restarting;     /* and that the machine goes down */
    int64_t depth;       /* as the agent told it */
    bool leave_begun;
    bool leave_sent;
    bool signout_sent;
    bool signed_out;
    bool locked;
    bool ended; /* the runner's last event came */
    uint64_t next_beat;
    uint64_t next_renewal; /* while it waits */
    uint64_t next_ping;
    uint64_t last_heard; /* ms, monotonic: when the agent last said something */
    uint32_t frame_sequence;
    uint64_t frame_changed_at;  /* ms, monotonic */
    ns_text output;             /* of a session check: what the agent says, as it comes */
    ns_flow_inputs inputs;      /* what the flow is given; wiped when it was */
    ns_flow_output flow_output; /* begun with the flow */
    bool outputs_begun;
    uint64_t flow_asked_at; /* ms, monotonic: when the order went out */
    char started[400];      /* how the flow was started, as the agent told it */
    int64_t oem;            /* the machine's code pages, as the agent told them */
    int64_t ansi;
    ns_fetch fetch;
    uint64_t next_film; /* ms, monotonic */
    int film_count;
    size_t film_bytes;
    uint32_t film_sequence; /* of the frame that was kept last */
    uint64_t next_awake;
    ns_text picture; /* base64 of the agent's screenshot, as it comes */
    /* The outcome; the first one stays. */
    const char *remedy; /* nearer to the case than the result code's own; NULL for that. Static */
    bool settled;
    const ns_result_code *result;
    char detail[640]; /* a phrase; adds to the result's own message */
} ns_drive;

/* drive.c: the run's own state and record; uses none of the other files. */
void ns_drive_init(ns_drive *drive, const ns_run_observer *observer, HANDLE cancel);
void ns_drive_clear(ns_drive *drive);
/* Whether a write that ended so is to be tried again, since the store is locked. Meanwhile the agent hears of us. */
bool ns_drive_waits(ns_drive *drive, ns_status status);
/* Tells the agent that somebody is there, when it is time to. */
void ns_drive_ping(ns_drive *drive);
/* Whether a write of what must not be lost, which ended so, is to be tried again: the store is locked, or its disk is full for now. Waits, and lets
 * the reserve go; *tries is 0 at first. */
bool ns_drive_tries_again(ns_drive *drive, ns_status status, int *tries);
/* Begins a phase in the record and tells the observer. */
void ns_drive_phase(ns_drive *drive, const char *name, const char *detail);
/* What is known of the phase by now. */
void ns_drive_detail(ns_drive *drive, const char *detail);
/* Decides the outcome, if it is not decided yet. `detail` may be NULL. */
void ns_drive_settle(ns_drive *drive, const char *code, const char *detail);
/* The store did not take a write: the outcome is StoreFailed, or RunLost. */
void ns_drive_fail(ns_drive *drive, const ns_error *error);
/* The account's turn ends: others may sign in with it. */
void ns_drive_end_turn(ns_drive *drive, bool accepted);
/* The machine has shown that it is the one that was meant: what it showed is known from now on. */
void ns_drive_keep_proven(ns_drive *drive, bool by_nla);
/* Something to know that decides nothing. `detail` may be NULL. */
void ns_drive_find(ns_drive *drive, const char *code, const char *detail);
/* Writes the outcome into the run's record. */
NS_MUST_USE ns_status ns_drive_record(ns_drive *drive, ns_error *error);

/* drive_leave.c, on drive.c: from the settled outcome to the end. */
/* Keeps a picture if the settings ask for one, and leaves the session. */
void ns_drive_leave(ns_drive *drive);
void ns_drive_send_leave(ns_drive *drive);
void ns_drive_on_screenshot(ns_drive *drive, const cJSON *message);
void ns_drive_picture_timed_out(ns_drive *drive);
void ns_drive_stop(ns_drive *drive);
/* Nothing more is to be fetched: the session is signed out or locked. */
void ns_drive_leave_session(ns_drive *drive);
/* The runner has ended: how the session ended, and what is to be remembered of it. */
void ns_drive_close_session(ns_drive *drive);

/* drive_artifacts.c, on drive_leave.c: what the flow made, brought back. */
/* Asks for what is to come next; again when the agent is back after the connection broke. */
void ns_drive_ask_artifacts(ns_drive *drive);
void ns_drive_on_artifacts(ns_drive *drive, const cJSON *message);
void ns_drive_on_artifact(ns_drive *drive, const cJSON *message);
/* No more comes: what did is in the record. */
void ns_drive_end_artifacts(ns_drive *drive);

/* drive_flow.c, on drive.c. */
/* The hello was accepted: the flow begins, or, in a session check, the agent is asked what it sees. */
void ns_drive_start_flow(ns_drive *drive);
/* While the flow runs: a picture for its film strip, and a sign of life for the machine's idle timer, each where it is time. */
void ns_drive_accompany(ns_drive *drive, uint64_t now);
/* How long the flow may take. */
int64_t ns_drive_time_limit_s(const ns_drive *drive);
/* Whether the session's screen has the size that the settings ask for. */
bool ns_drive_has_size(const ns_drive *drive);

/* drive_session.c, on drive_flow.c and drive_leave.c: which session it is, and whether it is this run's. */
void ns_drive_on_hello(ns_drive *drive, const cJSON *message);
void ns_drive_on_screen(ns_drive *drive, const cJSON *message);

/* drive_agent.c, on drive_session.c: what the agent says. */
void ns_drive_on_agent(ns_drive *drive, const cJSON *message);

/* drive_loop.c, on all of them. */
/* From the start of the runner to its end. The outcome is settled afterwards. */
void ns_drive_run(ns_drive *drive);

#endif
