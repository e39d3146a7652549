/* The phases of a run on the way to a session, and how long each may take before the run is given up. */
#ifndef NS_RUN_PHASES_H
#define NS_RUN_PHASES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ns_phase_rule {
    const char *name;
    uint32_t deadline_ms;   /* 0: the setting signin.timeout */
    const char *code;       /* the result when it passes */
    bool session_may_exist; /* the machine may have begun a session by then */
} ns_phase_rule;

/* NULL for a name that is not one of them. */
const ns_phase_rule *ns_phase_rule_find(const char *name);

enum {
    NS_PICTURE_MAXIMUM = 48 * 1024 * 1024, /* bytes of base64 */
    NS_CONNECT_TIMEOUT_MS = 10000,
    NS_FLOW_GRACE_MS = 15000,         /* after a flow's limit: for the agent to end it and say so */
    NS_SIGN_OUT_TIMEOUT_MS = 40000,   /* the agent ends what holds it up after 16 s, and then asks no more */
    NS_LATE_AGENT_TIMEOUT_MS = 15000, /* for an agent that is not there yet, when only signing out is left */
    NS_LOCK_TIMEOUT_MS = 10000,
    NS_RELEASE_MS = 300,               /* for a word to an agent that is left alone */
    NS_FACTS_TIMEOUT_MS = 15000,       /* for what the agent of a session check reads */
    NS_PICTURE_TIMEOUT_MS = 4000,      /* for the agent's screenshot */
    NS_ARTIFACT_TIMEOUT_MS = 30000,    /* for a file's next piece, a broken connection that comes back included */
    NS_ARTIFACTS_TIMEOUT_MS = 1800000, /* for all of them */
    NS_FILM_BYTES_MAXIMUM = 100 * 1024 * 1024,
    NS_FILM_MAXIMUM = 200,           /* pictures of one run's film strip */
    NS_PICTURE_STALE_MS = 30000,     /* a picture that has not changed for so long is checked against the agent's */
    NS_SCREEN_WAIT_MS = 3000,        /* for a reused session to take its new size */
    NS_RUNNER_STOP_TIMEOUT_MS = 700, /* the run is over within a second of a deadline that passed */
    NS_SIGN_IN_WITHIN_MS = 45000,    /* a password goes out so long after it was allowed, at most: less than is left of a hold that is kept up */
    NS_PING_MS = 5000,               /* the agent takes a minute's silence for the end of its console */
    NS_SILENCE_MS = 25000,           /* an agent that answers no ping for so long is cut off; TCP itself would take a minute to say so */
    NS_RECONNECT_WAIT_MS = 5000,     /* how long a channel may be closed before the agent is lost */
    NS_REJOIN_WAIT_MS = 20000,       /* the same after the connection came back: the agent notices by missing pings */
    NS_SESSION_SLACK_MS = 500        /* between our clock's and the session's own account of its age */
};

#endif
