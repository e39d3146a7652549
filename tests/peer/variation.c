/* A machine that speaks as it should up to some message and from there on otherwise. Each connection has a number, and the number says everything:
 * the same number does the same to the same connection. */
#include <freerdp/update.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winpr/stream.h>

#include "base/clock.h"
#include "peer.h"

typedef enum way { LIE, RANDOM, LENGTH, SHRINK, GROW, AGAIN, FLOOD, CUT, STALL, WAYS } way;

enum { WIRE_MESSAGES = 30, AGENT_MESSAGES = 4, FLOOD_MS = 4000, GROWN = 4096, TILES = 200 };

static const char *const way_names[WAYS] = {"lie", "random", "length", "shrink", "grow", "again", "flood", "cut", "stall"};
static const char *const part_names[] = {"message", "agent", "picture", "handshake"};
static LONG next_number = -1;

/* splitmix64: public domain, by Sebastiano Vigna. */
static uint64_t draw_number(peer_variation *self) {
    uint64_t mixed = (self->state += 0x9E3779B97F4A7C15U);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

static size_t below(peer_variation *self, size_t limit) {
    return limit ? (size_t)(draw_number(self) % limit) : 0;
}

void peer_variation_begin(peer_context *context) {
    static const peer_part parts[] = {PART_MESSAGE, PART_MESSAGE, PART_MESSAGE, PART_MESSAGE, PART_MESSAGE,
                                      PART_AGENT,   PART_AGENT,   PART_AGENT,   PART_PICTURE, PART_HANDSHAKE};
    peer_variation *self = &context->variation;
    memset(self, 0, sizeof *self);
    if (context->script->variation < 0)
        return;
    self->on = true;
    self->number = context->script->variation + InterlockedIncrement(&next_number);
    self->state = (uint64_t)self->number;
    self->part = parts[below(self, NS_COUNT_OF(parts))];
    self->at = (int)below(self, self->part == PART_AGENT ? AGENT_MESSAGES : self->part == PART_MESSAGE ? WIRE_MESSAGES : 1);
    self->way = (int)below(self, WAYS);
}

static void say(const peer_variation *self) {
    char text[100];
    (void)snprintf(text, sizeof text, "%lld: %s %d, %s", (long long)self->number, part_names[self->part], self->at,
                   self->part == PART_PICTURE ? "random" : way_names[self->way]);
    peer_say("variation", "what", text);
}

/* Until the other side is gone, as a machine that has forgotten it. */
static void stay_silent(peer_context *context) {
    struct pollfd fd = {.fd = context->base.peer->sockfd, .events = POLLRDHUP};
    while (poll(&fd, 1, 1000) == 0) {
    }
    context->closing = true;
}

static void break_off(peer_context *context) {
    (void)shutdown(context->base.peer->sockfd, SHUT_RDWR);
    context->closing = true;
}

static bool is_due(peer_variation *self, peer_part part) {
    if (!self->on || self->done || self->part != part || self->seen++ != self->at)
        return false;
    self->done = true;
    say(self);
    return true;
}

/* Alters the bytes, which have room for GROWN more; their new size. */
static size_t alter(peer_variation *self, uint8_t *bytes, size_t size) {
    size_t changed = size;
    switch ((way)self->way) {
    case LIE:
        for (size_t i = 1 + below(self, 8); i > 0; i--)
            bytes[below(self, size)] = (uint8_t)draw_number(self);
        break;
    case RANDOM:
        for (size_t i = below(self, size); i < size; i++)
            bytes[i] = (uint8_t)draw_number(self);
        break;
    case LENGTH: /* of a TPKT, a fast-path message or a framed one: among the first bytes */
        bytes[below(self, size < 4 ? size : 4)] = (uint8_t)(below(self, 2) ? 0xFF : draw_number(self));
        break;
    case GROW:
        changed = size + 1 + below(self, GROWN);
        for (size_t i = size; i < changed; i++)
            bytes[i] = (uint8_t)draw_number(self);
        break;
    case SHRINK:
    case CUT:
    case STALL:
        changed = below(self, size);
        break;
    default:
        break;
    }
    return changed;
}

bool peer_vary(peer_context *context, peer_part part, const uint8_t *bytes, size_t size, peer_write write, void *to) {
    peer_variation *self = &context->variation;
    const uint64_t end = ns_clock_monotonic_ms() + FLOOD_MS;
    uint8_t *copy = NULL;
    size_t changed = 0;
    bool written = false;
    if (!is_due(self, part) || !(copy = malloc(size + GROWN)))
        return write(context, bytes, size, to);
    memcpy(copy, bytes, size);
    changed = alter(self, copy, size);
    written = changed == 0 || write(context, copy, changed, to);
    if (self->way == AGAIN)
        written = write(context, copy, changed, to);
    while (self->way == FLOOD && written && ns_clock_monotonic_ms() < end)
        written = write(context, copy, changed, to);
    free(copy);
    if (self->way == CUT)
        break_off(context);
    else if (self->way == STALL)
        stay_silent(context);
    return written;
}

/* In place of the server's part of a TLS handshake; false when it is not to be. */
bool peer_vary_handshake(peer_context *context) {
    peer_variation *self = &context->variation;
    uint8_t bytes[GROWN];
    size_t size = 0;
    if (!is_due(self, PART_HANDSHAKE))
        return false;
    if (self->way != STALL && self->way != CUT)
        size = 1 + below(self, sizeof bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)draw_number(self);
    if (self->way == LIE && size > 5) /* a record of the handshake, with anything in it */
        memcpy(bytes, "\x16\x03\x03", 3);
    if (size)
        (void)send(context->base.peer->sockfd, bytes, size, MSG_NOSIGNAL);
    if (self->way == CUT)
        break_off(context);
    else
        stay_silent(context);
    return true;
}

/* Bitmap updates of any place, size, depth and content, [MS-RDPBCGR] 2.2.9.1.1.3.1.2. */
void peer_vary_picture(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    peer_variation *self = &context->variation;
    static _Thread_local BYTE pixels[GROWN];
    if (!context->active || !is_due(self, PART_PICTURE))
        return;
    for (int i = 0; i < TILES; i++) {
        static const UINT32 depths[] = {8, 15, 16, 24, 32, 1, 0, 255};
        BITMAP_DATA tile = {.destLeft = (UINT32)below(self, 65536),
                            .destTop = (UINT32)below(self, 65536),
                            .width = (UINT32)below(self, below(self, 2) ? 65536 : 65),
                            .height = (UINT32)below(self, below(self, 2) ? 65536 : 65),
                            .bitsPerPixel = depths[below(self, NS_COUNT_OF(depths))],
                            .flags = (UINT32)below(self, 65536),
                            .compressed = below(self, 2) != 0,
                            .cbCompFirstRowSize = (UINT32)below(self, 65536),
                            .cbCompMainBodySize = (UINT32)below(self, 65536),
                            .cbScanWidth = (UINT32)below(self, 65536),
                            .cbUncompressedSize = (UINT32)below(self, 65536),
                            .bitmapLength = (UINT32)below(self, sizeof pixels),
                            .bitmapDataStream = pixels};
        BITMAP_UPDATE update = {.number = 1, .rectangles = &tile};
        tile.destRight = below(self, 2) ? (tile.destLeft + tile.width - 1) & 0xFFFF : (UINT32)below(self, 65536);
        tile.destBottom = below(self, 2) ? (tile.destTop + tile.height - 1) & 0xFFFF : (UINT32)below(self, 65536);
        for (size_t k = 0; k < tile.bitmapLength; k++)
            pixels[k] = (BYTE)draw_number(self);
        if (!peer->context->update->BitmapUpdate(peer->context, &update))
            return;
    }
}
