#include <stdio.h>
#include <stdlib.h>

#include "base/native_text.h"
#include "base/platform.h"
#include "base/wide.h"

void ns_native_text(uint32_t native, char *out, size_t size) {
    WCHAR wide[160] = {0};
    DWORD units = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, native, 0, wide, NS_COUNT_OF(wide), NULL);
    char *text = NULL;
    while (units && (wide[units - 1] == L'\n' || wide[units - 1] == L'\r' || wide[units - 1] == L'.' || wide[units - 1] == L' '))
        wide[--units] = 0;
    text = ns_wide_to_utf8(wide);
    (void)snprintf(out, size, "%s", text && *text ? text : "system error");
    free(text);
}
