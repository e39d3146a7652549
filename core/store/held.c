#include "store/run_write.h"
#include "store/sql.h"

ns_status ns_run_lost(const ns_hold *hold, ns_error *error) {
    return ns_error_set(error, NS_STATUS_LOST, "RunLost", "Look at the machine's sessions, and start the run again.",
                        "Run %lld was closed by another program: this one was not heard of for more than a minute.", (long long)hold->run_id);
}

ns_status ns_run_begin_held(ns_store *store, const ns_hold *hold, ns_error *error) {
    int64_t held = 0;
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_integer(store, &held, 0, error, "SELECT 1 FROM run WHERE id = ? AND epoch = ? AND state IN ('Queued', 'Running')", "ii",
                            hold->run_id, hold->epoch);
    if (status == NS_OK && !held)
        status = ns_run_lost(hold, error);
    return status == NS_OK ? NS_OK : ns_sql_end(store, status, error);
}
