#include "instance.h"

#include <stdlib.h>

int instance_compare(const char *a, const char *b) {
    for (int part = 0; part < 4; part++) {
        char *after_a = NULL;
        char *after_b = NULL;
        const long left = strtol(a, &after_a, 10);
        const long right = strtol(b, &after_b, 10);
        if (left != right)
            return left < right ? -1 : 1;
        a = *after_a == '.' ? after_a + 1 : "";
        b = *after_b == '.' ? after_b + 1 : "";
    }
    return 0;
}
