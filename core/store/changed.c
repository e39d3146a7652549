#include "store/changed.h"

#include <stdio.h>

#include "base/clock.h"
#include "store/sql.h"

typedef struct last_change {
    char who[200];
    char name[200];
    int64_t at;
} last_change;

static ns_status take(void *context, const ns_db_row *row, ns_error *error) {
    last_change *self = context;
    (void)error;
    (void)snprintf(self->who, sizeof self->who, "%s", ns_db_text(row, 0));
    (void)snprintf(self->name, sizeof self->name, "%s", ns_db_text(row, 1));
    self->at = ns_db_integer(row, 2);
    return NS_OK;
}

ns_status ns_changed_meanwhile(ns_store *store, const char *kind, int64_t id, ns_error *error) {
    last_change last = {0};
    char at[NS_CLOCK_TEXT_SIZE];
    const ns_status status = ns_sql(store, take, &last, error,
                                    "SELECT a.who, c.name, a.at FROM activity_change c JOIN activity a ON a.id = c.activity_id WHERE c.kind = ? AND "
                                    "c.thing_id = ? ORDER BY a.id DESC LIMIT 1",
                                    "si", kind, id);
    if (status != NS_OK)
        return status;
    ns_clock_format(last.at, at);
    return ns_error_set(error, NS_STATUS_REFUSED, "ChangedMeanwhile", "Look at it as it is now (nightshiftctl activity list), and do it again.",
                        "\"%.100s\" was changed by %s at %s, after it was read here; nothing was written over that.", last.name, last.who, at);
}
