/* Driving one run from the start of its runner to the end of its session: a small state machine over the runner's
 * events, the clock and the wish to cancel. Private to core/run; one thread. */
#ifndef NS_RUN_DRIVE_H
#define NS_RUN_DRIVE_H

#include "agent/protocol.h"
#include "model/result_code.h"
#include "run/execute.h"
#include "run/request.h"
#include "runner/runner.h"

typedef enum ns_stage {
    NS_STAGE_OPENING, /* up to the first picture */
    NS_STAGE_AGENT,   /* waiting for the hello */
    NS_STAGE_FLOW,
    NS_STAGE_SIGN_OUT, /* the outcome is settled; the session is being left */
    NS_STAGE_STOPPING  /* the runner was told to end */
} ns_stage;

typedef struct ns_drive {
    ns_store *store;
    const ns_run_observer *observer;
    HANDLE cancel;
    ns_run run;
    ns_target target;
    ns_flow flow;
    ns_connection connection;
    ns_runner *runner;
    char nonce[NS_AGENT_NONCE_SIZE];
    char phase[32];
    ns_stage stage;
    uint64_t deadline; /* ms, monotonic */
    const char *deadline_code;
    bool session_may_exist;
    bool channel_open;
    uint64_t channel_lost_at; /* 0 while it is open or was never */
    bool hello_seen;
    bool signout_sent;
    bool signed_out;
    bool ended; /* the runner's last event came */
    uint64_t next_beat;
    uint64_t next_ping;
    uint64_t last_heard; /* ms, monotonic: when the agent last said something */
    ns_text output;
    /* The outcome; the first one stays. */
    bool settled;
    const ns_result_code *result;
    char detail[512]; /* adds to the result's own message */
} ns_drive;

void ns_drive_init(ns_drive *drive, const ns_run_observer *observer, HANDLE cancel);
void ns_drive_clear(ns_drive *drive);
/* Begins a phase in the record and tells the observer. */
void ns_drive_phase(ns_drive *drive, const char *name, const char *detail);
/* Decides the outcome, if it is not decided yet. `detail` may be NULL. */
void ns_drive_settle(ns_drive *drive, const char *code, const char *detail);
/* From the start of the runner to its end. The outcome is settled afterwards. */
void ns_drive_run(ns_drive *drive);
/* Writes the outcome into the run's record. */
NS_MUST_USE ns_status ns_drive_record(ns_drive *drive, ns_error *error);

/* drive_agent.c: what the agent says, and what it is told. */
void ns_drive_on_agent(ns_drive *drive, const cJSON *message);
void ns_drive_send_signout(ns_drive *drive);
/* The outcome is settled: keep a picture if the settings ask for one, and leave the session. */
void ns_drive_leave(ns_drive *drive);
void ns_drive_stop(ns_drive *drive);

#endif
