#include "preflight/fix.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Copies up to `end`, which must be there; gives what follows it, NULL when it does not fit. */
static const char *take(const char *from, const char *end, char *out, size_t size) {
    const char *stop = from ? strstr(from, end) : NULL;
    const size_t length = stop ? (size_t)(stop - from) : 0;
    if (!stop || length == 0 || length >= size)
        return NULL;
    memcpy(out, from, length);
    out[length] = 0;
    return stop + strlen(end);
}

bool ns_fix_read(const char *command, ns_fix *out) {
    static const char add[] = "reg add \"HKLM\\";
    static const char remove[] = "reg delete \"HKLM\\";
    char number[16];
    long long value = 0;
    const char *rest = NULL;
    memset(out, 0, sizeof *out);
    if (strncmp(command, add, strlen(add)) == 0) {
        rest = take(command + strlen(add), "\" /v ", out->key, sizeof out->key);
        rest = take(rest, " /t REG_DWORD /d ", out->name, sizeof out->name);
        rest = take(rest, " /f", number, sizeof number);
        out->there = rest && rest[0] == 0 && ns_parse_integer(number, 0, UINT32_MAX, &value);
        out->value = (uint32_t)value;
        return out->there;
    }
    if (strncmp(command, remove, strlen(remove)) != 0)
        return false;
    rest = take(command + strlen(remove), "\" /v ", out->key, sizeof out->key);
    rest = take(rest, " /f", out->name, sizeof out->name);
    return rest && rest[0] == 0;
}
