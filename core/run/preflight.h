/* A preflight: looks at many machines at once, judges what it saw, and keeps it. Nothing is changed on any machine, and no
 * credential is used unless a sign-in or a session is asked for. */
#ifndef NS_RUN_PREFLIGHT_H
#define NS_RUN_PREFLIGHT_H

#include "preflight/board.h"
#include "probe/probe.h"
#include "store/store.h"

typedef struct ns_preflight_options {
    const int64_t *machine_ids;
    size_t count;
    int64_t connection_id; /* 0 for none */
    ns_check_set checks;
    bool sign_in;          /* one attempt to prove the password, where the machine can do that without a session */
    bool session;          /* a real session, looked at and signed out */
    bool keep;             /* in the store */
    const char *version;   /* this program's, to compare the agent's with; may be NULL */
    const ns_facts *facts; /* judges these instead of looking; for one machine */
    ns_probe_options probe;
    HANDLE cancel; /* may be NULL */
} ns_preflight_options;

/* Called in the thread of ns_preflight_run; what they get is borrowed. */
typedef struct ns_preflight_observer {
    void *context;
    /* A machine's row so far, again and again; `final` the last time. */
    void (*row)(void *context, size_t index, const ns_check_input *in, const ns_row *row, bool final);
    /* What goes on, in words, and how far: for a line of progress. */
    void (*progress)(void *context, size_t done, size_t count);
} ns_preflight_observer;

/* Blocks. `store_locator` NULL for the default store. */
NS_MUST_USE ns_status ns_preflight_run(const char *store_locator, const ns_preflight_options *options, const ns_preflight_observer *observer,
                                       ns_error *error);

#endif
