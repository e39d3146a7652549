/* Who gets which machine: one claim is one transaction that takes a place on a machine and the account's turn to sign in, for the first run in the
 * queue that can have both. What it costs goes by how many runs are open and for how many targets, not by how many there were or wait. */
#ifndef NS_STORE_CLAIM_H
#define NS_STORE_CLAIM_H

#include "model/assignment.h"
#include "store/runs.h"

typedef struct ns_claimant {
    const ns_hold *hold; /* this run alone, which the caller holds; NULL: those that nobody holds and `worker_id` serves */
    int64_t worker_id;   /* workers.h; 0 with a hold */
    const char *owner;   /* ns_system_process_identity */
    uint32_t random;     /* any number */
} ns_claimant;

/* Why the caller's own run waits, as far as the caller has to know. */
typedef enum ns_wait { NS_WAIT_NONE, NS_WAIT_TURN, NS_WAIT_PLACE, NS_WAIT_MAINTENANCE } ns_wait;

typedef struct ns_claim {
    bool claimed; /* the run is the caller's, and Running */
    ns_hold hold;
    int64_t again_ms; /* look again after so long though nobody changes the store; -1: no need to */
    /* Of the caller's own run */
    const char *code; /* it is to end with this result code; NULL: it is not */
    ns_wait wait;
    char why[640]; /* a phrase */
} ns_claim;

/* Another number once a claim could come to something else: runs, machines, settings, connections, workers, sessions. It stays what it is while runs
 * go on and leases are renewed. -1: it cannot be told, so claim. */
int64_t ns_claim_mark(ns_store *store);
/* Writes as well why runs wait, where that changed, and ends those of the caller's that can never begin. */
NS_MUST_USE ns_status ns_run_claim(ns_store *store, const ns_claimant *claimant, ns_claim *out, ns_error *error);

#endif
