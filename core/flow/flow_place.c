#include "flow/flow_place.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/text.h"

enum { EXPANDED_MAXIMUM = 65536, NAME_MAXIMUM = 255 };

static bool is_greater_one(void *context, const ns_folder_entry *entry) {
    char **best = context;
    if (entry->folder && entry->name[0] != '.' && (!*best || ns_version_is_greater(entry->name, *best))) {
        free(*best);
        *best = ns_string_copy(entry->name);
    }
    return false;
}

char *ns_flow_newest(void *context, const char *folder, const char *file) {
    char *best = NULL;
    char *found = NULL;
    ns_text path;
    (void)context;
    (void)ns_folder_each(folder, is_greater_one, &best);
    ns_text_init(&path, EXPANDED_MAXIMUM);
    if (best && ns_text_appendf(&path, "%s%c%s%c%s", folder, ns_folder_separator(), best, ns_folder_separator(), file))
        found = ns_flow_place_here()->find(NULL, ns_text_string(&path));
    ns_text_clear(&path);
    free(best);
    return found;
}

bool ns_version_is_greater(const char *a, const char *b) {
    while (*a || *b) {
        char *a_end = NULL;
        char *b_end = NULL;
        const unsigned long left = strtoul(a, &a_end, 10);
        const unsigned long right = strtoul(b, &b_end, 10);
        if (left != right)
            return left > right;
        if (a_end == a && b_end == b)
            return strcmp(a, b) > 0; /* no numbers any more */
        a = a_end + (*a_end == '.' || *a_end == '-');
        b = b_end + (*b_end == '.' || *b_end == '-');
    }
    return false;
}

/* The value of the variable whose name stands between two percent signs, of which the first is at `p`; *size is how long that is. */
static char *value_at(const ns_flow_place *place, const char *p, size_t *size) {
    char name[NAME_MAXIMUM + 1];
    const size_t length = strcspn(p + 1, "%");
    if (length == 0 || length > NAME_MAXIMUM || p[1 + length] != '%')
        return NULL;
    memcpy(name, p + 1, length);
    name[length] = 0;
    *size = length + 2;
    return place->variable(place->context, name);
}

char *ns_flow_expand(const ns_flow_place *place, const char *text) {
    ns_text out;
    ns_text_init(&out, EXPANDED_MAXIMUM);
    (void)ns_text_append_string(&out, "");
    for (const char *p = text; *p;) {
        size_t size = 1;
        char *value = place->windows && *p == '%' ? value_at(place, p, &size) : NULL;
        if (value)
            (void)ns_text_append_string(&out, value);
        else
            (void)ns_text_append(&out, p, size = 1);
        free(value);
        p += size;
    }
    return ns_text_take_whole(&out);
}
