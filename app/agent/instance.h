/* One agent for a session: the first keeps the place, and a newer version asks it to give way, which it does between two
 * runs. instance_win32.c (a named mutex of the session) and instance_posix.c (a lock file of the display). */
#ifndef NS_AGENT_INSTANCE_H
#define NS_AGENT_INSTANCE_H

#include <stdbool.h>

#include "base/platform.h"

/* Takes the place. False when an agent of this version or a newer one has it, or one that does not give way in time. */
bool instance_take(const char *version, bool installed);
/* Whether a newer agent waits for the place. Cheap. */
bool instance_is_wanted(void);
/* Set when a newer one waits; NULL where it has to be looked for (instance_is_wanted). */
HANDLE instance_event(void);
void instance_release(void);
/* Elsewhere than on Windows: the file that is the place, which whoever wants it opens. */
const char *instance_place(void);

/* How the versions "1.2.3+anything" stand to each other: negative, 0 or positive. Pure. */
int instance_compare(const char *a, const char *b);

#endif
