#include "console/ui/cell.h"

#include <stdio.h>

#include "base/text.h"

void cell_set(char out[CELL_SIZE], const char *text) {
    (void)snprintf(out, CELL_SIZE, "%s", text ? text : "");
}

void cell_make_line(char out[CELL_SIZE]) {
    ns_utf8_trim(out);
    for (char *p = out; *p; p++)
        if (*p == '\r' || *p == '\n')
            *p = ' ';
}
