#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <sys/stat.h>

#include <string.h>

#include "base/folder.h"

static int64_t ms_of(struct timespec at) {
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* A change of the record, which ctime is, is how a file that was moved or copied with its time came to be there. */
static bool describe(DIR *list, const char *name, ns_folder_entry *out) {
    struct stat state;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || fstatat(dirfd(list), name, &state, AT_SYMLINK_NOFOLLOW) != 0 ||
        (!S_ISREG(state.st_mode) && !S_ISDIR(state.st_mode)))
        return false;
    *out = (ns_folder_entry){.name = name,
                             .folder = S_ISDIR(state.st_mode),
                             .size = state.st_size,
                             .changed_at = ms_of(state.st_mtim) > ms_of(state.st_ctim) ? ms_of(state.st_mtim) : ms_of(state.st_ctim)};
    return true;
}

bool ns_folder_each(const char *folder, bool (*each)(void *context, const ns_folder_entry *entry), void *context) {
    DIR *list = opendir(folder);
    const struct dirent *found = NULL;
    ns_folder_entry entry;
    bool enough = false;
    if (!list)
        return false;
    while (!enough && (found = readdir(list)) != NULL)
        if (describe(list, found->d_name, &entry))
            enough = each(context, &entry);
    (void)closedir(list);
    return true;
}

/* Brackets are a part of the name, as they are on Windows. */
bool ns_folder_matches(const char *pattern, const char *name) {
    char plain[2 * NAME_MAX + 3];
    size_t size = 0;
    for (const char *p = pattern; *p; p++) {
        if (size + 3 > sizeof plain)
            return false;
        if (*p == '[' || *p == '\\')
            plain[size++] = '\\';
        plain[size++] = *p;
    }
    plain[size] = 0;
    return fnmatch(plain, name, 0) == 0;
}

char ns_folder_separator(void) {
    return '/';
}

bool ns_folder_separates(char c) {
    return c == '/';
}

bool ns_folder_is_absolute(const char *path) {
    return path[0] == '/';
}
