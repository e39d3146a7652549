#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/phrase.h"
#include "command.h"
#include "viewer/catalogue.h"
#include "transfer/transfer.h"

static ns_status export_all(command *self, int *exit_code, ns_error *error) {
    const char *file = option_value(self, "file", NULL);
    char *text = NULL;
    ns_status status = ns_transfer_export(self->store, &text, error);
    (void)exit_code;
    if (status == NS_OK && file)
        status = ns_file_write(file, text, strlen(text), error);
    else if (status == NS_OK)
        (void)puts(text);
    free(text);
    return status;
}

static cJSON *describe(const ns_import_report *report, bool preview) {
    cJSON *document = cJSON_CreateObject();
    cJSON *array = NULL;
    (void)cJSON_AddBoolToObject(document, "preview", preview);
    for (int outcome = 0; outcome < NS_IMPORT_OUTCOMES; outcome++)
        (void)ns_json_add_integer(document, ns_import_outcome_name((ns_import_outcome)outcome), (int64_t)report->outcomes[outcome]);
    (void)ns_json_add_string(document, "unused", report->unused && report->unused[0] ? report->unused : NULL);
    (void)ns_json_add_integer(document, "otherProtocols", (int64_t)report->others);
    array = cJSON_AddArrayToObject(document, "entries");
    for (size_t i = 0; i < report->count; i++) {
        const ns_import_item *item = &report->items[i];
        cJSON *object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "kind", item->kind);
        (void)ns_json_add_string(object, "name", item->name);
        (void)ns_json_add_integer(object, "line", item->line);
        (void)ns_json_add_string(object, "outcome", ns_import_outcome_name(item->outcome));
        (void)(item->text[0] ? ns_phrase_add_member(object, "text", item->text) : ns_json_add_string(object, "text", NULL));
        (void)cJSON_AddItemToArray(array, object);
    }
    return document;
}

static void print_report(const ns_import_report *report, bool preview) {
    for (size_t i = 0; i < report->count; i++) {
        const ns_import_item *item = &report->items[i];
        char line[32] = "";
        if (item->outcome == NS_IMPORT_SAME)
            continue;
        if (item->line)
            (void)snprintf(line, sizeof line, "line %lld: ", (long long)item->line);
        (void)printf("  %-8s %s%s %s%s%s\n", ns_import_outcome_name(item->outcome), line, item->kind, item->name, item->text[0] ? ": " : "",
                     catalogue_say(item->text));
    }
    (void)printf("%s%zu added, %zu changed, %zu the same, %zu kept as they are, %zu refused.\n", preview ? "Would be: " : "",
                 report->outcomes[NS_IMPORT_ADDED], report->outcomes[NS_IMPORT_CHANGED], report->outcomes[NS_IMPORT_SAME],
                 report->outcomes[NS_IMPORT_KEPT], report->outcomes[NS_IMPORT_REFUSED]);
    if (report->unused && report->unused[0])
        (void)printf("Columns that are not used: %s\n", report->unused);
    if (report->others)
        (void)printf("Rows of other protocols than RDP, which were left out: %zu\n", report->others);
}

static ns_status import_file(command *self, int *exit_code, ns_error *error) {
    const ns_import_options options = {.update = option_given(self, "update"), .preview = option_given(self, "preview")};
    const char *path = self->arguments.words[0];
    ns_import_report report = {0};
    char *bytes = NULL;
    size_t size = 0;
    ns_status status = ns_file_read(strcmp(path, "-") == 0 ? NULL : path, NS_TRANSFER_MAXIMUM, &bytes, &size, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_transfer_import(self->store, bytes, size, &options, &report, error);
    if (report.count && self->json)
        print_json(describe(&report, options.preview));
    else if (report.count)
        print_report(&report, options.preview || status != NS_OK);
    ns_import_report_clear(&report);
    free(bytes);
    return status;
}

const verb transfer_verbs[] = {
    {"export", "", "[--file FILE]", "Writes groups, machines, connections and flows as JSON: everything but passwords and runs.",
     "export --file fleet.json", "file=", 0, 0, export_all},
    {"import", "", "FILE [--update] [--preview]",
     "Adds what the file has: an export, a list of hosts, or a table (CSV) with column names. FILE - is standard input. What is there already stays "
     "as it "
     "is; with --update it becomes what the file says. All of it or nothing; --preview only tells.",
     "import pcs.csv --preview", "update preview", 1, 1, import_file},
    {0},
};
