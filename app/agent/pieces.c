#include "pieces.h"

#include "base/base64.h"

bool pieces_add_bytes(cJSON *message, const char *name, const void *bytes, size_t size) {
    ns_text text;
    bool added = false;
    ns_text_init(&text, (size_t)NS_AGENT_PICTURE_CHUNK * 2);
    added = (size == 0 || ns_base64_append(&text, bytes, size)) && ns_json_add_string(message, name, ns_text_string(&text));
    ns_text_clear(&text);
    return added;
}

void pieces_send(agent_send send, void *context, const char *type, const char *nonce, const void *bytes, size_t size) {
    size_t sent = 0;
    do {
        const size_t piece = size - sent > NS_AGENT_PICTURE_CHUNK ? NS_AGENT_PICTURE_CHUNK : size - sent;
        cJSON *message = ns_agent_message(type, nonce);
        (void)pieces_add_bytes(message, "data", (const char *)bytes + sent, piece);
        sent += piece;
        (void)cJSON_AddBoolToObject(message, "last", sent >= size);
        send(context, message);
    } while (sent < size);
}
