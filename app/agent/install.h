/* Starting the agent at sign-in, for every user of the machine and without a window. install_win32.c: the value
 * NightshiftAgent under HKLM's Run key (https://learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys), or a task at logon where
 * that key is not heeded; which of them it is stands under HKLM for preflight. install_posix.c: an entry in /etc/xdg/autostart (the freedesktop.org
 * Desktop Application Autostart Specification), which is always heeded. */
#ifndef NS_AGENT_INSTALL_H
#define NS_AGENT_INSTALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "model/startup.h"

/* Needs an administrator's rights: NS_STATUS_REFUSED (NotAdministrator) without. The program stays where it lies. `as_task`: on Windows, a task at
 * logon in place of the Run key. */
NS_MUST_USE ns_status install_add(bool as_task, ns_error *error);
NS_MUST_USE ns_status install_remove(ns_error *error);
/* How it is entered, and what may keep it from starting. */
void install_look(ns_startup *out);
/* Where it is entered; false when it is not. `command` is what is started. */
bool install_find(char *place, size_t place_size, char *command, size_t command_size);

#endif
