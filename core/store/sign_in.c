#include "store/sign_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "model/account.h"
#include "model/assignment.h"
#include "store/lease_clock.h"
#include "store/sql.h"

enum { KEYS = 3 };

typedef struct keys {
    char *text[KEYS];
    size_t count;
} keys;

static void keys_clear(keys *self) {
    for (size_t i = 0; i < self->count; i++)
        free(self->text[i]);
}

static ns_status add_key(keys *self, ns_text *text, ns_error *error) {
    char *folded = text->failed ? NULL : ns_fold_case(ns_text_string(text));
    ns_text_clear(text);
    if (!folded)
        return ns_error_set_memory(error);
    self->text[self->count++] = folded;
    return NS_OK;
}

/* Where the account is one of the machine itself, and what it calls itself. */
typedef struct home {
    char place[NS_MACHINE_PLACE_SIZE];
    char computer[256];
} home;

static ns_status take_home(void *context, const ns_db_row *row, ns_error *error) {
    home *self = context;
    (void)error;
    ns_machine_place(ns_db_text(row, 0), ns_db_integer(row, 1), self->place);
    (void)snprintf(self->computer, sizeof self->computer, "%s", ns_db_text(row, 2));
    return NS_OK;
}

static ns_status add_account(keys *self, const ns_connection *connection, const home *at, ns_error *error) {
    char *account = ns_account_key(connection, at->computer);
    ns_status status = account ? NS_OK : ns_error_set_memory(error);
    ns_text text;
    ns_text_init(&text, 4096);
    if (account && ns_account_is_local(connection, at->computer))
        (void)ns_text_appendf(&text, "machine:%s%s", at->place, account);
    else if (account)
        (void)ns_text_appendf(&text, "account:%s", account);
    if (status == NS_OK)
        status = add_key(self, &text, error);
    if (status == NS_OK && connection->sid && connection->sid[0] && !ns_account_is_local(connection, at->computer)) {
        (void)ns_text_appendf(&text, "sid:%s", connection->sid);
        status = add_key(self, &text, error);
    }
    free(account);
    return status;
}

static ns_status make_keys(keys *self, ns_store *store, const ns_connection *connection, int64_t machine_id, ns_error *error) {
    home at = {0};
    ns_text text;
    ns_status status = ns_sql(store, take_home, &at, error, "SELECT host, port, computer FROM machine WHERE id = ?", "i", machine_id);
    memset(self, 0, sizeof *self);
    if (status != NS_OK)
        return status;
    ns_text_init(&text, 4096);
    (void)ns_text_appendf(&text, "connection:%lld", (long long)connection->id);
    status = add_key(self, &text, error);
    if (status == NS_OK)
        status = add_account(self, connection, &at, error);
    if (status != NS_OK)
        keys_clear(self);
    return status;
}

typedef struct entry {
    int64_t refused_at;
    int64_t refused_by_store; /* the same by the store's clock */
    bool held;
    int64_t run_id;
    int64_t rest_until;
} entry;

static ns_status take_entry(void *context, const ns_db_row *row, ns_error *error) {
    entry *self = context;
    (void)error;
    self->refused_at = ns_db_integer(row, 0);
    self->refused_by_store = ns_db_integer(row, 1);
    self->held = ns_db_integer(row, 2) != 0;
    self->run_id = ns_db_integer(row, 3);
    self->rest_until = ns_db_integer(row, 4);
    return NS_OK;
}

/* A refusal counts for the interval by the store's clock, and no longer than that by this computer's: a wrong clock prolongs nothing. */
static bool is_held_back(const entry *found, int64_t now, int64_t interval_ms) {
    return found->refused_at && now - found->refused_by_store < interval_ms && ns_clock_utc_ms() - found->refused_at < interval_ms;
}

/* Within a transaction or without: what one key says. A run that is open holds its turn, and one whose program is gone is closed by
 * ns_runs_recover. */
static ns_status look(ns_store *store, const char *key, int64_t interval_ms, ns_sign_in_turn *turn, int64_t *by, ns_error *error) {
    entry found = {0};
    int64_t now = 0;
    ns_status status = ns_store_time(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(store, take_entry, &found, error,
                        "SELECT s.refused_at, s.refused_by_store, s.holder <> '' AND EXISTS (SELECT 1 FROM run r WHERE r.id = s.run_id AND "
                        "r.state IN ('Queued', 'Running')), s.run_id, s.rest_until FROM sign_in s WHERE s.account = ?",
                        "s", key);
    if (status == NS_OK && is_held_back(&found, now, interval_ms))
        *turn = NS_TURN_HELD;
    else if (status == NS_OK && found.held && *turn == NS_TURN_YOURS)
        *turn = NS_TURN_WAIT;
    else if (status == NS_OK && found.rest_until > now && *turn == NS_TURN_YOURS)
        *turn = NS_TURN_REST;
    if (found.held || found.rest_until > now)
        *by = found.run_id;
    return status;
}

ns_status ns_sign_in_begin(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t run_id, int64_t interval_ms,
                           ns_sign_in_turn *turn, ns_error *error) {
    int64_t by = 0;
    keys all;
    ns_status status = make_keys(&all, store, connection, machine_id, error);
    *turn = NS_TURN_YOURS;
    if (status != NS_OK)
        return status;
    status = ns_sql_begin(store, error);
    if (status == NS_OK) {
        for (size_t i = 0; i < all.count && status == NS_OK; i++)
            status = look(store, all.text[i], interval_ms, turn, &by, error);
        for (size_t i = 0; i < all.count && status == NS_OK && *turn == NS_TURN_YOURS; i++)
            status = ns_sql(store, NULL, NULL, error,
                            "INSERT INTO sign_in(account, connection_id, holder, held_at, run_id) VALUES (?, ?, 'held', ?, ?) ON CONFLICT(account) "
                            "DO UPDATE SET connection_id = excluded.connection_id, holder = excluded.holder, held_at = excluded.held_at, "
                            "run_id = excluded.run_id, refused_at = 0, refused_code = '', rest_until = 0",
                            "siii", all.text[i], connection->id, ns_clock_utc_ms(), run_id);
        status = ns_sql_end(store, status, error);
    }
    keys_clear(&all);
    return status;
}

ns_status ns_sign_in_end(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t run_id, ns_sign_in_outcome outcome,
                         const char *code, ns_error *error) {
    int64_t at = outcome == NS_SIGN_IN_REFUSED ? ns_clock_utc_ms() : 0;
    const char *kept = outcome == NS_SIGN_IN_REFUSED ? code : "";
    int64_t now = 0;
    keys all;
    ns_status status = make_keys(&all, store, connection, machine_id, error);
    if (status != NS_OK)
        return status;
    status = ns_sql_begin(store, error);
    if (status == NS_OK) {
        status = ns_store_time_keep(store, &now, error);
        for (size_t i = 0; i < all.count && status == NS_OK; i++)
            status = ns_sql(store, NULL, NULL, error,
                            "UPDATE sign_in SET holder = CASE WHEN run_id = ? THEN '' ELSE holder END, refused_at = ?, refused_by_store = ?, "
                            "refused_code = ? WHERE account = ? AND (run_id = ? OR ? > 0)",
                            "iiissii", run_id, at, now, kept, all.text[i], run_id, at);
        if (status == NS_OK && outcome != NS_SIGN_IN_UNDECIDED)
            status = ns_sql(store, NULL, NULL, error, "UPDATE connection SET refused_at = ?, refused_code = ? WHERE id = ?", "isi", at, kept,
                            connection->id);
        status = ns_sql_end(store, status, error);
    }
    keys_clear(&all);
    return status;
}

ns_status ns_sign_in_lost(ns_store *store, int64_t run_id, int64_t interval_ms, ns_error *error) {
    int64_t now = 0;
    const ns_status status = ns_store_time_keep(store, &now, error);
    return status == NS_OK ? ns_sql(store, NULL, NULL, error, "UPDATE sign_in SET holder = '', rest_until = ? WHERE run_id = ? AND holder <> ''",
                                    "ii", now + interval_ms, run_id)
                           : status;
}

ns_status ns_sign_in_look(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t interval_ms, ns_sign_in_turn *turn,
                          int64_t *by, ns_error *error) {
    keys all;
    ns_status status = make_keys(&all, store, connection, machine_id, error);
    *turn = NS_TURN_YOURS;
    *by = 0;
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < all.count && status == NS_OK; i++)
        status = look(store, all.text[i], interval_ms, turn, by, error);
    keys_clear(&all);
    return status;
}

ns_status ns_sign_in_has(ns_store *store, const ns_connection *connection, int64_t machine_id, int64_t run_id, bool *has, ns_error *error) {
    int64_t found = 1;
    keys all;
    ns_status status = make_keys(&all, store, connection, machine_id, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < all.count && status == NS_OK && found; i++)
        status = ns_sql_integer(store, &found, 0, error, "SELECT 1 FROM sign_in WHERE account = ? AND run_id = ? AND holder <> ''", "si", all.text[i],
                                run_id);
    *has = status == NS_OK && found;
    keys_clear(&all);
    return status;
}
