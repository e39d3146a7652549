/* A flow's output as text. Programs write it as they like, several of them in one flow each in a way of its own, and nothing says which. Line by
 * line: by a mark of UTF-16 or zeros in every second byte; else UTF-8 where it is that; else the machine's OEM code page, which consoles write. One
 * owner at a time. */
#ifndef NS_FLOW_DECODE_H
#define NS_FLOW_DECODE_H

#include "base/text.h"

typedef struct ns_decoder {
    int way; /* one for all, or to be found out for each line */
    unsigned page;
    ns_text line; /* bytes that are not told yet */
    int state;
    bool low_second; /* UTF-16 with the most significant byte first */
    bool used_utf8;  /* beyond ASCII */
    bool used_utf16;
    bool used_page;
} ns_decoder;

/* "auto", "utf-8", "utf-16", "oem", "ansi" or a code page such as "cp850". */
bool ns_encoding_is_known(const char *encoding);
/* `oem` and `ansi` are the code pages of the machine that the output comes from; 0 where it did not say. */
void ns_decoder_init(ns_decoder *decoder, const char *encoding, unsigned oem, unsigned ansi);
void ns_decoder_clear(ns_decoder *decoder);
/* Appends what can be told by now: whole lines, and of the last one what is UTF-8 in any case. `last`: nothing comes after. */
bool ns_decoder_add(ns_decoder *decoder, const void *bytes, size_t size, bool last, ns_text *out);
/* What was found, as a phrase: "UTF-8, code page 850"; "" for ASCII alone. */
void ns_decoder_tell(const ns_decoder *decoder, char *out, size_t size);

#endif
