#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/phrase.h"
#include "base/pipe.h"
#include "common/entry.h"
#include "secret/secret.h"
#include "viewer/catalogue.h"

const char *option_value(const command *self, const char *name, const char *otherwise) {
    for (size_t i = 0; i < self->arguments.option_count; i++)
        if (strcmp(self->arguments.options[i].name, name) == 0)
            return self->arguments.options[i].value;
    return otherwise;
}

bool option_given(const command *self, const char *name) {
    return option_value(self, name, NULL) != NULL;
}

ns_status option_integer(const command *self, const char *name, long long minimum, long long maximum, long long otherwise, long long *out,
                         ns_error *error) {
    const char *text = option_value(self, name, NULL);
    *out = otherwise;
    if (text && !ns_parse_integer(text, minimum, maximum, out))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Give a whole number in that range.",
                            "--%s takes %lld to %lld, not \"%.60s\".", name, minimum, maximum, text);
    return NS_OK;
}

/* What core says is in the viewer's language, and the member "…Said" beside it has the id and the values, for whoever reads it later. */
static void say_in_current(cJSON *value) {
    static const char *const texts[] = {"message", "cause", "remedy", "title", "why", "label", "help", "detail", "reason", "forecast", "text"};
    char name[64];
    cJSON *each = NULL;
    cJSON_ArrayForEach(each, value) {
        char *phrase = NULL;
        bool says = false;
        say_in_current(each);
        for (size_t i = 0; cJSON_IsString(each) && each->string && i < NS_COUNT_OF(texts); i++)
            says = says || strcmp(each->string, texts[i]) == 0;
        phrase = says ? ns_phrase_of_member(value, each->string) : NULL;
        if (phrase && strcmp(catalogue_say(phrase), each->valuestring) != 0) {
            (void)snprintf(name, sizeof name, "%sSaid", each->string);
            if (!cJSON_HasObjectItem(value, name))
                (void)cJSON_AddItemToObject(value, name, ns_phrase_to_json(phrase));
            (void)cJSON_SetValuestring(each, catalogue_say(phrase));
        }
        free(phrase);
    }
}

void say_in_language(cJSON *document) {
    if (catalogue_current() != CATALOGUE_ENGLISH)
        say_in_current(document);
}

/* cJSON writes C0 controls as \\u001b; a terminal obeys others as well, and some turn the text around them. */
static void print_harmless(const char *text) {
    size_t size = 0;
    for (const char *p = text; *p; p += size) {
        size = strcspn(p, "\x7F\xC2\xE2\xEF"); /* how those begin */
        (void)fwrite(p, 1, size, stdout);
        if (size || !*p)
            continue;
        const uint32_t character = ns_utf8_character(p, &size);
        if (ns_is_disguise(character))
            (void)printf("\\u%04x", (unsigned)character);
        else
            (void)fwrite(p, 1, size, stdout);
    }
}

void print_json(cJSON *document) {
    char *text = NULL;
    say_in_language(document);
    text = cJSON_Print(document);
    if (text) {
        print_harmless(text);
        (void)printf("\n");
    }
    cJSON_free(text);
    cJSON_Delete(document);
}

void print_row(const int *widths, const char *const *cells, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t length = ns_utf8_count(cells[i]);
        (void)printf("%s", cells[i]);
        if (i + 1 < count)
            (void)printf("%*s", (int)(widths[i] > length ? widths[i] - length : 0) + 2, "");
    }
    (void)printf("\n");
}

/* One line of standard input, without its end; what follows it stays for the next. */
static ns_status read_line(ns_secret *secret, ns_error *error) {
    char line[2048] = {0};
    size_t size = 0;
    size_t got = 0;
    ns_status status = NS_OK;
    while (size < sizeof line && !(size && line[size - 1] == '\n')) {
        status = ns_stdin_read(line + size, 1, &got, error);
        if (status != NS_OK || got == 0)
            break;
        size += got;
    }
    while (size && (line[size - 1] == '\n' || line[size - 1] == '\r'))
        size--;
    if (status == NS_OK)
        status = ns_secret_set(secret, line, size, error);
    ns_wipe(line, sizeof line);
    return status;
}

ns_status read_secret(const char *prompt, ns_secret *secret, ns_error *error) {
    return ns_entry_input_is_terminal() ? ns_entry_read_password(prompt, secret, error) : read_line(secret, error);
}

ns_status read_password(const command *self, const char *prompt, ns_secret *secret, ns_error *error) {
    if (option_given(self, "password-stdin"))
        return read_line(secret, error);
    return ns_entry_read_password(prompt, secret, error);
}
