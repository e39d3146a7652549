/* One argument of a command line, as whoever reads that line takes it apart again. Pure; any thread. */
#ifndef NS_BASE_QUOTE_H
#define NS_BASE_QUOTE_H

#include "base/text.h"

/* Adds one argument as CommandLineToArgvW and the C run-time read it back: quoted, backslashes doubled before a quote
 * (https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments). A blank before it, unless it is the first. */
void ns_quote_argument(ns_text *line, const char *argument);
/* The same for what cmd.exe reads first and then a batch file, or a program that it starts: nothing in it is a command, and no name between percent
 * signs is replaced (VU#123335; docs/security.md). False for a line break or more than a line holds: cmd has no way to be given one. */
NS_MUST_USE bool ns_quote_for_cmd(ns_text *line, const char *argument);

#endif
