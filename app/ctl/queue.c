#include <stdio.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "command.h"
#include "viewer/catalogue.h"

static const char *target_of(const ns_run *run) {
    return run->group[0] ? run->group : run->machine;
}

static cJSON *describe(const ns_run *run) {
    cJSON *object = run_describe(run, false);
    (void)ns_json_add_integer(object, "position", run->position);
    (void)cJSON_AddBoolToObject(object, "movedToTop", run->moved != 0);
    return object;
}

static void print(const ns_run *run) {
    static const int widths[] = {4, 6, 8, 20, 16, 10};
    const int64_t waiting_s = (ns_clock_utc_ms() - run->created_at) / 1000;
    char position[24];
    char id[24];
    char waiting[24];
    (void)snprintf(position, sizeof position, "%lld", (long long)run->position);
    (void)snprintf(id, sizeof id, "%lld", (long long)run->id);
    (void)snprintf(waiting, sizeof waiting, "%lld:%02lld:%02lld", (long long)waiting_s / 3600, (long long)waiting_s / 60 % 60,
                   (long long)waiting_s % 60);
    const char *const cells[] = {position,
                                 id,
                                 run->high ? "high" : "normal",
                                 target_of(run),
                                 run->purpose == NS_PURPOSE_FLOW ? run->flow : ns_purpose_name(run->purpose),
                                 waiting,
                                 catalogue_say(run->waits)};
    print_row(widths, cells, NS_COUNT_OF(cells));
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {4, 6, 8, 20, 16, 10};
    static const char *const titles[] = {"POS", "ID", "PRIORITY", "TARGET", "FLOW", "WAITING", "WHY"};
    cJSON *document = NULL;
    cJSON *array = NULL;
    ns_run_list runs;
    long long limit = 0;
    ns_status status = option_integer(self, "limit", 1, 100000, 500, &limit, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_runs_load_queued(self->store, limit, &runs, error);
    if (status != NS_OK)
        return status;
    if (self->json) {
        document = cJSON_CreateObject();
        array = cJSON_AddArrayToObject(document, "queue");
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < runs.count; i++) {
        if (array)
            (void)cJSON_AddItemToArray(array, describe(&runs.items[i]));
        else
            print(&runs.items[i]);
    }
    if (document)
        print_json(document);
    ns_run_list_clear(&runs);
    return NS_OK;
}

const verb queue_verbs[] = {
    {"queue", "list", "[--limit N]",
     "Lists the runs that wait, in the order in which they are looked at, each with its place among those of its target and why it waits.",
     "queue list --json", "limit=", 0, 0, list},
    {0},
};
