#include "store/action.h"

#include <string.h>

#include "store/sql.h"

ns_status ns_action_begin(ns_store *store, const char *verb, ns_error *error) {
    const ns_status status = ns_sql_begin(store, error);
    if (status == NS_OK) {
        store->action = (ns_journal){.verb = verb};
        store->depth = 1;
        store->whole = false;
        store->broken = false;
        memset(store->newest, 0, sizeof store->newest);
    }
    return status;
}

void ns_action_is_whole(ns_store *store) {
    store->whole = true;
}

ns_status ns_action_end(ns_store *store, ns_status status, ns_error *error) {
    store->depth = 0;
    store->whole = false;
    if (status == NS_OK && store->broken)
        status = ns_error_set(error, NS_STATUS_STORE, "StoreFailed", "Try again; if it happens again, report it.",
                              "A part of the change failed; nothing was changed.");
    return ns_sql_end(store, status, error);
}

ns_status ns_action_step(ns_store *store, ns_error *error) {
    return ns_sql_begin(store, error);
}

ns_status ns_action_step_end(ns_store *store, ns_status status, ns_error *error) {
    return ns_sql_end(store, status, error);
}

size_t ns_action_size(const ns_store *store) {
    return (size_t)store->action.ordinal;
}
