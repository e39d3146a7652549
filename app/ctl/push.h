/* The agent brought to a machine from here: copied to the Windows folder there (the share ADMIN$) and installed by a service that is made for that
 * and gone again, all with the caller's own rights on the machine. push_win32.c, not seen on a machine elsewhere; push_posix.c says that it takes
 * Windows. https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-createservicew */
#ifndef NS_CTL_PUSH_H
#define NS_CTL_PUSH_H

#include <stdint.h>

#include "base/text.h"

/* Where it lies there, below the Windows folder. */
#define PUSH_FOLDER "Nightshift"
#define PUSH_PROGRAM "nightshift-agent.exe"

typedef struct push_order {
    const char *host; /* "localhost" and the computer's own name: this one, without a share */
    bool undo;        /* the agent is uninstalled, and its file removed where nobody uses it */
} push_order;

/* Blocks for as long as the network does, at most some minutes. `said` gets what the agent there says of itself. NS_STATUS_REFUSED
 * (AgentNotPushed) where Windows does not let the caller. */
NS_MUST_USE ns_status push_agent(const push_order *order, ns_text *said, ns_error *error);

/* push.c: Windows' number in words, with what to do. */
ns_status push_failed(uint32_t native, const char *host, ns_error *error);
/* What the agent's answer means: its first line is "done", or a code, and then what it says, which is made harmless to show. NS_STATUS_REFUSED with
 * that code. */
ns_status push_read_answer(char *answer, ns_text *said, ns_error *error);

#endif
