/* Apart from the other rules of names: programs that only check them need no case folding. */
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "model/names.h"

bool ns_name_is_same(const char *a, const char *b) {
    char *left = ns_fold_case(a);
    char *right = ns_fold_case(b);
    bool same = left && right && strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}
