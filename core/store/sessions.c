#include "store/sessions.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "store/lease_clock.h"
#include "store/sql.h"

/* When a session is taken to be gone, though nobody has seen it: after a run whose runner signs it out; after one whose agent was not greeted yet and
 * waits for a minute, for so long after the end of the hold; and one that a run could not see to be gone. */
enum { GONE_MS = 15000, GONE_AFTER_HOLD_MS = 5000, DOUBTED_MS = 300000 };

#define COLUMNS                                                                                                                                      \
    "SELECT s.id, s.machine_id, m.name, coalesce(s.connection_id, 0), s.connection, s.user_name, s.session_id, s.started_at, s.width, s.height, "    \
    "s.depth, s.state, s.run_id, s.since, s.address FROM session s JOIN machine m ON m.id = s.machine_id "

static ns_status take(void *context, const ns_db_row *row, ns_error *error) {
    ns_session *session = context;
    bool failed = false;
    ns_session_clear(session);
    session->id = ns_db_integer(row, 0);
    session->machine_id = ns_db_integer(row, 1);
    session->machine = ns_sql_text(row, 2, &failed);
    session->connection_id = ns_db_integer(row, 3);
    session->connection = ns_sql_text(row, 4, &failed);
    session->user = ns_sql_text(row, 5, &failed);
    session->session_id = ns_sql_text(row, 6, &failed);
    session->started_at = ns_db_integer(row, 7);
    session->width = ns_db_integer(row, 8);
    session->height = ns_db_integer(row, 9);
    session->depth = ns_db_integer(row, 10);
    session->state = ns_session_state_parse(ns_db_text(row, 11));
    session->run_id = ns_db_integer(row, 12);
    session->since = ns_db_integer(row, 13);
    session->address = ns_sql_text(row, 14, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append, ns_session_list, ns_session, items, count, take)

ns_status ns_sessions_load(ns_store *store, int64_t machine_id, ns_session_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status =
        ns_sql(store, append, out, error, COLUMNS "WHERE ? = 0 OR s.machine_id = ? ORDER BY m.name_key, s.since DESC", "ii", machine_id, machine_id);
    if (status != NS_OK)
        ns_session_list_clear(out);
    return status;
}

void ns_session_list_clear(ns_session_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_session_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

static ns_status not_known(ns_error *error) {
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "SessionNotKnown", "See them with: nightshiftctl session list",
                        "No such session is known to be left.");
}

ns_status ns_session_load_by_id(ns_store *store, int64_t id, ns_session *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, take, out, error, COLUMNS "WHERE s.id = ?", "i", id);
    return status == NS_OK && out->id == 0 ? not_known(error) : status;
}

ns_status ns_session_load(ns_store *store, int64_t machine_id, const char *session_id, ns_session *out, ns_error *error) {
    long long id = 0;
    ns_session_list found = {0};
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    if (session_id[0] == '#' && ns_parse_integer(session_id + 1, 1, INT64_MAX, &id))
        status = ns_sql(store, append, &found, error, COLUMNS "WHERE s.machine_id = ? AND s.id = ?", "ii", machine_id, (int64_t)id);
    else
        status = ns_sql(store, append, &found, error, COLUMNS "WHERE s.machine_id = ? AND s.session_id = ?", "is", machine_id, session_id);
    if (status == NS_OK && found.count == 0) {
        status = not_known(error);
    } else if (status == NS_OK && found.count > 1) {
        status = ns_error_set(error, NS_STATUS_REFUSED, "SessionAmbiguous",
                              "Name it by its record instead, as nightshiftctl session list --json shows it.",
                              "%zu users had a session %.40s on that machine.", found.count, session_id);
    } else if (status == NS_OK) {
        *out = found.items[0];
        memset(&found.items[0], 0, sizeof found.items[0]);
    }
    ns_session_list_clear(&found);
    return status;
}

ns_status ns_session_find(ns_store *store, const ns_session *like, ns_session *out, ns_error *error) {
    char *key = ns_fold_case(like->user);
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = key ? ns_sql(store, take, out, error,
                          COLUMNS "WHERE s.machine_id = ? AND s.user_key = ? AND s.session_id <> '' ORDER BY "
                                  "CASE WHEN s.session_id = ? AND s.started_at BETWEEN ? AND ? THEN 0 ELSE 1 END, "
                                  "CASE WHEN s.address IN (?, '') THEN 0 ELSE 1 END, s.since DESC LIMIT 1",
                          "issiis", like->machine_id, key, like->session_id, like->started_at - NS_SAME_START_MS, like->started_at + NS_SAME_START_MS,
                          like->address)
                 : ns_error_set_memory(error);
    free(key);
    return status;
}

static ns_status write_down(ns_store *store, const ns_session *session, const char *key, int64_t gone_by, ns_error *error) {
    ns_status status = NS_OK;
    const char *address = session->address ? session->address : "";
    if (session->session_id[0]) /* what was known of it before its number, or the address, was */
        status = ns_sql(store, NULL, NULL, error,
                        "DELETE FROM session WHERE machine_id = ? AND user_key = ? AND (session_id = '' OR (session_id = ? AND address = '' AND "
                        "? <> ''))",
                        "isss", session->machine_id, key, session->session_id, address);
    if (status == NS_OK)
        status =
            ns_sql(store, NULL, NULL, error,
                   "INSERT INTO session(machine_id, connection_id, connection, user_name, user_key, session_id, started_at, width, height, depth, "
                   "state, run_id, since, gone_by, address) VALUES (?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT(machine_id, address, user_key, session_id) DO UPDATE SET connection_id = excluded.connection_id, "
                   "connection = excluded.connection, user_name = excluded.user_name, started_at = excluded.started_at, width = excluded.width, "
                   "height = excluded.height, depth = excluded.depth, state = excluded.state, run_id = excluded.run_id, since = excluded.since, "
                   "gone_by = excluded.gone_by",
                   "iissssiiiisiiis", session->machine_id, session->connection_id, session->connection, session->user, key, session->session_id,
                   session->started_at, session->width, session->height, session->depth, ns_session_state_name(session->state), session->run_id,
                   session->since, gone_by, address);
    return status;
}

ns_status ns_session_remember(ns_store *store, const ns_session *session, ns_error *error) {
    char *key = ns_fold_case(session->user);
    int64_t now = 0;
    ns_status status = key ? ns_sql_begin(store, error) : ns_error_set_memory(error);
    if (status == NS_OK) {
        status = ns_store_time(store, &now, error);
        if (status == NS_OK)
            status = write_down(store, session, key, session->state == NS_SESSION_KEPT ? 0 : now + DOUBTED_MS, error);
        status = ns_sql_end(store, status, error);
    }
    free(key);
    return status;
}

ns_status ns_session_forget(ns_store *store, const ns_session *session, ns_error *error) {
    char *key = ns_fold_case(session->user);
    ns_status status = key ? ns_sql(store, NULL, NULL, error,
                                    "DELETE FROM session WHERE machine_id = ? AND user_key = ? AND ((session_id = ? AND address IN (?, '')) OR "
                                    "(session_id = '' AND since < ?))",
                                    "isssi", session->machine_id, key, session->session_id, session->address ? session->address : "", session->since)
                           : ns_error_set_memory(error);
    free(key);
    return status;
}

ns_status ns_session_forget_by_id(ns_store *store, int64_t id, ns_error *error) {
    return ns_sql(store, NULL, NULL, error, "DELETE FROM session WHERE id = ?", "i", id);
}

/* What a run's own record says of its session. */
static ns_status take_lost(void *context, const ns_db_row *row, ns_error *error) {
    ns_session *session = context;
    bool failed = false;
    session->machine_id = ns_db_integer(row, 0);
    session->connection_id = ns_db_integer(row, 1);
    session->connection = ns_sql_text(row, 2, &failed);
    session->user = ns_sql_text(row, 3, &failed);
    session->session_id = ns_sql_text(row, 4, &failed);
    session->started_at = ns_db_integer(row, 5);
    session->width = ns_db_integer(row, 6);
    session->height = ns_db_integer(row, 7);
    session->run_id = ns_db_integer(row, 8);
    session->since = ns_clock_utc_ms();
    session->state = session->session_id && session->session_id[0] ? NS_SESSION_LEFT : NS_SESSION_POSSIBLE;
    return failed ? ns_error_set_memory(error) : NS_OK;
}

/* The runner of a program that is gone signs its session out, and so does an agent that hears nothing for as long as a hold lasts: a while later it
 * is no reason any more to pass the machine over. */
static ns_status remember_until(ns_store *store, const ns_session *session, ns_error *error) {
    int64_t now = 0;
    ns_status status = ns_session_remember(store, session, error);
    if (status == NS_OK)
        status = ns_store_time(store, &now, error);
    if (status == NS_OK)
        status = ns_sql(
            store, NULL, NULL, error,
            "UPDATE session SET gone_by = CASE WHEN session_id <> '' THEN ? ELSE (SELECT lease_until + ? FROM run WHERE id = session.run_id) END "
            "WHERE run_id = ?",
            "iii", now + GONE_MS, (int64_t)GONE_AFTER_HOLD_MS, session->run_id);
    return status;
}

ns_status ns_session_remember_lost(ns_store *store, int64_t run_id, ns_error *error) {
    ns_session session = {0};
    ns_status status = ns_sql(store, take_lost, &session, error,
                              "SELECT r.machine_id, coalesce(r.connection_id, 0), r.connection, "
                              "coalesce(c.user_name, r.session_user), r.session_id, "
                              "r.session_started_at, r.screen_width, r.screen_height, r.id FROM run r "
                              "LEFT JOIN connection c ON c.id = r.connection_id WHERE r.id = ? AND r.machine_id IS NOT NULL AND EXISTS "
                              "(SELECT 1 FROM run_phase p WHERE p.run_id = r.id AND p.name IN ('sign-in', 'desktop', 'agent', 'flow', 'sign-out'))",
                              "i", run_id);
    if (status == NS_OK && session.machine_id && session.user && session.user[0])
        status = remember_until(store, &session, error);
    ns_session_clear(&session);
    return status;
}
