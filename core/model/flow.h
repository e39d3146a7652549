/* What a run carries out in the session: a flow as the store keeps it. Its fields stand in one list, from which the store, the activity, exports,
 * imports, the command line and the form are made, so that a new one is one line here and one step of the schema. Pure; any thread. */
#ifndef NS_MODEL_FLOW_H
#define NS_MODEL_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { NS_FLOW_LONGEST_S = 86400, NS_RETRY_MAXIMUM = 10, NS_RETRY_DELAY_S = 60 };

/* T(member, name, option, json, otherwise, maximum, choices): a text of so many characters, one of the choices where there are any. The member is the
 * column too; name is what the activity and exports say, option and json what nightshiftctl does. N(member, name, option, json, otherwise, maximum):
 * a whole number from 0. In the order in which they are shown. */
#define NS_FLOW_FIELDS(T, N)                                                                                                                         \
    T(kind, "kind", "kind", "kind", "program", 20, "")                                                                                               \
    T(program, "program", "program", "program", "", 1000, "")                                                                                        \
    T(arguments, "arguments", "arguments", "arguments", "", 8000, "")                                                                                \
    T(directory, "folder", "directory", "directory", "", 1000, "")                                                                                   \
    T(scope, "scope", "scope", "scope", "", 200, "")                                                                                                 \
    T(inputs, "inputs", "inputs", "inputs", "", 2000, "")                                                                                            \
    T(console, "console", "console", "console", "pipes", 10, "pipes|own")                                                                            \
    T(encoding, "encoding", "encoding", "encoding", "auto", 20, "")                                                                                  \
    T(make_folder, "make-folder", "make-directory", "makeDirectory", "off", 3, "on|off")                                                             \
    T(artifacts, "artifacts", "artifacts", "artifacts", "", 2000, "")                                                                                \
    N(picture_every_s, "picture-every", "picture-every", "pictureEvery", 0, 3600)                                                                    \
    N(keep_awake_s, "keep-awake", "keep-awake", "keepAwake", 0, 3600)                                                                                \
    T(end_outside, "end-outside", "end-outside", "endOutside", "off", 3, "on|off")                                                                   \
    N(timeout_s, "time-limit", "timeout", "timeout", 0, NS_FLOW_LONGEST_S)                                                                           \
    T(success_codes, "success-codes", "success-codes", "successCodes", "0", 500, "")                                                                 \
    N(retry_count, "retries", "retries", "retries", 0, NS_RETRY_MAXIMUM)                                                                             \
    N(retry_delay_s, "retry-after", "retry-after", "retryAfter", NS_RETRY_DELAY_S, NS_FLOW_LONGEST_S)                                                \
    T(retry_codes, "retry-codes", "retry-codes", "retryCodes", "", 1000, "")

#define NS_FLOW_MEMBER_TEXT(member, ...) char *member;
#define NS_FLOW_MEMBER_NUMBER(member, ...) int64_t member;

typedef struct ns_flow {
    int64_t id;
    char *name;
    NS_FLOW_FIELDS(NS_FLOW_MEMBER_TEXT, NS_FLOW_MEMBER_NUMBER)
} ns_flow;

typedef struct ns_flow_field {
    const char *name;
    const char *option;
    const char *json;
    size_t offset; /* in ns_flow: of a char *, or an int64_t */
    bool number;
    const char *otherwise; /* of a text */
    int64_t otherwise_number;
    int64_t maximum;     /* characters, or the greatest number */
    const char *choices; /* of a text: "pipes|own"; "" for any */
} ns_flow_field;

/* NULL past the end. */
const ns_flow_field *ns_flow_field_at(size_t index);
const ns_flow_field *ns_flow_field_find(const char *name);
/* A place for the field's value in `flow`. */
char **ns_flow_text(ns_flow *flow, const ns_flow_field *field);
int64_t *ns_flow_number(ns_flow *flow, const ns_flow_field *field);
/* What the field holds; a text that is not given is its default. Borrowed. */
const char *ns_flow_text_of(const ns_flow *flow, const ns_flow_field *field);
int64_t ns_flow_number_of(const ns_flow *flow, const ns_flow_field *field);

/* Every field at its default, in memory of its own. */
NS_MUST_USE ns_status ns_flow_begin(ns_flow *out, ns_error *error);
void ns_flow_clear(ns_flow *flow);
/* The rules for each field by itself. NS_STATUS_INVALID with InvalidFlow, or InvalidName, InvalidSuccessCodes. What goes together is core/flow's to
 * say. */
NS_MUST_USE ns_status ns_flow_check(const ns_flow *flow, ns_error *error);

/* Whether `codes` is a list of exit codes such as "0,3010", and whether `code` is in it. */
NS_MUST_USE ns_status ns_success_codes_check(const char *codes, ns_error *error);
bool ns_success_codes_have(const char *codes, int64_t code);

#endif
