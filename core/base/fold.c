#include "base/fold.h"

#include <stdlib.h>
#include <string.h>

/* Most names are ASCII, where every system folds alike. */
char *ns_fold_case(const char *utf8) {
    const size_t size = strlen(utf8);
    char *out = malloc(size + 1);
    for (size_t i = 0; out && i <= size; i++) {
        if ((unsigned char)utf8[i] >= 0x80) {
            free(out);
            return ns_fold_case_by_system(utf8);
        }
        out[i] = (char)(utf8[i] >= 'A' && utf8[i] <= 'Z' ? utf8[i] - 'A' + 'a' : utf8[i]);
    }
    return out;
}
