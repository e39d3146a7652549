/* The agent as a task at everybody's logon, for machines that do not heed their Run key: Task Scheduler 2.0
 * (https://learn.microsoft.com/windows/win32/taskschd/logontrigger). It runs with the rights of whoever signs in, and not elevated. task_win32.c;
 * Windows only. */
#ifndef NS_AGENT_TASK_H
#define NS_AGENT_TASK_H

#include "base/status.h"

/* In the place of one that was there. NS_STATUS_REFUSED (NotAdministrator). */
NS_MUST_USE ns_status task_add(const char *program, const char *arguments, ns_error *error);
/* One that is not there is as good as removed. */
NS_MUST_USE ns_status task_remove(ns_error *error);

#endif
