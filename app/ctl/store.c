#include <stdio.h>

#include "base/clock.h"
#include "command.h"
#include "store/action.h"
#include "store/backup.h"
#include "store/retention.h"
#include "viewer/catalogue.h"

static void say(const command *self, const char *words, int64_t at) {
    char text[NS_CLOCK_TEXT_SIZE] = {0};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    ns_clock_format(at, text);
    if (document) {
        (void)ns_json_add_time(document, "backup", at);
        print_json(document);
    } else {
        (void)printf("%s%s.\n", words, text[0] ? text : "never");
    }
}

static ns_status check(command *self, int *exit_code, ns_error *error) {
    const ns_status status = ns_store_check(self->store, error);
    (void)exit_code;
    if (status == NS_OK)
        say(self, "The store is whole. Its newest copy is of ", ns_store_backup_time(self->store_locator));
    return status;
}

static ns_status backup(command *self, int *exit_code, ns_error *error) {
    ns_status status = ns_store_backup(self->store, error);
    (void)exit_code;
    if (status == NS_OK)
        say(self, "Copied, at ", ns_store_backup_time(self->store_locator));
    return status;
}

static ns_status size(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {12, 10, 14};
    static const char *const titles[] = {"WHAT", "COUNT", "BYTES"};
    ns_store_part parts[NS_STORE_PARTS];
    int64_t file = 0;
    cJSON *document = NULL;
    cJSON *array = NULL;
    const ns_status status = ns_store_measure(self->store, parts, &file, error);
    (void)exit_code;
    if (status != NS_OK)
        return status;
    if (self->json) {
        document = cJSON_CreateObject();
        (void)ns_json_add_integer(document, "file", file);
        array = cJSON_AddArrayToObject(document, "parts");
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < NS_STORE_PARTS; i++) {
        char count[24];
        char bytes[24];
        cJSON *object = array ? cJSON_CreateObject() : NULL;
        (void)snprintf(count, sizeof count, "%lld", (long long)parts[i].count);
        (void)snprintf(bytes, sizeof bytes, "%lld", (long long)parts[i].bytes);
        if (object) {
            (void)ns_json_add_string(object, "name", parts[i].name);
            (void)ns_json_add_integer(object, "count", parts[i].count);
            (void)ns_json_add_integer(object, "bytes", parts[i].bytes);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            const char *const cells[] = {parts[i].name, count, bytes};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    if (document)
        print_json(document);
    else
        (void)printf("The file has %lld bytes.\n", (long long)file);
    return NS_OK;
}

static ns_status set_kept(command *self, ns_error *error) {
    ns_status status = ns_action_begin(self->store, "set", error);
    if (status != NS_OK)
        return status;
    for (int i = 0; i < NS_KEEP_COUNT && status == NS_OK; i++) {
        const ns_keep_rule *rule = ns_keep_rule_get((ns_keep)i);
        long long value = 0;
        if (!option_given(self, rule->key))
            continue;
        status = option_integer(self, rule->key, rule->minimum, rule->maximum, rule->initial, &value, error);
        if (status == NS_OK)
            status = ns_keep_set(self->store, (ns_keep)i, value, error);
    }
    return ns_action_end(self->store, status, error);
}

static ns_status keep(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {14, 10};
    int64_t values[NS_KEEP_COUNT];
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    ns_status status = set_kept(self, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_keep_load(self->store, values, error);
    for (int i = 0; i < NS_KEEP_COUNT && status == NS_OK; i++) {
        char value[24];
        (void)snprintf(value, sizeof value, "%lld", (long long)values[i]);
        const char *const cells[] = {ns_keep_rule_get((ns_keep)i)->key, value, catalogue_say(ns_keep_rule_get((ns_keep)i)->help)};
        if (document)
            (void)ns_json_add_integer(document, cells[0], values[i]);
        else
            print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document && status == NS_OK)
        print_json(document);
    else
        cJSON_Delete(document);
    return status;
}

static ns_status tidy(command *self, int *exit_code, ns_error *error) {
    bool more = true;
    ns_status status = NS_OK;
    (void)exit_code;
    while (status == NS_OK && more)
        status = ns_store_tidy(self->store, &more, error);
    return status;
}

ns_status store_restore(command *self, int *exit_code, ns_error *error) {
    int64_t at = 0;
    ns_status status = ns_store_restore(self->store_locator, &at, error);
    (void)exit_code;
    if (status == NS_OK)
        say(self, "Restored. What was changed after the copy is lost; it is of ", at);
    return status;
}

const verb store_verbs[] = {
    {"store", "check", "", "Checks the store whole, and says when it was last copied.", "store check", "", 0, 0, check},
    {"store", "backup", "", "Copies the store now. Once a day that happens by itself.", "store backup", "", 0, 0, backup},
    {"store", "size", "", "Says how much there is of each kind, and how much room it takes. Reads the whole store.", "store size", "", 0, 0, size},
    {"store", "keep", "[--run-days N] [--runs N] [--picture-days N] [--output-days N] [--artifact-days N] [--activity-days N]",
     "Shows how long records are kept, and changes what is given. Workers remove what is older.", "store keep --picture-days 14",
     "run-days= runs= picture-days= output-days= artifact-days= activity-days=", 0, 0, keep},
    {"store", "tidy", "", "Removes now what is older than is to be kept, as workers do all the time.", "store tidy", "", 0, 0, tidy},
    {"store", "restore", "", "Puts the newest copy in the place of a store that is damaged. The damaged file stays beside it.", "store restore", "",
     0, 0, store_restore},
    {0},
};
