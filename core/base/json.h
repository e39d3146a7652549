/* Reading and writing JSON through cJSON: typed, with defaults, and never trusting what was read. */
#ifndef NS_BASE_JSON_H
#define NS_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* The member's value, or the default where it is missing or of another type. The string is borrowed from `object`. */
const char *ns_json_string(const cJSON *object, const char *name, const char *otherwise);
int64_t ns_json_integer(const cJSON *object, const char *name, int64_t otherwise);
bool ns_json_bool(const cJSON *object, const char *name, bool otherwise);

/* Each adds a member and returns false when memory ran out. A NULL string is added as null, one that is not
 * UTF-8 as near to it as can be: JSON is UTF-8 (RFC 8259 section 8.1). */
bool ns_json_add_string(cJSON *object, const char *name, const char *value);
bool ns_json_add_integer(cJSON *object, const char *name, int64_t value);
/* As ns_clock_format; 0 is added as null. */
bool ns_json_add_time(cJSON *object, const char *name, int64_t utc_ms);

/* Wipes every text in it, and deletes it: for one that has a secret in it. NULL is none. */
void ns_json_wipe(cJSON *value);

/* Compact text of `value`; the caller frees. NULL when memory ran out. */
char *ns_json_print(const cJSON *value);

#endif
