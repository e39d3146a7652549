/* Where the store, its copies and what is on the way to one of them lie. Private to core/store. */
#ifndef NS_STORE_PLACE_H
#define NS_STORE_PLACE_H

#include <stdint.h>

/* The store's path with another end, and with a number behind it unless that is 0; the caller frees. NULL when memory ran out. */
char *ns_place_of(const char *store, const char *end, int number);
/* As ns_store_backup_time. */
int64_t ns_place_backup_time(const char *path);

#endif
