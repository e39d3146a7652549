#include "store/place.h"

#include <stdlib.h>

#include "base/system.h"
#include "base/text.h"
#include "store/store.h"

char *ns_store_default_path(void) {
    char *folder = ns_system_data_folder();
    ns_text path;
    if (!folder)
        return NULL;
    ns_text_init(&path, 40000);
    (void)ns_text_appendf(&path, "%s/nightshift.db", folder);
    free(folder);
    return ns_text_take_whole(&path);
}

char *ns_place_of(const char *store, const char *end, int number) {
    ns_text path;
    ns_text_init(&path, 40000);
    if (number)
        (void)ns_text_appendf(&path, "%s.%s%d", store, end, number);
    else
        (void)ns_text_appendf(&path, "%s%s", store, end);
    return ns_text_take_whole(&path);
}

int64_t ns_place_backup_time(const char *path) {
    char *store = path ? ns_string_copy(path) : ns_store_default_path();
    char *newest = store ? ns_place_of(store, "backup", 1) : NULL;
    const int64_t at = newest ? ns_system_file_time(newest) : 0;
    free(newest);
    free(store);
    return at;
}
