/* The folders in which a command is looked for: `nightshiftctl` is to be found from any prompt. */
#ifndef NS_CTL_SEARCH_PATH_H
#define NS_CTL_SEARCH_PATH_H

#include <stdbool.h>

#include "base/status.h"

/* The value with the folder in it once, where it was or at the end, or without it. Entries are told apart as Windows does: by their letters,
 * whatever the case and a last backslash. The caller frees; NULL when memory ran out. */
char *search_path_change(const char *value, const char *folder, bool present);

/* Puts this program's folder there or takes it away: for the user, or for everybody, which an administrator may. Windows tells the programs that run.
 * NS_STATUS_REFUSED (NotAdministrator), or NoSearchPath where that is not Nightshift's to change.
 * https://learn.microsoft.com/windows/win32/procthread/environment-variables */
NS_MUST_USE ns_status search_path_keep(bool everybody, bool present, ns_error *error);

#endif
