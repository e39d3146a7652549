/* What a thing says of itself in more than one place, in the user's words. Portable: tested without a window. Any thread, but for
 * what core said. */
#ifndef NS_CONSOLE_THING_TEXT_H
#define NS_CONSOLE_THING_TEXT_H

#include "console/ui/cell.h"
#include "console/ui/icons.h"
#include "model/things.h"
#include "preflight/check.h"

typedef enum machine_column {
    MACHINE_NAME,
    MACHINE_HOST,
    MACHINE_GROUP,
    MACHINE_STATE,
    MACHINE_REUSE,
    MACHINE_SCREEN,
    MACHINE_LAST_RUN,
    MACHINE_RESULT,
    MACHINE_COLUMNS
} machine_column;

/* `group` is the machine's, or NULL. */
void machine_cell(const ns_machine *machine, const ns_group *group, int column, char out[CELL_SIZE]);
/* The text that says what a machine is doing: IDS_STATE_READY and the following. */
unsigned machine_state(const ns_machine *machine, const ns_group *group);
icon_kind machine_icon(const ns_machine *machine, const ns_group *group);
icon_kind run_icon(ns_run_state state);
icon_kind verdict_icon(ns_verdict_kind kind);
/* What a run without a flow is called. */
unsigned purpose_text(ns_purpose purpose);
/* How a run's session ended. */
unsigned session_end_text(const char *end);

/* Where a setting's value comes from. */
void origin_text(ns_effective effective, const char *group_name, char out[CELL_SIZE]);
/* A setting's value for a person: "On", "1920 px". */
void setting_value_text(ns_setting_id id, const char *value, char out[CELL_SIZE]);

#endif
