/* The verbs that every thing with a name has: the noun says which kind it is; and a run by its number. */
#include <string.h>

#include "command.h"
#include "store/by_name.h"

static ns_status find(const command *self, ns_named *kind, int64_t *id, ns_error *error) {
    static const char *const nouns[NS_NAMED_COUNT] = {"machine", "group", "connection", "flow"};
    for (int i = 0; i < NS_NAMED_COUNT; i++)
        if (strcmp(nouns[i], self->noun) == 0)
            *kind = (ns_named)i;
    return ns_named_find(self->store, *kind, self->arguments.words[0], id, error);
}

ns_status rename_named(command *self, int *exit_code, ns_error *error) {
    ns_named kind = NS_NAMED_MACHINE;
    int64_t id = 0;
    const ns_status status = find(self, &kind, &id, error);
    (void)exit_code;
    return status == NS_OK ? ns_named_rename(self->store, kind, id, self->arguments.words[1], error) : status;
}

ns_status remove_named(command *self, int *exit_code, ns_error *error) {
    ns_named kind = NS_NAMED_MACHINE;
    int64_t id = 0;
    const ns_status status = find(self, &kind, &id, error);
    (void)exit_code;
    return status == NS_OK ? ns_named_remove(self->store, kind, id, error) : status;
}

ns_status run_take_id(const command *self, int64_t *id, ns_error *error) {
    long long value = 0;
    if (!ns_parse_integer(self->arguments.words[0], 1, INT64_MAX, &value))
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "See the numbers with: nightshiftctl run list",
                            "\"%.40s\" is no run's number.", self->arguments.words[0]);
    *id = value;
    return NS_OK;
}
