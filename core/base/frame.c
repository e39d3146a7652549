#include "base/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/frame_shared.h"
#include "base/png.h"

static ns_status mapped(ns_frame *frame, ns_status status, ns_frame **out) {
    if (status != NS_OK) {
        free(frame);
        return status;
    }
    frame->pixels = (uint8_t *)frame->header + NS_FRAME_HEADER;
    *out = frame;
    return NS_OK;
}

ns_status ns_frame_create(uint32_t width, uint32_t height, ns_frame **out, ns_error *error) {
    size_t size = NS_FRAME_HEADER + (size_t)width * height * 4;
    ns_frame *frame = calloc(1, sizeof *frame);
    ns_status status = NS_OK;
    *out = NULL;
    if (!frame)
        return ns_error_set_memory(error);
    status = ns_frame_map_new(frame, size, error);
    if (status == NS_OK) {
        frame->header->magic = NS_FRAME_MAGIC;
        frame->header->capacity = (uint32_t)(size - NS_FRAME_HEADER);
    }
    return mapped(frame, status, out);
}

ns_status ns_frame_open(intptr_t handle, ns_frame **out, ns_error *error) {
    ns_frame *frame = calloc(1, sizeof *frame);
    ns_status status = NS_OK;
    *out = NULL;
    if (!frame)
        return ns_error_set_memory(error);
    status = ns_frame_map_inherited(frame, handle, error);
    if (status == NS_OK &&
        (frame->size < NS_FRAME_HEADER || frame->header->magic != NS_FRAME_MAGIC || frame->header->capacity > frame->size - NS_FRAME_HEADER)) {
        ns_frame_unmap(frame);
        status = ns_error_set(error, NS_STATUS_INVALID, "RunnerFailed", NULL, "What was inherited is not a frame.");
    }
    return mapped(frame, status, out);
}

void ns_frame_close(ns_frame *frame) {
    if (!frame)
        return;
    ns_frame_unmap(frame);
    free(frame);
}

intptr_t ns_frame_handle(const ns_frame *frame) {
    return frame->handle;
}

uint8_t *ns_frame_begin(ns_frame *frame, uint32_t width, uint32_t height) {
    if ((uint64_t)width * height * 4 > frame->header->capacity)
        return NULL;
    frame->header->width = (LONG)width;
    frame->header->height = (LONG)height;
    return frame->pixels;
}

void ns_frame_changed(ns_frame *frame) {
    (void)InterlockedIncrement(&frame->header->sequence);
}

ns_frame_view ns_frame_look(const ns_frame *frame) {
    ns_frame_view view = {0};
    LONG width = frame->header->width;
    LONG height = frame->header->height;
    LONG sequence = frame->header->sequence;
    if (sequence == 0 || width <= 0 || height <= 0 || width > 8192 || height > 8192 ||
        (uint64_t)width * (uint64_t)height * 4 > frame->size - NS_FRAME_HEADER)
        return view;
    view.width = (uint32_t)width;
    view.height = (uint32_t)height;
    view.sequence = (uint32_t)sequence;
    view.pixels = frame->pixels;
    return view;
}

ns_status ns_frame_png(const ns_frame *frame, uint8_t **out, size_t *size, ns_error *error) {
    ns_frame_view view = ns_frame_look(frame);
    *out = NULL;
    *size = 0;
    if (view.width == 0)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "NoPicture", NULL, "The session has not drawn a picture yet.");
    return ns_png_encode(view.pixels, view.width, view.height, out, size, error);
}
