#include "console/model/sheet_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../resources/resource.h"
#include "model/names.h"

static const unsigned machine_labels[] = {IDS_COLUMN_NAME, IDS_COLUMN_HOST, IDS_PORT, IDS_COLUMN_DESCRIPTION};
static const unsigned group_labels[] = {IDS_COLUMN_NAME, IDS_COLUMN_DESCRIPTION};

static bool add_general(draft *self, unsigned label, const char *text) {
    draft_field *field = &self->fields[self->field_count++];
    field->label = label;
    field->setting = -1;
    field->origin = NS_ORIGIN_MACHINE;
    field->value = ns_string_copy(text);
    field->effective = ns_string_copy(text);
    return field->value && field->effective;
}

static bool copy_values(ns_setting_values *to, const ns_setting_values *from) {
    for (int id = 0; id < NS_SETTING_COUNT; id++) {
        char *copy = from->value[id] ? ns_string_copy(from->value[id]) : NULL;
        if (from->value[id] && !copy)
            return false;
        ns_setting_values_take(to, (ns_setting_id)id, copy);
    }
    return true;
}

static bool add_machine_setting(draft *self, const snapshot *from, int id) {
    draft_field *field = &self->fields[self->field_count++];
    bool failed = false;
    field->setting = id;
    for (size_t i = 0; i < self->count; i++) {
        const ns_machine *machine = snapshot_machine(from, self->ids[i]);
        const ns_group *group = snapshot_group(from, machine->group_id);
        const ns_effective found = ns_setting_resolve((ns_setting_id)id, &machine->values, group ? &group->values : NULL);
        if (i == 0) {
            field->effective = ns_string_copy(found.value);
            field->origin = found.origin;
            failed = !field->effective;
        } else {
            if (field->effective && strcmp(field->effective, found.value) != 0) {
                free(field->effective);
                field->effective = NULL;
            }
            field->various_origins = field->various_origins || field->origin != found.origin;
        }
    }
    if (field->effective && field->origin == NS_ORIGIN_MACHINE && !field->various_origins)
        field->value = ns_string_copy(field->effective);
    return !failed;
}

static bool add_group_setting(draft *self, const ns_group *group, int id) {
    draft_field *field = &self->fields[self->field_count++];
    const ns_effective found = ns_setting_resolve((ns_setting_id)id, NULL, &group->values);
    field->setting = id;
    field->origin = found.origin == NS_ORIGIN_GROUP ? NS_ORIGIN_MACHINE : NS_ORIGIN_DEFAULT; /* its own */
    field->effective = ns_string_copy(found.value);
    field->value = group->values.value[id] ? ns_string_copy(group->values.value[id]) : NULL;
    return field->effective != NULL;
}

static bool read_group(draft *self, const ns_group *group) {
    bool kept = false;
    self->title = ns_string_copy(group->name);
    self->group_name = ns_string_copy("");
    kept =
        self->title && self->group_name && add_general(self, group_labels[0], group->name) && add_general(self, group_labels[1], group->description);
    for (int id = 0; id < NS_SETTING_COUNT && kept; id++)
        kept = add_group_setting(self, group, id);
    return kept;
}

/* Whether all are still there; and whether they are in several groups. */
static bool look_at_groups(draft *self, const snapshot *from, int64_t group_id) {
    for (size_t i = 0; i < self->count; i++) {
        const ns_machine *machine = snapshot_machine(from, self->ids[i]);
        if (!machine)
            return false;
        self->various_groups = self->various_groups || machine->group_id != group_id;
    }
    return true;
}

/* What only one machine has: its name, host, port and description. */
static bool add_machine_general(draft *self, const ns_machine *machine) {
    char port[16];
    (void)snprintf(port, sizeof port, "%u", machine->port);
    return add_general(self, machine_labels[0], machine->name) && add_general(self, machine_labels[1], machine->host) &&
           add_general(self, machine_labels[2], port) && add_general(self, machine_labels[3], machine->description);
}

static bool read_machines(draft *self, const snapshot *from) {
    const ns_machine *first = snapshot_machine(from, self->ids[0]);
    const ns_group *group = first ? snapshot_group(from, first->group_id) : NULL;
    bool kept = first && look_at_groups(self, from, first->group_id);
    if (!kept)
        return false;
    if (self->various_groups)
        group = NULL;
    self->title = ns_string_copy(first->name);
    self->group_name = ns_string_copy(group ? group->name : "");
    kept = self->title && self->group_name && (!group || copy_values(&self->inherited, &group->values));
    if (self->count == 1 && kept)
        kept = add_machine_general(self, first);
    for (int id = 0; id < NS_SETTING_COUNT && kept; id++)
        kept = add_machine_setting(self, from, id);
    return kept;
}

bool draft_read(draft *self, const snapshot *from, const int64_t *machine_ids, size_t count, int64_t group_id) {
    const ns_group *group = snapshot_group(from, group_id);
    bool kept = false;
    memset(self, 0, sizeof *self);
    self->group_id = group_id;
    self->count = count;
    if (group_id) {
        kept = group && read_group(self, group);
    } else if (count) {
        self->ids = calloc(count, sizeof *self->ids);
        if (self->ids)
            memcpy(self->ids, machine_ids, count * sizeof *self->ids);
        kept = self->ids && read_machines(self, from);
    }
    for (size_t i = 0; i < self->field_count; i++)
        self->fields[i].since = from->seen;
    if (!kept)
        draft_clear(self);
    return kept;
}

void draft_clear(draft *self) {
    for (size_t i = 0; i < self->field_count; i++) {
        free(self->fields[i].value);
        free(self->fields[i].effective);
    }
    ns_setting_values_clear(&self->inherited);
    free(self->ids);
    free(self->title);
    free(self->group_name);
    memset(self, 0, sizeof *self);
}

bool draft_is_general(const draft *self, size_t field) {
    return self->fields[field].setting < 0;
}

static bool check_general(const draft_field *field, const char *text, ns_error *error) {
    long long port = 0;
    if (field->label == IDS_COLUMN_NAME)
        return ns_name_check("name", text, error) == NS_OK;
    if (field->label == IDS_COLUMN_HOST)
        return ns_host_check(text, error) == NS_OK;
    if (field->label == IDS_COLUMN_DESCRIPTION)
        return ns_description_check(text, error) == NS_OK;
    if (!ns_parse_integer(text, 1, 65535, &port))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidNumber", "Give a whole number from 1 to 65535.", "\"%.40s\" is not a port.", text) ==
               NS_OK;
    return true;
}

/* What counts when the setting is not its own; NULL when that differs from machine to machine. */
static char *inherited(const draft *self, const draft_field *field, ns_origin *origin) {
    const ns_effective found = ns_setting_resolve((ns_setting_id)field->setting, NULL, self->group_id ? NULL : &self->inherited);
    *origin = found.origin;
    return self->various_groups ? NULL : ns_string_copy(found.value);
}

static bool check_field(const draft_field *field, ns_error *error) {
    char *checked = NULL;
    const bool valid = field->setting < 0
                           ? check_general(field, field->value ? field->value : "", error)
                           : ns_setting_parse((ns_setting_id)field->setting, field->value ? field->value : "", &checked, error) == NS_OK;
    free(checked);
    return valid;
}

bool draft_set(draft *self, size_t at, const char *text, ns_error *error) {
    draft_field *field = &self->fields[at];
    free(field->value);
    free(field->effective);
    field->value = field->effective = NULL;
    field->touched = true;
    field->invalid = false;
    field->various_origins = false;
    if (!text) {
        field->effective = inherited(self, field, &field->origin);
        field->various_origins = !field->effective;
        return true;
    }
    field->origin = NS_ORIGIN_MACHINE;
    field->value = ns_string_copy(text);
    field->effective = ns_string_copy(text);
    field->invalid = !check_field(field, error);
    return !field->invalid;
}

bool draft_is_dirty(const draft *self) {
    for (size_t i = 0; i < self->field_count; i++)
        if (self->fields[i].touched)
            return true;
    return false;
}

bool draft_check(const draft *self, ns_error *error) {
    for (size_t i = 0; i < self->field_count; i++)
        if (self->fields[i].invalid)
            return check_field(&self->fields[i], error);
    return true;
}

void draft_told(draft *self, int64_t activity) {
    for (size_t i = 0; i < self->field_count; i++)
        if (self->fields[i].touched)
            self->fields[i].since = activity;
}

void draft_settle(draft *self, int64_t activity) {
    draft_told(self, activity);
    for (size_t i = 0; i < self->field_count; i++)
        self->fields[i].touched = false;
}

const char *draft_field_name(const draft *self, size_t at) {
    const draft_field *field = &self->fields[at];
    if (field->setting >= 0)
        return ns_setting_get((ns_setting_id)field->setting)->key;
    return field->label == IDS_COLUMN_NAME ? "name" : field->label == IDS_COLUMN_HOST ? "host" : field->label == IDS_PORT ? "port" : "description";
}
