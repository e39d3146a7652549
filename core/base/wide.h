/* The border to UTF-16. Windows only. */
#ifndef NS_BASE_WIDE_H
#define NS_BASE_WIDE_H

#include "base/platform.h"
#include "base/text.h"

/* Each returns a copy that the caller frees, NULL when memory ran out. What is not well-formed becomes U+FFFD. */
WCHAR *ns_wide_from_utf8(const char *utf8);
char *ns_wide_to_utf8(const WCHAR *wide);

/* All of them, up to NULL, as one line. The caller frees; NULL when memory ran out. */
WCHAR *ns_wide_command_line(const char *const *arguments);

#endif
