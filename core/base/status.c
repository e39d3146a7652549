#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/system.h"
#include "base/text.h"

static void fill(ns_error *error, ns_status status, uint32_t native, const char *code, const char *remedy) {
    memset(error, 0, sizeof *error);
    error->status = status;
    error->native = native;
    (void)snprintf(error->code, sizeof error->code, "%s", code);
    (void)snprintf(error->remedy, sizeof error->remedy, "%s", remedy ? remedy : "");
}

ns_status ns_error_set(ns_error *error, ns_status status, const char *code, const char *remedy, const char *format, ...) {
    if (error) {
        va_list arguments;
        fill(error, status, 0, code, remedy);
        va_start(arguments, format);
        (void)vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        ns_utf8_trim(error->message);
    }
    return status;
}

ns_status ns_error_set_system(ns_error *error, uint32_t native, const char *code, const char *remedy, const char *format, ...) {
    if (error) {
        va_list arguments;
        char words[200];
        size_t length = 0;
        fill(error, NS_STATUS_SYSTEM, native, code, remedy);
        va_start(arguments, format);
        (void)vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        ns_system_error_text(native, words, sizeof words);
        length = strlen(error->message);
        (void)snprintf(error->message + length, sizeof error->message - length, ": %s (%lu)", words, (unsigned long)native);
        ns_utf8_trim(error->message);
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
