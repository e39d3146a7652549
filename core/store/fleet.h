/* Machines, machine groups and the settings that they carry. Names are found ignoring case. */
#ifndef NS_STORE_FLEET_H
#define NS_STORE_FLEET_H

#include "model/things.h"
#include "store/store.h"

typedef struct ns_fleet {
    ns_machine *machines; /* by name */
    size_t machine_count;
    ns_group *groups; /* by name */
    size_t group_count;
} ns_fleet;

/* Everything for a list: machines with group, own settings and last run; groups with settings. For one thread. */
NS_MUST_USE ns_status ns_fleet_load(ns_store *store, ns_fleet *out, ns_error *error);
/* The same with the first `limit` machines by name, for a list that is to be seen at once. */
NS_MUST_USE ns_status ns_fleet_load_first(ns_store *store, int64_t limit, ns_fleet *out, ns_error *error);
void ns_fleet_clear(ns_fleet *fleet);

/* *id is 0 when no machine has the name; no error is worded, for an import that asks it of each new row. */
NS_MUST_USE ns_status ns_machine_seek(ns_store *store, const char *name, int64_t *id, ns_error *error);
NS_MUST_USE ns_status ns_machine_load(ns_store *store, const char *name, ns_machine *out, ns_error *error);
NS_MUST_USE ns_status ns_machine_load_by_id(ns_store *store, int64_t id, ns_machine *out, ns_error *error);
/* Its id alone: loading one counts its machines. */
NS_MUST_USE ns_status ns_group_find(ns_store *store, const char *name, int64_t *id, ns_error *error);
NS_MUST_USE ns_status ns_group_load(ns_store *store, const char *name, ns_group *out, ns_error *error);
NS_MUST_USE ns_status ns_group_load_by_id(ns_store *store, int64_t id, ns_group *out, ns_error *error);

/* Adds when `machine->id` is 0 and sets the id; else writes name, host, port, description and group (by group_id).
 * A new group is joined as ns_machines_move does. NS_STATUS_INVALID, NS_STATUS_EXISTS. */
NS_MUST_USE ns_status ns_machine_save(ns_store *store, ns_machine *machine, ns_error *error);
/* Refused while a run on it is queued or running. Its runs stay. */
NS_MUST_USE ns_status ns_machine_remove(ns_store *store, int64_t id, ns_error *error);
NS_MUST_USE ns_status ns_machines_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error); /* all or none */
NS_MUST_USE ns_status ns_group_save(ns_store *store, ns_group *group, ns_error *error);
/* The group's machines leave it first, keeping its values as their own. */
NS_MUST_USE ns_status ns_group_remove(ns_store *store, int64_t id, ns_error *error);
NS_MUST_USE ns_status ns_groups_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error); /* all or none */

/* Moves machines into a group, or out of any with group_id 0, in one step for all. Leaving: the group's values become
 * the machine's own where it has none. Joining: the machine's own values give way to those that the group carries. */
NS_MUST_USE ns_status ns_machines_move(ns_store *store, const int64_t *machine_ids, size_t count, int64_t group_id, ns_error *error);

typedef struct ns_setting_change {
    ns_setting_id id;
    const char *text; /* NULL: back to inherited */
} ns_setting_change;

/* Writes all the changes, to each of the machines, or none. Each text is checked. */
NS_MUST_USE ns_status ns_machines_set(ns_store *store, const int64_t *machine_ids, size_t machine_count, const ns_setting_change *changes,
                                      size_t count, ns_error *error);
NS_MUST_USE ns_status ns_machine_set(ns_store *store, int64_t machine_id, const ns_setting_change *changes, size_t count, ns_error *error);
NS_MUST_USE ns_status ns_group_set(ns_store *store, int64_t group_id, const ns_setting_change *changes, size_t count, ns_error *error);

#endif
