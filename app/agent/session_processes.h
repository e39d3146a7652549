/* The processes of our own session. Windows only. */
#ifndef NS_AGENT_SESSION_PROCESSES_H
#define NS_AGENT_SESSION_PROCESSES_H

#include "base/platform.h"

#include <stdbool.h>
#include <stddef.h>

/* Calls `each` for the session's processes, until it says that it has seen enough; whether it did. */
bool processes_each(bool (*each)(DWORD id, const WCHAR *name, void *context), void *context);
/* Whether a program of one of these names, with "|" between, runs in the session, whoever's it is. */
bool processes_has_any(const WCHAR *names);
/* Ends those that are of one of these names in the session. */
void processes_end(const WCHAR *names);
/* Who holds a sign-out up: the names of the session's programs with a window to be seen, those that answer nothing first. Their number. */
size_t processes_with_windows(char *names, size_t size);
/* Asks them to close, or ends them. */
void processes_close(bool end);

#endif
