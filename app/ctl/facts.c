#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "viewer/catalogue.h"
#include "common/entry.h"
#include "facts/collect.h"
#include "preflight/check.h"
#include "probe/probe.h"
#include "run/fixes.h"
#include "store/fleet.h"

enum { COLLECT_MS = 30000 };

static void on_probed(void *context, size_t index, ns_facts *facts) {
    (void)index;
    ns_facts_merge(context, facts);
    ns_facts_clear(facts);
}

static void print_fact(const ns_fact *fact) {
    static const int widths[] = {40, 40};
    char *text = fact->value ? ns_json_print(fact->value) : NULL;
    const char *const cells[] = {fact->name, text ? text : "(unknown)", text ? fact->source : catalogue_say(fact->reason)};
    print_row(widths, cells, NS_COUNT_OF(cells));
    cJSON_free(text);
}

static ns_status collect(command *self, int *exit_code, ns_error *error) {
    const bool named = self->arguments.count > 0;
    const char *user = option_value(self, "user", "");
    const char *slash = strchr(user, '\\');
    const ns_probe_options options = {.cancel = ns_entry_cancel_event()};
    ns_machine machine = {0};
    ns_facts facts = {0};
    char domain[256];
    ns_status status = named ? ns_machine_load(self->store, self->arguments.words[0], &machine, error) : NS_OK;
    (void)exit_code;
    (void)snprintf(domain, sizeof domain, "%.*s", slash ? (int)(slash - user) : 0, user);
    ns_facts_init(&facts, named && machine.name ? machine.name : "");
    if (status == NS_OK && named) {
        const ns_probe_target target = {.name = machine.name, .host = machine.host, .port = machine.port};
        status = ns_probe_run(&target, 1, &options, on_probed, &facts, error);
    }
    if (status == NS_OK) {
        const ns_collect_request request = {.host = named ? machine.host : "", .user = slash ? slash + 1 : user, .domain = domain};
        ns_facts_collect(&request, COLLECT_MS, &facts);
    }
    if (status == NS_OK && self->json)
        print_json(ns_facts_write(&facts));
    for (size_t i = 0; status == NS_OK && !self->json && i < facts.count; i++)
        print_fact(&facts.items[i]);
    ns_facts_clear(&facts);
    ns_machine_clear(&machine);
    return status;
}

const verb facts_verbs[] = {
    {"facts", "collect", "[MACHINE] [--user U]",
     "Reads what there is to know of a machine, or of this computer: the network's side of it and, on Windows, its own, with your rights. --user "
     "names "
     "the account whose rights are read. Saved as JSON it can be judged elsewhere (preflight --facts).",
     "facts collect pc17 --user EXAMPLE\\robot --json", "user=", 0, 1, collect},
    {0},
};

static cJSON *describe(const ns_check *check) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "id", check->id);
    (void)ns_json_add_string(object, "title", check->title);
    (void)ns_json_add_string(object, "facts", check->facts);
    (void)ns_json_add_string(object, "why", check->why);
    (void)ns_json_add_string(object, "remedy", check->remedy);
    (void)ns_json_add_string(object, "fix", check->fix);
    (void)ns_json_add_string(object, "undo", check->undo);
    (void)ns_json_add_string(object, "source", check->source);
    return object;
}

static ns_status list(command *self, int *exit_code, ns_error *error) {
    static const int widths[] = {24, 24};
    cJSON *document = self->json ? cJSON_CreateObject() : NULL;
    cJSON *array = document ? cJSON_AddArrayToObject(document, "checks") : NULL;
    (void)exit_code;
    (void)error;
    for (size_t i = 0; ns_check_at(i); i++) {
        const ns_check *check = ns_check_at(i);
        const char *const cells[] = {check->id, check->title, check->why};
        if (array)
            (void)cJSON_AddItemToArray(array, describe(check));
        else
            print_row(widths, cells, NS_COUNT_OF(cells));
    }
    if (document)
        print_json(document);
    return NS_OK;
}

static ns_status show(command *self, int *exit_code, ns_error *error) {
    const ns_check *check = ns_check_find(self->arguments.words[0]);
    (void)exit_code;
    if (!check)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "InvalidCheck", "See them with: nightshiftctl check list", "There is no check \"%.60s\".",
                            self->arguments.words[0]);
    if (self->json)
        print_json(describe(check));
    else
        (void)printf("%s (%s)\n  Reads:      %s\n  Matters:    %s\n  What to do: %s\n  Fix:        %s\n  Undo:       %s\n  Source:     %s\n",
                     check->id, catalogue_say(check->title), check->facts, catalogue_say(check->why), catalogue_say(check->remedy), check->fix,
                     check->undo, check->source);
    return NS_OK;
}

static void print_value(const char *name, const ns_registry_number *number) {
    if (number->there)
        (void)printf("%s: %u (0x%X)\n", name, (unsigned)number->value, (unsigned)number->value);
    else
        (void)printf("%s: not set\n", name);
}

static ns_status fix(command *self, int *exit_code, ns_error *error) {
    const ns_check *check = ns_check_find(self->arguments.words[1]);
    ns_machine machine = {0};
    ns_registry_number number = {0};
    ns_status status = NS_OK;
    (void)exit_code;
    if (!check)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "InvalidCheck", "See them with: nightshiftctl check list", "There is no check \"%.60s\".",
                            self->arguments.words[1]);
    status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    if (status == NS_OK && option_given(self, "undo"))
        status = ns_fix_undo(self->store, &machine, check, error);
    else if (status == NS_OK && option_given(self, "yes"))
        status = ns_fix_apply(self->store, &machine, check, error);
    if (status == NS_OK)
        status = ns_fix_look(&machine, check, &number, error);
    if (status == NS_OK) {
        print_value(check->id, &number);
        if (!option_given(self, "yes") && !option_given(self, "undo"))
            (void)printf("With --yes this is done: %s\n", check->fix);
    }
    ns_machine_clear(&machine);
    return status;
}

const verb check_verbs[] = {
    {"check", "fix", "MACHINE CHECK [--yes | --undo]",
     "Shows the registry value that a check's fix would set on a machine. --yes sets it, and what was there is kept; --undo puts that back.",
     "check fix pc17 rdp.enabled --yes", "yes undo", 2, 2, fix},
    {"check", "list", "", "Lists the checks of a preflight.", "check list", "", 0, 0, list},
    {"check", "show", "CHECK", "Explains a check: what it reads, why it matters, what to do.", "check show rdp.nla", "", 1, 1, show},
    {0},
};
