#include <stdio.h>
#include <string.h>

#include "command.h"
#include "viewer/catalogue.h"
#include "model/explain.h"
#include "model/finding.h"
#include "model/native_code.h"
#include "model/result_code.h"

static void number_of(const ns_native_code *native, char *out, size_t size) {
    if (native->kind == NS_NATIVE_AADSTS)
        (void)snprintf(out, size, "%u", (unsigned)native->number);
    else
        (void)snprintf(out, size, "0x%X", (unsigned)native->number);
}

/* The numbers by which machines and FreeRDP say the same. */
static cJSON *describe_natives(const char *code) {
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; ns_native_code_at(i); i++) {
        const ns_native_code *native = ns_native_code_at(i);
        cJSON *object = NULL;
        char number[16];
        if (strcmp(native->code, code) != 0)
            continue;
        object = cJSON_CreateObject();
        number_of(native, number, sizeof number);
        (void)ns_json_add_string(object, "kind", ns_native_kind_name(native->kind));
        (void)ns_json_add_string(object, "number", number);
        (void)ns_json_add_string(object, "name", native->name);
        (void)cJSON_AddItemToArray(array, object);
    }
    return array;
}

static cJSON *describe_findings(void) {
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; ns_finding_code_at(i); i++) {
        cJSON *object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "code", ns_finding_code_at(i)->code);
        (void)ns_json_add_string(object, "message", ns_finding_code_at(i)->message);
        (void)ns_json_add_string(object, "remedy", ns_finding_code_at(i)->remedy);
        (void)cJSON_AddItemToArray(array, object);
    }
    return array;
}

static cJSON *describe(const ns_result_code *row) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "code", row->code);
    (void)ns_json_add_string(object, "state", ns_run_state_name(row->state));
    (void)ns_json_add_string(object, "message", row->message);
    (void)ns_json_add_string(object, "cause", row->cause);
    (void)ns_json_add_string(object, "remedy", row->remedy);
    (void)cJSON_AddItemToObject(object, "natives", describe_natives(row->code));
    return object;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {58, 11};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "codes") : NULL;
    (void)exit_code;
    (void)error;
    for (size_t i = 0; ns_result_code_at(i); i++) {
        const ns_result_code *row = ns_result_code_at(i);
        const char *const cells[] = {row->code, ns_run_state_name(row->state), catalogue_say(row->message)};
        if (array)
            (void)cJSON_AddItemToArray(array, describe(row));
        else
            print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document) {
        (void)cJSON_AddItemToObject(document, "findings", describe_findings());
        print_json(document);
    }
    return NS_OK;
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    const char *code = self->arguments.words[0];
    const ns_result_code *row = ns_result_code_find(code);
    (void)exit_code;
    if (strcmp(row->code, code) != 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "CodeNotFound", "See all with: nightshiftctl code list", "There is no result code \"%.60s\".",
                            code);
    if (self->json)
        print_json(describe(row));
    else
        (void)printf("%s (%s)\n  What happened: %s\n  Likely cause:  %s\n  What to do:    %s\n", row->code, ns_run_state_name(row->state),
                     catalogue_say(row->message), catalogue_say(row->cause), catalogue_say(row->remedy));
    return NS_OK;
}

static ns_status explain(command *self, int *exit_code, ns_error *error) {
    ns_explanation found[NS_EXPLANATIONS];
    const size_t count = ns_explain(self->arguments.words[0], found);
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "meanings") : NULL;
    (void)exit_code;
    if (!count) {
        cJSON_Delete(document);
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "CodeNotFound", "Give a result code, or a number in decimal or with 0x.",
                            "\"%.60s\" is in no table that Nightshift has.", self->arguments.words[0]);
    }
    for (size_t i = 0; i < count; i++) {
        const ns_result_code *row = found[i].result;
        const ns_native_code *native = found[i].native;
        if (array) {
            cJSON *object = describe(row);
            (void)ns_json_add_string(object, "kind", native ? ns_native_kind_name(native->kind) : "result code");
            (void)ns_json_add_string(object, "name", native ? native->name : row->code);
            (void)cJSON_AddItemToArray(array, object);
            continue;
        }
        if (native)
            (void)printf("%s, %s:\n", ns_native_kind_name(native->kind), native->name);
        (void)printf("%s\n  What happened: %s\n  Likely cause:  %s\n  What to do:    %s\n", row->code, catalogue_say(row->message),
                     catalogue_say(row->cause), catalogue_say(row->remedy));
    }
    if (document)
        print_json(document);
    return NS_OK;
}

const verb code_verbs[] = {
    {"code", "list", "", "Lists the result codes of runs.", "code list", "", 0, 0, list},
    {"code", "show", "CODE", "Explains a result code: what happened, the likely cause, what to do.", "code show RDPIsNotEnabled", "", 1, 1, show},
    {"code", "explain", "CODE", "Says what a number of FreeRDP, RDP, Windows or Entra means, or a result code.", "code explain 0x20014", "", 1, 1,
     explain},
    {0},
};
