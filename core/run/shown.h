/* What machines show of themselves now, beside what is known of them: for whoever is to decide whether to trust it. No credential is used. */
#ifndef NS_RUN_SHOWN_H
#define NS_RUN_SHOWN_H

#include "model/trust.h"
#include "store/store.h"

typedef struct ns_shown {
    int64_t machine_id;
    char *name;
    char *was;                        /* SHA-256 of the certificate that is known, "" for none */
    char sha256[NS_SHA256_TEXT_SIZE]; /* of the one that is shown; "" for none */
    char *subject;                    /* of that; "" for none */
    char *not_after;                  /* the end of its time, as "2027-01-31T00:00:00Z" */
    bool nla;                         /* Network Level Authentication is offered */
    char why[640];                    /* why none was shown: a phrase */
} ns_shown;

/* Blocks until every machine has answered or its time is over. *out: one for each machine, freed with ns_shown_free. `cancel` may be NULL. */
NS_MUST_USE ns_status ns_shown_look(ns_store *store, const int64_t *machine_ids, size_t count, HANDLE cancel, ns_shown **out, ns_error *error);
void ns_shown_free(ns_shown *items, size_t count);
/* Keeps what those with a certificate show, as one change that can be taken back. */
NS_MUST_USE ns_status ns_shown_trust(ns_store *store, const ns_shown *items, size_t count, ns_error *error);

#endif
