/* Writing a picture as PNG (ISO/IEC 15948): zlib does the compressing and the check sums, so what is left is three
 * chunks. A library of its own for that would be one more to build for Windows. */
#ifndef NS_BASE_PNG_H
#define NS_BASE_PNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* BGRX pixels, rows without gaps, to an RGB PNG; the caller frees *out. Any thread. */
NS_MUST_USE ns_status ns_png_encode(const uint8_t *bgrx, uint32_t width, uint32_t height, uint8_t **out, size_t *size, ns_error *error);

#endif
