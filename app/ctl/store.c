#include <stdio.h>

#include "base/clock.h"
#include "command.h"
#include "store/backup.h"

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
        say(self, "The store is whole. Its newest copy is of ", ns_store_backup_time(self->store_path));
    return status;
}

static ns_status backup(command *self, int *exit_code, ns_error *error) {
    ns_status status = ns_store_backup(self->store, error);
    (void)exit_code;
    if (status == NS_OK)
        say(self, "Copied, at ", ns_store_backup_time(self->store_path));
    return status;
}

ns_status store_restore(command *self, int *exit_code, ns_error *error) {
    int64_t at = 0;
    ns_status status = ns_store_restore(self->store_path, &at, error);
    (void)exit_code;
    if (status == NS_OK)
        say(self, "Restored. What was changed after the copy is lost; it is of ", at);
    return status;
}

const verb store_verbs[] = {
    {"store", "check", "", "Checks the store whole, and says when it was last copied.", "store check", "", 0, 0, check},
    {"store", "backup", "", "Copies the store now. Once a day that happens by itself.", "store backup", "", 0, 0, backup},
    {"store", "restore", "", "Puts the newest copy in the place of a store that is damaged. The damaged file stays beside it.", "store restore", "",
     0, 0, store_restore},
    {0},
};
