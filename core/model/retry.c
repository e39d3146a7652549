#include "model/retry.h"

#include <string.h>

#include "model/result_code.h"

enum { CODE_SIZE = 80 };

/* What trying again cannot mend, or must not try. */
static bool is_final(const ns_result_code *row) {
    static const char *const codes[] = {"SignInHeldBack",     "CredentialNotFound",   "EntraTokenNotAvailable",
                                        "CertificateChanged", "CertificateUntrusted", "OutcomeUnknown"};
    for (size_t i = 0; i < NS_COUNT_OF(codes); i++)
        if (strcmp(codes[i], row->code) == 0)
            return true;
    return row->refuses_secret || row->state == NS_RUN_SUCCEEDED || row->state == NS_RUN_CANCELLED;
}

/* The next one of the list, without blanks around it; NULL at its end. */
static const char *next_code(const char *codes, char out[CODE_SIZE]) {
    const size_t size = strcspn(codes, ",");
    const char *from = codes + strspn(codes, " ");
    size_t used = from < codes + size ? (size_t)(codes + size - from) : 0;
    if (!codes[0])
        return NULL;
    while (used && from[used - 1] == ' ')
        used--;
    if (used >= CODE_SIZE)
        used = CODE_SIZE - 1;
    memcpy(out, from, used);
    out[used] = 0;
    return codes + size + (codes[size] == ',');
}

static const ns_result_code *find_exactly(const char *code) {
    for (size_t i = 0; ns_result_code_at(i); i++)
        if (strcmp(ns_result_code_at(i)->code, code) == 0)
            return ns_result_code_at(i);
    return NULL;
}

ns_status ns_retry_codes_check(const char *codes, ns_error *error) {
    char code[CODE_SIZE];
    while ((codes = next_code(codes, code))) {
        const ns_result_code *row = find_exactly(code);
        if (!row)
            return ns_error_set(error, NS_STATUS_INVALID, "InvalidRetryCodes", "See them with: nightshiftctl code list",
                                "\"%.60s\" is no result code.", code);
        if (is_final(row))
            return ns_error_set(error, NS_STATUS_INVALID, "InvalidRetryCodes", "Leave it out.", "After %s nothing is tried again.", code);
    }
    return NS_OK;
}

bool ns_retry_is_due(const ns_flow *flow, int64_t attempt, const char *code) {
    const ns_result_code *row = find_exactly(code);
    const char *codes = flow->retry_codes ? flow->retry_codes : "";
    char each[CODE_SIZE];
    if (!row || is_final(row) || attempt > flow->retry_count)
        return false;
    if (!codes[0])
        return true;
    while ((codes = next_code(codes, each)))
        if (strcmp(each, code) == 0)
            return true;
    return false;
}
