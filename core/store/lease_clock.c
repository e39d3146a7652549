#include "store/lease_clock.h"

#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "store/sql.h"

typedef struct kept_time {
    int64_t ms;
    char boot[NS_BOOT_ID_SIZE];
    int64_t boot_ms; /* since that start, when it was kept */
} kept_time;

static ns_status take(void *context, const ns_db_row *row, ns_error *error) {
    kept_time *self = context;
    (void)error;
    self->ms = ns_db_integer(row, 0);
    (void)snprintf(self->boot, sizeof self->boot, "%s", ns_db_text(row, 1));
    self->boot_ms = ns_db_integer(row, 2);
    return NS_OK;
}

ns_status ns_store_time(ns_store *store, int64_t *now, ns_error *error) {
    const int64_t passed = (int64_t)ns_clock_monotonic_ms();
    kept_time kept = {0};
    const ns_status status = ns_sql(store, take, &kept, error, "SELECT ms, boot, boot_ms FROM store_clock WHERE id = 1", "");
    if (status != NS_OK)
        return status;
    if (!store->time_at)
        ns_system_boot_id(store->boot);
    *now = kept.ms;
    if (store->boot[0] && strcmp(store->boot, kept.boot) == 0 && passed > kept.boot_ms)
        *now = kept.ms + (passed - kept.boot_ms);
    if (store->time_at && store->time_ms + (passed - store->time_at) > *now)
        *now = store->time_ms + (passed - store->time_at);
    store->time_ms = *now;
    store->time_at = passed;
    return NS_OK;
}

ns_status ns_store_time_keep(ns_store *store, int64_t *now, ns_error *error) {
    const ns_status status = ns_store_time(store, now, error);
    return status == NS_OK ? ns_sql(store, NULL, NULL, error, "UPDATE store_clock SET ms = ?, boot = ?, boot_ms = ? WHERE id = 1", "isi", *now,
                                    store->boot, store->time_at)
                           : status;
}
