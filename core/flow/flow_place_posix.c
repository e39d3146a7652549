#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "flow/flow_place.h"

static char *if_program(char *path) {
    struct stat state;
    if (path && access(path, X_OK) == 0 && stat(path, &state) == 0 && S_ISREG(state.st_mode))
        return path;
    free(path);
    return NULL;
}

/* As execvp does it. */
static char *find(void *context, const char *name) {
    const char *path = getenv("PATH");
    char *found = NULL;
    (void)context;
    if (strchr(name, '/'))
        return if_program(ns_string_copy(name));
    for (const char *p = path ? path : "/usr/local/bin:/usr/bin:/bin"; *p && !found;) {
        const size_t size = strcspn(p, ":");
        ns_text each;
        ns_text_init(&each, 4096);
        (void)ns_text_append(&each, size ? p : ".", size ? size : 1);
        (void)ns_text_appendf(&each, "/%s", name);
        found = if_program(ns_text_take_whole(&each));
        p += size + (p[size] == ':');
    }
    return found;
}

static char *variable(void *context, const char *name) {
    const char *value = getenv(name);
    (void)context;
    return value ? ns_string_copy(value) : NULL;
}

const ns_flow_place *ns_flow_place_here(void) {
    static const ns_flow_place here = {.windows = false, .find = find, .variable = variable, .newest = ns_flow_newest};
    return &here;
}
