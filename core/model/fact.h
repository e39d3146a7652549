/* Facts: what was observed about a machine, each with where it was seen and when. What could not be read is a fact too,
 * without a value and with the reason; a registry value that is not there is a fact whose value is JSON's null. Pure; a
 * list belongs to one thread at a time. */
#ifndef NS_MODEL_FACT_H
#define NS_MODEL_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

/* The value of the fact "tls.failure" when nothing came in time. */
#define NS_TLS_SILENT "the machine did not answer in time"

typedef struct ns_fact {
    char *name;
    cJSON *value; /* NULL when it could not be read */
    char *source; /* protocol field, registry path with its view, call */
    char *reason; /* a phrase: why it could not be read; "" when it was */
    int64_t at;   /* ms UTC */
} ns_fact;

typedef struct ns_facts {
    char *machine;
    ns_fact *items;
    size_t count;
    size_t room;
    bool failed; /* memory ran out while something was added */
} ns_facts;

enum { NS_FACTS_MAXIMUM = 2000, NS_FACTS_FILE_MAXIMUM = 8 << 20 };

/* Texts are copied. All zero is an empty list too. */
void ns_facts_init(ns_facts *facts, const char *machine);
void ns_facts_clear(ns_facts *facts);
/* Each takes the place of what was known under that name. `value` is taken. */
void ns_facts_add(ns_facts *facts, const char *name, cJSON *value, const char *source, int64_t at);
void ns_facts_add_string(ns_facts *facts, const char *name, const char *value, const char *source, int64_t at);
void ns_facts_add_integer(ns_facts *facts, const char *name, int64_t value, const char *source, int64_t at);
void ns_facts_add_bool(ns_facts *facts, const char *name, bool value, const char *source, int64_t at);
void ns_facts_add_unknown(ns_facts *facts, const char *name, const char *reason, const char *source, int64_t at);
/* Copies those of `more` into `facts`. */
void ns_facts_merge(ns_facts *facts, const ns_facts *more);

/* NULL when nothing of that name is there. Borrowed until the next change. */
const ns_fact *ns_facts_find(const ns_facts *facts, const char *name);
/* The value, or `otherwise` when there is none or it is of another type. */
const char *ns_facts_string(const ns_facts *facts, const char *name, const char *otherwise);
int64_t ns_facts_integer(const ns_facts *facts, const char *name, int64_t otherwise);
/* 1, 0, or -1 when it is not known. */
int ns_facts_bool(const ns_facts *facts, const char *name);

/* {"name", "value", "source", "at"}, as in the next. The caller deletes. */
cJSON *ns_fact_write(const ns_fact *fact);
/* {"machine", "facts": [{"name", "value", "source", "at"}]}; one that could not be read has "reason" and no "value". */
cJSON *ns_facts_write(const ns_facts *facts);
/* NS_STATUS_INVALID (InvalidFacts): what was read is not such a document, or is out of all proportion. */
NS_MUST_USE ns_status ns_facts_read(const cJSON *document, ns_facts *out, ns_error *error);

#endif
