/* The system's words for its own numbers. Any thread. */
#ifndef NS_BASE_NATIVE_TEXT_H
#define NS_BASE_NATIVE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Of an errno or GetLastError number. */
void ns_native_text(uint32_t native, char *out, size_t size);

#endif
