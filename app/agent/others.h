/* Programs that began in the session while a flow ran, and that are none of its children: COM servers such as Excel, apps of the Store, tasks. The
 * flow's job does not hold them. others_win32.c and others_posix.c. */
#ifndef NS_AGENT_OTHERS_H
#define NS_AGENT_OTHERS_H

#include <stddef.h>

/* What runs in the session now is not news. One thread. */
void others_note(void);
/* How many of this user's programs run now that did not when it was noted, without Windows' own, and some of their names. To be asked when the flow's
 * own are gone. Elsewhere than on Windows 0: what a flow starts there is its child, however far away. */
size_t others_since(char *names, size_t size);
/* Ends those that others_since counted last: each is asked to close, and ended when it is still there after two seconds. */
void others_end(void);

#endif
