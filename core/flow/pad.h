/* How a desktop flow of Power Automate ended, from what its run left in its folder. The exact names of the result are not documented: one word that
 * is known, under one key that names a result, is believed; nothing else. Pure; any thread.
 * https://learn.microsoft.com/power-automate/desktop-flows/run-desktop-flows-url-shortcuts (where a run given a runId writes) */
#ifndef NS_FLOW_PAD_H
#define NS_FLOW_PAD_H

#include <stddef.h>

typedef enum ns_pad_end { NS_PAD_UNKNOWN, NS_PAD_SUCCEEDED, NS_PAD_FAILED } ns_pad_end;

enum { NS_PAD_ID_SIZE = 37 };

/* The 32 digits of a run as the id that its folder is named by: 8-4-4-4-12. */
void ns_pad_run_id(const char *run, char out[NS_PAD_ID_SIZE]);
/* `definition` is RunDefinition.json, `log` Actions.log (JSON, a line for each action, the last the newest); NULL for a file that is not there. An
 * action that failed where the flow handles errors is no failure. `detail` gets which action failed and why, or "". */
ns_pad_end ns_pad_judge(const char *definition, const char *log, char *detail, size_t size);

#endif
