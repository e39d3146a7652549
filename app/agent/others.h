/* Programs that began in the session while a flow ran, and that are none of its children: COM servers such as Excel, apps of the Store, tasks. The
 * flow's job does not hold them. others_win32.c and others_posix.c. */
#ifndef NS_AGENT_OTHERS_H
#define NS_AGENT_OTHERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What runs in the session now is not news. One thread. */
void others_note(void);
/* Whether a process is one of the flow's own, which may live on. */
typedef bool (*others_own)(void *context, uint32_t id);
/* How many of this user's programs run now that did not when it was noted, without Windows' own and the flow's own, and some of their names.
 * Elsewhere than on Windows 0: what a flow starts there is its child, however far away. */
size_t others_since(others_own is_own, void *context, char *names, size_t size);
/* Ends those that others_since counted last, 64 at most: each is asked to close, and ended when it is still there after two seconds. How many went.
 */
size_t others_end(void);

#endif
