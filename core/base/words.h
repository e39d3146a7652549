/* A line of words. Pure; any thread. */
#ifndef NS_BASE_WORDS_H
#define NS_BASE_WORDS_H

#include "base/status.h"

/* Splits a command line into words: white space parts them, double quotes keep it, a backslash keeps a following double
 * quote. `words` is an array that ends with NULL; free with ns_words_free. */
NS_MUST_USE ns_status ns_words_split(const char *first, const char *line, char ***words, ns_error *error);
void ns_words_free(char **words);

#endif
