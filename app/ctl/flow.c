#include <stdio.h>

#include "command.h"
#include "model/retry.h"
#include "store/identity.h"

static ns_status add(command *self, int *exit_code, ns_error *error) {
    ns_flow flow = {.name = (char *)(uintptr_t)self->arguments.words[0],
                    .program = (char *)(uintptr_t)option_value(self, "program", ""),
                    .arguments = (char *)(uintptr_t)option_value(self, "arguments", ""),
                    .directory = (char *)(uintptr_t)option_value(self, "directory", ""),
                    .success_codes = (char *)(uintptr_t)option_value(self, "success-codes", "0"),
                    .retry_codes = (char *)(uintptr_t)option_value(self, "retry-codes", "")};
    long long timeout = 0;
    long long retries = 0;
    long long delay = 0;
    ns_status status = option_integer(self, "timeout", 1, 86400, 0, &timeout, error);
    (void)exit_code;
    if (status == NS_OK)
        status = option_integer(self, "retries", 0, NS_RETRY_MAXIMUM, 0, &retries, error);
    if (status == NS_OK)
        status = option_integer(self, "retry-after", 0, 86400, NS_RETRY_DELAY_S, &delay, error);
    flow.timeout_s = timeout;
    flow.retry_count = retries;
    flow.retry_delay_s = delay;
    if (status == NS_OK)
        status = ns_flow_save(self->store, &flow, error);
    if (status == NS_OK && !self->json)
        (void)printf("Added flow %s.\n", flow.name);
    return status;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 32, 24};
    static const char *const titles[] = {"NAME", "PROGRAM", "ARGUMENTS", "SUCCESS"};
    ns_flow_list flows;
    cJSON *document = NULL;
    cJSON *array = NULL;
    ns_status status = ns_flows_load(self->store, &flows, error);
    (void)exit_code;
    if (status != NS_OK)
        return status;
    if (self->json) {
        document = cJSON_CreateObject();
        array = cJSON_AddArrayToObject(document, "flows");
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < flows.count; i++) {
        const ns_flow *each = &flows.items[i];
        if (self->json) {
            cJSON *object = cJSON_CreateObject();
            (void)ns_json_add_string(object, "name", each->name);
            (void)ns_json_add_string(object, "program", each->program);
            (void)ns_json_add_string(object, "arguments", each->arguments);
            (void)ns_json_add_string(object, "directory", each->directory);
            (void)ns_json_add_integer(object, "timeout", each->timeout_s);
            (void)ns_json_add_string(object, "successCodes", each->success_codes);
            (void)ns_json_add_integer(object, "retries", each->retry_count);
            (void)ns_json_add_integer(object, "retryAfter", each->retry_delay_s);
            (void)ns_json_add_string(object, "retryCodes", each->retry_codes);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            const char *const cells[] = {each->name, each->program, each->arguments, each->success_codes};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    if (document)
        print_json(document);
    ns_flow_list_clear(&flows);
    return NS_OK;
}

const verb flow_verbs[] = {
    {"flow", "add",
     "NAME --program P [--arguments A] [--directory D] [--timeout S] [--success-codes 0,3010] [--retries N] [--retry-after S] "
     "[--retry-codes A,B]",
     "Adds what a run carries out in the session. After a failure it is tried again N times, S seconds (60) later, after these result codes or after "
     "any; "
     "never after a refused password.",
     "flow add invoices --program C:\\Flows\\invoices.exe --arguments \"--month 11\"",
     "program= arguments= directory= timeout= success-codes= retries= retry-after= retry-codes=", 1, 1, add},
    {"flow", "list", "", "Lists the flows.", "flow list", "", 0, 0, list},
    {"flow", "remove", "NAME", "Removes a flow. The records of its runs stay.", "flow remove invoices", "", 1, 1, remove_named},
    {0},
};
