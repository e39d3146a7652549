/* Runs as the report that continuous integration reads: JUnit's XML, as its common schema has it
 * (https://github.com/testmoapp/junitxml). Pure; any thread. */
#ifndef NS_TRANSFER_JUNIT_H
#define NS_TRANSFER_JUNIT_H

#include <stddef.h>

#include "model/things.h"

/* One suite of that name; a test for each run: of its flow, on its machine. A run that failed is a failure with its code, one that was cut off is an
 * error, one that was cancelled is skipped. `say` turns a phrase into the reader's words (borrowed until the next call). The caller frees *out. */
NS_MUST_USE ns_status ns_junit_write(const char *suite, const ns_run *runs, size_t count, const char *(*say)(const char *phrase), char **out,
                                     ns_error *error);

#endif
