#include "flow/output.h"

#include <stdlib.h>
#include <string.h>

/* What is not UTF-8 may be four times as long as that, and what is not text becomes U+FFFD. */
enum { TEXT_FACTOR = 4, NAME_MAXIMUM = 100 };

static const char mark[] = "::nightshift output ";

void ns_flow_output_init(ns_flow_output *output, size_t maximum, const char *encoding, unsigned oem, unsigned ansi) {
    memset(output, 0, sizeof *output);
    ns_text_init(&output->bytes, maximum);
    ns_text_init(&output->text, maximum * TEXT_FACTOR);
    ns_decoder_init(&output->decoder, encoding, oem, ansi);
}

void ns_flow_output_clear(ns_flow_output *output) {
    ns_text_clear(&output->bytes);
    ns_text_clear(&output->text);
    ns_decoder_clear(&output->decoder);
    for (size_t i = 0; i < output->value_count; i++) {
        free(output->values[i].name);
        free(output->values[i].value);
    }
    output->value_count = 0;
}

static char *copy_of(const char *from, size_t size, size_t maximum) {
    ns_text text;
    ns_text_init(&text, maximum);
    (void)ns_text_append(&text, from, size);
    return ns_text_take_whole(&text);
}

static void keep(ns_flow_output *self, char *name, char *value) {
    for (size_t i = 0; name && value && i < self->value_count; i++) {
        if (strcmp(self->values[i].name, name) == 0) { /* the last one counts */
            free(self->values[i].value);
            self->values[i].value = value;
            free(name);
            return;
        }
    }
    if (name && value && self->value_count < NS_FLOW_VALUES_MAXIMUM) {
        self->values[self->value_count++] = (ns_flow_value){name, value};
        return;
    }
    free(name);
    free(value);
}

static void look_at_line(ns_flow_output *self, const char *line, size_t size) {
    const char *name = line + sizeof mark - 1;
    const char *equals = NULL;
    if (size < sizeof mark + 2 || strncmp(line, mark, sizeof mark - 1) != 0 || strncmp(line + size - 2, "::", 2) != 0)
        return;
    equals = memchr(name, '=', size - (sizeof mark - 1));
    if (equals && equals > name && equals <= line + size - 3)
        keep(self, copy_of(name, (size_t)(equals - name), NAME_MAXIMUM),
             copy_of(equals + 1, (size_t)(line + size - 2 - (equals + 1)), NS_FLOW_VALUE_MAXIMUM));
}

static void look_for_values(ns_flow_output *self, bool last) {
    const char *text = ns_text_string(&self->text);
    while (self->looked < self->text.size) {
        const char *line = text + self->looked;
        const char *end = strchr(line, '\n');
        const size_t size = end ? (size_t)(end - line) : strlen(line);
        if (!end && !last)
            return;
        look_at_line(self, line, size);
        self->looked += size + (end != NULL);
    }
}

const char *ns_flow_output_add(ns_flow_output *output, const void *bytes, size_t size, bool last) {
    const size_t before = output->text.size;
    ns_text decoded;
    ns_text_init(&decoded, (size + output->decoder.line.size + 8) * TEXT_FACTOR);
    (void)ns_text_append(&output->bytes, bytes, size);
    (void)ns_decoder_add(&output->decoder, bytes, size, last, &decoded);
    (void)ns_clean(&output->cleaner, ns_text_string(&decoded), decoded.size, &output->text);
    ns_text_clear(&decoded);
    look_for_values(output, last);
    return output->text.size > before ? output->text.bytes + before : "";
}

bool ns_flow_output_differs(const ns_flow_output *output) {
    return output->bytes.size != output->text.size ||
           (output->bytes.size && memcmp(output->bytes.bytes, output->text.bytes, output->bytes.size) != 0);
}
