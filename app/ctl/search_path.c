#include "search_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/text.h"

enum { PATH_MAXIMUM = 65536 };

static bool is_same_folder(const char *entry, size_t size, const char *folder) {
    ns_text each;
    char *one = NULL;
    char *other = NULL;
    bool same = false;
    while (size > 0 && (entry[size - 1] == '\\' || entry[size - 1] == ' '))
        size--;
    ns_text_init(&each, PATH_MAXIMUM);
    (void)ns_text_append(&each, entry, size);
    one = ns_fold_case_by_system(ns_text_string(&each));
    other = ns_fold_case_by_system(folder);
    same = one && other && ns_string_equal(one, other);
    free(other);
    free(one);
    ns_text_clear(&each);
    return same;
}

char *search_path_change(const char *value, const char *folder, bool present) {
    ns_text changed;
    bool found = false;
    ns_text_init(&changed, PATH_MAXIMUM);
    (void)ns_text_append_string(&changed, "");
    for (const char *p = value; *p;) {
        const size_t size = strcspn(p, ";");
        const bool same = size > 0 && is_same_folder(p, size, folder);
        if (size > 0 && (!same || (present && !found))) {
            (void)ns_text_append(&changed, ";", changed.size ? 1 : 0);
            (void)ns_text_append(&changed, p, size);
        }
        found = found || same;
        p += size + (p[size] == ';');
    }
    if (present && !found)
        (void)ns_text_appendf(&changed, "%s%s", changed.size ? ";" : "", folder);
    return ns_text_take_whole(&changed);
}
