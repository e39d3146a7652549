/* The three kinds of file as one: a JSON document as ns_transfer_export writes it, in which a list or table has only "machines",
 * each with its "line", and "groups" that they are in. Private to core/transfer. */
#ifndef NS_TRANSFER_DOCUMENT_H
#define NS_TRANSFER_DOCUMENT_H

#include <cjson/cJSON.h>

#include "base/text.h"
#include "transfer/transfer.h"

/* The file as UTF-8 text without a byte order mark, and what it says. *unused as in the report; both are the caller's. */
NS_MUST_USE ns_status ns_document_read(const void *bytes, size_t size, cJSON **out, char **unused, ns_error *error);
/* The same for a text that is no JSON. */
NS_MUST_USE ns_status ns_table_read(const char *text, cJSON **out, char **unused, ns_error *error);

#endif
