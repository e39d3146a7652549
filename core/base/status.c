#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/phrase.h"
#include "base/native_text.h"

static void fill(ns_error *error, ns_status status, uint32_t native, const char *code, const char *remedy) {
    memset(error, 0, sizeof *error);
    error->status = status;
    error->native = native;
    (void)snprintf(error->code, sizeof error->code, "%s", code);
    ns_phrase_write(error->remedy, sizeof error->remedy, "%s", remedy ? remedy : "");
}

ns_status ns_error_set(ns_error *error, ns_status status, const char *code, const char *remedy, const char *format, ...) {
    if (error) {
        va_list arguments;
        fill(error, status, 0, code, remedy);
        va_start(arguments, format);
        ns_phrase_write_v(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

ns_status ns_error_set_system(ns_error *error, uint32_t native, const char *code, const char *remedy, const char *format, ...) {
    if (error) {
        va_list arguments;
        char words[200];
        ns_text text;
        fill(error, NS_STATUS_SYSTEM, native, code, remedy);
        ns_text_init(&text, sizeof error->message * 2);
        ns_native_text(native, words, sizeof words);
        va_start(arguments, format);
        (void)ns_phrase_append_v(&text, format, arguments);
        va_end(arguments);
        (void)ns_text_appendf(&text, ": %s (%lu)", words, (unsigned long)native);
        ns_phrase_write(error->message, sizeof error->message, "%s", ns_text_string(&text));
        ns_text_clear(&text);
    }
    return NS_STATUS_SYSTEM;
}

ns_status ns_error_set_memory(ns_error *error) {
    return ns_error_set(error, NS_STATUS_MEMORY, "OutOfMemory", "Close other programs and try again.", "There is not enough memory.");
}

void ns_error_clear(ns_error *error) {
    if (error)
        memset(error, 0, sizeof *error);
}
