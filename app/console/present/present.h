/* What a cell of a list says and which icon stands before it: portable, without a window, so that it is tested
 * natively. The words come from the caller, who reads them from the string table in the user's language. */
#ifndef NS_CONSOLE_PRESENT_H
#define NS_CONSOLE_PRESENT_H

#include "model/things.h"
#include "preflight/check.h"
#include "store/activity.h"

enum { PRESENT_CELL_SIZE = 512 };

/* Order: the icons in icons.c. */
typedef enum present_icon {
    PRESENT_ICON_MACHINE,
    PRESENT_ICON_GROUP,
    PRESENT_ICON_RUN,
    PRESENT_ICON_OK,
    PRESENT_ICON_BAD,
    PRESENT_ICON_WAIT,
    PRESENT_ICON_CONNECTION,
    PRESENT_ICON_FLOW,
    PRESENT_ICON_PAUSE,
    PRESENT_ICON_WARN,
    PRESENT_ICON_UNKNOWN,
    PRESENT_ICON_ACTIVITY,
    PRESENT_ICON_COUNT
} present_icon;

/* Gives the UTF-8 text of a number of resource.h; borrowed for the call. */
typedef const char *(*present_words)(unsigned id);

typedef enum present_machine_column {
    PRESENT_MACHINE_NAME,
    PRESENT_MACHINE_HOST,
    PRESENT_MACHINE_GROUP,
    PRESENT_MACHINE_STATE,
    PRESENT_MACHINE_REUSE,
    PRESENT_MACHINE_SCREEN,
    PRESENT_MACHINE_LAST_RUN,
    PRESENT_MACHINE_RESULT,
    PRESENT_MACHINE_COLUMNS
} present_machine_column;

typedef enum present_run_column {
    PRESENT_RUN_ID,
    PRESENT_RUN_STATE,
    PRESENT_RUN_MACHINE,
    PRESENT_RUN_FLOW,
    PRESENT_RUN_CONNECTION,
    PRESENT_RUN_STARTED,
    PRESENT_RUN_DURATION,
    PRESENT_RUN_CODE,
    PRESENT_RUN_COLUMNS
} present_run_column;

typedef enum present_session_column {
    PRESENT_SESSION_MACHINE,
    PRESENT_SESSION_ID,
    PRESENT_SESSION_USER,
    PRESENT_SESSION_STATE,
    PRESENT_SESSION_SINCE,
    PRESENT_SESSION_CONNECTION,
    PRESENT_SESSION_RUN,
    PRESENT_SESSION_COLUMNS
} present_session_column;

typedef enum present_connection_column {
    PRESENT_CONNECTION_NAME,
    PRESENT_CONNECTION_USER,
    PRESENT_CONNECTION_DOMAIN,
    PRESENT_CONNECTION_REFUSED,
    PRESENT_CONNECTION_COLUMNS
} present_connection_column;

typedef enum present_flow_column {
    PRESENT_FLOW_NAME,
    PRESENT_FLOW_PROGRAM,
    PRESENT_FLOW_ARGUMENTS,
    PRESENT_FLOW_SUCCESS,
    PRESENT_FLOW_COLUMNS
} present_flow_column;

typedef enum present_group_column {
    PRESENT_GROUP_NAME,
    PRESENT_GROUP_MACHINES,
    PRESENT_GROUP_SETTINGS,
    PRESENT_GROUP_DESCRIPTION,
    PRESENT_GROUP_COLUMNS
} present_group_column;

typedef enum present_activity_column {
    PRESENT_ACTIVITY_AT,
    PRESENT_ACTIVITY_WHO,
    PRESENT_ACTIVITY_WHAT,
    PRESENT_ACTIVITY_KIND,
    PRESENT_ACTIVITY_SUBJECT,
    PRESENT_ACTIVITY_CHANGES,
    PRESENT_ACTIVITY_UNDONE,
    PRESENT_ACTIVITY_COLUMNS
} present_activity_column;

/* `group` is the machine's, or NULL. `local_time` turns milliseconds UTC into what the user's clock shows. */
typedef void (*present_time)(int64_t utc_ms, char *out, size_t size);

void present_machine_cell(const ns_machine *machine, const ns_group *group, int column, present_words words, present_time local_time,
                          char out[PRESENT_CELL_SIZE]);
void present_run_cell(const ns_run *run, int column, present_words words, present_time local_time, char out[PRESENT_CELL_SIZE]);
void present_session_cell(const ns_session *session, int column, present_words words, present_time local_time, char out[PRESENT_CELL_SIZE]);
void present_connection_cell(const ns_connection *connection, int column, present_time local_time, char out[PRESENT_CELL_SIZE]);
void present_group_cell(const ns_group *group, int column, char out[PRESENT_CELL_SIZE]);
void present_activity_cell(const ns_activity *activity, int column, present_words words, present_time local_time, char out[PRESENT_CELL_SIZE]);
/* The string that says what a machine is doing: IDS_STATE_READY and the following. */
unsigned present_machine_state(const ns_machine *machine, const ns_group *group);
void present_flow_cell(const ns_flow *flow, int column, char out[PRESENT_CELL_SIZE]);

present_icon present_machine_icon(const ns_machine *machine, const ns_group *group);
present_icon present_run_icon(ns_run_state state);
present_icon present_verdict_icon(ns_verdict_kind kind);
present_icon present_session_icon(ns_session_state state);
/* What a run without a flow is called. */
unsigned present_purpose(ns_purpose purpose);
/* The string that says how a run's session ended. */
unsigned present_session_end(const char *end);

/* Where a setting's value comes from, in words. */
void present_origin(ns_effective effective, const char *group_name, present_words words, char out[PRESENT_CELL_SIZE]);
/* A setting's value for a person: "On", "1920 px". */
void present_setting_value(ns_setting_id id, const char *value, present_words words, char out[PRESENT_CELL_SIZE]);

#endif
