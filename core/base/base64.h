/* Base64 (RFC 4648, section 4), through OpenSSL. Any thread. */
#ifndef NS_BASE_BASE64_H
#define NS_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Appends the text of `size` bytes; false when it does not fit or memory ran out. */
bool ns_base64_append(ns_text *out, const void *bytes, size_t size);
/* *out is the caller's to free. False for what is not base64 without white space, and when memory ran out. */
bool ns_base64_decode(const char *text, uint8_t **out, size_t *size);

#endif
