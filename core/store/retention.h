/* How long records are kept, what is older and goes, and what takes the room. */
#ifndef NS_STORE_RETENTION_H
#define NS_STORE_RETENTION_H

#include <stdbool.h>

#include "store/store.h"

typedef enum ns_keep {
    NS_KEEP_RUN_DAYS,
    NS_KEEP_RUNS, /* how many of the newest */
    NS_KEEP_PICTURE_DAYS,
    NS_KEEP_OUTPUT_DAYS,
    NS_KEEP_ARTIFACT_DAYS,
    NS_KEEP_ACTIVITY_DAYS,
    NS_KEEP_COUNT
} ns_keep;

typedef struct ns_keep_rule {
    const char *key;  /* "run-days" */
    const char *help; /* one sentence */
    int64_t initial;
    int64_t minimum;
    int64_t maximum;
} ns_keep_rule;

const ns_keep_rule *ns_keep_rule_get(ns_keep keep);
NS_MUST_USE ns_status ns_keep_load(ns_store *store, int64_t values[NS_KEEP_COUNT], ns_error *error);
/* NS_STATUS_INVALID (InvalidRetention). */
NS_MUST_USE ns_status ns_keep_set(ns_store *store, ns_keep keep, int64_t value, ns_error *error);

/* Removes some of what is older, in transactions that are short. *more: there is more of it; ask again soon. A run that has not ended is never old.
 */
NS_MUST_USE ns_status ns_store_tidy(ns_store *store, bool *more, ns_error *error);

/* How many of a kind there are, and how many bytes of text and pictures they have, without what a file needs beside that. */
typedef struct ns_store_part {
    const char *name; /* "runs", "pictures", "output", "artifacts", "film", "preflights", "activity", "machines" */
    int64_t count;
    int64_t bytes;
} ns_store_part;

enum { NS_STORE_PARTS = 8 };
/* Reads all of it. `file`: the size of the store's file. */
NS_MUST_USE ns_status ns_store_measure(ns_store *store, ns_store_part parts[NS_STORE_PARTS], int64_t *file, ns_error *error);

#endif
