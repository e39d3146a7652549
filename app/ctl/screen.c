#include <stdio.h>

#include "command.h"
#include "run/screen.h"
#include "store/fleet.h"

static void print_view(const char *name, const ns_screen_view *view) {
    static const char *const names[] = {"ScreenResolutionEnabled", "Width", "Height", "Scale"};
    (void)printf("%s\n", name);
    for (size_t i = 0; i < NS_SCREEN_VALUES; i++) {
        if (view->value[i] >= 0)
            (void)printf("  %-24s %lld (0x%llX)\n", names[i], (long long)view->value[i], (unsigned long long)view->value[i]);
        else
            (void)printf("  %-24s not set\n", names[i]);
    }
}

static ns_status print_screen(const command *self, const ns_machine *machine, ns_error *error) {
    ns_screen screen;
    ns_status status = ns_screen_read(machine, &screen, error);
    if (status == NS_OK && self->json) {
        cJSON *document = cJSON_CreateObject();
        (void)ns_json_add_string(document, "machine", machine->name);
        (void)cJSON_AddItemToObject(document, "screen", ns_screen_describe(&screen));
        print_json(document);
    } else if (status == NS_OK) {
        print_view("64-bit view (counts where it has values)", &screen.wide);
        print_view("32-bit view", &screen.narrow);
    }
    return status;
}

static ns_status change(command *self, const ns_machine *machine, ns_error *error) {
    long long width = 0;
    long long height = 0;
    long long scale = 0;
    ns_status status = option_integer(self, "width", 0, 100000, 0, &width, error);
    if (status == NS_OK)
        status = option_integer(self, "height", 0, 100000, 0, &height, error);
    if (status == NS_OK)
        status = option_integer(self, "scale", 0, 1000, 100, &scale, error);
    if (status == NS_OK && !option_given(self, "yes"))
        return ns_error_set(error, NS_STATUS_REFUSED, "NotConfirmed", "Add --yes to change the machine; --undo puts back what was there.",
                            "This would change the registry of %.80s to %lldx%lld at %lld %%.", machine->name, width, height, scale);
    return status == NS_OK ? ns_screen_write(self->store, machine, width, height, scale, error) : status;
}

static ns_status screen(command *self, int *exit_code, ns_error *error) {
    ns_machine machine = {0};
    ns_status status = ns_machine_load(self->store, self->arguments.words[0], &machine, error);
    (void)exit_code;
    if (status == NS_OK && option_given(self, "undo"))
        status = ns_screen_undo(self->store, &machine, error);
    else if (status == NS_OK && (option_given(self, "width") || option_given(self, "height") || option_given(self, "scale")))
        status = change(self, &machine, error);
    if (status == NS_OK)
        status = print_screen(self, &machine, error);
    ns_machine_clear(&machine);
    return status;
}

const verb screen_verbs[] = {
    {"screen", "", "MACHINE [--width W --height H [--scale S] --yes | --undo]",
     "Shows Power Automate's own unattended resolution on a machine, in both registry views, decimal and hexadecimal. With --width and --height it "
     "is "
     "changed in the 32-bit view, and the 64-bit view, which would count instead, is cleared; what was there is kept, and --undo puts it back.",
     "screen pc17 --width 1920 --height 1080 --yes", "width= height= scale= yes undo", 1, 1, screen},
    {0},
};
