/* What is larger than a message may be, sent in pieces that join. */
#ifndef NS_AGENT_PIECES_H
#define NS_AGENT_PIECES_H

#include "agent/protocol.h"

/* Takes the message, and sends it to the console that listens, if one does. Any thread. */
typedef void (*agent_send)(void *context, cJSON *message);

/* Messages of that type with a member "data", base64 of a piece, and "last". Nothing at all is one piece too. */
void pieces_send(agent_send send, void *context, const char *type, const char *nonce, const void *bytes, size_t size);
/* Adds the bytes as base64. False when memory ran out. */
bool pieces_add_bytes(cJSON *message, const char *name, const void *bytes, size_t size);

#endif
