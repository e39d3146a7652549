/* The agent as a service that does one thing and ends: how a computer elsewhere has it install itself, or take that back, with the rights of the
 * system (app/ctl/push.h). as_service_win32.c (https://learn.microsoft.com/windows/win32/services/service-programs); elsewhere there is none. */
#ifndef NS_AGENT_AS_SERVICE_H
#define NS_AGENT_AS_SERVICE_H

/* Does it, writes what came of it into the file, a line "done" or a code first, and ends. The program's exit code. */
int as_service(int (*work)(const char *answer), const char *answer);

#endif
