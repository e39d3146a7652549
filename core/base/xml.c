#include "base/xml.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "base/text.h"

struct ns_xml {
    xmlBufferPtr bytes;
    xmlTextWriterPtr writer;
    bool failed;
};

static void heed(ns_xml *self, int result) {
    self->failed = self->failed || result < 0;
}

/* How many bytes of `at` are a character that is not allowed: a control character, U+FFFE or U+FFFF. */
static size_t forbidden(const unsigned char *at) {
    if (at[0] < 0x20)
        return at[0] == '\t' || at[0] == '\n' || at[0] == '\r' ? 0 : 1;
    return at[0] == 0xEF && at[1] == 0xBF && (at[2] == 0xBE || at[2] == 0xBF) ? 3 : 0;
}

/* UTF-8 with U+FFFD for each character that XML 1.0 (section 2.2) does not allow. The caller frees; NULL when memory ran out. */
static char *clean_text(const char *text) {
    ns_text valid;
    ns_text out;
    ns_text_init(&valid, 1 << 26);
    ns_text_init(&out, 1 << 26);
    (void)ns_utf8_append_lossy(&valid, text, strlen(text));
    for (const char *p = ns_text_string(&valid); *p;) {
        const size_t bad = forbidden((const unsigned char *)p);
        (void)(bad ? ns_text_append_string(&out, "\xEF\xBF\xBD") : ns_text_append(&out, p, 1));
        p += bad ? bad : 1;
    }
    if (valid.failed) {
        ns_text_clear(&valid);
        ns_text_clear(&out);
        return NULL;
    }
    ns_text_clear(&valid);
    return ns_text_take(&out);
}

ns_status ns_xml_begin(ns_xml **out, ns_error *error) {
    ns_xml *self = calloc(1, sizeof *self);
    *out = self;
    if (!self)
        return ns_error_set_memory(error);
    self->bytes = xmlBufferCreate();
    self->writer = self->bytes ? xmlNewTextWriterMemory(self->bytes, 0) : NULL;
    self->failed = !self->writer;
    if (!self->failed) {
        heed(self, xmlTextWriterSetIndent(self->writer, 1));
        heed(self, xmlTextWriterStartDocument(self->writer, NULL, "UTF-8", NULL));
    }
    return NS_OK;
}

void ns_xml_element(ns_xml *self, const char *name) {
    if (!self->failed)
        heed(self, xmlTextWriterStartElement(self->writer, BAD_CAST name));
}

void ns_xml_attribute(ns_xml *self, const char *name, const char *value) {
    char *clean = self->failed ? NULL : clean_text(value);
    heed(self, clean ? xmlTextWriterWriteAttribute(self->writer, BAD_CAST name, BAD_CAST clean) : -1);
    free(clean);
}

void ns_xml_text(ns_xml *self, const char *text) {
    char *clean = self->failed ? NULL : clean_text(text);
    heed(self, clean ? xmlTextWriterWriteString(self->writer, BAD_CAST clean) : -1);
    free(clean);
}

void ns_xml_end(ns_xml *self) {
    if (!self->failed)
        heed(self, xmlTextWriterEndElement(self->writer));
}

ns_status ns_xml_finish(ns_xml *self, char **out, ns_error *error) {
    if (!self->failed)
        heed(self, xmlTextWriterEndDocument(self->writer));
    if (self->writer)
        xmlFreeTextWriter(self->writer); /* which writes what is left */
    *out = self->failed ? NULL : ns_string_copy((const char *)xmlBufferContent(self->bytes));
    if (self->bytes)
        xmlBufferFree(self->bytes);
    free(self);
    return *out ? NS_OK : ns_error_set_memory(error);
}
