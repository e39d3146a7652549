#include "command.h"
#include "search_path.h"

static ns_status add(command *self, int *exit_code, ns_error *error) {
    (void)exit_code;
    return search_path_keep(option_given(self, "everybody"), true, error);
}

static ns_status take_away(command *self, int *exit_code, ns_error *error) {
    (void)exit_code;
    return search_path_keep(option_given(self, "everybody"), false, error);
}

const verb path_verbs[] = {
    {"path", "add", "[--everybody]",
     "Puts the folder of this program into the search path of Windows, so that nightshiftctl is found from any prompt: yours, or everybody's on this "
     "computer. The set-up program does it.",
     "path add", "everybody", 0, 0, add},
    {"path", "remove", "[--everybody]", "Takes it out again, and leaves the rest as it was.", "path remove", "everybody", 0, 0, take_away},
    {0},
};
