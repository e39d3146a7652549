/* The lock-out guard: one sign-in at a time for an account, over every program that uses the store, and none for a while
 * after a machine refused it. A sign-in counts against the account's lock-out whatever it is for. */
#ifndef NS_STORE_SIGN_IN_H
#define NS_STORE_SIGN_IN_H

#include <stdbool.h>

#include "model/things.h"
#include "store/store.h"

typedef enum ns_sign_in_turn {
    NS_TURN_YOURS, /* go ahead, and tell the end with ns_sign_in_end */
    NS_TURN_WAIT,  /* another run is signing in with the account; ask again */
    NS_TURN_REST,  /* another was, and its program was lost before it told what came of it; ask again */
    NS_TURN_HELD   /* the account was refused less than the interval ago */
} ns_sign_in_turn;

typedef enum ns_sign_in_outcome {
    NS_SIGN_IN_UNDECIDED, /* it ended before the machine judged the credential */
    NS_SIGN_IN_ACCEPTED,
    NS_SIGN_IN_REFUSED
} ns_sign_in_outcome;

/* A run that is closed holds nothing. An account of a domain is one over the whole fleet, under all its spellings (model/account.h), and by its SID
 * where an agent has told that. One of the machine itself is another on every machine: there it is the connection's secret that takes turns, and that
 * name on that machine. One transaction. */
NS_MUST_USE ns_status ns_sign_in_begin(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t run_id, int64_t interval_ms,
                                       ns_sign_in_turn *turn, ns_error *error);
/* Others may go. A run that has ended holds nothing, whether it told so or not. A refusal, of this run's or late, with its result code, holds back
 * all that would use the account. */
NS_MUST_USE ns_status ns_sign_in_end(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t run_id, ns_sign_in_outcome outcome,
                                     const char *code, ns_error *error);
/* Of a run that is closed because its program was lost: if it was its turn, the account rests as after a refusal, for nobody knows whether it was
 * one. Within a transaction. */
NS_MUST_USE ns_status ns_sign_in_lost(ns_store *store, int64_t run_id, int64_t interval_ms, ns_error *error);
/* What stands in the way of a sign-in with the account now, without asking for a turn; *by: the run whose turn it is, with NS_TURN_WAIT, or was, with
 * NS_TURN_REST. */
NS_MUST_USE ns_status ns_sign_in_look(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t interval_ms,
                                      ns_sign_in_turn *turn, int64_t *by, ns_error *error);
/* Whether it is the run's turn to sign in with just that account. */
NS_MUST_USE ns_status ns_sign_in_has(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t run_id, bool *has,
                                     ns_error *error);

#endif
