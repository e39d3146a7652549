#include "watch.h"

bool watch_is_needed(const char *kind) {
    (void)kind; /* such flows are Windows' own */
    return false;
}

watch_end watch_run(const char *run, uint64_t deadline, bool (*is_stopped)(void *context), void *context, char *detail, size_t size) {
    (void)run;
    (void)deadline;
    (void)is_stopped;
    (void)context;
    (void)detail;
    (void)size;
    return WATCH_UNKNOWN;
}

void watch_kill(void) {
}
