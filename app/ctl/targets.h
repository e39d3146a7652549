/* The machines that the words of a verb name: by their own names, or with "group:" before it a group's. */
#ifndef NS_CTL_TARGETS_H
#define NS_CTL_TARGETS_H

#include "command.h"

typedef struct targets {
    int64_t *ids; /* each once, in the order of the words */
    size_t count;
} targets;

/* The caller clears, also after an error. */
NS_MUST_USE ns_status targets_find(const command *of, targets *out, ns_error *error);
void targets_clear(targets *self);

#endif
