/* How the files of core/store speak SQL: one call that runs a statement with its values, and one that also reads rows.
 * Private to core/store. */
#ifndef NS_STORE_SQL_H
#define NS_STORE_SQL_H

#include <stdbool.h>

#include "base/system.h"
#include "secret/secret.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/store.h"

enum { NS_SQL_DEPTH = 4, NS_STORE_APPLICATION_ID = 0x4E534853 };

struct ns_store {
    ns_db *db;
    char *path;
    bool ready;                     /* it is of this version: nothing is written once it is not any more */
    char boot[NS_BOOT_ID_SIZE];     /* the computer's start, once the time was asked for */
    int64_t time_ms;                /* the store's time as it was seen last, */
    int64_t time_at;                /* and when, by this computer's monotonic clock; 0: not yet */
    int64_t changed;                /* the change mark when claim_mark was read; -1: not yet */
    int64_t claim_mark;             /* ns_claim_mark */
    int reading;                    /* how many ns_store_begin_reading are open */
    int depth;                      /* 0: no action is open; 1: one is; more: transactions within it, which are savepoints */
    ns_journal action;              /* of the open action; it takes the place of each change's own */
    ns_journal marks[NS_SQL_DEPTH]; /* as it was at each savepoint */
    int64_t newest[3];              /* ids that the open action gave last: a machine's, a group's, a flow's; 0 for none */
    bool whole;                     /* the open action has no savepoints: a part that fails takes it along */
    bool broken;                    /* and one did */
};

/* Runs one statement: ns_db_run. */
NS_MUST_USE ns_status ns_sql(ns_store *store, ns_db_take take, void *context, ns_error *error, const char *sql, const char *types, ...);
/* Reads one integer; `otherwise` when there is no row. */
NS_MUST_USE ns_status ns_sql_integer(ns_store *store, int64_t *out, int64_t otherwise, ns_error *error, const char *sql, const char *types, ...);
/* A copy of a text column ("" for NULL), UTF-8 whatever is in it, that the caller frees; *failed is set when memory ran out. */
char *ns_sql_text(const ns_db_row *row, int column, bool *failed);
/* said.c: a phrase as two columns, and back. `phrase` may be NULL; the caller frees what it gets. */
typedef struct ns_sql_said {
    char *text;
    char *said;
} ns_sql_said;
NS_MUST_USE ns_status ns_sql_said_make(const char *phrase, ns_sql_said *out, ns_error *error);
void ns_sql_said_clear(ns_sql_said *said);
char *ns_sql_phrase(const ns_db_row *row, int text, int said, bool *failed);
/* Opens a protected secret of a column, sealed to `bound_to`; NULL gives none. */
NS_MUST_USE ns_status ns_sql_secret(const ns_db_row *row, int column, const char *bound_to, ns_secret *out, ns_error *error);
/* An ns_db_take that copies a first column of bytes; the caller frees. NULL where there was no row. */
typedef struct ns_sql_bytes {
    void *bytes;
    size_t size;
} ns_sql_bytes;
NS_MUST_USE ns_status ns_sql_take_bytes(void *bytes, const ns_db_row *row, ns_error *error);
/* One user action is one transaction: begin, and then end with the status of what was done, which commits on NS_OK and
 * rolls back on anything else. Returns what the caller should return. Within an action (action.h) they are parts of it. */
NS_MUST_USE ns_status ns_sql_begin(ns_store *store, ns_error *error);
NS_MUST_USE ns_status ns_sql_end(ns_store *store, ns_status status, ns_error *error);

/* Gives `status` back, and for NS_STATUS_EXISTS says which kind of thing has that name already. */
NS_MUST_USE ns_status ns_sql_name_taken(ns_status status, const char *what, const char *name, ns_error *error);

/* Room for one more element at the end of a growing array, zeroed; NULL when memory ran out. */
void *ns_sql_grow(void **items, size_t *count, size_t item_size);

/* Defines `name`, an ns_db_take that appends an item to `items` of a list, which has `count` of them; `take` is the ns_db_take that fills it. */
#define NS_SQL_APPEND(name, list_type, item_type, items, count, take)                                                                                \
    static ns_status name(void *context, const ns_db_row *row, ns_error *error) {                                                                    \
        list_type *list = context;                                                                                                                   \
        void *grown = list->items;                                                                                                                   \
        item_type *item = ns_sql_grow(&grown, &list->count, sizeof *item);                                                                           \
        list->items = grown;                                                                                                                         \
        return item ? take(item, row, error) : ns_error_set_memory(error);                                                                           \
    }

#endif
