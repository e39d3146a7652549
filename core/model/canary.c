#include "model/canary.h"

#include <string.h>

size_t ns_canary_wave(size_t count, size_t done) {
    const size_t tenth = (count + 9) / 10;
    const size_t left = count > done ? count - done : 0;
    const size_t wave = done == 0 ? 1 : done == 1 ? tenth : left;
    return wave < left ? wave : left;
}

const char *ns_canary_systemic(const char *const *codes, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; codes[i] && strcmp(codes[i], "Succeeded") != 0 && k < i; k++)
            if (codes[k] && strcmp(codes[i], codes[k]) == 0)
                return codes[i];
    return NULL;
}
