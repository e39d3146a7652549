/* What a run brought back: listed, and saved below a folder. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "command.h"
#include "transfer/save.h"

static ns_status take_run(const command *self, int64_t *id, ns_error *error) {
    ns_run run = {0};
    ns_status status = run_take_id(self, id, error);
    if (status == NS_OK)
        status = ns_run_load(self->store, *id, &run, error);
    ns_run_clear(&run);
    return status;
}

static void show_files(const command *self, const ns_kept_artifacts *files) {
    static const int widths[] = {40, 12, 10};
    static const char *const titles[] = {"NAME", "BYTES", "STATE", "SHA-256"};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "artifacts") : NULL;
    if (!document)
        print_row(widths, titles, NS_COUNT_OF(titles));
    for (size_t i = 0; i < files->count; i++) {
        const ns_kept_artifact *file = &files->items[i];
        char size[24];
        (void)snprintf(size, sizeof size, "%lld", (long long)file->size);
        const char *const cells[] = {file->name, size, file->whole ? "whole" : "incomplete", file->sha256};
        if (array) {
            cJSON *object = cJSON_CreateObject();
            (void)ns_json_add_string(object, "name", file->name);
            (void)ns_json_add_integer(object, "size", file->size);
            (void)ns_json_add_time(object, "changedAt", file->changed_at);
            (void)ns_json_add_string(object, "sha256", file->sha256);
            (void)cJSON_AddBoolToObject(object, "whole", file->whole);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    if (document)
        print_json(document);
}

ns_status run_artifacts(command *self, int *exit_code, ns_error *error) {
    const char *folder = option_value(self, "save", NULL);
    ns_kept_artifacts files = {0};
    int64_t id = 0;
    ns_status status = take_run(self, &id, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_artifacts_load(self->store, id, &files, error);
    if (status == NS_OK && folder)
        status = ns_save_artifacts(self->store, &files, folder, error);
    if (status == NS_OK)
        show_files(self, &files);
    ns_kept_artifacts_clear(&files);
    return status;
}

static void show_times(const command *self, const int64_t *times, size_t count) {
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "pictures") : NULL;
    for (size_t i = 0; i < count; i++) {
        char time[NS_CLOCK_TEXT_SIZE];
        ns_clock_format(times[i], time);
        if (array)
            (void)cJSON_AddItemToArray(array, cJSON_CreateString(time));
        else
            (void)printf("%s\n", time);
    }
    if (document)
        print_json(document);
}

ns_status run_pictures(command *self, int *exit_code, ns_error *error) {
    const char *folder = option_value(self, "save", NULL);
    int64_t *times = NULL;
    size_t count = 0;
    int64_t id = 0;
    ns_status status = take_run(self, &id, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_film_times(self->store, id, &times, &count, error);
    if (status == NS_OK && folder)
        status = ns_save_film(self->store, id, times, count, folder, error);
    if (status == NS_OK)
        show_times(self, times, count);
    free(times);
    return status;
}
