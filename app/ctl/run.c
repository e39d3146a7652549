#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/pipe.h"
#include "command.h"
#include "common/entry.h"
#include "store/queue.h"
#include "store/run_values.h"

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {6, 24, 11, 16, 16, 16};
    static const char *const titles[] = {"ID", "CREATED", "STATE", "MACHINE", "FLOW", "CONNECTION", "CODE"};
    ns_run_list runs;
    cJSON *document = NULL;
    cJSON *array = NULL;
    long long limit = 0;
    ns_status status = option_integer(self, "limit", 1, 1000000, 50, &limit, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_runs_load(self->store, 0, limit, &runs, error);
    if (status != NS_OK)
        return status;
    if (self->json) {
        document = cJSON_CreateObject();
        array = cJSON_AddArrayToObject(document, "runs");
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
    }
    for (size_t i = 0; i < runs.count; i++) {
        const ns_run *run = &runs.items[i];
        char at[NS_CLOCK_TEXT_SIZE];
        char id[24];
        if (self->json) {
            (void)cJSON_AddItemToArray(array, run_describe(run, false));
            continue;
        }
        ns_clock_format(run->created_at, at);
        (void)snprintf(id, sizeof id, "%lld", (long long)run->id);
        const char *const cells[] = {id,
                                     at,
                                     ns_run_state_name(run->state),
                                     run->machine[0] ? run->machine : run->group,
                                     run->purpose == NS_PURPOSE_FLOW ? run->flow : ns_purpose_name(run->purpose),
                                     run->connection,
                                     run->code};
        print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document)
        print_json(document);
    ns_run_list_clear(&runs);
    return NS_OK;
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    int ignored = 0; /* to look at a failed run is no failure */
    ns_status status = run_take_id(self, &id, error);
    (void)exit_code;
    return status == NS_OK ? run_print(self, id, &ignored, error) : status;
}

static ns_status prioritise(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    bool high = false;
    ns_status status = run_take_id(self, &id, error);
    (void)exit_code;
    if (status == NS_OK)
        status = run_read_priority(self->arguments.words[1], &high, error);
    return status == NS_OK ? ns_queue_prioritise(self->store, id, high, error) : status;
}

static ns_status move(command *self, int *exit_code, ns_error *error) {
    const char *where = self->arguments.words[1];
    int64_t id = 0;
    ns_status status = run_take_id(self, &id, error);
    (void)exit_code;
    if (status == NS_OK && strcmp(where, "top") != 0 && strcmp(where, "back") != 0)
        status = ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Give top or back.", "\"%.40s\" is no place in a queue.", where);
    return status == NS_OK ? ns_queue_move(self->store, id, strcmp(where, "top") == 0, error) : status;
}

static ns_status cancel(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    ns_status status = run_take_id(self, &id, error);
    (void)exit_code;
    return status == NS_OK ? ns_run_request_cancel(self->store, id, error) : status;
}

static ns_status screenshot(command *self, int *exit_code, ns_error *error) {
    const char *path = self->arguments.words[1];
    int64_t id = 0;
    uint8_t *png = NULL;
    size_t size = 0;
    ns_status status = run_take_id(self, &id, error);
    (void)exit_code;
    if (status == NS_OK)
        status = ns_run_screenshot(self->store, id, &png, &size, error);
    if (status == NS_OK)
        status = ns_file_write(path, png, size, error);
    free(png);
    return status;
}

static ns_status write_output(const command *self, const void *bytes, size_t size, ns_error *error) {
    const char *path = option_value(self, "file", NULL);
    return path ? ns_file_write(path, bytes, size, error) : ns_stdout_write(bytes, size, error);
}

/* The text of it, or the bytes as they came. */
static ns_status output(command *self, int *exit_code, ns_error *error) {
    const bool as_it_came = option_given(self, "raw");
    ns_run run = {0};
    void *raw = NULL;
    size_t size = 0;
    int64_t id = 0;
    ns_status status = run_take_id(self, &id, error);
    (void)exit_code;
    if (as_it_came && !option_given(self, "file") && ns_entry_is_terminal())
        return ns_error_set(error, NS_STATUS_REFUSED, "WrongArguments", "Add --file FILE.", "A terminal would obey what may be in it.");
    if (status == NS_OK)
        status = ns_run_load(self->store, id, &run, error);
    if (status == NS_OK && as_it_came && run.has_raw_output)
        status = ns_run_raw_output(self->store, id, &raw, &size, error);
    if (status == NS_OK)
        status = write_output(self, raw ? raw : run.output, raw ? size : strlen(run.output), error);
    free(raw);
    ns_run_clear(&run);
    return status;
}

const verb run_verbs[] = {
    {"run", "start",
     "MACHINE|group:NAME --flow F --connection C [--wait] [--count N] [--priority high|normal] [--not-before TIME] [--worker auto] [--canary] "
     "[--junit FILE] [--input NAME=VALUE …] [--secret-input NAME …]",
     "Starts a test unattended run, or N of them. With --wait it is carried out here and its record printed; Ctrl+C cancels it. Without, it stands "
     "in "
     "the queue and its number comes back at once: a worker carries it out, and --worker auto starts one where there is none. With --canary it runs "
     "once on each machine of the group, on one, then on a tenth, then on all, and "
     "stops when two machines fail with the same code. --junit writes what became of the runs that were waited for as JUnit XML. --input gives the "
     "flow "
     "a value; --secret-input asks for one, or reads a line of standard input for each.",
     "run start group:Finance --flow invoices --connection robot --worker auto",
     "flow= connection= wait count= priority= not-before= worker= canary junit= input= secret-input=", 1, 1, run_start},
    {"run", "list", "[--limit N]", "Lists the newest runs.", "run list --limit 10", "limit=", 0, 0, list},
    {"run", "show", "ID", "Shows a run's record.", "run show 12 --json", "", 1, 1, show},
    {"run", "cancel", "ID", "Cancels a run; its session is signed out. One that no program carries out yet ends at once.", "run cancel 12", "", 1, 1,
     cancel},
    {"run", "output", "ID [--raw] [--file FILE]", "Writes what the flow put out: as text that is safe to show, or with --raw the bytes as they came.",
     "run output 12 --raw --file output.bin", "raw file=", 1, 1, output},
    {"run", "artifacts", "ID [--save FOLDER]", "Lists the files that a run brought back, and with --save writes them below the folder.",
     "run artifacts 12 --save results", "save=", 1, 1, run_artifacts},
    {"run", "pictures", "ID [--save FOLDER]", "Lists the pictures of a run's film strip, and with --save writes them into the folder as PNG.",
     "run pictures 12 --save film", "save=", 1, 1, run_pictures},
    {"run", "screenshot", "ID FILE", "Writes the picture kept of a run as PNG.", "run screenshot 12 desktop.png", "", 2, 2, screenshot},
    {"run", "priority", "ID high|normal", "Changes the priority of a run that waits.", "run priority 12 high", "", 2, 2, prioritise},
    {"run", "move", "ID top|back", "Moves a run that waits to the top of the queue, or back to where it stood.", "run move 12 top", "", 2, 2, move},
    {0},
};
