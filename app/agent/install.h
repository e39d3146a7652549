/* Starting the agent at sign-in, for every user of the machine and without a window. install_win32.c: the value
 * NightshiftAgent under HKLM's Run key (https://learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys);
 * install_posix.c: an entry in /etc/xdg/autostart (the freedesktop.org Desktop Application Autostart Specification). */
#ifndef NS_AGENT_INSTALL_H
#define NS_AGENT_INSTALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Needs an administrator's rights: NS_STATUS_REFUSED (NotAdministrator) without. The program stays where it lies. */
NS_MUST_USE ns_status install_add(ns_error *error);
NS_MUST_USE ns_status install_remove(ns_error *error);
/* Where it is entered; false when it is not. `command` is what is started. */
bool install_find(char *place, size_t place_size, char *command, size_t command_size);

#endif
