#include "base/wide.h"

#include <stdlib.h>

#include "base/quote.h"

WCHAR *ns_wide_from_utf8(const char *utf8) {
    int units = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0);
    WCHAR *wide = calloc((size_t)(units > 0 ? units : 1), sizeof *wide);
    if (wide && units > 0)
        (void)MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, units);
    return wide;
}

char *ns_wide_to_utf8(const WCHAR *wide) {
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *utf8 = calloc((size_t)(size > 0 ? size : 1), 1);
    if (utf8 && size > 0)
        (void)WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, size, NULL, NULL);
    return utf8;
}

WCHAR *ns_wide_command_line(const char *const *arguments) {
    ns_text line;
    WCHAR *wide = NULL;
    ns_text_init(&line, 32000);
    for (size_t i = 0; arguments[i]; i++)
        ns_quote_argument(&line, arguments[i]);
    if (!line.failed)
        wide = ns_wide_from_utf8(ns_text_string(&line));
    ns_text_clear(&line);
    return wide;
}
