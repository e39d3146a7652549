#include "preflight/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "prepare_script_generated.h"

enum { SCRIPT_MAXIMUM = 256 * 1024 };

/* What stands in single quotes: a quote in it is written twice, and PowerShell takes four more characters for one (U+2018 to U+201B). */
static size_t quote_size(const char *p) {
    static const char *const quotes[] = {"'", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9A", "\xE2\x80\x9B"};
    for (size_t i = 0; i < NS_COUNT_OF(quotes); i++)
        if (strncmp(p, quotes[i], strlen(quotes[i])) == 0)
            return strlen(quotes[i]);
    return 0;
}

static void append_quoted(ns_text *text, const char *value) {
    for (const char *p = value; *p;) {
        const size_t quote = quote_size(p);
        const size_t size = quote ? quote : 1;
        (void)ns_text_append(text, p, size);
        if (quote)
            (void)ns_text_append(text, p, size);
        p += size;
    }
}

char *ns_prepare_script(const char *machine, const char *user) {
    static const char machine_mark[] = "{{MACHINE}}";
    static const char user_mark[] = "{{USER}}";
    const char *const end = (const char *)prepare_script + sizeof prepare_script;
    ns_text text;
    ns_text_init(&text, SCRIPT_MAXIMUM);
    for (const char *p = (const char *)prepare_script; p < end;) {
        const size_t left = (size_t)(end - p);
        if (left >= sizeof machine_mark && strncmp(p, machine_mark, sizeof machine_mark - 1) == 0) {
            append_quoted(&text, machine);
            p += sizeof machine_mark - 1;
        } else if (left >= sizeof user_mark && strncmp(p, user_mark, sizeof user_mark - 1) == 0) {
            append_quoted(&text, user);
            p += sizeof user_mark - 1;
        } else {
            (void)ns_text_append(&text, p++, 1);
        }
    }
    return ns_text_take_whole(&text);
}

char *ns_prepare_script_for(const ns_machine *machine, const ns_connection *connection) {
    ns_text user;
    char *script = NULL;
    ns_text_init(&user, SCRIPT_MAXIMUM);
    if (ns_text_appendf(&user, "%s%s%s", connection->domain, connection->domain[0] ? "\\" : "", connection->user))
        script = ns_prepare_script(machine->host, ns_text_string(&user));
    ns_text_clear(&user);
    return script;
}

ns_status ns_prepare_save(const char *path, const ns_machine *machine, const ns_connection *connection, ns_error *error) {
    char *script = ns_prepare_script_for(machine, connection);
    ns_text file;
    ns_status status = NS_OK;
    ns_text_init(&file, SCRIPT_MAXIMUM);
    if (script && ns_text_append_string(&file, "\xEF\xBB\xBF") && ns_text_append_string(&file, script))
        status = ns_file_write(path, file.bytes, file.size, error);
    else
        status = ns_error_set_memory(error);
    ns_text_clear(&file);
    free(script);
    return status;
}
