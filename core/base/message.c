#include "base/message.h"

#include <stdlib.h>
#include <string.h>

enum { PRINT_ROOM = 32768 }; /* more than any message with a secret takes */

void ns_message_reader_init(ns_message_reader *reader) {
    memset(reader, 0, sizeof *reader);
    /* Room for one whole message and what follows it in the same read. */
    ns_text_init(&reader->pending, 2 * (size_t)NS_MESSAGE_MAXIMUM + 65536);
}

void ns_message_reader_clear(ns_message_reader *reader) {
    ns_text_wipe(&reader->pending);
    reader->broken = false;
}

static ns_status break_stream(ns_message_reader *reader, ns_error *error, const char *what) {
    reader->broken = true;
    return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError",
                        "Install the agent that belongs to this version of Nightshift; if it is that one, the machine may be altering its data.",
                        "A message that came in could not be understood: %s.", what);
}

ns_status ns_message_reader_add(ns_message_reader *reader, const void *bytes, size_t size, ns_error *error) {
    if (reader->broken)
        return break_stream(reader, error, "an earlier message was broken");
    if (!ns_text_append(&reader->pending, bytes, size))
        return break_stream(reader, error, "more bytes than a message may have");
    return NS_OK;
}

static size_t announced(const ns_text *pending) {
    const unsigned char *p = (const unsigned char *)pending->bytes;
    return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

/* Before it is parsed: each value begins after one of these, outside a string. */
static bool has_few_values(const char *text, size_t size) {
    size_t values = 0;
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '[' || text[i] == '{' || text[i] == ','))
            values++;
    }
    return values <= NS_MESSAGE_VALUES;
}

ns_status ns_message_reader_next(ns_message_reader *reader, cJSON **out, ns_error *error) {
    ns_text *pending = &reader->pending;
    size_t size = 0;
    size_t used = 0;
    const char *end = NULL;
    *out = NULL;
    if (reader->broken)
        return break_stream(reader, error, "an earlier message was broken");
    if (pending->size < NS_MESSAGE_HEADER)
        return NS_OK;
    size = announced(pending);
    if (size == 0 || size > NS_MESSAGE_MAXIMUM)
        return break_stream(reader, error, "it announces a length that no message may have");
    used = NS_MESSAGE_HEADER + size;
    if (pending->size < used)
        return NS_OK;
    if (!has_few_values(pending->bytes + NS_MESSAGE_HEADER, size))
        return break_stream(reader, error, "it holds more values than a message may have");
    *out = cJSON_ParseWithLengthOpts(pending->bytes + NS_MESSAGE_HEADER, size, &end, 0);
    if (!cJSON_IsObject(*out) || end != pending->bytes + used) {
        cJSON_Delete(*out);
        *out = NULL;
        return break_stream(reader, error, "it is not one JSON object");
    }
    memmove(pending->bytes, pending->bytes + used, pending->size - used);
    ns_wipe(pending->bytes + pending->size - used, used);
    pending->size -= used;
    return NS_OK;
}

/* Printed in one piece: where a buffer grows, what was in it stays in the heap, and a message may carry a password. */
ns_status ns_message_write(ns_text *out, const cJSON *message, ns_error *error) {
    char *text = cJSON_PrintBuffered(message, PRINT_ROOM, false);
    size_t size = text ? strlen(text) : 0;
    unsigned char header[NS_MESSAGE_HEADER];
    ns_status status = NS_OK;
    if (!text)
        return ns_error_set_memory(error);
    for (size_t i = 0; i < sizeof header; i++)
        header[i] = (unsigned char)(size >> (8 * i) & 0xFF);
    if (size > NS_MESSAGE_MAXIMUM)
        status = ns_error_set(error, NS_STATUS_INVALID, "MessageTooLong", NULL, "A message of %zu bytes is longer than the protocol allows.", size);
    else if (!ns_text_append(out, header, sizeof header) || !ns_text_append(out, text, size))
        status = ns_error_set_memory(error);
    ns_wipe(text, size);
    cJSON_free(text);
    return status;
}
