#include "store/reserve.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/system.h"
#include "store/place.h"

enum { BLOCK = 4096, BLOCKS = 128 };

/* Filled, since a file of zeros may take no room. */
void ns_store_keep_reserve(const ns_store *store) {
    char *path = ns_place_of(ns_store_locator(store), ".reserve", 0);
    unsigned char block[BLOCK];
    FILE *file = NULL;
    bool whole = false;
    if (path && ns_system_file_size(path) < (int64_t)BLOCK * BLOCKS)
        file = ns_system_open_file(path, "wb");
    if (file) {
        uint32_t noise = 2463534242U; /* xorshift: what does not shrink on a disk that packs */
        whole = true;
        for (int i = 0; i < BLOCKS && whole; i++) {
            for (int k = 0; k < BLOCK; k++) {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                block[k] = (unsigned char)noise;
            }
            whole = fwrite(block, 1, sizeof block, file) == sizeof block;
        }
        if (fclose(file) != 0 || !whole)
            ns_system_remove_file(path); /* the disk is full already: less of it would be no help */
    }
    free(path);
}

bool ns_store_use_reserve(const ns_store *store) {
    char *path = ns_place_of(ns_store_locator(store), ".reserve", 0);
    const bool there = path && ns_system_file_exists(path);
    if (there)
        ns_system_remove_file(path);
    free(path);
    return there;
}
