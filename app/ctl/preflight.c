#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "command.h"
#include "common/entry.h"
#include "common/version.h"
#include "run/preflight.h"
#include "store/identity.h"
#include "store/preflights.h"
#include "targets.h"
#include "transfer/report.h"

typedef struct preflight {
    command *command;
    targets machines;
    cJSON **rows; /* one for each machine, when it is final */
    bool failed;
} preflight;

static void on_row(void *context, size_t index, const ns_check_input *in, const ns_row *row, bool final) {
    preflight *self = context;
    if (!final)
        return;
    self->rows[index] = ns_row_write(in, row);
    self->failed = self->failed || row->verdict == NS_VERDICT_FAIL;
}

static void on_progress(void *context, size_t done, size_t count) {
    (void)context;
    if (ns_entry_is_terminal())
        (void)fprintf(stderr, "\r%zu of %zu machines", done, count);
    if (ns_entry_is_terminal() && done == count)
        (void)fprintf(stderr, "\r%40s\r", "");
}

/* The checks that changed since the machine was last without a failure. */
static void add_changes(const preflight *self, size_t index, cJSON *row, int64_t before) {
    ns_preflight_record green = {0};
    cJSON *then = NULL;
    cJSON *changes = NULL;
    const cJSON *now_check = NULL;
    if (ns_preflight_load_green(self->command->store, self->machines.ids[index], before, &green, &(ns_error){0}) == NS_OK && green.id) {
        then = cJSON_Parse(green.row);
        (void)ns_json_add_time(row, "comparedWith", green.at);
        changes = cJSON_AddArrayToObject(row, "changes");
    }
    if (!then) {
        ns_preflight_record_clear(&green);
        return;
    }
    cJSON_ArrayForEach(now_check, cJSON_GetObjectItemCaseSensitive(row, "checks")) {
        const cJSON *then_check = NULL;
        cJSON_ArrayForEach(then_check, cJSON_GetObjectItemCaseSensitive(then, "checks")) {
            cJSON *object = NULL;
            if (strcmp(ns_json_string(now_check, "id", "?"), ns_json_string(then_check, "id", "")) != 0 ||
                strcmp(ns_json_string(now_check, "verdict", ""), ns_json_string(then_check, "verdict", "")) == 0)
                continue;
            object = cJSON_CreateObject();
            (void)ns_json_add_string(object, "id", ns_json_string(now_check, "id", ""));
            (void)ns_json_add_string(object, "was", ns_json_string(then_check, "verdict", ""));
            (void)ns_json_add_string(object, "is", ns_json_string(now_check, "verdict", ""));
            (void)cJSON_AddItemToArray(changes, object);
        }
    }
    cJSON_Delete(then);
    ns_preflight_record_clear(&green);
}

static void print_text(const cJSON *document, bool all) {
    static const int widths[] = {8, 24};
    const cJSON *machine = NULL;
    cJSON_ArrayForEach(machine, cJSON_GetObjectItemCaseSensitive(document, "machines")) {
        const cJSON *check = NULL;
        int passed = 0;
        int unknown = 0;
        (void)printf("%s: %s\n  %s\n", ns_json_string(machine, "machine", "?"), ns_json_string(machine, "verdict", "?"),
                     ns_json_string(machine, "forecast", ""));
        cJSON_ArrayForEach(check, cJSON_GetObjectItemCaseSensitive(machine, "checks")) {
            const char *verdict = ns_json_string(check, "verdict", "?");
            const char *const cells[] = {verdict, ns_json_string(check, "id", ""), ns_json_string(check, "message", "")};
            passed += strcmp(verdict, "pass") == 0;
            unknown += strcmp(verdict, "unknown") == 0;
            if (!all && (strcmp(verdict, "pass") == 0 || strcmp(verdict, "unknown") == 0))
                continue;
            (void)printf("  ");
            print_row(widths, cells, NS_COUNT_OF(cells));
            if (ns_json_string(check, "remedy", "")[0])
                (void)printf("  %8s  %24s  %s\n", "", "", ns_json_string(check, "remedy", ""));
        }
        (void)printf("  %d passed, %d unknown%s\n", passed, unknown, all ? "" : " (all of them with --all)");
    }
}

static ns_status print_result(const preflight *self, cJSON *document, ns_error *error) {
    const char *html = option_value(self->command, "html", NULL);
    ns_status status = NS_OK;
    ns_text text;
    say_in_language(document);
    ns_text_init(&text, NS_REPORT_MAXIMUM);
    if (html) {
        ns_report_html(document, &text);
        status = text.failed ? ns_error_set_memory(error) : ns_file_write(html, text.bytes, text.size, error);
    }
    if (option_given(self->command, "csv")) {
        ns_text_clear(&text);
        ns_text_init(&text, NS_REPORT_MAXIMUM);
        ns_report_csv(document, &text);
        (void)fputs(ns_text_string(&text), stdout);
    } else if (!self->command->json) {
        print_text(document, option_given(self->command, "all"));
    }
    ns_text_clear(&text);
    return status;
}

static ns_status read_facts(const char *path, ns_facts *out, ns_error *error) {
    char *bytes = NULL;
    size_t size = 0;
    cJSON *document = NULL;
    ns_status status = ns_file_read(path, NS_FACTS_FILE_MAXIMUM, &bytes, &size, error);
    if (status != NS_OK)
        return status;
    document = cJSON_ParseWithLength(bytes, size);
    status = ns_facts_read(document, out, error);
    cJSON_Delete(document);
    free(bytes);
    return status;
}

static ns_status load_connection(command *self, int64_t *id, ns_error *error) {
    const char *name = option_value(self, "connection", NULL);
    ns_connection connection = {0};
    ns_status status = name ? ns_connection_load(self->store, name, &connection, error) : NS_OK;
    *id = connection.id;
    ns_connection_clear(&connection);
    if (status == NS_OK && !name && (option_given(self, "sign-in") || option_given(self, "session")))
        status = ns_error_set(error, NS_STATUS_INVALID, "MissingValue", "Name it with --connection.", "A sign-in needs a connection.");
    return status;
}

static ns_status look(preflight *self, ns_preflight_options *options, int64_t at, ns_error *error) {
    const ns_preflight_observer observer = {.context = self, .row = on_row, .progress = on_progress};
    cJSON *document = NULL;
    cJSON *array = NULL;
    ns_status status = NS_OK;
    self->rows = calloc(self->machines.count ? self->machines.count : 1, sizeof(cJSON *));
    if (!self->rows)
        return ns_error_set_memory(error);
    options->machine_ids = self->machines.ids;
    options->count = self->machines.count;
    status = ns_preflight_run(ns_store_locator(self->command->store), options, &observer, error);
    document = cJSON_CreateObject();
    (void)ns_json_add_time(document, "at", at);
    array = cJSON_AddArrayToObject(document, "machines");
    for (size_t i = 0; i < self->machines.count; i++) {
        if (!self->rows[i])
            continue;
        add_changes(self, i, self->rows[i], at);
        (void)cJSON_AddItemToArray(array, self->rows[i]);
    }
    free(self->rows);
    if (status == NS_OK)
        status = print_result(self, document, error);
    if (status == NS_OK && self->command->json)
        print_json(document);
    else
        cJSON_Delete(document);
    return status;
}

static ns_status run_preflight(command *given, int *exit_code, ns_error *error) {
    preflight self = {.command = given};
    ns_preflight_options options = {.sign_in = option_given(given, "sign-in"),
                                    .session = option_given(given, "session"),
                                    .keep = !option_given(given, "facts"),
                                    .version = NS_VERSION,
                                    .cancel = ns_entry_cancel_event()};
    const char *only = option_value(given, "only", NULL);
    const char *file = option_value(given, "facts", NULL);
    ns_facts facts = {0};
    ns_status status = NS_OK;
    ns_check_set_all(&options.checks);
    if (only)
        status = ns_check_set_parse(&options.checks, only, error);
    if (status == NS_OK)
        status = targets_find(given, &self.machines, error);
    if (status == NS_OK)
        status = load_connection(given, &options.connection_id, error);
    if (status == NS_OK && file && self.machines.count != 1)
        status = ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Name one machine.", "A file of facts is about one machine.");
    if (status == NS_OK && file)
        status = read_facts(file, &facts, error);
    options.facts = file ? &facts : NULL;
    if (status == NS_OK)
        status = look(&self, &options, ns_clock_utc_ms(), error);
    ns_facts_clear(&facts);
    targets_clear(&self.machines);
    *exit_code = self.failed ? EXIT_BAD_ANSWER : EXIT_DONE;
    return status;
}

const verb preflight_verbs[] = {
    {"preflight", "", "TARGET…",
     "Says whether tonight's run will work on machines (group:NAME for a group's), and if not, why and what to change. Nothing is changed and no "
     "credential used, unless --sign-in asks for one attempt to prove the password, or --session for a real session that is signed out again. "
     "--only takes checks by their ids; --facts judges a file that facts collect wrote; --all prints what passed as well. Exit code 1 when "
     "anything fails.",
     "preflight group:Finance --connection robot --only dns,tcp,rdp.nla", "connection= only= facts= html= csv all sign-in session", 1, WORDS_MAXIMUM,
     run_preflight},
    {0},
};
