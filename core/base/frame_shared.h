/* What both processes see at the start of a frame's memory, and the two calls that differ by system. Private to frame. */
#ifndef NS_BASE_FRAME_SHARED_H
#define NS_BASE_FRAME_SHARED_H

#include <stddef.h>

#include "base/frame.h"

enum { NS_FRAME_MAGIC = 0x4E534652, NS_FRAME_HEADER = 4096 };

typedef struct ns_frame_header {
    uint32_t magic;
    uint32_t capacity; /* bytes of pixels that follow the header's page */
    volatile LONG width;
    volatile LONG height;
    volatile LONG sequence;
} ns_frame_header;

struct ns_frame {
    ns_frame_header *header;
    uint8_t *pixels;
    size_t size; /* bytes mapped */
    intptr_t handle;
};

/* Each fills frame->handle, ->header and ->size. */
ns_status ns_frame_map_new(ns_frame *frame, size_t size, ns_error *error);
ns_status ns_frame_map_inherited(ns_frame *frame, intptr_t handle, ns_error *error);
void ns_frame_unmap(ns_frame *frame);

#endif
