/* Room on the disk that is kept for what must not be lost: how a run ended. On a disk that is full, "….reserve" beside the store is let go, and what
 * is known is written into its place. Any thread. */
#ifndef NS_STORE_RESERVE_H
#define NS_STORE_RESERVE_H

#include <stdbool.h>

#include "store/store.h"

/* Takes the room, where it is not taken yet; without it goes on as well. */
void ns_store_keep_reserve(const ns_store *store);
/* Lets it go; false when there was none. */
bool ns_store_use_reserve(const ns_store *store);

#endif
