#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "command.h"
#include "preflight/prepare.h"
#include "store/by_name.h"
#include "store/fleet.h"
#include "store/identity.h"

static cJSON *describe(const ns_machine *machine) {
    cJSON *object = cJSON_CreateObject();
    cJSON *last = NULL;
    (void)ns_json_add_string(object, "name", machine->name);
    (void)ns_json_add_string(object, "host", machine->host);
    (void)ns_json_add_integer(object, "port", machine->port);
    (void)ns_json_add_string(object, "group", machine->group_id ? machine->group_name : NULL);
    (void)ns_json_add_string(object, "description", machine->description);
    (void)ns_json_add_string(object, "certificate", machine->pin[0] ? machine->pin : NULL);
    if (machine->last_run_id) {
        last = cJSON_AddObjectToObject(object, "lastRun");
        (void)ns_json_add_integer(last, "id", machine->last_run_id);
        (void)ns_json_add_string(last, "state", machine->last_run_state);
        (void)ns_json_add_string(last, "code", machine->last_run_code[0] ? machine->last_run_code : NULL);
        (void)ns_json_add_time(last, "at", machine->last_run_at);
    } else {
        (void)cJSON_AddNullToObject(object, "lastRun");
    }
    return object;
}

static ns_status add(command *self, int *exit_code, ns_error *error) {
    ns_machine machine = {.name = (char *)(uintptr_t)self->arguments.words[0],
                          .host = (char *)(uintptr_t)option_value(self, "host", ""),
                          .description = (char *)(uintptr_t)option_value(self, "description", "")};
    const char *group = option_value(self, "group", NULL);
    long long port = 3389;
    ns_status status = option_integer(self, "port", 1, 65535, 3389, &port, error);
    (void)exit_code;
    if (status == NS_OK && !option_given(self, "host"))
        status = ns_error_set(error, NS_STATUS_INVALID, "MissingValue", "Add --host HOST.", "A machine needs a host.");
    if (status == NS_OK && group)
        status = ns_named_find(self->store, NS_NAMED_GROUP, group, &machine.group_id, error);
    machine.port = (uint16_t)port;
    if (status == NS_OK)
        status = ns_machine_save(self->store, &machine, error);
    if (status == NS_OK && !self->json)
        (void)printf("Added machine %s.\n", machine.name);
    return status;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {20, 24, 6, 16, 12};
    static const char *const titles[] = {"NAME", "HOST", "PORT", "GROUP", "LAST RUN", "RESULT"};
    ns_fleet fleet;
    ns_status status = ns_fleet_load(self->store, &fleet, error);
    (void)exit_code;
    if (status != NS_OK)
        return status;
    if (self->json) {
        cJSON *document = cJSON_CreateObject();
        cJSON *array = cJSON_AddArrayToObject(document, "machines");
        for (size_t i = 0; i < fleet.machine_count; i++)
            (void)cJSON_AddItemToArray(array, describe(&fleet.machines[i]));
        print_json(document);
    } else {
        print_row(widths, titles, NS_COUNT_OF(titles));
        for (size_t i = 0; i < fleet.machine_count; i++) {
            const ns_machine *machine = &fleet.machines[i];
            char port[8];
            (void)snprintf(port, sizeof port, "%u", machine->port);
            const char *const cells[] = {machine->name, machine->host, port, machine->group_name, machine->last_run_state, machine->last_run_code};
            print_row(widths, cells, NS_COUNT_OF(cells));
        }
    }
    ns_fleet_clear(&fleet);
    return NS_OK;
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    ns_machine machine = {0};
    ns_status status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    (void)exit_code;
    if (status == NS_OK && self->json)
        print_json(describe(&machine));
    else if (status == NS_OK)
        (void)printf("%s\n  host         %s:%u\n  group        %s\n  certificate  %s\n  last run     %s %s\n  %s\n", machine.name, machine.host,
                     machine.port, machine.group_id ? machine.group_name : "(none)", machine.pin[0] ? machine.pin : "(not seen yet)",
                     machine.last_run_state, machine.last_run_code, machine.description);
    ns_machine_clear(&machine);
    return status;
}

static ns_status edit(command *self, int *exit_code, ns_error *error) {
    int64_t id = 0;
    long long port = 0;
    ns_status status = ns_named_find(self->store, NS_NAMED_MACHINE, self->arguments.words[0], &id, error);
    (void)exit_code;
    if (status == NS_OK)
        status = option_integer(self, "port", 1, 65535, 0, &port, error);
    return status == NS_OK ? ns_machine_edit(self->store, id, option_value(self, "name", NULL), option_value(self, "host", NULL), (uint16_t)port,
                                             option_value(self, "description", NULL), error)
                           : status;
}

static ns_status move(command *self, int *exit_code, ns_error *error) {
    const char *group = option_value(self, "group", NULL);
    int64_t *ids = calloc(self->arguments.count, sizeof *ids);
    int64_t group_id = 0;
    ns_status status = NS_OK;
    (void)exit_code;
    if (!ids)
        return ns_error_set_memory(error);
    if ((group != NULL) == option_given(self, "no-group"))
        status = ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Give --group G to join one, or --no-group to leave.",
                              "It is not clear where the machines are to go.");
    if (status == NS_OK && group)
        status = ns_named_find(self->store, NS_NAMED_GROUP, group, &group_id, error);
    for (size_t i = 0; i < self->arguments.count && status == NS_OK; i++)
        status = ns_named_find(self->store, NS_NAMED_MACHINE, self->arguments.words[i], &ids[i], error);
    if (status == NS_OK)
        status = ns_machines_move(self->store, ids, self->arguments.count, group_id, error);
    free(ids);
    return status;
}

static ns_status print_script(const ns_machine *machine, const ns_connection *connection, ns_error *error) {
    char *script = ns_prepare_script_for(machine, connection);
    if (!script)
        return ns_error_set_memory(error);
    (void)fputs(script, stdout);
    free(script);
    return NS_OK;
}

static ns_status prepare(command *self, int *exit_code, ns_error *error) {
    const char *path = option_value(self, "output", NULL);
    ns_machine machine = {0};
    ns_connection connection = {0};
    ns_status status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    (void)exit_code;
    if (status == NS_OK && !option_given(self, "connection"))
        status = ns_error_set(error, NS_STATUS_INVALID, "MissingValue", "Add --connection C.", "Who is to sign in on the machine is not said.");
    if (status == NS_OK)
        status = ns_connection_load(self->store, option_value(self, "connection", ""), &connection, error);
    if (status == NS_OK)
        status = path ? ns_prepare_save(path, &machine, &connection, error) : print_script(&machine, &connection, error);
    ns_connection_clear(&connection);
    ns_machine_clear(&machine);
    return status;
}

const verb machine_verbs[] = {
    {"machine", "add", "NAME --host HOST [--port 3389] [--group G] [--description T]", "Adds a machine.", "machine add pc17 --host pc17.example.org",
     "host= port= group= description=", 1, 1, add},
    {"machine", "list", "", "Lists the machines with their last runs.", "machine list --json", "", 0, 0, list},
    {"machine", "show", "NAME", "Shows one machine.", "machine show pc17", "", 1, 1, show},
    {"machine", "edit", "NAME [--name N] [--host H] [--port P] [--description T]", "Changes what is given and leaves the rest.",
     "machine edit pc17 --port 3390", "name= host= port= description=", 1, 1, edit},
    {"machine", "rename", "NAME NEW", "Gives a machine another name.", "machine rename pc17 reception", "", 2, 2, rename_named},
    {"machine", "remove", "NAME", "Removes a machine. The records of its runs stay.", "machine remove pc17", "", 1, 1, remove_named},
    {"machine", "move", "NAME… (--group G | --no-group)",
     "Moves machines into a group or out of any. Joining, a machine takes the group's values; leaving, it keeps them as its own.",
     "machine move pc17 pc18 --group Office", "group= no-group", 1, WORDS_MAXIMUM, move},
    {"machine", "prepare", "NAME --connection C [--output FILE.ps1]",
     "Writes a PowerShell script that makes the machine ready for runs as that user: Remote Desktop with Network Level Authentication, the right to "
     "sign in, "
     "no time limits, the agent where its set-up program lies beside the script. An administrator runs it on the machine; with -Undo it puts back "
     "what was "
     "there. Nothing is changed from here.",
     "machine prepare pc17 --connection robot --output prepare-pc17.ps1", "connection= output=", 1, 1, prepare},
    {"machine", "trust", "TARGET…",
     "Shows the certificates that machines show now (group:NAME for a group's) beside those that are known, and keeps exactly these after a "
     "question, "
     "which --yes or a script spares. --sha256 keeps the one with that fingerprint, without asking the machine.",
     "machine trust pc17 --sha256 3F:9A:…", "sha256= yes", 1, WORDS_MAXIMUM, machine_trust},
    {0},
};
