#include <stdio.h>
#include <string.h>

#include "command.h"
#include "model/result_code.h"

static cJSON *describe(const ns_result_code *row) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "code", row->code);
    (void)ns_json_add_string(object, "state", ns_run_state_name(row->state));
    (void)ns_json_add_string(object, "message", row->message);
    (void)ns_json_add_string(object, "cause", row->cause);
    (void)ns_json_add_string(object, "remedy", row->remedy);
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
        const char *const cells[] = {row->code, ns_run_state_name(row->state), row->message};
        if (array)
            (void)cJSON_AddItemToArray(array, describe(row));
        else
            print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document)
        print_json(document);
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
                     row->message, row->cause, row->remedy);
    return NS_OK;
}

const verb code_verbs[] = {
    {"code", "list", "", "Lists the result codes of runs.", "code list", "", 0, 0, list},
    {"code", "show", "CODE", "Explains a result code: what happened, the likely cause, what to do.", "code show RDPIsNotEnabled", "", 1, 1, show},
    {0},
};
