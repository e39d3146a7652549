/* What is in a folder. Paths and names are UTF-8. folder_win32.c and folder_posix.c. Any thread. */
#ifndef NS_BASE_FOLDER_H
#define NS_BASE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ns_folder_entry {
    const char *name;
    bool folder;
    int64_t size;       /* bytes */
    int64_t changed_at; /* ms UTC: when it was written last, or came to be there, whichever is later */
} ns_folder_entry;

/* Calls `each` for every file and folder in it, without "." and "..", links and what is no file, until it says that it has seen enough. In no
 * order. False when the folder cannot be read. */
bool ns_folder_each(const char *folder, bool (*each)(void *context, const ns_folder_entry *entry), void *context);
/* Whether the name is as the pattern says: * for anything, ? for one character; on Windows whatever the case. */
bool ns_folder_matches(const char *pattern, const char *name);
/* What stands between the parts of a path here; whether a character does; whether the path begins at the root of something. */
char ns_folder_separator(void);
bool ns_folder_separates(char c);
bool ns_folder_is_absolute(const char *path);

#endif
