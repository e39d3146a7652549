/* A connection to the engine that keeps a store, and all that core/store needs of it. Statements stay in what SQLite and PostgreSQL both understand
 * (docs/decisions/one-schema-two-engines.md). Private to core/store; a connection belongs to one thread at a time. */
#ifndef NS_STORE_DB_H
#define NS_STORE_DB_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ns_db ns_db;
typedef struct ns_db_row ns_db_row; /* a row of an answer; for the call that it is given to */

typedef enum ns_db_mode { NS_DB_READ /* one state of the store for all of it */, NS_DB_WRITE /* one writer at a time */ } ns_db_mode;

/* What a store says of itself before anything of it is used; all 0 when it is new. */
typedef struct ns_db_header {
    int64_t application; /* which program's */
    int64_t version;     /* of the schema */
    int64_t tables;
} ns_db_header;

typedef ns_status (*ns_db_take)(void *context, const ns_db_row *row, ns_error *error);

/* Connects, and changes nothing. Of every call: NS_STATUS_STORE with code StoreDamaged, StoreNotAStore, StoreReadOnly, StoreDiskFull or StoreFailed;
 * NS_STATUS_AGAIN (StoreBusy) when another program kept it locked for ten seconds: nothing was changed, and the same may be tried again.
 * `locator`: a file. */
NS_MUST_USE ns_status ns_db_open(const char *locator, ns_db **out, ns_error *error);
/* A copy that nobody changes, to read it. */
NS_MUST_USE ns_status ns_db_open_copy(const char *path, ns_db **out, ns_error *error);
void ns_db_close(ns_db *db); /* NULL is none */
NS_MUST_USE ns_status ns_db_read_header(ns_db *db, ns_db_header *out, ns_error *error);
/* Within a write transaction. */
NS_MUST_USE ns_status ns_db_write_header(ns_db *db, const ns_db_header *header, ns_error *error);
/* Once the header is known to be ours: how it is to be kept, and that statements are kept prepared. */
NS_MUST_USE ns_status ns_db_configure(ns_db *db, ns_error *error);

/* How long for a lock, in place of ten seconds. */
void ns_db_wait_at_most(ns_db *db, int ms);

NS_MUST_USE ns_status ns_db_begin(ns_db *db, ns_db_mode mode, ns_error *error);
NS_MUST_USE ns_status ns_db_commit(ns_db *db, ns_error *error);
void ns_db_rollback(ns_db *db); /* nothing where none is open any more */
/* A part of a transaction that can be taken back alone; parts may lie within parts. */
NS_MUST_USE ns_status ns_db_savepoint(ns_db *db, ns_error *error);
NS_MUST_USE ns_status ns_db_savepoint_end(ns_db *db, bool keep, ns_error *error);

/* Runs one statement. `types` says what follows, a letter for each value: i int64_t, s text (NULL is SQL's NULL), b bytes and size (const void *,
 * size_t). `take` is called for each row and may be NULL. NS_STATUS_EXISTS when something unique is there already. */
NS_MUST_USE ns_status ns_db_run(ns_db *db, ns_db_take take, void *context, ns_error *error, const char *sql, const char *types, va_list values);
/* Several statements without values, of the schema. */
NS_MUST_USE ns_status ns_db_script(ns_db *db, const char *sql, ns_error *error);
/* How many rows the last statement changed. */
int64_t ns_db_affected(const ns_db *db);
/* Another number after anybody changed the store; -1 when it cannot be told. Cheap enough to ask several times a second. */
int64_t ns_db_change_mark(ns_db *db);

int64_t ns_db_integer(const ns_db_row *row, int column);                 /* 0 for NULL */
const char *ns_db_text(const ns_db_row *row, int column);                /* NULL for NULL; borrowed */
const void *ns_db_bytes(const ns_db_row *row, int column, size_t *size); /* borrowed */
bool ns_db_is_null(const ns_db_row *row, int column);

/* Of an engine that is a file. */
NS_MUST_USE ns_status ns_db_size(ns_db *db, int64_t *bytes, ns_error *error);
/* That all of it is whole: StoreDamaged. Reads the whole file. */
NS_MUST_USE ns_status ns_db_check(ns_db *db, ns_error *error);
/* The error for what was read and cannot be: StoreDamaged. */
ns_status ns_db_damaged(ns_db *db, ns_error *error);
/* Copies it as it is now into a file that is not there yet, or empty. `go_on` is asked many times meanwhile: false ends it; may be NULL. */
NS_MUST_USE ns_status ns_db_copy(ns_db *db, const char *path, bool (*go_on)(void *context), void *context, ns_error *error);

#endif
