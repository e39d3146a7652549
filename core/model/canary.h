/* A run on every machine of a group in waves, so that what fails everywhere fails on few: one machine, then a tenth of them, then all. Pure. */
#ifndef NS_MODEL_CANARY_H
#define NS_MODEL_CANARY_H

#include <stdbool.h>
#include <stddef.h>

/* How many machines the next wave has, when `done` of `count` have had theirs; 0 when all have. */
size_t ns_canary_wave(size_t count, size_t done);
/* The result code that two machines failed with, so that it is not one machine's fault; NULL for none. `codes` has one for each machine that has had
 * its run; NULL and "Succeeded" are no failures. */
const char *ns_canary_systemic(const char *const *codes, size_t count);

#endif
