#include "model/startup.h"

#include <stddef.h>

static bool is_switched_off(const ns_startup *startup) {
    return startup->approved > 0 && startup->approved % 2 == 1;
}

const char *ns_startup_problem(const ns_startup *startup) {
    if (startup->task)
        return NULL;
    if (!startup->run)
        return "The agent is not installed on the machine.";
    if (startup->run_key_is_off)
        return "A policy (DisableLocalMachineRun) keeps what is in the machine's Run key from starting, and the agent is there.";
    if (is_switched_off(startup))
        return "The agent is switched off among the startup apps (StartupApproved).";
    return NULL;
}

const char *ns_startup_remedy(const ns_startup *startup) {
    if (startup->run && startup->run_key_is_off)
        return "Install it as a task: nightshift-agent --install --task.";
    if (startup->run && is_switched_off(startup))
        return "Switch it on in Task Manager, Startup apps, or install it as a task: nightshift-agent --install --task.";
    return "Install it there as administrator: nightshift-agent --install.";
}

bool ns_startup_wants_task(const ns_startup *startup) {
    return startup->run_key_is_off != 0;
}
