#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>

#include "base/code_page.h"
#include "base/wide.h"

bool ns_code_page_is_known(unsigned page) {
    return IsValidCodePage(page) != FALSE;
}

bool ns_code_page_append(ns_text *out, unsigned page, const void *bytes, size_t size) {
    const int units = size ? MultiByteToWideChar(page, 0, bytes, (int)size, NULL, 0) : 0;
    WCHAR *wide = units > 0 ? calloc((size_t)units + 1, sizeof *wide) : NULL;
    char *utf8 = NULL;
    if (!wide)
        return ns_utf8_append_lossy(out, bytes, size);
    (void)MultiByteToWideChar(page, 0, bytes, (int)size, wide, units);
    utf8 = ns_wide_to_utf8(wide);
    free(wide);
    out->failed = out->failed || !utf8;
    if (utf8)
        (void)ns_text_append_string(out, utf8);
    free(utf8);
    return !out->failed;
}

unsigned ns_code_page_oem(void) {
    return GetOEMCP();
}

unsigned ns_code_page_ansi(void) {
    return GetACP();
}
