/* Which machine a queued run is given, and why each of the others is not: Microsoft's rules for unattended runs, see
 * docs/guide/queue.md. Pure; any thread. */
#ifndef NS_MODEL_ASSIGNMENT_H
#define NS_MODEL_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* A machine that a run could be given, as the store knows it at one moment. */
typedef struct ns_candidate {
    int64_t machine_id;
    const char *name; /* borrowed */
    bool in_maintenance;
    int64_t places;       /* how many runs it takes at once */
    int64_t running;      /* how many it has, under whatever name */
    int64_t running_id;   /* one of these; 0 for none */
    int64_t same_user_id; /* the run that it carries out for the same user; 0 for none */
    bool session_left;    /* a session of that user is there which the run may not return to; asked of a group's machines only */
    bool doubtful;        /* one was, and nobody has seen it go: only where there is no other */
    int64_t used;         /* the number of the run that it was given last; 0 for none */
} ns_candidate;

/* In the order in which they are looked at. */
typedef enum ns_passed_over {
    NS_SUITABLE,
    NS_PASSED_MAINTENANCE,
    NS_PASSED_BUSY,
    NS_PASSED_SAME_USER, /* a run of the user is there: Windows would give both the same session */
    NS_PASSED_SESSION_LEFT
} ns_passed_over;

typedef enum ns_machine_choice { NS_CHOICE_LEAST_RECENT, NS_CHOICE_RANDOM } ns_machine_choice;

ns_passed_over ns_candidate_judge(const ns_candidate *candidate);
/* "least-recent", "random". */
ns_machine_choice ns_machine_choice_parse(const char *name);
/* The index of the one that is given the run, `count` for none. `random` is any number. */
size_t ns_candidate_choose(const ns_candidate *candidates, size_t count, ns_machine_choice choice, uint32_t random);
/* Appends why each one but `chosen` was passed over, as phrases: "FIN-01 runs 41; FIN-02 is in maintenance". `chosen` is `count` for none. Of very
 * many the first are named, and how many more there are. */
void ns_candidates_explain(const ns_candidate *candidates, size_t count, size_t chosen, ns_text *out);

/* Where in the queue: high before normal, what was moved to the top before what was not, then as they came. Negative when a is before b. */
typedef struct ns_queue_order {
    int64_t priority; /* 1 high, 0 normal */
    int64_t moved;    /* a greater one was moved later; 0 for not */
    int64_t run_id;
} ns_queue_order;
int ns_queue_compare(const ns_queue_order *a, const ns_queue_order *b);

enum { NS_QUEUE_WHY_SIZE = 640 };
/* The result code of a run that has waited for as long as it may, for a group or for a machine; `why` gets what it waited for last, as a phrase: ""
 * where `waits` is. */
const char *ns_queue_timed_out(bool of_group, const char *waits, char why[NS_QUEUE_WHY_SIZE]);

enum { NS_MACHINE_PLACE_SIZE = 280 };
/* What tells two entries of one machine: its host, as case and a dot at its end make no difference, and its port. */
void ns_machine_place(const char *host, int64_t port, char out[NS_MACHINE_PLACE_SIZE]);

#endif
