#include "others.h"

void others_note(void) {
}

size_t others_since(others_own is_own, void *context, char *names, size_t size) {
    (void)is_own;
    (void)context;
    if (size)
        names[0] = 0;
    return 0;
}

size_t others_end(void) {
    return 0;
}
