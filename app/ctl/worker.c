#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/entry.h"
#include "common/version.h"
#include "run/worker.h"
#include "service.h"
#include "store/fleet.h"
#include "store/workers.h"

#define CAPACITY_TEXT "4"
enum { CAPACITY = 4, GROUPS_MAXIMUM = 100, NAME_SIZE = 512 };

/* The groups that are named, with commas between. */
static ns_status find_groups(command *self, int64_t *ids, size_t *count, ns_error *error) {
    const char *p = option_value(self, "groups", "");
    ns_status status = NS_OK;
    *count = 0;
    while (*p && status == NS_OK) {
        const size_t size = strcspn(p, ",");
        char name[NAME_SIZE];
        if (size >= sizeof name || *count == GROUPS_MAXIMUM)
            return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Name fewer groups.", "--groups takes at most %d names.", GROUPS_MAXIMUM);
        (void)snprintf(name, sizeof name, "%.*s", (int)size, p);
        status = ns_group_find(self->store, name, &ids[(*count)++], error);
        p += size + (p[size] == ',');
    }
    return status;
}

static void told(void *context, int64_t run_id, const char *code) {
    const command *self = context;
    if (self->json)
        (void)printf("{\"run\": %lld, \"code\": \"%s\"}\n", (long long)run_id, code);
    else
        (void)printf(code[0] ? "run %lld ended: %s\n" : "run %lld begins\n", (long long)run_id, code);
    (void)fflush(stdout);
}

/* As a service of Windows, under the user whose store and passwords it uses. */
static ns_status install(command *self, ns_error *error) {
    char *own = service_own_user();
    const char *user = option_value(self, "user", own);
    ns_secret password = {0};
    const service_setup setup = {.store_locator = ns_store_locator(self->store),
                                 .capacity = option_value(self, "capacity", CAPACITY_TEXT),
                                 .groups = option_value(self, "groups", ""),
                                 .user = user,
                                 .password = &password};
    ns_status status = service_check(error);
    if (status == NS_OK && !user)
        status = ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Add --user DOMAIN\\user.", "Whose service it is to be is not known.");
    if (status == NS_OK)
        status = read_password(self, "The user's password: ", &password, error);
    if (status == NS_OK)
        status = service_install(&setup, error);
    if (status == NS_OK && !self->json)
        (void)printf("The service NightshiftWorker is installed for %s. Start it with: sc start NightshiftWorker\n", user);
    ns_secret_clear(&password);
    free(own);
    return status;
}

static ns_status as_service(void *context, ns_error *error) {
    return ns_worker_work(context, error);
}

static ns_status work(command *self, int *exit_code, ns_error *error) {
    int64_t groups[GROUPS_MAXIMUM];
    ns_worker_options options = {.store_locator = ns_store_locator(self->store),
                                 .version = NS_VERSION,
                                 .group_ids = groups,
                                 .stop = ns_entry_cancel_event(),
                                 .stop_now = ns_entry_end_event(),
                                 .told = told,
                                 .context = self};
    long long capacity = 0;
    long long idle_s = 0;
    ns_status status = option_integer(self, "capacity", 1, NS_WORKER_CAPACITY_MAXIMUM, CAPACITY, &capacity, error);
    (void)exit_code;
    if (status == NS_OK)
        status = option_integer(self, "idle", 0, 86400, 0, &idle_s, error);
    if (status == NS_OK)
        status = find_groups(self, groups, &options.group_count, error);
    options.capacity = capacity;
    options.idle_ms = idle_s * 1000;
    if (status != NS_OK)
        return status;
    if (option_given(self, "remove-service"))
        return service_remove(error);
    if (option_given(self, "install-service"))
        return install(self, error);
    if (option_given(self, "service"))
        return service_run(as_service, &options, options.stop, options.stop_now, error);
    return ns_worker_work(&options, error);
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {4, 24, 9, 8, 8};
    static const char *const titles[] = {"ID", "WHERE", "RUNNING", "VERSION", "STATE", "GROUPS"};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "workers") : NULL;
    ns_worker_list workers = {0};
    const ns_status status = ns_workers_load(self->store, &workers, error);
    (void)exit_code;
    if (!array)
        print_row(widths, titles, NS_COUNT_OF(titles));
    for (size_t i = 0; i < workers.count; i++) {
        const ns_worker_record *worker = &workers.items[i];
        char id[24];
        char running[48];
        (void)snprintf(id, sizeof id, "%lld", (long long)worker->id);
        (void)snprintf(running, sizeof running, "%lld/%lld", (long long)worker->running, (long long)worker->capacity);
        if (array) {
            cJSON *object = cJSON_CreateObject();
            (void)ns_json_add_integer(object, "id", worker->id);
            (void)ns_json_add_string(object, "where", worker->name);
            (void)ns_json_add_integer(object, "capacity", worker->capacity);
            (void)ns_json_add_integer(object, "running", worker->running);
            (void)ns_json_add_string(object, "version", worker->version);
            (void)ns_json_add_time(object, "startedAt", worker->started_at);
            (void)cJSON_AddBoolToObject(object, "stopping", worker->stopping);
            (void)ns_json_add_string(object, "groups", worker->groups);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            const char *const cells[] = {
                id, worker->name, running, worker->version, worker->stopping ? "stopping" : "works", worker->groups[0] ? worker->groups : "all"};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    if (document && status == NS_OK)
        print_json(document);
    else
        cJSON_Delete(document);
    ns_worker_list_clear(&workers);
    return status;
}

const verb worker_verbs[] = {
    {"worker", "", "[--capacity N] [--groups A,B] [--idle SECONDS] [--install-service [--user U] [--password-stdin]] [--remove-service]",
     "Carries out what waits in the queue, N runs at once (4), until it is stopped: with Ctrl+C it takes nothing any more and ends when what it has "
     "is "
     "done; with a second one it cancels that. With --groups it serves only those groups and their machines; with --idle it ends when there was "
     "nothing "
     "to do for so long. --install-service makes it a service of Windows, of the user U (you) whose store and passwords it uses; that user's "
     "password "
     "is asked for, or read from standard input. Stopped, it ends when what it has is done; when the computer goes down, it cancels that.",
     "worker --capacity 8", "capacity= groups= idle= install-service remove-service service user= password-stdin", 0, 0, work},
    {"worker", "list", "", "Lists the workers that are alive.", "worker list", "", 0, 0, list},
    {0},
};
