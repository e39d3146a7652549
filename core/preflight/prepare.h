/* The script by which an administrator makes a machine ready for runs, and takes that back. Any thread. */
#ifndef NS_PREFLIGHT_PREPARE_H
#define NS_PREFLIGHT_PREPARE_H

#include "model/things.h"

/* resources/prepare.ps1, for the machine of that name ("" for any) and the user who is to sign in there. For Windows PowerShell 5.1 and later, which
 * reads a file as UTF-8 only with a byte order mark. The caller frees; NULL when memory ran out. Holds no secret.
 * https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules */
char *ns_prepare_script(const char *machine, const char *user);
/* The same for a machine, by its host, and the user of a connection. */
char *ns_prepare_script_for(const ns_machine *machine, const ns_connection *connection);
/* Writes that to a file, with the mark. FileNotWritten. */
NS_MUST_USE ns_status ns_prepare_save(const char *path, const ns_machine *machine, const ns_connection *connection, ns_error *error);

#endif
