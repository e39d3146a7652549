#include <stdlib.h>

#include "store/journal.h"
#include "store/sql.h"

static ns_status refuse_if_used(ns_store *store, const char *sql, const char *what, int64_t id, ns_error *error) {
    int64_t open = 0;
    ns_status status = ns_sql_integer(store, &open, 0, error, sql, "i", id);
    if (status == NS_OK && open > 0)
        status = ns_error_set(error, NS_STATUS_REFUSED, "UIFlowAlreadyRunning", "Wait for the run or cancel it first.",
                              "A run with this %s is not finished; it was not removed.", what);
    return status;
}

static ns_status remove_thing(ns_store *store, ns_journal *journal, const char *kind, const char *used, const char *remove, int64_t id,
                              ns_error *error) {
    char *before = NULL;
    ns_status status = ns_thing_read(store, kind, id, &before, error);
    if (status == NS_OK)
        status = refuse_if_used(store, used, kind, id, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, remove, "i", id);
    if (status == NS_OK && before)
        status = ns_journal_note(store, journal, kind, id, before, NULL, error);
    free(before);
    return status;
}

ns_status ns_things_remove(ns_store *store, const char *kind, const char *used, const char *remove, const int64_t *ids, size_t count,
                           ns_error *error) {
    ns_journal journal = {.verb = "remove"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = remove_thing(store, &journal, kind, used, remove, ids[i], error);
    return ns_sql_end(store, status, error);
}
