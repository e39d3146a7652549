/* The three kinds of file as one: a JSON document as ns_transfer_export writes it, in which a list or table has only "machines",
 * each with its "line", and "groups" that they are in; it has no "format". A place that is only the machine's name is "place-if-new". Private to
 * core/transfer. */
#ifndef NS_TRANSFER_DOCUMENT_H
#define NS_TRANSFER_DOCUMENT_H

#include <cjson/cJSON.h>

#include <stdbool.h>

#include "base/text.h"
#include "transfer/transfer.h"

/* What the file says. *unused and *others as in the report; the document and the text are the caller's. */
NS_MUST_USE ns_status ns_document_read(const void *bytes, size_t size, cJSON **out, char **unused, size_t *others, ns_error *error);
/* twice.c: marks the entries whose name was there before in the array, ignoring case; `twice` has room for `count`. */
NS_MUST_USE ns_status ns_document_find_twice(const cJSON *array, size_t count, bool *twice, ns_error *error);
/* table.c: the same as ns_document_read for a text that is no JSON. */
NS_MUST_USE ns_status ns_table_read(const char *text, cJSON **out, char **unused, size_t *others, ns_error *error);

#endif
