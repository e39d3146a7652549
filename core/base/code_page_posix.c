#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>

#include "base/code_page.h"

static iconv_t open_page(unsigned page) {
    char name[24];
    (void)snprintf(name, sizeof name, "CP%u", page);
    return iconv_open("UTF-8", name);
}

static bool is_open(iconv_t page) {
    return (intptr_t)page != -1;
}

bool ns_code_page_is_known(unsigned page) {
    iconv_t opened = open_page(page);
    const bool known = is_open(opened);
    if (known)
        (void)iconv_close(opened);
    return known;
}

bool ns_code_page_append(ns_text *out, unsigned page, const void *bytes, size_t size) {
    iconv_t opened = open_page(page);
    char *from = (char *)(uintptr_t)bytes;
    if (!is_open(opened))
        return ns_utf8_append_lossy(out, bytes, size);
    while (size) {
        char buffer[4096];
        char *to = buffer;
        size_t room = sizeof buffer;
        const size_t done = iconv(opened, &from, &size, &to, &room);
        (void)ns_text_append(out, buffer, sizeof buffer - room);
        if (done == (size_t)-1 && errno != E2BIG && size) { /* one byte that means nothing */
            (void)ns_text_append_string(out, "\xEF\xBF\xBD");
            from++;
            size--;
        }
    }
    (void)iconv_close(opened);
    return !out->failed;
}

unsigned ns_code_page_oem(void) {
    return 850;
}

unsigned ns_code_page_ansi(void) {
    return 1252;
}
