/* What Windows' numbers mean for whoever wants a flow to start, and to end by itself. Pure; any thread.
 * https://learn.microsoft.com/windows/win32/debug/system-error-codes; exit codes are those of ntstatus.h and of the .NET runtime. */
#ifndef NS_FLOW_START_ERROR_H
#define NS_FLOW_START_ERROR_H

#include <stdint.h>

/* What to do when a flow did not start with that error of CreateProcess; NULL where nothing more is known. */
const char *ns_start_remedy(int64_t failure);
/* What an exit code of Windows says that no program gives by itself; NULL for any other. */
const char *ns_exit_meaning(int64_t code);

#endif
