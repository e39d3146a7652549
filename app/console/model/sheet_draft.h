/* The draft that a property sheet edits: what one or many things have in each field, what the user made of it, and where a value
 * comes from. No window; windows/sheet.c shows it. */
#ifndef NS_CONSOLE_SHEET_DRAFT_H
#define NS_CONSOLE_SHEET_DRAFT_H

#include "console/model/snapshot.h"

enum { DRAFT_GENERAL = 4, DRAFT_FIELDS = DRAFT_GENERAL + NS_SETTING_COUNT };

typedef struct draft_field {
    unsigned label;  /* string of a general field; 0 for a setting */
    int setting;     /* of a setting; -1 for a general field */
    char *value;     /* what is its own; NULL when it is inherited, or when they differ */
    char *effective; /* what counts; NULL when they differ */
    bool various_origins;
    ns_origin origin;
    bool touched;  /* by the user: is written */
    int64_t since; /* the newest activity when its value was read, or the user was told of a later one */
    bool invalid;  /* what was typed is no value */
} draft_field;

typedef struct draft {
    int64_t *ids; /* machines; NULL for a group */
    size_t count;
    int64_t group_id; /* of the group edited; 0 for machines */
    char *title;      /* the thing's name */
    char *group_name; /* that all machines are in; "" for none or several */
    ns_setting_values inherited;
    bool various_groups;
    draft_field fields[DRAFT_FIELDS];
    size_t field_count;
} draft;

/* Reads it; false when a thing is gone or memory ran out. The caller clears. */
bool draft_read(draft *self, const snapshot *from, const int64_t *machine_ids, size_t count, int64_t group_id);
void draft_clear(draft *self);
/* The user typed `text` (borrowed), or wants what is inherited with NULL. False, and *error, when it is no value: it is kept all
 * the same, as invalid. */
bool draft_set(draft *self, size_t field, const char *text, ns_error *error);
/* False, and *error, while a field holds what is no value. */
bool draft_check(const draft *self, ns_error *error);
bool draft_is_dirty(const draft *self);
/* Written, as that activity: nothing is touched any more. */
void draft_settle(draft *self, int64_t activity);
/* The user was told that what is touched was changed by that activity too. */
void draft_told(draft *self, int64_t activity);
/* How the activity calls a field. */
const char *draft_field_name(const draft *self, size_t field);
bool draft_is_general(const draft *self, size_t field);

#endif
