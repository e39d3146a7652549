#include "transfer/document.h"

#include <string.h>

#include "base/json.h"

static ns_status not_read(const char *why, ns_error *error) {
    return ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead",
                        "Give a file that Nightshift exported, a list with one host in each line, or a table with a line of column names first.",
                        "%s", why);
}

static ns_status decode(const void *bytes, size_t size, ns_text *out, ns_error *error) {
    const unsigned char *p = bytes;
    if (size >= 2 && p[0] == 0xFF && p[1] == 0xFE) {
        /* Windows' own programs write UTF-16, Windows PowerShell's > among them. */
        for (size_t at = 2; at + 1 < size && !out->failed;) {
            char utf8[4];
            const size_t length = ns_utf16_next(p, size, &at, utf8);
            (void)ns_text_append(out, utf8, length);
        }
    } else {
        const size_t mark = size >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        (void)ns_text_append(out, p + mark, size - mark);
    }
    if (out->failed)
        return ns_error_set_memory(error);
    if ((out->size && memchr(out->bytes, 0, out->size)) || ns_utf8_count(ns_text_string(out)) < 0)
        return not_read("The file is no text in UTF-8 or UTF-16.", error);
    return NS_OK;
}

static ns_status read_json(const char *text, cJSON **out, ns_error *error) {
    cJSON *document = cJSON_ParseWithOpts(text, NULL, true); /* and nothing after it */
    const char *why = NULL;
    const int64_t version = ns_json_integer(document, "version", 0);
    if (!document)
        why = "The file begins as JSON and is none.";
    else if (strcmp(ns_json_string(document, "format", ""), "nightshift-fleet") != 0 || version < 1)
        why = "The file is JSON, and not of Nightshift's machines.";
    else if (version > 1)
        why = "The file was exported by a newer version of Nightshift.";
    if (why) {
        cJSON_Delete(document);
        return not_read(why, error);
    }
    *out = document;
    return NS_OK;
}

ns_status ns_document_read(const void *bytes, size_t size, cJSON **out, char **unused, size_t *others, ns_error *error) {
    ns_text text;
    const char *start = NULL;
    ns_status status = NS_OK;
    *out = NULL;
    *unused = NULL;
    *others = 0;
    if (size > NS_TRANSFER_MAXIMUM)
        return not_read("The file is larger than 64 MB.", error);
    ns_text_init(&text, (size_t)NS_TRANSFER_MAXIMUM * 2);
    status = decode(bytes, size, &text, error);
    start = ns_text_string(&text) + strspn(ns_text_string(&text), " \t\r\n");
    if (status == NS_OK && *start == 0)
        status = not_read("The file is empty.", error);
    else if (status == NS_OK)
        status = *start == '{' ? read_json(start, out, error) : ns_table_read(ns_text_string(&text), out, unused, others, error);
    ns_text_clear(&text);
    return status;
}
