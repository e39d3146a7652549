/* The framing that the runner's pipe and the agent's channel share: a four-byte little-endian length, then that many
 * bytes of JSON, one object. The reader trusts nothing: a length over NS_MESSAGE_MAXIMUM, more values than NS_MESSAGE_VALUES (each
 * takes far more memory than its two bytes of text), text that is no JSON object or nesting past cJSON's limit ends the stream for good.
 * docs/agent-protocol.md describes it. One owner at a time. */
#ifndef NS_BASE_MESSAGE_H
#define NS_BASE_MESSAGE_H

#include "base/json.h"

enum { NS_MESSAGE_MAXIMUM = 1024 * 1024, NS_MESSAGE_HEADER = 4, NS_MESSAGE_VALUES = 1000 };

typedef struct ns_message_reader {
    ns_text pending;
    bool broken;
} ns_message_reader;

void ns_message_reader_init(ns_message_reader *reader);
/* Wipes what is pending: a message may carry a secret. */
void ns_message_reader_clear(ns_message_reader *reader);
/* Adds bytes as they came. NS_STATUS_PROTOCOL once the stream is broken, NS_STATUS_MEMORY. */
NS_MUST_USE ns_status ns_message_reader_add(ns_message_reader *reader, const void *bytes, size_t size, ns_error *error);
/* The next whole message (the caller deletes it with cJSON_Delete), or *out = NULL and NS_OK when more bytes are needed. */
NS_MUST_USE ns_status ns_message_reader_next(ns_message_reader *reader, cJSON **out, ns_error *error);

/* Appends the framed message to `out`. NS_STATUS_INVALID when it is over the maximum. */
NS_MUST_USE ns_status ns_message_write(ns_text *out, const cJSON *message, ns_error *error);

#endif
