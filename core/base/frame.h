/* The picture of a Windows session, in memory that the runner draws in and its starter reads at the same time: no copy
 * crosses a pipe. BGRX, 32 bits a pixel, rows without gaps. frame_win32.c and frame_posix.c map the memory.
 * A reader may see a half-drawn picture; it never sees memory outside the frame, because `ns_frame_view` checks the
 * size that the other process wrote against what is mapped. */
#ifndef NS_BASE_FRAME_H
#define NS_BASE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ns_frame ns_frame;

typedef struct ns_frame_view {
    uint32_t width;        /* px; 0 before the first picture */
    uint32_t height;       /* px */
    uint32_t sequence;     /* grows with every change */
    const uint8_t *pixels; /* BGRX, width * 4 bytes a row; borrowed from the frame */
} ns_frame_view;

/* Memory for at most `width` x `height` pixels; only what is drawn on takes room. */
NS_MUST_USE ns_status ns_frame_create(uint32_t width, uint32_t height, ns_frame **out, ns_error *error);
/* The runner's side: maps what it inherited. NS_STATUS_INVALID when it is no frame. */
NS_MUST_USE ns_status ns_frame_open(intptr_t handle, ns_frame **out, ns_error *error);
void ns_frame_close(ns_frame *frame);

/* What ns_child_options.inherited takes, and the number by which the child finds it. */
intptr_t ns_frame_handle(const ns_frame *frame);
intptr_t ns_frame_handle_in_child(const ns_frame *frame);

/* The drawing side: the memory for a picture of this size, NULL when it does not fit. */
uint8_t *ns_frame_begin(ns_frame *frame, uint32_t width, uint32_t height);
/* Says that pixels changed. */
void ns_frame_changed(ns_frame *frame);
/* The reading side; all zero before the first picture. */
ns_frame_view ns_frame_look(const ns_frame *frame);

/* A copy as PNG (the alpha byte is not kept); the caller frees *out. NS_STATUS_NOT_FOUND before the first picture. */
NS_MUST_USE ns_status ns_frame_png(const ns_frame *frame, uint8_t **out, size_t *size, ns_error *error);

#endif
