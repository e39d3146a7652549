#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "store/fleet.h"

static cJSON *describe(const ns_group *group) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "name", group->name);
    (void)ns_json_add_string(object, "description", group->description);
    (void)ns_json_add_integer(object, "machines", group->machine_count);
    return object;
}

static ns_status add(command *self, int *exit_code, ns_error *error) {
    ns_group group = {.name = (char *)(uintptr_t)self->arguments.words[0], .description = (char *)(uintptr_t)option_value(self, "description", "")};
    ns_status status = ns_group_save(self->store, &group, error);
    (void)exit_code;
    if (status == NS_OK && !self->json)
        (void)printf("Added group %s.\n", group.name);
    return status;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {24, 8};
    static const char *const titles[] = {"NAME", "MACHINES", "DESCRIPTION"};
    ns_fleet fleet;
    ns_status status = ns_fleet_load(self->store, &fleet, error);
    (void)exit_code;
    if (status != NS_OK)
        return status;
    if (self->json) {
        cJSON *document = cJSON_CreateObject();
        cJSON *array = cJSON_AddArrayToObject(document, "groups");
        for (size_t i = 0; i < fleet.group_count; i++)
            (void)cJSON_AddItemToArray(array, describe(&fleet.groups[i]));
        print_json(document);
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
        for (size_t i = 0; i < fleet.group_count; i++) {
            char count[24];
            (void)snprintf(count, sizeof count, "%lld", (long long)fleet.groups[i].machine_count);
            const char *const cells[] = {fleet.groups[i].name, count, fleet.groups[i].description};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    ns_fleet_clear(&fleet);
    return NS_OK;
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    ns_group group = {0};
    ns_status status = ns_group_load(self->store, self->arguments.words[0], &group, error);
    (void)exit_code;
    if (status == NS_OK && self->json)
        print_json(describe(&group));
    else if (status == NS_OK)
        (void)printf("%s\n  machines  %lld\n  %s\n", group.name, (long long)group.machine_count, group.description);
    ns_group_clear(&group);
    return status;
}

const verb group_verbs[] = {
    {"group", "add", "NAME [--description T]", "Adds a machine group.", "group add Office", "description=", 1, 1, add},
    {"group", "list", "", "Lists the groups.", "group list", "", 0, 0, list},
    {"group", "show", "NAME", "Shows one group.", "group show Office", "", 1, 1, show},
    {"group", "rename", "NAME NEW", "Gives a group another name.", "group rename Office Reception", "", 2, 2, rename_named},
    {"group", "remove", "NAME", "Removes a group. Its machines stay and keep its values as their own.", "group remove Office", "", 1, 1,
     remove_named},
    {0},
};
