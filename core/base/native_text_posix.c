#include <stdio.h>
#include <string.h>

#include "base/native_text.h"

void ns_native_text(uint32_t native, char *out, size_t size) {
    char buffer[160];
    /* The GNU strerror_r may return its own text instead of filling the buffer. */
    (void)snprintf(out, size, "%s", strerror_r((int)native, buffer, sizeof buffer));
}
