#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "store/fleet.h"

/* A machine, or with "group:" before the name a group. */
typedef struct target {
    bool is_group;
    ns_machine machine;
    ns_group group; /* the target itself, or what the machine is in */
} target;

static ns_status find(command *self, target *out, ns_error *error) {
    const char *name = self->arguments.words[0];
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    out->is_group = strncmp(name, "group:", 6) == 0;
    if (out->is_group)
        return ns_group_load(self->store, name + 6, &out->group, error);
    status = ns_machine_load(self->store, name, &out->machine, error);
    if (status == NS_OK && out->machine.group_id)
        status = ns_group_load_by_id(self->store, out->machine.group_id, &out->group, error);
    return status;
}

static void clear(target *self) {
    ns_machine_clear(&self->machine);
    ns_group_clear(&self->group);
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 20, 8};
    static const char *const titles[] = {"SETTING", "VALUE", "FROM", ""};
    target of;
    cJSON *document = NULL;
    cJSON *array = NULL;
    ns_status status = find(self, &of, error);
    (void)exit_code;
    if (status == NS_OK && self->json) {
        document = cJSON_CreateObject();
        (void)ns_json_add_string(document, "target", self->arguments.words[0]);
        array = cJSON_AddArrayToObject(document, "settings");
    } else if (status == NS_OK) {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (int i = 0; i < NS_SETTING_COUNT && status == NS_OK; i++) {
        const ns_setting *setting = ns_setting_get((ns_setting_id)i);
        const ns_effective effective = ns_setting_resolve((ns_setting_id)i, of.is_group ? NULL : &of.machine.values, &of.group.values);
        const char *group = effective.origin == NS_ORIGIN_GROUP ? of.group.name : "";
        if (self->json) {
            cJSON *object = cJSON_CreateObject();
            (void)ns_json_add_string(object, "key", setting->key);
            (void)ns_json_add_string(object, "value", effective.value);
            (void)ns_json_add_string(object, "origin", ns_origin_name(effective.origin));
            (void)ns_json_add_string(object, "group", group[0] ? group : NULL);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            char value[300];
            (void)snprintf(value, sizeof value, "%s %s", effective.value, setting->unit);
            const char *const cells[] = {setting->key, value, ns_origin_name(effective.origin), group};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    if (document)
        print_json(document);
    clear(&of);
    return status;
}

static ns_status change(command *self, bool reset, ns_error *error) {
    ns_setting_change changes[NS_SETTING_COUNT * 4];
    target of;
    size_t count = self->arguments.count - 1;
    ns_status status = count > NS_COUNT_OF(changes)
                           ? ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Name each once.", "There are not that many settings.")
                           : NS_OK;
    memset(&of, 0, sizeof of);
    for (size_t i = 0; i < count && status == NS_OK; i++) {
        char key[64];
        const char *word = self->arguments.words[i + 1];
        const char *equals = strchr(word, '=');
        (void)snprintf(key, sizeof key, "%.*s", (int)(equals ? equals - word : (ptrdiff_t)strlen(word)), word);
        if ((equals == NULL) != reset)
            status = ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", reset ? "Give only the key." : "Give key=value.",
                                  "\"%.60s\" does not fit.", word);
        else
            status = ns_setting_find(key, &changes[i].id, error);
        changes[i].text = reset ? NULL : equals ? equals + 1 : "";
    }
    if (status == NS_OK)
        status = find(self, &of, error);
    if (status == NS_OK)
        status = of.is_group ? ns_group_set(self->store, of.group.id, changes, count, error)
                             : ns_machine_set(self->store, of.machine.id, changes, count, error);
    clear(&of);
    return status;
}

static ns_status set(command *self, int *exit_code, ns_error *error) {
    (void)exit_code;
    return change(self, false, error);
}

static ns_status reset(command *self, int *exit_code, ns_error *error) {
    (void)exit_code;
    return change(self, true, error);
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 18};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "settings") : NULL;
    (void)exit_code;
    (void)error;
    for (int i = 0; i < NS_SETTING_COUNT; i++) {
        const ns_setting *setting = ns_setting_get((ns_setting_id)i);
        const char *const cells[] = {setting->key, setting->initial, setting->help};
        cJSON *object = NULL;
        if (!array) {
            print_row(widths, cells, NS_COUNT_OF(cells));
            continue;
        }
        object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "key", setting->key);
        (void)ns_json_add_string(object, "label", setting->label);
        (void)ns_json_add_string(object, "help", setting->help);
        (void)ns_json_add_string(object, "default", setting->initial);
        (void)ns_json_add_string(object, "unit", setting->unit);
        (void)cJSON_AddItemToArray(array, object);
    }
    if (document)
        print_json(document);
    return NS_OK;
}

const verb settings_verbs[] = {
    {"settings", "list", "", "Lists the settings that there are: default and meaning.", "settings list", "", 0, 0, list},
    {"settings", "show", "TARGET", "Shows each setting's value and where it comes from.", "settings show pc17", "", 1, 1, show},
    {"settings", "set", "TARGET key=value…", "Sets all of them, or none when one is wrong.",
     "settings set group:Office screen.width=1280 screen.height=720", "", 2, WORDS_MAXIMUM, set},
    {"settings", "reset", "TARGET key…", "Takes settings back to what is inherited.", "settings reset pc17 screen.width", "", 2, WORDS_MAXIMUM,
     reset},
    {0},
};
