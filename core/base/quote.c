#include "base/quote.h"

#include <string.h>

static void add_times(ns_text *line, const char *what, size_t times) {
    for (size_t i = 0; i < times; i++)
        (void)ns_text_append_string(line, what);
}

void ns_quote_argument(ns_text *line, const char *argument) {
    size_t backslashes = 0;
    if (line->size)
        (void)ns_text_append(line, " ", 1);
    if (argument[0] && !strpbrk(argument, " \t\n\v\"")) {
        (void)ns_text_append_string(line, argument);
        return;
    }
    (void)ns_text_append(line, "\"", 1);
    for (const char *p = argument; *p; p++) {
        if (*p == '\\') {
            backslashes++;
        } else {
            if (*p == '"')
                add_times(line, "\\", backslashes + 1);
            backslashes = 0;
        }
        (void)ns_text_append(line, p, 1);
    }
    add_times(line, "\\", backslashes);
    (void)ns_text_append(line, "\"", 1);
}

static bool is_plain(const char *argument) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#$*+-./:?@\\_";
    const size_t size = strlen(argument);
    return size && strspn(argument, plain) == size && argument[size - 1] != '\\';
}

/* "%cd:~,%" is the current folder cut to nothing: between the two percent signs of what was one, it leaves that one and gives no name a chance. */
bool ns_quote_for_cmd(ns_text *line, const char *argument) {
    size_t backslashes = 0;
    if (strpbrk(argument, "\r\n"))
        return false;
    if (line->size)
        (void)ns_text_append(line, " ", 1);
    if (is_plain(argument))
        return ns_text_append_string(line, argument);
    (void)ns_text_append(line, "\"", 1);
    for (const char *p = argument; *p; p++) {
        backslashes = *p == '\\' ? backslashes + 1 : backslashes;
        if (*p == '"') { /* "" is one quote, to both */
            add_times(line, "\\", backslashes);
            (void)ns_text_append(line, p, 1);
        } else if (*p == '%') {
            (void)ns_text_append_string(line, "%%cd:~,");
        }
        backslashes = *p == '\\' ? backslashes : 0;
        (void)ns_text_append(line, p, 1);
    }
    add_times(line, "\\", backslashes);
    return ns_text_append(line, "\"", 1);
}
