/* A machine's row of the board: what all the checks say of it, its verdict and its forecast. Pure; one thread. */
#ifndef NS_PREFLIGHT_BOARD_H
#define NS_PREFLIGHT_BOARD_H

#include "preflight/check.h"

enum { NS_CHECKS_MAXIMUM = 128, NS_FORECAST_SIZE = 1000 };

/* Which checks are asked for; all false for none. */
typedef struct ns_check_set {
    bool on[NS_CHECKS_MAXIMUM];
} ns_check_set;

void ns_check_set_all(ns_check_set *set);
/* From "dns,tcp,…"; NS_STATUS_INVALID (InvalidCheck) for one that there is not. */
NS_MUST_USE ns_status ns_check_set_parse(ns_check_set *set, const char *ids, ns_error *error);

typedef struct ns_row {
    ns_verdict verdicts[NS_CHECKS_MAXIMUM]; /* in the catalogue's order; no message where a check was not asked for */
    ns_verdict_kind verdict;                /* of the machine: never pass while something decisive is unknown */
    char forecast[NS_FORECAST_SIZE];        /* a phrase */
} ns_row;

void ns_row_judge(const ns_check_input *in, const ns_check_set *set, ns_row *out);
/* A fix or an undo with the machine's name, host and port, and the connection's user, in their places. */
void ns_check_fill(const char *text, const ns_check_input *in, char *out, size_t size);

/* "dns:pass tcp:fail …"; the caller frees, NULL when memory ran out. And the other way round: `kinds` gets for each check of
 * the catalogue its verdict plus 1, and 0 where it was not asked for or is not known. */
char *ns_row_summarise(const ns_row *row);
void ns_row_read_summary(const char *summary, unsigned char kinds[NS_CHECKS_MAXIMUM]);

/* {"machine", "verdict", "forecast", "checks": [{"id", "title", "verdict", "code", "message", "evidence", "why", "remedy",
 * "fix", "undo", "source"}]}, the worst first. The caller deletes. */
cJSON *ns_row_write(const ns_check_input *in, const ns_row *row);
/* The same for the store, without what the catalogue and the facts know: a fleet's rows are many. `fill` makes the whole of
 * it again; it takes nothing. */
cJSON *ns_row_write_brief(const ns_check_input *in, const ns_row *row);
cJSON *ns_row_fill(const cJSON *brief, const ns_facts *facts);

#endif
