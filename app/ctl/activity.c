#include <stdio.h>

#include "base/clock.h"
#include "command.h"
#include "store/activity.h"

static cJSON *describe(const ns_activity *activity) {
    cJSON *object = cJSON_CreateObject();
    cJSON *changes = NULL;
    (void)ns_json_add_integer(object, "id", activity->id);
    (void)ns_json_add_time(object, "at", activity->at);
    (void)ns_json_add_string(object, "who", activity->who);
    (void)ns_json_add_string(object, "verb", activity->verb);
    (void)ns_json_add_string(object, "kind", activity->kind);
    (void)ns_json_add_string(object, "subject", activity->subject);
    (void)ns_json_add_integer(object, "things", (int64_t)activity->thing_count);
    (void)ns_json_add_time(object, "undone", activity->undone_at);
    changes = cJSON_AddArrayToObject(object, "changes");
    for (size_t i = 0; i < activity->change_count; i++) {
        const ns_field_change *change = &activity->changes[i];
        cJSON *item = cJSON_CreateObject();
        (void)ns_json_add_string(item, "kind", change->kind);
        (void)ns_json_add_string(item, "thing", change->thing);
        (void)ns_json_add_string(item, "field", change->field);
        (void)ns_json_add_string(item, "before", change->before);
        (void)ns_json_add_string(item, "after", change->after);
        (void)cJSON_AddItemToArray(changes, item);
    }
    return object;
}

static void print_activity(const ns_activity *activity) {
    char at[NS_CLOCK_TEXT_SIZE] = {0};
    ns_clock_format(activity->at, at);
    (void)printf("%-5lld %s  %s  %s %s %s", (long long)activity->id, at, activity->who, activity->verb, activity->kind, activity->subject);
    if (activity->thing_count > 1)
        (void)printf(" and %zu more", activity->thing_count - 1);
    (void)printf("%s\n", activity->undone_at ? "  (undone)" : "");
    for (size_t i = 0; i < activity->change_count; i++)
        (void)printf("      %s: %s: %s -> %s\n", activity->changes[i].thing, activity->changes[i].field,
                     activity->changes[i].before ? activity->changes[i].before : "(none)",
                     activity->changes[i].after ? activity->changes[i].after : "(none)");
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    ns_activity_list found;
    long long limit = 0;
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "activity") : NULL;
    ns_status status = option_integer(self, "limit", 1, 100000, 50, &limit, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_activity_load(self->store, limit, &found, error);
    if (status != NS_OK) {
        cJSON_Delete(document);
        return status;
    }
    for (size_t i = 0; i < found.count; i++) {
        if (array)
            (void)cJSON_AddItemToArray(array, describe(&found.items[i]));
        else
            print_activity(&found.items[i]);
    }
    if (document)
        print_json(document);
    ns_activity_list_clear(&found);
    return NS_OK;
}

static ns_status undo(command *self, int *exit_code, ns_error *error) {
    long long id = 0;
    ns_status status = NS_OK;
    (void)exit_code;
    if (self->arguments.count && !ns_parse_integer(self->arguments.words[0], 1, INT64_MAX, &id))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidNumber", "See the numbers with: nightshiftctl activity list",
                            "\"%.40s\" is not the number of a change.", self->arguments.words[0]);
    status = ns_activity_undo(self->store, id, error);
    if (status == NS_OK && !self->json)
        (void)printf("Undone.\n");
    return status;
}

const verb activity_verbs[] = {
    {"activity", "list", "[--limit N]", "Lists who changed what, from what to what; the newest first.", "activity list --limit 10", "limit=", 0, 0,
     list},
    {"activity", "undo", "[ID]", "Makes what a change changed as it was before: the newest, or the one with that number.", "activity undo", "", 0, 1,
     undo},
    {0},
};
