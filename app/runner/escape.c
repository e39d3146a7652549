#include "escape.h"

#include <stdio.h>

#include "cage.h"

int cage_try_escapes(void) {
    int through = 0;
    for (const cage_escape *each = cage_escapes; each->name; each++) {
        const bool came = each->comes_through();
        through += came;
        (void)printf("%-45s %s\n", each->name, came ? "ALLOWED" : "refused");
    }
    return through;
}
