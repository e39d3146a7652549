/* Flows that go on after what was started for them ended: their own run's end, and what it left of its outcome. watch_win32.c and watch_posix.c. */
#ifndef NS_AGENT_WATCH_H
#define NS_AGENT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum watch_end { WATCH_NOT_STARTED, WATCH_TIMED_OUT, WATCH_SUCCEEDED, WATCH_FAILED, WATCH_UNKNOWN } watch_end;

/* Whether flows of that kind are of that sort. */
bool watch_is_needed(const char *kind);
/* Waits for the end of the run with those 32 digits, until `deadline` (ms, monotonic) or until `is_stopped` says so. `detail` gets more about it, a
 * phrase. */
watch_end watch_run(const char *run, uint64_t deadline, bool (*is_stopped)(void *context), void *context, char *detail, size_t size);
/* Ends what carries a run out that was watched and did not end. */
void watch_kill(void);

#endif
