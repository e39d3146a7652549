/* How an installed agent is started at sign-in, and what keeps it from starting though it is entered: shared by the agent, which says so of its own
 * machine, and by preflight. Pure; any thread.
 * StartupApproved is not documented: its values are bytes of which an odd first one means switched off (Task Manager writes them). */
#ifndef NS_MODEL_STARTUP_H
#define NS_MODEL_STARTUP_H

#include <stdbool.h>
#include <stdint.h>

/* Where the agent's installation is told to everybody on the machine, below HKEY_LOCAL_MACHINE. */
#define NS_STARTUP_KEY "SOFTWARE\\Nightshift\\Agent"
#define NS_STARTUP_RUN_KEY "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
#define NS_STARTUP_APPROVED_KEY "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\StartupApproved\\Run"
#define NS_STARTUP_POLICY_KEY "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer"
#define NS_STARTUP_VALUE "NightshiftAgent"
#define NS_STARTUP_TASK "Nightshift agent"

typedef struct ns_startup {
    bool run;               /* it is in the machine's Run key */
    bool task;              /* it is a task at logon */
    int64_t approved;       /* the first byte of its value in StartupApproved; -1 for none */
    int64_t run_key_is_off; /* the policy DisableLocalMachineRun; 0 where it is not set */
} ns_startup;

/* Why it does not start at sign-in: a sentence; NULL when nothing is known to keep it. Static. */
const char *ns_startup_problem(const ns_startup *startup);
/* What to do about it. Static. */
const char *ns_startup_remedy(const ns_startup *startup);
/* Whether a new one is to be a task: the Run key is not heeded. */
bool ns_startup_wants_task(const ns_startup *startup);

#endif
