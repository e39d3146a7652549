/* Text in a code page of Windows, as UTF-8: MultiByteToWideChar on Windows, iconv elsewhere. Any thread. */
#ifndef NS_BASE_CODE_PAGE_H
#define NS_BASE_CODE_PAGE_H

#include "base/text.h"

/* Whether the system knows it; `page` is its number, such as 850. */
bool ns_code_page_is_known(unsigned page);
/* Appends what the bytes mean there; U+FFFD for what means nothing. */
bool ns_code_page_append(ns_text *out, unsigned page, const void *bytes, size_t size);
/* The pages of this system: of consoles (OEM) and of windows (ANSI). Elsewhere than on Windows 850 and 1252, which most of Europe has. */
unsigned ns_code_page_oem(void);
unsigned ns_code_page_ansi(void);

#endif
