#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "flow/kind.h"
#include "store/action.h"
#include "store/flows.h"

/* What is given of the flow's fields. */
static ns_status read_fields(command *self, ns_flow *flow, ns_error *error) {
    const ns_flow_field *field = NULL;
    ns_status status = NS_OK;
    for (size_t i = 0; status == NS_OK && (field = ns_flow_field_at(i)) != NULL; i++) {
        long long number = 0;
        if (!option_given(self, field->option))
            continue;
        if (field->number) {
            status = option_integer(self, field->option, 0, field->maximum, 0, &number, error);
            *ns_flow_number(flow, field) = number;
        } else {
            free(*ns_flow_text(flow, field));
            *ns_flow_text(flow, field) = ns_string_copy(option_value(self, field->option, ""));
        }
    }
    return status;
}

static ns_status add(command *self, int *exit_code, ns_error *error) {
    ns_flow flow;
    ns_status status = ns_flow_begin(&flow, error);
    (void)exit_code;
    if (status == NS_OK)
        status = read_fields(self, &flow, error);
    flow.name = ns_string_copy(self->arguments.words[0]);
    if (status == NS_OK)
        status = ns_flow_save(self->store, &flow, error);
    if (status == NS_OK && !self->json)
        (void)printf("Added flow %s.\n", flow.name);
    ns_flow_clear(&flow);
    return status;
}

static ns_status edit(command *self, int *exit_code, ns_error *error) {
    ns_flow flow = {0};
    ns_status status = ns_action_begin(self->store, "edit", error);
    (void)exit_code;
    if (status != NS_OK)
        return status;
    status = ns_flow_load(self->store, self->arguments.words[0], &flow, error);
    if (status == NS_OK)
        status = read_fields(self, &flow, error);
    if (status == NS_OK)
        status = ns_flow_save(self->store, &flow, error);
    status = ns_action_end(self->store, status, error);
    if (status == NS_OK && !self->json)
        (void)printf("Changed flow %s.\n", flow.name);
    ns_flow_clear(&flow);
    return status;
}

static cJSON *describe(const ns_flow *flow) {
    cJSON *object = cJSON_CreateObject();
    const ns_flow_field *field = NULL;
    (void)ns_json_add_string(object, "name", flow->name);
    for (size_t i = 0; (field = ns_flow_field_at(i)) != NULL; i++) {
        if (field->number)
            (void)ns_json_add_integer(object, field->json, ns_flow_number_of(flow, field));
        else
            (void)ns_json_add_string(object, field->json, ns_flow_text_of(flow, field));
    }
    return object;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 13, 32, 24};
    static const char *const titles[] = {"NAME", "KIND", "PROGRAM", "ARGUMENTS", "SUCCESS"};
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
        const char *const cells[] = {each->name, each->kind, each->program, each->arguments, each->success_codes};
        if (self->json)
            (void)cJSON_AddItemToArray(array, describe(each));
        else
            print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document)
        print_json(document);
    ns_flow_list_clear(&flows);
    return NS_OK;
}

static ns_status kinds(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {14};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "kinds") : NULL;
    const ns_flow_kind *kind = NULL;
    (void)exit_code;
    (void)error;
    for (size_t i = 0; (kind = ns_flow_kind_at(i)) != NULL; i++) {
        if (array) {
            cJSON *object = cJSON_CreateObject();
            (void)ns_json_add_string(object, "kind", kind->name);
            (void)ns_json_add_string(object, "program", kind->program);
            (void)ns_json_add_string(object, "scope", kind->scope);
            (void)cJSON_AddItemToArray(array, object);
        } else {
            const char *const cells[] = {kind->name, kind->program};
            print_row(widths, cells, NS_COUNT_OF(cells));
            if (kind->scope) {
                const char *const more[] = {"", kind->scope};
                print_row(widths, more, NS_COUNT_OF(more));
            }
        }
    }
    if (document)
        print_json(document);
    return NS_OK;
}

#define OPTION(member, field, option, ...) option "= "
#define FLOW_OPTIONS NS_FLOW_FIELDS(OPTION, OPTION)

const verb flow_verbs[] = {
    {"flow", "add",
     "NAME --program P [--kind K] [--arguments A] [--directory D [--make-directory on]] [--scope S] [--inputs I] [--console own] [--encoding E] "
     "[--artifacts PATTERNS] [--picture-every S] [--keep-awake S] [--end-outside on] [--timeout S] [--success-codes 0,3010] [--retries N] "
     "[--retry-after S] [--retry-codes A,B]",
     "Adds what a run carries out in the session: a program, or another kind of flow (flow kinds). Inputs are declared as `month=11 *pin`, * for a "
     "secret; "
     "{month} in the arguments is its value. Files that --artifacts names, such as `out/*.csv;report.html`, come back with the run; * is anything, "
     "** any "
     "folders. --picture-every keeps a film strip, --keep-awake presses F15 for machines with an idle limit. After a failure it is tried again N "
     "times, S seconds (60) later, after these result codes or after any; "
     "never after a refused password.",
     "flow add invoices --program C:\\Flows\\invoices.exe --arguments \"--month {month}\" --inputs month=11", FLOW_OPTIONS, 1, 1, add},
    {"flow", "edit", "NAME [--program P] [--arguments A] …, as of flow add", "Changes what is given, and leaves the rest.",
     "flow edit invoices --timeout 600", FLOW_OPTIONS, 1, 1, edit},
    {"flow", "kinds", "", "Lists the kinds of flows, and what program and scope are in each.", "flow kinds", "", 0, 0, kinds},
    {"flow", "list", "", "Lists the flows.", "flow list", "", 0, 0, list},
    {"flow", "remove", "NAME", "Removes a flow. The records of its runs stay.", "flow remove invoices", "", 1, 1, remove_named},
    {0},
};
