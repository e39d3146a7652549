/* What a run brought back from its session: files, in parts as they came, and the pictures of a film strip. Any thread with a store of its own. */
#ifndef NS_STORE_RUN_FILES_H
#define NS_STORE_RUN_FILES_H

#include "flow/artifacts.h"
#include "store/runs.h"

typedef struct ns_kept_artifact {
    int64_t id;
    char *name; /* harmless below any folder */
    int64_t size;
    int64_t changed_at; /* ms UTC, by the session's clock */
    char *sha256;       /* as its machine told it, 64 hexadecimal digits */
    bool whole;         /* all of it came, and is what the machine told */
} ns_kept_artifact;

typedef struct ns_kept_artifacts {
    ns_kept_artifact *items;
    size_t count;
} ns_kept_artifacts;

/* By the one that holds the run, as ns_run_add_phase: NS_STATUS_LOST (RunLost). A file begins, gets its parts in order, and is whole at its end. */
NS_MUST_USE ns_status ns_artifact_begin(ns_store *store, const ns_hold *hold, const ns_artifact *file, const char *sha256, int64_t *id,
                                        ns_error *error);
NS_MUST_USE ns_status ns_artifact_add(ns_store *store, const ns_hold *hold, int64_t id, int64_t from, const void *bytes, size_t size,
                                      ns_error *error);
NS_MUST_USE ns_status ns_artifact_end(ns_store *store, const ns_hold *hold, int64_t id, ns_error *error);

/* In the order of their names. The caller clears it. */
NS_MUST_USE ns_status ns_artifacts_load(ns_store *store, int64_t run, ns_kept_artifacts *out, ns_error *error);
void ns_kept_artifacts_clear(ns_kept_artifacts *list);
/* Gives the file's parts one after the other, each of them borrowed. What `take` returns ends it unless it is NS_OK. */
NS_MUST_USE ns_status ns_artifact_read(ns_store *store, int64_t id, ns_status (*take)(void *context, const void *bytes, size_t size, ns_error *error),
                                       void *context, ns_error *error);

/* A picture of the film strip; `at` in ms UTC. */
NS_MUST_USE ns_status ns_film_add(ns_store *store, const ns_hold *hold, int64_t at, const void *png, size_t size, ns_error *error);
/* When they were taken, ms UTC, the first first; the caller frees. */
NS_MUST_USE ns_status ns_film_times(ns_store *store, int64_t run, int64_t **times, size_t *count, ns_error *error);
/* NS_STATUS_NOT_FOUND (NoPicture). The caller frees. */
NS_MUST_USE ns_status ns_film_picture(ns_store *store, int64_t run, int64_t at, uint8_t **png, size_t *size, ns_error *error);

#endif
