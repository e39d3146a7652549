/* The files that a flow made and that are brought back: told of when they are asked for, and then sent piece by piece, each piece when it is asked
 * for, so that a connection that breaks in between costs one piece. One thread. */
#ifndef NS_AGENT_ARTIFACTS_H
#define NS_AGENT_ARTIFACTS_H

#include "flow/artifacts.h"
#include "pieces.h"

typedef struct artifacts {
    char *patterns;
    char *folder;
    int64_t since; /* ms UTC */
    ns_artifact_list found;
} artifacts;

/* The flow begins now, in that folder. False when memory ran out. */
bool artifacts_begin(artifacts *self, const char *patterns, const char *folder);
void artifacts_clear(artifacts *self);
/* Looks for them, and tells of them in pieces of type "artifacts". */
void artifacts_tell(artifacts *self, const char *nonce, agent_send send, void *context);
/* Answers a message of type "artifact" ("number", "offset"). */
void artifacts_answer(const artifacts *self, const cJSON *question, agent_send send, void *context);

#endif
