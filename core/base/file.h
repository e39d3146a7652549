/* Whole files, read and written at once. Paths are UTF-8. Any thread. */
#ifndef NS_BASE_FILE_H
#define NS_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* `path` NULL: standard input. *bytes is the caller's and ends with a 0 that `size` does not count. NS_STATUS_NOT_FOUND (FileNotFound);
 * NS_STATUS_INVALID (FileTooLarge) over `maximum` bytes. */
NS_MUST_USE ns_status ns_file_read(const char *path, size_t maximum, char **bytes, size_t *size, ns_error *error);
/* Up to `size` bytes from there on; *got less than that at its end, 0 behind it. False when it cannot be read. Below 2 GB. */
bool ns_file_read_part(const char *path, int64_t offset, void *bytes, size_t size, size_t *got);
/* Writes beside it first, so that a file which was there is whole or as it was; a device or a link is written
 * to itself. NS_STATUS_SYSTEM (FileNotWritten). */
NS_MUST_USE ns_status ns_file_write(const char *path, const void *bytes, size_t size, ns_error *error);

#endif
