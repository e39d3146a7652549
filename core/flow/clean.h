/* Output made harmless for terminals, windows and lists: no escape sequence, no control character but line ends and tabs, nothing that turns or hides
 * the text around it. What a program puts out is kept as it was beside it. One owner at a time. */
#ifndef NS_FLOW_CLEAN_H
#define NS_FLOW_CLEAN_H

#include "base/text.h"

typedef struct ns_cleaner {
    int state;
    size_t length; /* of the sequence so far */
    bool carriage; /* a carriage return came last */
} ns_cleaner;

/* Appends `text`, which is UTF-8 and ends with 0, without sequences (ECMA-48: ESC, CSI, and strings such as OSC); "?" for another control character,
 * U+FFFD for one that turns text; a carriage return is a line end. Pieces of one text may come one by one, cut between characters. */
bool ns_clean(ns_cleaner *cleaner, const char *text, size_t size, ns_text *out);

#endif
