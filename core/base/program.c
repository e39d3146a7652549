#include "base/program.h"

#include <stdlib.h>

#include "base/system.h"
#include "base/text.h"

enum { PATH_MAXIMUM = 40000 };

char *ns_program_path(const char *name) {
    char *folder = ns_system_program_folder();
    ns_text path;
    ns_text_init(&path, PATH_MAXIMUM);
    if (folder)
        (void)ns_text_appendf(&path, "%s/%s%s", folder, name, ns_system_program_suffix());
    free(folder);
    return ns_text_take_whole(&path);
}
