#include <dirent.h>
#include <stdio.h>
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

static char *newest(void *context, const char *folder, const char *file) {
    DIR *list = opendir(folder);
    const struct dirent *entry = NULL;
    char best[256] = {0};
    ns_text path;
    (void)context;
    while (list && (entry = readdir(list)) != NULL)
        if (entry->d_name[0] != '.' && strlen(entry->d_name) < sizeof best && (!best[0] || ns_version_is_greater(entry->d_name, best)))
            (void)snprintf(best, sizeof best, "%s", entry->d_name);
    if (list)
        (void)closedir(list);
    if (!best[0])
        return NULL;
    ns_text_init(&path, 4096);
    (void)ns_text_appendf(&path, "%s/%s/%s", folder, best, file);
    return if_program(ns_text_take_whole(&path));
}

const ns_flow_place *ns_flow_place_here(void) {
    static const ns_flow_place here = {.windows = false, .find = find, .variable = variable, .newest = newest};
    return &here;
}
