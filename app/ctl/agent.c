#include <stdio.h>

#include "command.h"
#include "common/entry.h"
#include "push.h"
#include "store/fleet.h"

/* A person is asked; a script has to say that it means it. */
static ns_status ask_first(const command *self, const ns_machine *machine, bool undo, bool *agreed, ns_error *error) {
    char answer[16] = "";
    *agreed = option_given(self, "yes");
    if (*agreed)
        return NS_OK;
    if (self->json || !ns_entry_is_terminal())
        return ns_error_set(error, NS_STATUS_REFUSED, "WrongArguments", "Add --yes.",
                            "Whether to change %.100s was not asked: there is nobody to ask.", machine->name);
    if (undo)
        (void)printf("Uninstall the agent on %s (%s), with your own rights there? [y/N] ", machine->name, machine->host);
    else
        (void)printf("Install the agent on %s (%s)? It is copied to its Windows folder (ADMIN$\\" PUSH_FOLDER
                     ") and started at every sign-in; a service of a moment\n"
                     "does that, with your own rights there. Security programs may report it. [y/N] ",
                     machine->name, machine->host);
    (void)fflush(stdout);
    *agreed = fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
    return NS_OK;
}

static ns_status push(command *self, int *exit_code, ns_error *error) {
    const bool undo = option_given(self, "undo");
    ns_machine machine = {0};
    ns_text said;
    bool agreed = false;
    ns_status status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    ns_text_init(&said, 65536);
    if (status == NS_OK)
        status = ask_first(self, &machine, undo, &agreed, error);
    if (status == NS_OK && !agreed)
        *exit_code = EXIT_REFUSED;
    if (status == NS_OK && agreed)
        status = push_agent(&(push_order){.host = machine.host, .undo = undo}, &said, error);
    if (status == NS_OK && agreed && self->json) {
        cJSON *document = cJSON_CreateObject();
        (void)ns_json_add_string(document, "machine", machine.name);
        (void)ns_json_add_string(document, "said", ns_text_string(&said));
        print_json(document);
    } else if (status == NS_OK) {
        (void)printf("%s", agreed ? ns_text_string(&said) : "Nothing was changed.\n");
    }
    ns_text_clear(&said);
    ns_machine_clear(&machine);
    return status;
}

const verb agent_verbs[] = {
    {"agent", "push", "MACHINE [--undo] [--yes]",
     "Installs the agent on a machine from here, or updates it, with your own rights there: over its share ADMIN$ and its service manager. --undo "
     "uninstalls it "
     "again. Asks first; a script gives --yes. Windows only.",
     "agent push pc17", "undo yes", 1, 1, push},
    {0},
};
